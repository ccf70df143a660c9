"""What is known of the values on an edge of the layer graph, in terms of the model's input.

The domain is an affine map of the input (per channel), kept as long as layers only scale and
shift; bounds, once a layer forces its output into some; and a kind. So an interval follows for
whatever the input may be: of an image of 0 to 255 through ``x / 127.5 - 1`` it is -1 to 1. What is
not understood is unknown, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kerasscan.model.contract import Span, Step

Numbers = tuple[float, ...]
"""One number for all channels, or one for each."""


class Kind(StrEnum):
    """What values are."""

    NUMBER = "number"
    STRING = "string"
    INDEX = "index"
    """Integers that stand for something: what a lookup or a discretization gives."""
    ENCODED = "encoded"
    """One-hot, multi-hot or counts."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Value:
    """What is known of the values on an edge.

    Attributes:
        origin: Name of the model's input that they come from.
        kind: What they are.
        scale: Factor of the affine map from the input; empty where it is not affine.
        offset: Its summand.
        bounds: Values that a layer allows at all; None: no layer bounds them.
        is_reversed: Whether the order of the channels was reversed.
        steps: What was done to the input so far.
    """

    origin: str
    kind: Kind = Kind.NUMBER
    scale: Numbers = (1.0,)
    offset: Numbers = (0.0,)
    bounds: Span | None = None
    is_reversed: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def is_affine(self) -> bool:
        """Whether it is a scaled and shifted input."""
        return bool(self.scale)

    @property
    def is_raw(self) -> bool:
        """Whether nothing was done to its values."""
        return self.scale == (1.0,) and self.offset == (0.0,) and self.kind is Kind.NUMBER

    def affine(self, scale: Numbers, offset: Numbers) -> Value:
        """Return it multiplied and then shifted; numbers per channel must agree in number."""
        if not self.is_affine:
            return self
        scales = combined(self.scale, scale, lambda one, other: one * other)
        shifted = combined(self.offset, scale, lambda one, other: one * other)
        offsets = combined(shifted, offset, lambda one, other: one + other)
        if not scales or not offsets:
            return replace(self, scale=(), offset=(), bounds=None)
        return replace(self, scale=scales, offset=offsets, bounds=None)

    def stepped(self, step: Step) -> Value:
        """Return it with one more step."""
        return replace(self, steps=(*self.steps, step))

    def image_of(self, low: float, high: float) -> Span | None:
        """Return the interval that an input from low to high is mapped to."""
        if not self.is_affine:
            return self.bounds
        ends = [
            scale * end + offset
            for scale, offset in zip(*aligned(self.scale, self.offset), strict=True)
            for end in (low, high)
        ]
        return Span(min(ends), max(ends))


def aligned(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """Return both with as many numbers as the longer one has."""
    count = max(len(one), len(other))
    return (one * count if len(one) == 1 else one), (other * count if len(other) == 1 else other)


def combined(one: Numbers, other: Numbers, how: object) -> Numbers:
    """Return the numbers combined one by one; nothing where their numbers differ."""
    left, right = aligned(one, other)
    if len(left) != len(right) or not callable(how):
        return ()
    return tuple(how(a, b) for a, b in zip(left, right, strict=True))
