"""What each class of layer does to values: one function a class, in a table.

A class that is not in the table is where preprocessing ends: something that learns, or that nothing
is known of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import isfinite, sqrt
from typing import Any, Final, TypeAlias

from kerasscan.contract.operands import arithmetic, numbers, operation
from kerasscan.contract.values import Kind, Numbers, Value
from kerasscan.model.contract import Span, Step
from kerasscan.model.graph import Layer

EPSILON: Final = 1e-7
"""``backend.epsilon()``, the least standard deviation of a Normalization."""


@dataclass(frozen=True)
class Statistics:
    """What a Normalization has adapted to.

    Attributes:
        mean: One number, or one for each feature.
        variance: Likewise.
        count: Number of batches it has seen, where that is stored.
    """

    mean: Numbers
    variance: Numbers
    count: float | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether it is as it was made; Keras 3 leaves the count of batches at 0 when it adapts."""
        is_unseen = not self.count
        return is_unseen and not any(self.mean) and all(each == 1 for each in self.variance)


@dataclass(frozen=True)
class Visit:
    """A layer, one of the values that reach it, and what is stored of it."""

    layer: Layer
    value: Value
    statistics: Statistics | None = None

    @property
    def config(self) -> dict[str, Any]:
        """The layer's configuration."""
        return self.layer.saved.config

    def stepped(self, value: Value, says: str) -> Value:
        """Return a value with this layer among its steps."""
        return value.stepped(Step(self.layer.path, self.layer.class_name, says))


Transfer: TypeAlias = Callable[[Visit], Value | None]


def transfer(visit: Visit) -> Value | None:
    """Return what leaves a layer; None: it is no preprocessing, or an unknown class."""
    rule = _RULES.get(operation(visit.layer).rpartition(">")[2])
    if rule is not None:
        return rule(visit)
    return _arithmetic(visit)


def _same(visit: Visit) -> Value:
    return visit.value


def _shape(says: str) -> Transfer:
    """Leave the values, change what is around them."""
    return lambda visit: visit.stepped(visit.value, says.format_map(_Shown(visit.config)))


class _Shown(dict[str, Any]):
    """A configuration of which a missing key reads as ``?``."""

    def __missing__(self, key: str) -> str:
        return "?"


def _arithmetic(visit: Visit) -> Value | None:
    found = arithmetic(visit.layer)
    if found is None or found.affine is None or visit.value.kind is not Kind.NUMBER:
        return None
    return visit.stepped(visit.value.affine(*found.affine), found.says)


def _rescaling(visit: Visit) -> Value | None:
    """keras/src/layers/preprocessing/rescaling.py: ``inputs * scale + offset``."""
    scale, offset = numbers(visit.config.get("scale")), numbers(visit.config.get("offset", 0.0))
    if scale is None or offset is None:
        return None
    return visit.stepped(visit.value.affine(scale, offset), _rescaled(scale, offset))


def _rescaled(scale: Numbers, offset: Numbers) -> str:
    factor = scale[0]
    if len(scale) > 1:
        said = f"x * [{', '.join(f'{number:.4g}' for number in scale[:3])}]"
    elif 0 < factor < 0.5 and abs(1 / factor - round(1 / factor, 1)) < 1e-3:
        said = f"x / {1 / factor:g}"
    else:
        said = f"x * {factor:g}"
    if len(offset) > 1:
        return f"{said} + [{', '.join(f'{number:.4g}' for number in offset[:3])}]"
    shift = offset[0]
    return said if not shift else f"{said} {'-' if shift < 0 else '+'} {abs(shift):g}"


def _normalization(visit: Visit) -> Value | None:
    """keras/src/layers/preprocessing/normalization.py: ``(x - mean) / max(sqrt(var), epsilon)``."""
    found = visit.statistics
    if found is None or visit.value.kind is not Kind.NUMBER:
        return visit.stepped(replace(visit.value, scale=(), offset=()), "normalizes each feature")
    if found.is_fresh:
        return visit.stepped(visit.value, "has adapted to nothing and changes nothing")
    if any(variance < 0 or not isfinite(variance) for variance in found.variance):
        return visit.stepped(replace(visit.value, scale=(), offset=()), "normalizes each feature")
    scale = tuple(1.0 / max(sqrt(variance), EPSILON) for variance in found.variance)
    many = max(len(scale), len(found.mean))
    scales, means = (
        scale * (many if len(scale) == 1 else 1),
        found.mean * (many if len(found.mean) == 1 else 1),
    )
    if len(scales) != len(means):
        return None
    offset = tuple(-mean * factor for mean, factor in zip(means, scales, strict=True))
    value = visit.value.affine(scales, offset)
    if visit.config.get("invert"):
        value = replace(visit.value, scale=(), offset=())
    return visit.stepped(value, "subtracts the adapted mean, divides by the deviation")


def _index(says: str) -> Transfer:
    def rule(visit: Visit) -> Value:
        mode = visit.config.get("output_mode", "int")
        kind = Kind.INDEX if mode == "int" else Kind.ENCODED
        most = _indexes(visit.config) if mode == "int" else None
        bounds = Span(0.0, None if most is None else most - 1.0)
        return visit.stepped(
            replace(visit.value, kind=kind, scale=(), offset=(), bounds=bounds), says
        )

    return rule


def _indexes(config: Mapping[str, Any]) -> int | None:
    """Return how many different indexes a layer gives, where its configuration tells."""
    boundaries, vocabulary = config.get("bin_boundaries"), config.get("vocabulary")
    if isinstance(boundaries, list):
        return len(boundaries) + 1
    for key in ("num_bins", "max_tokens"):
        if isinstance(config.get(key), int):
            return int(config[key])
    if isinstance(vocabulary, list):
        extra = config.get("num_oov_indices", 1)
        return len(vocabulary) + (extra if isinstance(extra, int) else 1) + 1
    return None


def _encoded(visit: Visit) -> Value:
    bounds = Span(0.0, 1.0) if visit.config.get("output_mode") != "count" else Span(0.0, None)
    value = replace(visit.value, kind=Kind.ENCODED, scale=(), offset=(), bounds=bounds)
    return visit.stepped(value, "encodes categories")


def _slice(visit: Visit) -> Value | None:
    """``x[..., ::-1]`` turns RGB into BGR; any other part of the input stays what it is."""
    text = str(visit.layer.saved.raw.get("inbound_nodes"))
    if "'step': -1" not in text:
        return visit.value
    value = replace(visit.value, is_reversed=not visit.value.is_reversed)
    return visit.stepped(value, "reverses the order of the channels")


def _activation(visit: Visit) -> Value | None:
    return visit.value if visit.config.get("activation") in (None, "linear") else None


_AUGMENTS = _shape("augments in training")

_RULES: Final[Mapping[str, Transfer]] = {
    **dict.fromkeys(
        (
            "ActivityRegularization", "AlphaDropout", "AveragePooling1D", "AveragePooling2D",
            "AveragePooling3D", "Cast", "Cropping1D", "Cropping2D", "Cropping3D", "Dropout",
            "ExpandDims", "Flatten", "GaussianDropout", "GaussianNoise", "Identity", "InputLayer",
            "Masking", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "Permute", "RepeatVector",
            "Reshape", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "Squeeze",
            "Transpose", "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding1D",
            "ZeroPadding2D", "ZeroPadding3D", "cast", "convert_to_tensor", "expand_dims",
            "identity", "image.resize", "reshape", "squeeze", "transpose",
        ),
        _same,
    ),
    **dict.fromkeys(
        (
            "AugMix", "AutoContrast", "CutMix", "Equalization", "MixUp", "RandAugment",
            "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast",
            "RandomCrop", "RandomElasticTransform", "RandomErasing", "RandomFlip",
            "RandomGaussianBlur", "RandomGrayscale", "RandomHeight", "RandomHue", "RandomInvert",
            "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation",
            "RandomSharpness", "RandomShear", "RandomTranslation", "RandomWidth", "RandomZoom",
        ),
        _AUGMENTS,
    ),
    "Activation": _activation,
    "CategoryCrossing": _shape("crosses categories"),
    "CategoryEncoding": _encoded,
    "CenterCrop": _shape("crops to {height} x {width}"),
    "Discretization": _index("sorts numbers into bins"),
    "GetItem": _slice,
    "HashedCrossing": _index("crosses and hashes categories"),
    "Hashing": _index("hashes categories"),
    "IntegerLookup": _index("looks integers up in a vocabulary"),
    "Normalization": _normalization,
    "Rescaling": _rescaling,
    "Resizing": _shape("resizes to {height} x {width}"),
    "StringLookup": _index("looks strings up in a vocabulary"),
    "TextVectorization": _index("splits text and looks words up"),
    "__operators__.getitem": _slice,
}  # fmt: skip
