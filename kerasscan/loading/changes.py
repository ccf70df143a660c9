"""What a class computes otherwise than in the release that saved a file, in all loader families.

Source: the classes named below in the sources of Keras 2.2.4 to 3.15.1; what they do was run in
TensorFlow 1.15 to 2.15 and in Keras 2.2.4 and 3.0.0 to 3.15.1. `catalog/overlays/behaviours.json`
says which release does what, and which file it stands in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kerasscan.loading.meanings import saved_default, saved_with
from kerasscan.loading.paper import PaperLayer, Shape, Traced
from kerasscan.loading.replay import Replay
from kerasscan.loading.shapes.changes import MaskRule, differing_masks, differing_shapes
from kerasscan.model.address import Address
from kerasscan.model.outcome import ChangeKind

_UNSALTED: Final = [0xDECAFCAFFE, 0xDECAFCAFFE]
"""``_DEFAULT_SALT_KEY`` of tensorflow/python/keras/layers/preprocessing/hashing.py (2.3 to 2.5)."""

_DEFAULTS: Final = {
    "ConvLSTM1D": ("recurrent_activation",),
    "ConvLSTM2D": ("recurrent_activation",),
    "ConvLSTM3D": ("recurrent_activation",),
    "GRU": ("recurrent_activation",),
    "LSTM": ("recurrent_activation",),
    "StringLookup": ("mask_token",),
    "TextVectorization": ("pad_to_max_tokens",),
}
"""Arguments whose defaults differ between releases and change what a layer predicts.

All others with other defaults change nothing (``implementation``), or are told by shapes
(``data_format``, ``reset_after``).
"""


@dataclass(frozen=True)
class _Computation:
    """A class that does one of several things, depending on the release.

    Attributes:
        classes: Its names.
        ways: A behaviour and what a release does that has it; the first that holds counts, and
            ``""`` always does.
        applies: Whether a layer with that input shape shows the difference.
        argument: Constructor argument concerned.
        remedy: What helps.
    """

    classes: frozenset[str]
    ways: tuple[tuple[str, str], ...]
    applies: Callable[[PaperLayer, Shape], bool]
    argument: str
    remedy: str


def _is_cropped(layer: PaperLayer, shape: Shape) -> bool:
    """Whether a picture is not of the wanted size already."""
    is_first = layer.config.get("data_format") == "channels_first"
    sides = None if shape is None else shape[-2:] if is_first else shape[-3:-1]
    return sides != (layer.config.get("height"), layer.config.get("width"))


def _is_one_hot(layer: PaperLayer, shape: Shape) -> bool:
    ends_in_one = shape is not None and len(shape) > 1 and shape[-1] == 1
    return ends_in_one and layer.config.get("output_mode") == "one_hot"


def _is_bilinear(layer: PaperLayer, _: Shape) -> bool:
    return layer.config.get("interpolation") == "bilinear"


_COMPUTATIONS: Final = (
    _Computation(
        frozenset({"RandomCrop"}),
        (
            ("random-crop-left-out", "returns the picture as it is"),
            ("random-crop-unscaled", "cuts a piece out and does not scale"),
            ("random-crop-smart-resize", "cuts the middle out and scales it"),
            ("", "scales the picture and cuts the middle out"),
        ),
        _is_cropped,
        "height, width",
        "build the model without RandomCrop for predictions, with Resizing or CenterCrop in its "
        "place",
    ),
    _Computation(
        frozenset({"CategoryEncoding", "Discretization"}),
        (
            ("one-hot-unsqueezed", "keeps the last axis of 1, so that its output has an axis more"),
            ("", "drops the last axis of 1"),
        ),
        _is_one_hot,
        "output_mode",
        "build the model anew with a Reshape layer behind it",
    ),
    _Computation(
        frozenset({"UpSampling2D"}),
        (
            ("half-pixel-resize", "counts pixels by their centres (tf.image.resize)"),
            ("", "counts pixels by their corners (resize_bilinear of TensorFlow 1)"),
        ),
        _is_bilinear,
        "interpolation",
        "replace it by a layer of your own around tf.compat.v1.image.resize_bilinear, or train on "
        "a little",
    ),
)


def judge_layer(replay: Replay, layer: PaperLayer, shape: Shape) -> None:
    """Note what a layer computes otherwise than in the release that saved it.

    Args:
        replay: The load.
        layer: The layer.
        shape: The shape of its first input, where it is known.
    """
    for computation in _COMPUTATIONS:
        if layer.class_name in computation.classes and computation.applies(layer, shape):
            _computed(replay, layer, computation)
    _default(replay, layer)
    _salt(replay, layer)


def _computed(replay: Replay, layer: PaperLayer, computation: _Computation) -> None:
    there = _way_of_saver(replay, computation)
    here = next(words for name, words in computation.ways if not name or replay.has(name))
    if there is None or there == here:
        return
    replay.change(
        ChangeKind.COMPUTED_OTHERWISE,
        layer.address,
        f"it {here}; in the release that saved it, it {there}",
        subject=layer.class_name,
        argument=computation.argument,
        remedy=computation.remedy,
    )


def _way_of_saver(replay: Replay, computation: _Computation) -> str | None:
    for name, words in computation.ways:
        holds = saved_with(replay.saved.provenance, name) if name else True
        if holds is None:
            return None
        if holds:
            return words
    return None


def _default(replay: Replay, layer: PaperLayer) -> None:
    for argument in _DEFAULTS.get(layer.class_name, ()):
        if argument in layer.config:
            continue
        there = saved_default(replay.saved.provenance, layer.class_name, argument)
        here = replay.contents.default("layer", layer.class_name, argument)
        if there is None or here is None or there == here:
            continue
        replay.change(
            ChangeKind.DEFAULT_CHANGED,
            layer.address.down("config"),
            f"{argument} is not in the file; its default was {there} in the release that saved it, "
            f"and is {here} now",
            subject=layer.class_name,
            argument=argument,
            remedy=f"write {argument}={there} into the file, or build the model in code with it",
        )


def _salt(replay: Replay, layer: PaperLayer) -> None:
    """TensorFlow 2.3 to 2.5 hash without a salt, and write one all the same.

    Source: `Hashing.__init__` and `get_config`: ``self.salt = _DEFAULT_SALT_KEY`` where none was
    given, and a given salt means another hash function (SipHash in place of FarmHash).
    """
    if layer.class_name == "Hashing" and layer.config.get("salt") == _UNSALTED:
        replay.change(
            ChangeKind.COMPUTED_OTHERWISE,
            layer.address.down("config", "salt"),
            "it hashed without a salt, but the file has one, which means another hash function",
            subject=layer.class_name,
            argument="salt",
            remedy="write null for the salt into the file",
        )


def judge_masks(replay: Replay, model: PaperLayer) -> None:
    """Note merging layers of a functional model behind which other steps are masked."""
    if model.kind != "functional":
        return
    makes_masks = any(each.class_name in ("Embedding", "Masking") for each in model.layers)
    there = _rule_of_saver(replay) if makes_masks else None
    if there is None:
        return
    here = MaskRule.ALL
    if replay.has("list-masks-dropped"):
        here = MaskRule.NONE
    elif replay.has("merged-masks-united"):
        here = MaskRule.ANY
    for layer in differing_masks(model, there, here) if here is not there else ():
        replay.change(
            ChangeKind.MASK_CHANGED,
            layer.address,
            f"{here.value}; in the release that saved it, {there.value}",
            subject=layer.class_name,
            argument="mask",
            remedy="load it with a release that merges masks in the same way, or apply the mask in "
            "a layer of your own",
        )


def _rule_of_saver(replay: Replay) -> MaskRule | None:
    answers = (
        saved_with(replay.saved.provenance, "list-masks-dropped"),
        saved_with(replay.saved.provenance, "merged-masks-united"),
    )
    if None in answers:
        return None
    return MaskRule.NONE if answers[0] else MaskRule.ANY if answers[1] else MaskRule.ALL


def judge_shapes(replay: Replay, model: PaperLayer, traced: Traced) -> None:
    """Nodes of Keras 3 note the shapes of their tensors, which show an argument that was not saved.

    ``output_padding`` of Conv1DTranspose to Conv3DTranspose is not written before Keras 3.15
    (`BaseConvTranspose.get_config`): the layer gives another shape in all releases.
    """
    if model.kind != "functional":
        return
    for noted in differing_shapes(model, _config_at(replay, model.address), traced):
        is_transposed = noted.layer.class_name.endswith("Transpose")
        replay.change(
            ChangeKind.SHAPE_CHANGED,
            noted.layer.address,
            f"it gave {noted.then} where it was saved, and gives {noted.now} now"
            + (": output_padding is not in the file" if is_transposed else ""),
            subject=noted.layer.class_name,
            argument="output_padding" if is_transposed else "",
            remedy="build the model in code and read its weights with load_weights",
        )


def _config_at(replay: Replay, at: Address) -> Any:
    for found in replay.saved.documents:
        if found.member == at.member and at.pointer.startswith(found.pointer):
            value: Any = found.value
            for token in at.pointer[len(found.pointer) :].split("/")[1:]:
                value = _step(value, token.replace("~1", "/").replace("~0", "~"))
            return value.get("config") if isinstance(value, dict) else None
    return None


def _step(value: Any, token: str) -> Any:
    if isinstance(value, dict):
        return value.get(token)
    if isinstance(value, list) and token.isdigit() and int(token) < len(value):
        return value[int(token)]
    return None
