"""Arithmetic of axes: the formulas that Keras and TensorFlow share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from kerasscan.loading.paper import Shape
from kerasscan.loading.shapes.visits import Known, Refused


def product(axes: Iterable[int | None]) -> int | None:
    """Return the number of elements; None where an axis is of any length."""
    total = 1
    for axis in axes:
        if axis is None:
            return None
        total *= axis
    return total


def times(axis: int | None, factor: int | None) -> int | None:
    """Return a multiple of an axis."""
    return None if axis is None or factor is None else axis * factor


def ceil_div(axis: int, by: int) -> int:
    """Return a quotient rounded up."""
    return -(-axis // by)


def slid(
    axis: int | None, size: int, stride: int, padding: str | None, dilation: int = 1
) -> int | None:
    """Return the length that a convolution or a pooling leaves; not positive where it fails."""
    if axis is None:
        return None
    if padding in ("same", "causal"):
        return ceil_div(axis, stride)
    reach = (size - 1) * dilation + 1
    return (axis - reach) // stride + 1


def broadcast(one: Shape, other: Shape) -> Shape:
    """Return the common shape of two tensors, as ``keras.ops`` works it out.

    Raises:
        Refused: Their axes do not fit.
    """
    if one is None or other is None:
        return None
    length = max(len(one), len(other))
    left: Known = (1,) * (length - len(one)) + one
    right: Known = (1,) * (length - len(other)) + other
    return tuple(_broadcast_axis(a, b, (one, other)) for a, b in zip(left, right, strict=True))


def _broadcast_axis(a: int | None, b: int | None, both: tuple[Known, Known]) -> int | None:
    if a == 1:
        return b
    if a is None:
        return None if b == 1 else b
    if b in (1, None, a):
        return a
    raise Refused(
        f"Cannot broadcast shape, the failure dim has value {a}, which cannot be broadcasted to "
        f"{b}. Input shapes are: {list(both[0])} and {list(both[1])}."
    )


def position(axis: int | None, rank: int) -> int | None:
    """Return an axis counted from the front; None where the shape has no such axis."""
    if axis is None or not -rank <= axis < rank:
        return None
    return axis % rank


def reshaped(shape: Sequence[int | None], target: Sequence[int]) -> Shape:
    """Return the target with its ``-1`` worked out; None where the sizes cannot agree."""
    if target.count(-1) > 1 or any(axis < -1 for axis in target):
        return None
    size = product(shape)
    if size is None:
        return tuple(None if axis == -1 else axis for axis in target)
    known = math.prod(axis for axis in target if axis != -1)
    if -1 not in target:
        return tuple(target) if known == size else None
    if known == 0 or size % known:
        return None
    return tuple(size // known if axis == -1 else axis for axis in target)
