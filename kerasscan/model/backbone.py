"""Known families of image models, and what they want to be fed with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Preparation(StrEnum):
    """What ``preprocess_input`` of a family does with an image of 0 to 255, channels RGB."""

    NONE = "none"
    """Nothing: the model itself rescales, or was trained on 0 to 255."""
    UNIT = "unit"
    """``x / 255``: 0 to 1."""
    TF = "tf"
    """``x / 127.5 - 1``: -1 to 1."""
    TORCH = "torch"
    """``x / 255``, then ImageNet's mean and standard deviation of each channel."""
    CAFFE = "caffe"
    """RGB to BGR, then ImageNet's mean of each channel is subtracted; not scaled."""


@dataclass(frozen=True)
class Inside:
    """A layer of the preprocessing that a model holds.

    Attributes:
        class_name: ``Rescaling``, ``Normalization``.
        scale: Of a Rescaling; None: any.
        offset: Of a Rescaling; None: any.
        mean: Of a Normalization: its first channel, where the file has it; None: any.
        optional: Whether some models of the family are without it.
    """

    class_name: str
    scale: float | None = None
    offset: float | None = None
    mean: float | None = None
    optional: bool = False


@dataclass(frozen=True)
class Family:
    """A family of ``keras.applications``, an entry of ``rules/backbones.toml``.

    Attributes:
        name: As Keras' documentation heads it: ``EfficientNet``, ``ResNetV2``.
        function_module: Module of its ``preprocess_input``: ``keras.applications.resnet_v2``;
            ``""`` where that does nothing although this model needs it: it was built with
            ``include_preprocessing=False``.
        preparation: What ``preprocess_input`` does; where ``function_module`` is empty, what has
            to be done instead of the layers that were left out.
        includes: Whether the model itself holds the preprocessing: its first layers rescale.
        low: Least value that the first trainable layer, or the preprocessing inside, expects.
        high: Greatest value.
        channels: ``RGB`` or ``BGR``.
        releases: Requirements for the releases that this is true of.
        sources: URLs.
        checked: Releases with which it was built and checked.
        variants: Those that it is true of; empty: all of the family.
        inside: The preprocessing that it includes, from the input on.
    """

    name: str
    function_module: str
    preparation: Preparation
    includes: bool
    low: float
    high: float
    channels: str = "RGB"
    releases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    inside: tuple[Inside, ...] = ()


@dataclass(frozen=True)
class Backbone:
    """A known family that was recognised in a file.

    Attributes:
        family: The family.
        variant: ``EfficientNetB0``; ``""`` where it cannot be told.
        model: Layer path of the model whose layers it is; ``""`` is the root model.
        first: Name of its first layer in that model: the preprocessing inside, if it has one.
        last: Name of its last layer in that model.
        input: Name of the layer that feeds its first layer; ``""`` where none is listed.
        evidence: What was recognised, for people, as a clause.
        named: Whether its layers also have the names that Keras gives them: somebody's own
            network of the same layers has others.
    """

    family: Family
    variant: str
    model: str
    first: str
    last: str
    input: str
    evidence: str
    named: bool = False
