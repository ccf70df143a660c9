"""Preprocessing layers."""

from __future__ import annotations

from kerasscan.loading.paper import Shape, Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.lengths import position, product
from kerasscan.loading.shapes.visits import (
    UNKNOWN,
    Known,
    Refused,
    Rule,
    Visit,
    Weights,
    same_shape,
    unknown,
)

_BROADCAST = (3, 8)
"""First release that spreads a given mean over all places that are kept."""


def _normalization_weights(visit: Visit) -> Weights:
    """Answer for ``Normalization``: what it adapted to, unless the config gives it."""
    axes = _axes(visit)
    kept = None if axes is None else _kept(visit, axes)
    if visit.config.get("mean") is not None and not _keeps_given(visit):
        if visit.dialect.keras3 and kept is not None and visit.shape is not None:
            _check_given(visit, kept)
        return ()
    if kept is None:
        return None
    return (
        Weight("", "mean", kept, trainable=False),
        Weight("", "variance", kept, trainable=False),
        Weight("", "count", (), trainable=False),
    )


def _keeps_given(visit: Visit) -> bool:
    """Whether variables hold a given mean too, as before TensorFlow 2.6."""
    return visit.dialect.line == "tf.keras" and not visit.dialect.since(2, 6)


def _check_given(visit: Visit, kept: Known) -> None:
    """Check that a given mean has one number for each kept place, before Keras 3.8."""
    size = _size(visit.config["mean"])
    wanted = product(kept)
    if visit.dialect.since(*_BROADCAST) or size is None or wanted in (None, size):
        return
    raise Refused(
        f"Input to reshape is a tensor with {size} values, but the requested shape has {wanted} "
        "[Op:Reshape]",
        "InvalidArgumentError",
        "mean",
    )


def _size(value: object) -> int | None:
    """Return how many numbers there are in a number or in nested lists."""
    if isinstance(value, (int, float)):
        return 1
    if not isinstance(value, list):
        return None
    sizes = [_size(each) for each in value]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _axes(visit: Visit) -> tuple[int, ...] | None:
    value = visit.config.get("axis", -1)
    if value is None:
        return ()
    single = settings.integer(value)
    return (single,) if single is not None else settings.integers(value)


def _kept(visit: Visit, axes: tuple[int, ...]) -> Known | None:
    shape = visit.shape
    if shape is None:
        return (None,) * len(axes)
    places = [position(axis, len(shape)) for axis in axes]
    known = sorted(place for place in places if place is not None)
    if visit.dialect.keras3:
        _check(visit, shape, axes, known)
    if len(known) < len(places):
        return None
    return tuple(shape[place] for place in known)


def _check(visit: Visit, shape: Known, axes: tuple[int, ...], known: list[int]) -> None:
    if len(known) < len(axes):
        raise Refused(
            "All `axis` values must be in the range [-ndim, ndim). Received inputs with ndim="
            f"{len(shape)}, while axis={axes}",
            argument="axis",
        )
    for place in known:
        if shape[place] is None:
            raise Refused(
                "All `axis` values to be kept must have a known shape. Received axis="
                f"{axes}, inputs.shape={shape}, with unknown axis at index {place}",
                argument="axis",
            )


def _sized(visit: Visit) -> tuple[Shape, ...]:
    """Answer for layers that bring images to a height and a width."""
    shape = visit.shape
    height = settings.positive(visit.config, "height")
    width = settings.positive(visit.config, "width")
    first = settings.channels_first(visit.config)
    if shape is None or height is None or width is None or first is None:
        return UNKNOWN
    if len(shape) not in (3, 4):
        return UNKNOWN
    start = len(shape) - (2 if first else 3)
    return ((*shape[:start], height, width, *shape[start + 2 :]),)


def _lookup_weights(visit: Visit) -> Weights:
    """Answer for layers with a table: in Keras 2 it counts as a weight that HDF5 cannot hold."""
    return () if visit.dialect.keras3 or visit.config.get("vocabulary") is not None else None


def _looked_up(visit: Visit) -> tuple[Shape, ...]:
    mode = settings.word(visit.config, "output_mode", "int")
    return (visit.shape,) if mode == "int" else UNKNOWN


def _discretization_weights(visit: Visit) -> Weights:
    """Answer for ``Discretization``: Keras 2 keeps what it adapted to in a variable."""
    if visit.dialect.keras3 or visit.config.get("bin_boundaries") is not None:
        return ()
    return None


_KEEPING = Rule(same_shape)
_LOOKUP = Rule(_looked_up, _lookup_weights)

RULES: dict[str, Rule] = {
    "Normalization": Rule(same_shape, _normalization_weights),
    "Resizing": Rule(_sized),
    "CenterCrop": Rule(_sized),
    "StringLookup": _LOOKUP,
    "IntegerLookup": _LOOKUP,
    "TextVectorization": Rule(unknown, _lookup_weights),
    "Hashing": Rule(_looked_up),
    "Discretization": Rule(_looked_up, _discretization_weights),
    **dict.fromkeys(
        (
            "CategoryEncoding",
            "CutMix",
            "HashedCrossing",
            "MaxNumBoundingBoxes",
            "MelSpectrogram",
            "MixUp",
            "Pipeline",
            "RandomCrop",
            "RandomHeight",
            "RandomWidth",
        ),
        Rule(unknown),
    ),
    **dict.fromkeys(
        (
            "AugMix",
            "AutoContrast",
            "CLAHE",
            "ContrastLimitedAdaptiveHistogramEqualization",
            "Equalization",
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomColorJitter",
            "RandomContrast",
            "RandomElasticTransform",
            "RandomErasing",
            "RandomFlip",
            "RandomGaussianBlur",
            "RandomGrayscale",
            "RandomHue",
            "RandomInvert",
            "RandomPerspective",
            "RandomPosterization",
            "RandomRotation",
            "RandomSaturation",
            "RandomSharpness",
            "RandomShear",
            "RandomTranslation",
            "RandomZoom",
            "RandAugment",
            "Rescaling",
            "Solarization",
        ),
        _KEEPING,
    ),
}
