"""Where in a model file something is."""

from __future__ import annotations

from dataclasses import dataclass

from kerasscan.model.json_value import escape_token


@dataclass(frozen=True, order=True)
class Address:
    """A place inside one model file, kept symbolic while judging.

    The file itself is named by the `Artifact` (or the `FileReport`) that holds the address.

    Attributes:
        member: Zip member (``config.json``), HDF5 path (``/model_weights/dense``), HDF5
            attribute (``@attrs/model_config``) or file in a model directory; ``""`` is the
            file as a whole.
        pointer: RFC 6901 JSON pointer into the document that the member holds; ``""`` is the
            whole document.
        layer: Layer names from the root model (itself not named) down to the layer, joined
            by ``/``; ``""`` is the model itself.
    """

    member: str = ""
    pointer: str = ""
    layer: str = ""

    def __hash__(self) -> int:
        """Hash the pointer: a judgement meets thousands of addresses, rarely two of one pointer."""
        return hash(self.pointer)

    def down(self, *tokens: str | int) -> Address:
        """Return the address of a value below this one, in the same layer."""
        pointer = self.pointer
        for token in tokens:
            pointer = f"{pointer}/{escape_token(token)}"
        return Address(self.member, pointer, self.layer)

    def within(self, layer: str) -> Address:
        """Return the same place, attributed to another layer path."""
        return Address(self.member, self.pointer, layer)

    def __str__(self) -> str:
        """Return ``member#pointer``, without the parts that are empty."""
        if not self.pointer:
            return self.member
        return f"{self.member}#{self.pointer}" if self.member else f"#{self.pointer}"
