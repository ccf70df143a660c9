"""What deserializing gives on paper, beside layers and plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kerasscan.model.address import Address


@dataclass
class Thing:
    """An object that is no layer, or a function.

    Attributes:
        kind: ``initializer``, ``loss``, ``optimizer``, ``function``, ...; ``custom`` is somebody's
            own, ``broken`` could not be made (the reason is noted already).
        name: The class or function.
        config: What it was made from.
        at: Where.
    """

    kind: str
    name: str
    config: dict[str, Any] = field(default_factory=dict)
    at: Address = field(default_factory=Address)

    @property
    def is_broken(self) -> bool:
        """Whether it could not be made."""
        return self.kind == "broken"


def broken(name: str, at: Address) -> Thing:
    """Return the place holder of what could not be made."""
    return Thing("broken", name, {}, at)


@cache
def kind_of_argument(name: str) -> str | None:
    """Return the table that an argument's value is looked up in, told by its name."""
    for kind in ("initializer", "regularizer", "constraint", "activation"):
        if name == kind or name.endswith(f"_{kind}"):
            return kind
    return None
