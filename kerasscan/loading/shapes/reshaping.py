"""Layers that move, cut or repeat axes."""

from __future__ import annotations

from kerasscan.loading.paper import Shape
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.lengths import product, reshaped, times
from kerasscan.loading.shapes.visits import (
    UNKNOWN,
    InputSpec,
    Known,
    Refused,
    Rule,
    Visit,
    ndim,
)

Pairs = tuple[tuple[int, int], ...]


def _flattened(visit: Visit) -> tuple[Shape, ...]:
    shape = visit.shape
    return UNKNOWN if not shape else ((shape[0], product(shape[1:])),)


def _flatten_spec(visit: Visit) -> InputSpec:
    return InputSpec(min_ndim=3 if visit.dialect.multi_backend else 1)


def _reshape(visit: Visit) -> tuple[Shape, ...]:
    shape = visit.shape
    target = settings.integers(visit.config.get("target_shape"))
    if not shape or target is None:
        return UNKNOWN
    found = reshaped(shape[1:], target)
    if found is not None:
        return ((shape[0], *found),)
    if visit.dialect.keras3 and None not in shape[1:] and -1 not in target:
        raise Refused(
            f"The total size of the tensor must be unchanged. Received: input_shape={shape[1:]}, "
            f"target_shape={target}",
            argument="target_shape",
        )
    return UNKNOWN


def _permuted(visit: Visit) -> tuple[Shape, ...]:
    shape = visit.shape
    dims = settings.integers(visit.config.get("dims"))
    if shape is None or dims is None or len(dims) + 1 != len(shape):
        return UNKNOWN
    if sorted(dims) != list(range(1, len(shape))):
        return UNKNOWN
    return ((shape[0], *(shape[axis] for axis in dims)),)


def _permute_spec(visit: Visit) -> InputSpec | None:
    dims = settings.integers(visit.config.get("dims"))
    return None if dims is None else InputSpec(ndim=len(dims) + 1)


def _repeated(visit: Visit) -> tuple[Shape, ...]:
    shape = visit.shape
    times_ = settings.positive(visit.config, "n")
    if shape is None or len(shape) != 2 or times_ is None:
        return UNKNOWN
    return ((shape[0], times_, shape[1]),)


def _pairs(visit: Visit, key: str, rank: int, default: int) -> Pairs | None:
    """Return what is added or cut at both ends of each spatial axis."""
    value = visit.config.get(key, default)
    single = settings.integer(value)
    if single is not None:
        return ((single, single),) * rank if single >= 0 else None
    listed = settings.items(value)
    if listed is None:
        return None
    if rank == 1:
        listed = [listed]
    found = [_pair(each) for each in listed]
    pairs = tuple(pair for pair in found if pair is not None)
    return pairs if len(pairs) == len(listed) == rank else None


def _pair(value: object) -> tuple[int, int] | None:
    single = settings.integer(value)
    if single is not None:
        return (single, single) if single >= 0 else None
    both = settings.integers(value)
    return (both[0], both[1]) if both is not None and len(both) == 2 and min(both) >= 0 else None


def _first(visit: Visit, rank: int) -> bool | None:
    """Whether channels come first; the layers over one axis know it only where they say so."""
    if rank == 1 and visit.config.get("data_format") is None:
        return False
    return settings.channels_first(visit.config)


def _mapped(shape: Known, first: bool, space: Known) -> Known:
    return (*shape[:2], *space) if first else (shape[0], *space, shape[-1])


def _space(shape: Known, first: bool) -> Known:
    return shape[2:] if first else shape[1:-1]


def _padded(visit: Visit, rank: int) -> tuple[Shape, ...]:
    shape, first = visit.shape, _first(visit, rank)
    pairs = _pairs(visit, "padding", rank, 1)
    if shape is None or first is None or pairs is None or len(shape) != rank + 2:
        return UNKNOWN
    space = tuple(
        None if axis is None else axis + sum(pair)
        for axis, pair in zip(_space(shape, first), pairs, strict=True)
    )
    return (_mapped(shape, first, space),)


def _cropped(visit: Visit, rank: int) -> tuple[Shape, ...]:
    shape, first = visit.shape, _first(visit, rank)
    pairs = _pairs(visit, "cropping", rank, 1 if rank != 2 else 0)
    if shape is None or first is None or pairs is None or len(shape) != rank + 2:
        return UNKNOWN
    space = tuple(
        None if axis is None else axis - sum(pair)
        for axis, pair in zip(_space(shape, first), pairs, strict=True)
    )
    if any(axis is not None and axis <= 0 for axis in space):
        return UNKNOWN
    return (_mapped(shape, first, space),)


def _upsampled(visit: Visit, rank: int) -> tuple[Shape, ...]:
    shape, first = visit.shape, _first(visit, rank)
    factors = settings.sizes(visit.config, "size", rank, 2)
    if shape is None or first is None or factors is None or len(shape) != rank + 2:
        return UNKNOWN
    pairs = zip(_space(shape, first), factors, strict=True)
    return (_mapped(shape, first, tuple(times(axis, factor) for axis, factor in pairs)),)


def _rules(rank: int) -> dict[str, Rule]:
    checked = ndim(rank + 2)
    return {
        f"ZeroPadding{rank}D": Rule(lambda visit: _padded(visit, rank), before=checked),
        f"Cropping{rank}D": Rule(lambda visit: _cropped(visit, rank), before=checked),
        f"UpSampling{rank}D": Rule(lambda visit: _upsampled(visit, rank), before=checked),
    }


RULES: dict[str, Rule] = {
    "Flatten": Rule(_flattened, before=_flatten_spec),
    "Reshape": Rule(_reshape),
    "Permute": Rule(_permuted, before=_permute_spec),
    "RepeatVector": Rule(_repeated, before=ndim(2)),
    **_rules(1),
    **_rules(2),
    **_rules(3),
}
