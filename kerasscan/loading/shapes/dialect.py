"""What differs between releases, as far as shapes and variables are concerned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """The release whose layers are called.

    Attributes:
        keras3: Whether it is Keras 3.
        version: Version of Keras; for tf.keras in TensorFlow its minor release: ``(2, 4)``.
        line: ``keras2`` (multi-backend 2.x), ``tf.keras``, ``tf-keras`` or ``keras3``.
    """

    keras3: bool
    version: tuple[int, ...]
    line: str

    @property
    def multi_backend(self) -> bool:
        """Whether it is the ``keras`` package up to 2.3."""
        return self.line == "keras2"

    def since(self, *version: int) -> bool:
        """Whether it is this version of its line or a later one."""
        return self.version >= version
