"""Normalizing layers."""

from __future__ import annotations

from kerasscan.loading.paper import Shape, Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.lengths import position
from kerasscan.loading.shapes.order import owned
from kerasscan.loading.shapes.visits import (
    UNKNOWN,
    InputSpec,
    Known,
    Refused,
    Rule,
    Visit,
    Weights,
    same_shape,
)

_RENORM = (3, 14)
_SORTED = (3, 14)
"""First release whose ``LayerNormalization`` sorts its axes."""


def _axes(visit: Visit, default: int = -1) -> tuple[int, ...] | None:
    """Return ``axis`` as a list, as the config gives it."""
    value = visit.config.get("axis", default)
    single = settings.integer(value)
    return (single,) if single is not None else settings.integers(value)


def _batch_axes(visit: Visit) -> tuple[int, ...] | None:
    """Return the axes of a ``BatchNormalization``, counted from the front.

    Raises:
        Refused: The input has no such axis.
    """
    shape, axes = visit.shape, _axes(visit)
    if shape is None or axes is None:
        return None
    if visit.dialect.keras3 and settings.integer(visit.config.get("axis", -1)) is None:
        return None
    found = tuple(position(axis, len(shape)) for axis in axes)
    if None in found:
        raise _no_such_axis(visit, len(shape), axes)
    return tuple(axis for axis in found if axis is not None)


def _no_such_axis(visit: Visit, rank: int, axes: tuple[int, ...]) -> Refused:
    dialect = visit.dialect
    if dialect.keras3:
        return Refused("tuple index out of range", "IndexError", "axis")
    listed = [axis + rank if axis < 0 else axis for axis in axes]
    if dialect.line == "tf.keras" and not dialect.since(2, 7):
        return Refused(f"Invalid axis: ListWrapper({listed})", argument="axis")
    expected = f"Expected 0 <= axis < inputs.rank (with inputs.rank={rank}). Received:"
    if dialect.line == "tf.keras" and not dialect.since(2, 8):
        message = f"Invalid axis. {expected} layer.axis=ListWrapper({listed})"
        return Refused(message, argument="axis")
    return Refused(
        f"Invalid value for `axis` argument. {expected} axis={tuple(listed)}", argument="axis"
    )


def _batch_weights(visit: Visit) -> Weights:
    shape = visit.shape
    scale = settings.flag(visit.config, "scale", True)
    center = settings.flag(visit.config, "center", True)
    renorm = settings.flag(visit.config, "renorm", False)
    axes = _batch_axes(visit)
    if scale is None or center is None or renorm is None:
        return None
    length: Known | None = (None,)
    if shape is not None:
        length = None if axes is None else _batch_shape(visit, shape, axes)
    if length is None:
        return None
    names = [*(["gamma"] if scale else []), *(["beta"] if center else [])]
    found = [Weight("", name, length) for name in names]
    kept = ["moving_mean", "moving_variance"]
    if renorm and not (visit.dialect.keras3 and not visit.dialect.since(*_RENORM)):
        kept += _renormed(visit)
    return (*found, *(Weight("", name, length, trainable=False) for name in kept))


def _renormed(visit: Visit) -> list[str]:
    return ["moving_stddev", "renorm_mean", "renorm_stddev"]


def _batch_shape(visit: Visit, shape: Known, axes: tuple[int, ...]) -> Known | None:
    if visit.config.get("virtual_batch_size") is not None and not visit.dialect.keras3:
        return None
    if len(axes) == 1:
        return (shape[axes[0]],)
    return tuple(shape[axis] if axis in axes else 1 for axis in range(len(shape)))


def _batch_spec(visit: Visit) -> InputSpec | None:
    shape, axes = visit.shape, _batch_axes(visit)
    if shape is None or axes is None:
        return None
    return InputSpec(ndim=len(shape), axes=tuple((axis, shape[axis]) for axis in axes))


def _layer_weights(visit: Visit) -> Weights:
    shape = _kept(visit)
    scale = settings.flag(visit.config, "scale", True)
    center = settings.flag(visit.config, "center", True)
    rms = settings.flag(visit.config, "rms_scaling", False)
    if shape is None or scale is None or center is None or rms is None:
        return None
    gamma = (Weight("", "gamma", shape),) if scale or rms else ()
    beta = (Weight("", "beta", shape),) if center and not rms else ()
    return gamma + beta


def _kept(visit: Visit) -> Known | None:
    """Return the lengths of the axes that are scaled one by one, in the order of ``axis``."""
    shape, axes = visit.shape, _axes(visit)
    if axes is None:
        return None
    if visit.dialect.keras3 and list(axes) != sorted(axes):
        if visit.layer.class_name != "LayerNormalization":
            return None  # when they began to be sorted is not known
        axes = tuple(sorted(axes)) if visit.dialect.since(*_SORTED) else axes
    if shape is None:
        return (None,) * len(axes)
    found = [position(axis, len(shape)) for axis in axes]
    known = [axis for axis in found if axis is not None]
    if len(known) < len(found):
        if visit.dialect.keras3:
            raise Refused("tuple index out of range", "IndexError", "axis")
        return None
    return tuple(shape[axis] for axis in known)


def _group_weights(visit: Visit) -> Weights:
    axes = _axes(visit)
    scale = settings.flag(visit.config, "scale", True)
    center = settings.flag(visit.config, "center", True)
    groups = settings.number(visit.config, "groups", 32)
    if axes is None or len(axes) != 1 or scale is None or center is None or groups is None:
        return None
    length = visit.axis(axes[0])
    _check_groups(visit, length, groups, axes[0])
    names = [*(["gamma"] if scale else []), *(["beta"] if center else [])]
    return tuple(Weight("", name, (length,)) for name in names)


def _check_groups(visit: Visit, length: int | None, groups: int, axis: int) -> None:
    shape = visit.shape
    if length is None and shape is not None and position(axis, len(shape)) is not None:
        raise Refused(
            f"Axis {axis} of input tensor should have a defined dimension but the layer received "
            f"an input with shape {shape}."
        )
    if length is None or groups == -1:
        return
    if length < groups:
        raise Refused(
            f"Number of groups ({groups}) cannot be more than the number of channels ({length}).",
            argument="groups",
        )
    if groups > 0 and length % groups:
        raise Refused(
            f"Number of groups ({groups}) must be a multiple of the number of channels ({length}).",
            argument="groups",
        )


def _group_spec(visit: Visit) -> InputSpec | None:
    shape, axes = visit.shape, _axes(visit)
    if shape is None or axes is None or len(axes) != 1:
        return None
    return InputSpec(ndim=len(shape), axes=((axes[0], visit.axis(axes[0])),))


def _rms_weights(visit: Visit) -> Weights:
    shape = _kept(visit)
    return None if shape is None else (Weight("", "scale", shape),)


def _spectral_weights(visit: Visit) -> Weights:
    inner = visit.layer.parts.get("layer")
    if inner is None:
        return None
    weights = visit.inner.build(inner, visit.inputs)
    matrix = next(
        (w for w in weights or () if not w.owner and w.name in ("kernel", "embeddings")), None
    )
    if weights is None or matrix is None:
        return None
    vector = Weight("", "vector_u", (1, matrix.shape[-1]), trainable=False)
    found = owned("layer", inner, weights) or ()
    trained = tuple(weight for weight in found if weight.trainable)
    rest = tuple(weight for weight in found if not weight.trainable)
    return (*trained, vector, *rest)


def _spectral_outputs(visit: Visit) -> tuple[Shape, ...]:
    inner = visit.layer.parts.get("layer")
    return UNKNOWN if inner is None else visit.inner.outputs(inner, visit.inputs)


_BATCH = Rule(same_shape, _batch_weights, after=_batch_spec)

RULES: dict[str, Rule] = {
    "BatchNormalization": _BATCH,
    "BatchNormalizationV1": _BATCH,
    "BatchNormalizationV2": _BATCH,
    "SyncBatchNormalization": _BATCH,
    "LayerNormalization": Rule(same_shape, _layer_weights),
    "GroupNormalization": Rule(same_shape, _group_weights, after=_group_spec),
    "RMSNormalization": Rule(same_shape, _rms_weights),
    "SpectralNormalization": Rule(_spectral_outputs, _spectral_weights),
}
