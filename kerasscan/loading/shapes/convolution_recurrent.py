"""``ConvLSTM1D``, ``ConvLSTM2D`` and ``ConvLSTM3D``."""

from __future__ import annotations

from kerasscan.loading.paper import Shape, Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.convolution import Window, window
from kerasscan.loading.shapes.lengths import slid
from kerasscan.loading.shapes.visits import UNKNOWN, InputSpec, Known, Refused, Rule, Visit, Weights


def _step(visit: Visit, rank: int) -> Known | None:
    shape = visit.first
    return (shape[0], *shape[2:]) if shape is not None and len(shape) == rank + 3 else None


def _weights(visit: Visit, rank: int) -> Weights:
    used = window(visit, rank)
    filters = settings.positive(visit.config, "filters")
    if used is None or filters is None:
        return None
    step = _step(visit, rank)
    depth = None if step is None else step[used.channel_axis]
    if step is not None and visit.dialect.keras3:
        _check_static(step, used)
    bias = (Weight("cell", "bias", (4 * filters,)),) if used.bias else ()
    return (
        Weight("cell", "kernel", (*used.size, depth, 4 * filters)),
        Weight("cell", "recurrent_kernel", (*used.size, filters, 4 * filters)),
        *bias,
    )


def _check_static(step: Known, used: Window) -> None:
    if None in used.space(step):
        raise Refused(
            "ConvLSTM layers only support static input shapes for the spatial dimension. "
            f"Received invalid input shape: input_shape={step}"
        )
    if step[used.channel_axis] is None:
        raise Refused(
            "The channel dimension of the inputs (last axis) should be defined. Found None. Full "
            f"input shape received: input_shape={step}"
        )


def _outputs(visit: Visit, rank: int) -> tuple[Shape, ...]:
    used = window(visit, rank)
    filters = settings.positive(visit.config, "filters")
    step, shape = _step(visit, rank), visit.first
    sequences = settings.flag(visit.config, "return_sequences", False)
    state = settings.flag(visit.config, "return_state", False)
    if used is None or filters is None or step is None or shape is None:
        return UNKNOWN
    out = _convolved(used, step, filters)
    if out is None or sequences is None or state is None:
        return UNKNOWN
    first = (shape[0], shape[1], *out[1:]) if sequences else out
    return (first, out, out) if state else (first,)


def _convolved(used: Window, step: Known, filters: int) -> Known | None:
    space = tuple(
        slid(axis, size, stride, used.padding, dilation)
        for axis, size, stride, dilation in zip(
            used.space(step), used.size, used.strides, used.dilation, strict=True
        )
    )
    if any(axis is not None and axis <= 0 for axis in space):
        return None
    return used.around(step, space, filters)


def _rule(rank: int) -> Rule:
    return Rule(
        lambda visit: _outputs(visit, rank),
        lambda visit: _weights(visit, rank),
        lambda visit: InputSpec(ndim=rank + 3, many=not visit.dialect.keras3),
    )


RULES: dict[str, Rule] = {f"ConvLSTM{rank}D": _rule(rank) for rank in (1, 2, 3)}
