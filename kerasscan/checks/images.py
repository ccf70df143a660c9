"""Whether an image reaches a known family in the range that it was trained with."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.checks.check import Check, Options, one_of
from kerasscan.contract.contract import Fed, study
from kerasscan.contract.meaning import IMAGE_CHANNELS
from kerasscan.contract.preparing import RAW, for_backbone
from kerasscan.contract.values import Value
from kerasscan.model.address import Address
from kerasscan.model.contract import Span
from kerasscan.model.finding import Case, Observation
from kerasscan.model.graph import Layer

_TINY = 0.2
"""A span of values below which an image was scaled once too often."""


def _image_range(case: Case, options: Options) -> Iterator[Observation]:
    for fed in study(case.saved).fed:
        fault = _fault(fed)
        if fault == options["fault"]:
            yield _observed(case, fed)


def _fault(fed: Fed) -> str | None:
    """Return what is wrong with the values that reach a family; None: nothing that is known."""
    value, family = fed.value, fed.backbone.family
    if not value.is_affine:
        return None
    if value.is_raw:
        return None if family.includes else "missing"
    if for_backbone(value, family, fed.name) is not None:
        return None
    return "double" if family.includes else "wrong"


def _observed(case: Case, fed: Fed) -> Observation:
    value, family = fed.value, fed.backbone.family
    reached = value.image_of(RAW.low or 0.0, RAW.high or 0.0)
    raw = for_backbone(Value(value.origin), family, fed.name)
    path = f"{fed.backbone.model}/{fed.backbone.first}".strip("/")
    step = value.steps[-1] if value.steps else None
    facts = {
        "family": fed.name,
        "layer": path,
        "input": value.origin,
        "wants": str(Span(family.low, family.high)),
        "gets": str(reached) if reached else "values that are not known",
        "step": f"'{step.layer}' ({step.says})" if step else "",
        "snippet": raw.snippet if raw else "",
        "function": f"{family.function_module}.preprocess_input",
    }
    at = _address(case, step.layer if step else path)
    return Observation(at, facts, family.name)


def _address(case: Case, path: str) -> Address:
    for graph in case.saved.graphs:
        for layer in graph.layers:
            if layer.path == path:
                return layer.saved.address
    return Address()


def _scaled_twice(case: Case, _: Options) -> Iterator[Observation]:
    """Two Rescaling layers in a row that leave next to nothing of an image."""
    seen = study(case.saved)
    known = {fed.value.origin for fed in seen.fed}
    told: set[str] = set()
    for meeting in seen.flow.meetings:
        value = meeting.value
        scaling = [step for step in value.steps if step.class_name == "Rescaling"]
        reached = value.image_of(RAW.low or 0.0, RAW.high or 0.0)
        if value.origin in known or len(scaling) < 2 or reached is None or value.origin in told:
            continue
        if (reached.high or 0.0) - (reached.low or 0.0) < _TINY:
            told.add(value.origin)
            facts = {
                "first": f"'{scaling[0].layer}' ({scaling[0].says})",
                "second": f"'{scaling[-1].layer}' ({scaling[-1].says})",
                "gets": str(reached),
            }
            yield Observation(_address(case, scaling[-1].layer), facts, "twice")


def _channel_order(case: Case, _: Options) -> Iterator[Observation]:
    for meeting in study(case.saved).flow.meetings:
        source = study(case.saved).flow.inputs.get(meeting.value.origin)
        told = meeting.layer.saved.config.get("data_format")
        if not meeting.layer.class_name.endswith(("2D", "2DTranspose")):
            continue
        if source is None or told not in ("channels_last", "channels_first"):
            continue
        found = _channels(source)
        if found is not None and found != told and not _is_moved(meeting.value):
            shape = ", ".join("?" if axis is None else str(axis) for axis in source.shape or ())
            facts = {
                "layer": meeting.layer.path,
                "told": told,
                "shape": f"({shape})",
                "looks": found,
            }
            yield Observation(meeting.layer.saved.address, facts, told)


_SMALLEST = 16
"""Rows and columns that a picture has at least; what is smaller may be a map of features."""


def _channels(source: Layer) -> str | None:
    """Return where the channels of an input stand, if only one axis can be theirs."""
    shape = source.shape or ()
    if len(shape) != 4:
        return None
    first, last = shape[1] in IMAGE_CHANNELS, shape[-1] in IMAGE_CHANNELS
    if first == last:
        return None
    sides = [axis for axis in (shape[2:] if first else shape[1:3]) if axis is not None]
    if not sides or min(sides) < _SMALLEST:
        return None
    return "channels_first" if first else "channels_last"


def _is_moved(value: Value) -> bool:
    """Whether axes may have been moved on the way."""
    return any(step.class_name in ("Permute", "Reshape", "Transpose") for step in value.steps)


IMAGE_RANGE = Check(
    name="image-range",
    summary="An image that reaches a known family in another range than it was trained with.",
    run=_image_range,
    facts={
        "family": "the family or variant: EfficientNetB0",
        "layer": "path of its first layer",
        "input": "name of the model's input",
        "wants": "the range that it was trained with: -1 to 1",
        "gets": "what an image of 0 to 255 has become when it gets there",
        "step": "the last layer before that changes values, with what it does; or nothing",
        "snippet": "Python that prepares an image x of 0 to 255",
        "function": "the function of Keras that does it",
    },
    options_schema=one_of(
        "fault",
        {
            "missing": "nothing in the model prepares the image",
            "double": "the family rescales by itself, and something before it does too",
            "wrong": "what stands before it gives another range",
        },
    ),
)

SCALED_TWICE = Check(
    name="scaled-twice",
    summary="An image that two Rescaling layers make next to nothing of.",
    run=_scaled_twice,
    facts={
        "first": "the first of them, with what it does",
        "second": "the last of them, likewise",
        "gets": "what an image of 0 to 255 has become behind them",
    },
)

CHANNEL_ORDER = Check(
    name="channel-order",
    summary="An image whose shape has its channels on another axis than the layer says.",
    run=_channel_order,
    facts={
        "layer": "path of the layer",
        "told": "its data_format",
        "looks": "where the shape has the channels",
        "shape": "the shape of the input",
    },
)
