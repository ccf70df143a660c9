"""Pooling: over windows, over all space, and to a fixed size."""

from __future__ import annotations

from kerasscan.loading.paper import Shape
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.lengths import slid
from kerasscan.loading.shapes.visits import UNKNOWN, Known, Refused, Rule, Visit, ndim


def _placed(shape: Known, first: bool, space: Known) -> Known:
    return (*shape[:2], *space) if first else (shape[0], *space, shape[-1])


def _pooled(visit: Visit, rank: int) -> tuple[Shape, ...]:
    config, shape = visit.config, visit.shape
    size = settings.sizes(config, "pool_size", rank, 2)
    strides = size if config.get("strides") is None else settings.sizes(config, "strides", rank)
    padding = settings.word(config, "padding", "valid")
    first = settings.channels_first(config)
    if shape is None or size is None or strides is None or padding is None or first is None:
        return UNKNOWN
    if len(shape) != rank + 2 or padding not in ("valid", "same"):
        return UNKNOWN
    space = tuple(
        slid(axis, window, stride, padding)
        for axis, window, stride in zip(
            shape[2:] if first else shape[1:-1], size, strides, strict=True
        )
    )
    if any(axis is not None and axis <= 0 for axis in space):
        if not visit.dialect.keras3:
            return UNKNOWN
        raise Refused(
            "Computed output size would be zero or negative. Received: "
            f"`inputs.shape={list(shape)}`, `pool_size={list(size)}`, `strides={strides}`, "
            f"`padding={padding}`."
        )
    return (_placed(shape, first, space),)


def _global(visit: Visit, rank: int) -> tuple[Shape, ...]:
    shape = visit.shape
    first = settings.channels_first(visit.config)
    keepdims = settings.flag(visit.config, "keepdims", False)
    if shape is None or first is None or keepdims is None or len(shape) != rank + 2:
        return UNKNOWN
    if keepdims:
        return (_placed(shape, first, (1,) * rank),)
    return ((shape[0], shape[1] if first else shape[-1]),)


def _adaptive(visit: Visit, rank: int) -> tuple[Shape, ...]:
    shape = visit.shape
    first = settings.channels_first(visit.config)
    size = settings.sizes(visit.config, "output_size", rank)
    if shape is None or first is None or size is None or len(shape) != rank + 2:
        return UNKNOWN
    return (_placed(shape, first, size),)


def _rules(rank: int) -> dict[str, Rule]:
    checked = ndim(rank + 2)
    windowed = Rule(lambda visit: _pooled(visit, rank), before=checked)
    whole = Rule(lambda visit: _global(visit, rank), before=checked)
    adaptive = Rule(lambda visit: _adaptive(visit, rank))
    return {
        f"MaxPooling{rank}D": windowed,
        f"AveragePooling{rank}D": windowed,
        f"GlobalMaxPooling{rank}D": whole,
        f"GlobalAveragePooling{rank}D": whole,
        f"AdaptiveMaxPooling{rank}D": adaptive,
        f"AdaptiveAveragePooling{rank}D": adaptive,
    }


RULES: dict[str, Rule] = {**_rules(1), **_rules(2), **_rules(3)}
