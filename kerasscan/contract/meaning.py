"""What an input is: told by its dtype, its shape, and the layers that it meets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kerasscan.contract.flow import Meeting
from kerasscan.contract.values import Kind, Value
from kerasscan.model.contract import Meaning
from kerasscan.model.graph import Layer

IMAGE_CHANNELS: Final = (1, 3, 4)

_TEXT: Final = frozenset({"StringLookup", "TextVectorization"})
_OF_IMAGES: Final = frozenset(
    {
        "CenterCrop",
        "Conv2D",
        "Convolution2D",
        "DepthwiseConv2D",
        "RandomFlip",
        "RandomRotation",
        "RandomZoom",
        "Resizing",
        "SeparableConv2D",
    }
)
_OF_SEQUENCES: Final = frozenset(
    {
        "Attention",
        "Bidirectional",
        "Conv1D",
        "ConvLSTM2D",
        "CuDNNGRU",
        "CuDNNLSTM",
        "GRU",
        "LSTM",
        "MultiHeadAttention",
        "RNN",
        "SeparableConv1D",
        "SimpleRNN",
        "TimeDistributed",
    }
)


def meaning_of(
    layer: Layer, meetings: Sequence[Meeting], values: Sequence[Value]
) -> tuple[Meaning, tuple[str, ...]]:
    """Return what an input is, and why that is thought.

    Args:
        layer: The layer that takes it.
        meetings: What it meets behind its preprocessing.
        values: It, as it reaches those.
    """
    classes = {meeting.layer.class_name.rpartition(">")[2] for meeting in meetings}
    steps = {step.class_name for value in values for step in value.steps}
    if layer.dtype == "string" or steps & _TEXT:
        return Meaning.STRINGS, (_seen(steps & _TEXT) or "its dtype is string",)
    if "Embedding" in classes and not any(_is_looked_up(each) for each in meetings):
        return _ids(layer)
    if steps & {"CategoryEncoding", "HashedCrossing", "Hashing", "IntegerLookup"}:
        return Meaning.CATEGORIES, (_seen(steps),)
    if _is_image(layer) and (classes | steps) & _OF_IMAGES:
        return Meaning.IMAGE, (_shape_says(layer), _seen((classes | steps) & _OF_IMAGES))
    rank = len(layer.shape) if layer.shape else None
    if rank == 5 or (rank in (3, None) and classes & _OF_SEQUENCES) or classes & {"ConvLSTM2D"}:
        return Meaning.SEQUENCE, (_shape_says(layer), _seen(classes & _OF_SEQUENCES) or "its rank")
    if rank == 2 and (classes or steps):
        return Meaning.TABULAR, (_shape_says(layer), f"it meets {_listed(classes or steps)}")
    return Meaning.UNKNOWN, ()


def _is_looked_up(meeting: Meeting) -> bool:
    return meeting.value.kind is not Kind.NUMBER


def _ids(layer: Layer) -> tuple[Meaning, tuple[str, ...]]:
    is_one = layer.shape is not None and (len(layer.shape) == 1 or layer.shape[1:] == (1,))
    meaning = Meaning.CATEGORIES if is_one else Meaning.TOKENS
    return meaning, ("it goes into an Embedding as it is",)


def data_format_of(layer: Layer, meetings: Sequence[Meeting]) -> str | None:
    """Return where the channels of an image stand; None where that is not told."""
    for meeting in meetings:
        told = meeting.layer.saved.config.get("data_format")
        if told in ("channels_last", "channels_first"):
            return str(told)
    shape = layer.shape or ()
    if len(shape) == 4 and shape[-1] in IMAGE_CHANNELS:
        return "channels_last"
    return None


def channels_of(layer: Layer, data_format: str | None) -> int | None:
    """Return the number of channels of an image."""
    shape = layer.shape or ()
    if len(shape) != 4:
        return None
    return shape[1] if data_format == "channels_first" else shape[-1]


def _is_image(layer: Layer) -> bool:
    shape = layer.shape or ()
    return len(shape) == 4 and (shape[-1] in IMAGE_CHANNELS or shape[1] in IMAGE_CHANNELS)


def _shape_says(layer: Layer) -> str:
    axes = ", ".join("?" if axis is None else str(axis) for axis in layer.shape or ())
    return f"its shape is ({axes})"


def _seen(classes: set[str] | frozenset[str]) -> str:
    return f"it goes through {_listed(classes)}" if classes else ""


def _listed(classes: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(classes)[:3])
