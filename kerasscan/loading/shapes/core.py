"""Dense, Embedding, and the layers that leave shapes alone."""

from __future__ import annotations

from kerasscan.loading.paper import Shape, Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.quantized import embedding_weights, matrix_weights
from kerasscan.loading.shapes.visits import (
    UNKNOWN,
    InputSpec,
    Refused,
    Rule,
    Visit,
    Weights,
    min_ndim,
    ndim,
    same_shape,
    unknown,
)


def _dense_weights(visit: Visit) -> Weights:
    units = settings.positive(visit.config, "units")
    use_bias = settings.flag(visit.config, "use_bias", True)
    if units is None or use_bias is None:
        return None
    kernel = (visit.axis(-1), units)
    return matrix_weights(visit, kernel, (units,) if use_bias else None, packs=True)


def _dense_outputs(visit: Visit) -> tuple[Shape, ...]:
    units = settings.positive(visit.config, "units")
    shape = visit.shape
    return UNKNOWN if shape is None or units is None else ((*shape[:-1], units),)


def _dense_spec(visit: Visit) -> InputSpec:
    return InputSpec(min_ndim=2, axes=((-1, visit.axis(-1)),))


def _embedding_weights(visit: Visit) -> Weights:
    rows = settings.positive(visit.config, "input_dim")
    columns = settings.positive(visit.config, "output_dim")
    if rows is None or columns is None:
        return None
    return embedding_weights(visit, (rows, columns))


def _embedding_outputs(visit: Visit) -> tuple[Shape, ...]:
    columns = settings.positive(visit.config, "output_dim")
    shape = visit.shape
    return UNKNOWN if shape is None or columns is None else ((*shape, columns),)


def _prelu_weights(visit: Visit) -> Weights:
    shape = visit.shape
    shared = settings.integers(visit.config.get("shared_axes") or ())
    if shape is None or shared is None:
        return None
    alpha = list(shape[1:])
    for axis in shared:
        if not -len(alpha) < axis <= len(alpha):
            return None
        alpha[axis - 1] = 1
    return (Weight("", "alpha", tuple(alpha)),)


def _prelu_spec(visit: Visit) -> InputSpec | None:
    shape = visit.shape
    shared = settings.integers(visit.config.get("shared_axes") or ())
    if shape is None or shared is None:
        return None
    axes = tuple((axis, shape[axis]) for axis in range(1, len(shape)) if axis not in shared)
    return InputSpec(ndim=len(shape), axes=axes)


def _multi_outputs(visit: Visit) -> tuple[Shape, ...]:
    return visit.inputs or UNKNOWN


def _softmax_outputs(visit: Visit) -> tuple[Shape, ...]:
    """Keep the shape of the inputs, which may come with a mask as second argument."""
    return (visit.first,)


def _unit_normalization(visit: Visit) -> tuple[Shape, ...]:
    shape = visit.shape
    axes = visit.config.get("axis", -1)
    listed = settings.integers(axes if isinstance(axes, (list, tuple)) else [axes])
    if shape is None or listed is None:
        return (shape,)
    if visit.dialect.keras3 and any(not -len(shape) <= axis < len(shape) for axis in listed):
        raise Refused(f"Axis {axes} is out of bounds for input shape {shape}.", argument="axis")
    return (shape,)


def _reversible_weights(visit: Visit) -> Weights:
    """Answer for the layer that reads its matrix backwards too, or holds a second one."""
    embeddings = _embedding_weights(visit)
    tied = settings.flag(visit.config, "tie_weights", True)
    if embeddings is None or tied is None or len(embeddings) != 1:
        return None
    if tied:
        return embeddings
    rows, columns = embeddings[0].shape
    return (*embeddings, Weight("", "reverse_embeddings", (columns, rows)))


_KEEPING = Rule()
"""A layer without variables that keeps the shape of its input."""

RULES: dict[str, Rule] = {
    "Dense": Rule(_dense_outputs, _dense_weights, min_ndim(2), _dense_spec),
    "Embedding": Rule(_embedding_outputs, _embedding_weights),
    "ReversibleEmbedding": Rule(unknown, _reversible_weights),
    "PReLU": Rule(same_shape, _prelu_weights, after=_prelu_spec),
    "Lambda": Rule(unknown),
    "Identity": Rule(_multi_outputs),
    "Softmax": Rule(_softmax_outputs),
    "UnitNormalization": Rule(_unit_normalization),
    "SpatialDropout1D": Rule(before=ndim(3)),
    "SpatialDropout2D": Rule(before=ndim(4)),
    "SpatialDropout3D": Rule(before=ndim(5)),
    **dict.fromkeys(
        (
            "Activation",
            "ActivityRegularization",
            "AlphaDropout",
            "Dropout",
            "ELU",
            "GaussianDropout",
            "GaussianNoise",
            "LeakyReLU",
            "Masking",
            "ReLU",
            "ThresholdedReLU",
        ),
        _KEEPING,
    ),
}
