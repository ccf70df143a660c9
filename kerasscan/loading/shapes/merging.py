"""Layers that merge several tensors into one."""

from __future__ import annotations

from functools import reduce

from kerasscan.loading.paper import Shape
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.lengths import position
from kerasscan.loading.shapes.operations import binary, reduced
from kerasscan.loading.shapes.visits import UNKNOWN, Known, Refused, Rule, Symbol, Visit


def is_layer_call(visit: Visit) -> bool:
    """Whether the call is a layer's, on a list, not that of an operation of the same name."""
    return not (len(visit.args) > 1 and isinstance(visit.args[1], Symbol)) and "x2" not in (
        visit.kwargs
    )


def _merged(visit: Visit) -> tuple[Shape, ...]:
    if not is_layer_call(visit):
        return binary(visit)
    shapes = visit.inputs
    known = [shape for shape in shapes if shape]
    if len(known) < len(shapes) or not known:
        return UNKNOWN
    rest: Known = reduce(
        lambda one, other: _elementwise(one, other, visit.dialect.keras3),
        (shape[1:] for shape in known),
    )
    batches = {shape[0] for shape in known} - {None}
    return ((batches.pop() if len(batches) == 1 else None, *rest),)


def _elementwise(one: Known, other: Known, keras3: bool) -> Known:
    """Merge two shapes without batch axis, the shorter aligned with the end of the longer."""
    if len(one) < len(other):
        one, other = other, one
    cut = len(one) - len(other)
    pairs = zip(one[cut:], other, strict=True)
    return (*one[:cut], *(_merged_axis(a, b, (one, other), keras3) for a, b in pairs))


def _merged_axis(
    a: int | None, b: int | None, both: tuple[Known, Known], keras3: bool
) -> int | None:
    if a is None or b is None:
        known = b if a is None else a
        return None if keras3 or known in (None, 1) else known
    if a == 1 or b == 1:
        return max(a, b)
    if a != b:
        raise Refused(f"Inputs have incompatible shapes. Received shapes {both[0]} and {both[1]}")
    return a


def _average(visit: Visit) -> tuple[Shape, ...]:
    single = bool(visit.args) and isinstance(visit.args[0], Symbol)
    return reduced(visit) if single else _merged(visit)


def _concatenated(visit: Visit) -> tuple[Shape, ...]:
    shapes = visit.inputs
    known = [shape for shape in shapes if shape is not None]
    axis = settings.number(visit.config, "axis", -1 if "trainable" in visit.config else None)
    if len(known) < len(shapes) or not known or axis is None:
        return UNKNOWN
    rank = len(known[0])
    place = position(axis, rank)
    if place is None:
        return UNKNOWN
    if not _fit(known, place):
        raise Refused(
            "A `Concatenate` layer requires inputs with matching shapes except for the "
            f"concatenation axis. Received: input_shape={known}",
            argument="axis",
        )
    return (_joined(known, place, visit.dialect.keras3),)


def _fit(shapes: list[Known], place: int) -> bool:
    rank = len(shapes[0])
    if any(len(shape) != rank for shape in shapes):
        return False
    return all(
        len({shape[axis] for shape in shapes} - {None}) <= 1
        for axis in range(rank)
        if axis != place
    )


def _joined(shapes: list[Known], place: int, keras3: bool) -> Known:
    """Join shapes along an axis; Keras 3 takes the other axes from the first one."""
    parts = [shape[place] for shape in shapes]
    lengths = [part for part in parts if part is not None]
    total = sum(lengths) if len(lengths) == len(parts) else None
    first = shapes[0]
    return tuple(
        total if axis == place else _other_axis(shapes, axis, keras3) for axis in range(len(first))
    )


def _other_axis(shapes: list[Known], axis: int, keras3: bool) -> int | None:
    if keras3:
        return shapes[0][axis]
    return next((shape[axis] for shape in shapes if shape[axis] is not None), None)


def _dotted(visit: Visit) -> tuple[Shape, ...]:
    shapes = visit.inputs
    if len(shapes) != 2 or shapes[0] is None or shapes[1] is None or not is_layer_call(visit):
        return UNKNOWN
    one, other = shapes[0], shapes[1]
    pair = _dot_axes(visit, len(one), len(other))
    if pair is None:
        return UNKNOWN
    a, b = one[pair[0]], other[pair[1]]
    if a != b and a is not None and b is not None:
        raise Refused(
            f"Incompatible input shapes: axis values {a} (at axis {pair[0]}) != {b} (at axis "
            f"{pair[1]}). Full input shapes: {one}, {other}",
            argument="axes",
        )
    out = [axis for place, axis in enumerate(one) if place != pair[0]]
    out += [axis for place, axis in enumerate(other) if place not in (0, pair[1])]
    return (tuple(out) if len(out) > 1 else (*out, 1),)


def _dot_axes(visit: Visit, one: int, other: int) -> tuple[int, int] | None:
    axes = visit.config.get("axes")
    single = settings.integer(axes)
    both = (single, single) if single is not None else settings.integers(axes)
    if both is None or len(both) != 2:
        return None
    a, b = position(both[0], one), position(both[1], other)
    return (a, b) if a and b else None  # the batch axis is not contracted


_MERGE = Rule(_merged)

RULES: dict[str, Rule] = {
    "Add": _MERGE,
    "Subtract": _MERGE,
    "Multiply": _MERGE,
    "Maximum": _MERGE,
    "Minimum": _MERGE,
    "Average": Rule(_average),
    "Concatenate": Rule(_concatenated),
    "Dot": Rule(_dotted),
}
