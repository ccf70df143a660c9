"""Stored shapes against the shapes that variables need."""

from __future__ import annotations

from collections.abc import Sequence

from kerasscan.loading.paper import Weight


def fits(needed: Sequence[int | None], stored: Sequence[int] | None) -> bool:
    """Whether a stored array may go into a variable; what is not known fits."""
    if stored is None:
        return True
    if len(needed) != len(stored):
        return False
    return all(one is None or one == other for one, other in zip(needed, stored, strict=True))


def first_misfit(
    weights: Sequence[Weight], stored: Sequence[tuple[int, ...] | None]
) -> tuple[Weight, tuple[int, ...]] | None:
    """Return the first variable whose stored array has another shape."""
    for weight, shape in zip(weights, stored, strict=False):
        if shape is not None and not fits(weight.shape, shape):
            return weight, shape
    return None


def written(shape: Sequence[int | None]) -> str:
    """Return a shape as Python writes a tuple."""
    return str(tuple(shape))
