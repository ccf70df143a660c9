"""What Keras 3 drops or reads otherwise without an error, beside `kerasscan.loading.meanings`.

Source: `model_from_config` and `_resolve_compile_arguments_compat` in
keras/src/legacy/saving/saving_utils.py, `_set_weights` in keras/src/legacy/saving/
legacy_h5_format.py, keras/src/layers/core/input_layer.py, keras/src/optimizers/base_optimizer.py,
keras/src/layers/preprocessing/{normalization,index_lookup,text_vectorization}.py; keras 3.0.0 to
3.15.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.paper import PaperLayer, Traced, in_graph
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import python_text, shown
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ChangeKind

_LOOKUPS: Final = frozenset({"IntegerLookup", "StringLookup", "TextVectorization"})
_NOT_COMPARED: Final = frozenset({"name", "ema_momentum", "ema_overwrite_frequency"})
"""Averages of weights count only where ``use_ema`` is true, which is compared."""

_LARGEST: Final = 1e300
"""Beyond it an integer of a file may not fit into a float."""


def remember_axis(layer: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Keep an axis that the repairs of a legacy config dropped; what it means is told later."""
    if isinstance(layer, PaperLayer) and "axis" in before and "axis" not in after:
        layer.lost_axis = (before["axis"],)


def judge_layers(replay: Replay, model: PaperLayer, traced: Traced, *, inner: bool = False) -> None:
    """Note what layers of a model from HDF5 have lost, once their shapes are known."""
    for layer in in_graph(model):
        if layer.is_model:
            judge_layers(replay, layer, traced, inner=True)
            continue
        _axis(replay, layer, traced)
        if layer.class_name == "Normalization":
            _statistics(replay, layer, inner=inner)
        elif layer.class_name in _LOOKUPS:
            _vocabulary(replay, layer)


def _axis(replay: Replay, layer: PaperLayer, traced: Traced) -> None:
    if layer.lost_axis is None:
        return
    text = replay.contents.default("layer", layer.class_name, "axis")
    (axis,), default = layer.lost_axis, _value(text)
    if text is None or axis == default or _is_whole(layer, axis):
        return
    if isinstance(axis, (int, float)) and axis >= 0:
        shape = next((shapes[0] for shapes in traced.shapes.get(id(layer), ())), None)
        if shape is None or axis - len(shape) == default:
            return  # the same axis, counted from the other end; or that cannot be told
    is_number = isinstance(axis, (int, float))
    replay.change(
        ChangeKind.AXIS_DROPPED,
        layer.address.down("config", "axis"),
        f"axis={shown(python_text(axis))} is dropped, and the default {text} is used",
        subject=layer.class_name,
        argument="axis",
        remedy="load it with Keras 3.9 or newer, which keeps a number"
        if is_number
        else "build the model in code and read its weights with load_weights",
    )


def _is_whole(layer: PaperLayer, axis: Any) -> bool:
    """Whether it is a Normalization by one mean and variance, which any axis is broadcast to."""
    return layer.class_name == "Normalization" and not axis and not isinstance(axis, (int, float))


def _statistics(replay: Replay, layer: PaperLayer, *, inner: bool) -> None:
    """`finalize_state` is called for layers of the outermost model, from 3.6.0 on."""
    if layer.config.get("mean") is not None:
        return
    if not inner and replay.has("hdf5-state-finalised"):
        return
    replay.change(
        ChangeKind.WEIGHTS_IGNORED,
        layer.address,
        "the adapted mean and variance are read from the file, but the layer goes on with 0 and 1",
        subject=layer.class_name,
        argument="mean, variance",
        remedy="call finalize_state() of the layer after loading",
    )


def _vocabulary(replay: Replay, layer: PaperLayer) -> None:
    if layer.config.get("vocabulary") is not None:
        return
    replay.change(
        ChangeKind.VOCABULARY_LOST,
        layer.address,
        "HDF5 does not hold the adapted vocabulary, so that the first call fails",
        subject=layer.class_name,
        argument="vocabulary",
        remedy="call set_vocabulary() of the layer after loading, or save the model as .keras",
    )


def judge_list_output(replay: Replay, before: PaperLayer, after: PaperLayer) -> None:
    """A Dense layer that is built already takes a list of one tensor for one more axis.

    Source: `functional_from_config` of keras/src/models/functional.py, which from 3.11.0 on keeps
    ``output_layers: [["dense", 0, 0]]`` a list, and `Sequential.call`.
    """
    replay.change(
        ChangeKind.SHAPE_CHANGED,
        after.address,
        f"'{shown(before.name)}' gives a list of one tensor, and called on a list it gives an axis "
        "more",
        subject=after.class_name,
        argument="output_layers",
        remedy=f"write output_layers of '{shown(before.name)}' without the outer list",
    )


def judge_input_shape(replay: Replay, layer: PaperLayer) -> None:
    """The shim takes ``batch_input_shape`` for ``input_shape``, and a batch axis is added."""
    written = python_text(layer.config.get("input_shape")).strip("[]")
    replay.change(
        ChangeKind.INPUT_SHAPE_MISREAD,
        layer.address.down("config", "batch_input_shape"),
        f"the batch shape ({shown(written)}) is taken for the shape of one sample, so that the "
        f"model expects (None, {shown(written)})",
        subject=layer.class_name,
        argument="batch_input_shape",
        remedy="load it with TensorFlow 2.3 to 2.15 or tf-keras, and save it again",
    )


def judge_input(replay: Replay, shipped: Shipped, layer: PaperLayer, at: Address) -> None:
    """`InputLayer` swallows ``ragged`` before 3.9.0 ("TODO: support for ragged")."""
    is_ragged = shipped.name == "InputLayer" and layer.config.get("ragged") is True
    if is_ragged and "ragged" not in shipped.taken:
        replay.change(
            ChangeKind.ARGUMENT_DROPPED,
            at.down("config", "ragged"),
            "ragged=True is ignored, so that the input is a dense tensor",
            subject=layer.class_name,
            argument="ragged",
            remedy="load it with Keras 3.9 or newer",
        )


def judge_reset(
    replay: Replay, written: str, name: str, inner: Mapping[str, Any], at: Address
) -> None:
    """`optimizers.get(config["name"])`: another class may be made, and without any argument.

    Args:
        replay: The load.
        written: The class in the file, which the table does not have: ``Custom>Adam``.
        name: The optimizer's own name, which the table has.
        inner: Its config.
        at: Where it stands.
    """
    found = next(iter(replay.contents.in_table("optimizer", name.lower())), None)
    if found is None:
        return
    lost = _differing(replay, found, name, inner)
    bare = written.rpartition(">")[2]
    if not lost and bare == found.name:
        return
    values = ", ".join(f"{key}={_written(inner[key])}" for key in lost)
    defaults = ", ".join(f"{key}={text}" for key, text in lost.items())
    replay.change(
        ChangeKind.OPTIMIZER_RESET,
        at,
        f"a new {found.name} is made by the optimizer's name"
        + (f", with {defaults} in place of {values}" if lost else ""),
        subject=bare,
        argument=", ".join(lost),
        remedy="compile the model again after loading",
    )


def _differing(
    replay: Replay, shipped: Shipped, name: str, inner: Mapping[str, Any]
) -> dict[str, str]:
    """Return the arguments that the file has otherwise than by default, with the defaults."""
    found = {}
    for key, value in inner.items():
        if key in _NOT_COMPARED or key not in shipped.arguments:
            continue
        text = replay.contents.default("optimizer", name.lower(), key)
        if text is not None and not _is_same(value, _value(text)):
            found[key] = text
    return found


def _is_same(value: Any, default: Any) -> bool:
    """Whether a stored value is the default, which a file may hold as a 32-bit number."""
    numbers = (int, float)
    if isinstance(value, numbers) and isinstance(default, numbers):
        return abs(value) <= _LARGEST and isclose(value, default, rel_tol=1e-6)
    return bool(value == default) or (not value and not default)


def _written(value: Any) -> str:
    """Return a stored value in short: 32-bit numbers rounded, of an object its class."""
    if isinstance(value, float):
        return f"{value:.7g}"
    name = value.get("class_name") if isinstance(value, dict) else None
    return f"{shown(name)}(...)" if isinstance(name, str) else shown(python_text(value))


def _value(text: str | None) -> Any:
    """Return the value of a default's source text; the text itself where it is no literal."""
    from ast import literal_eval

    try:
        return literal_eval(text or "None")
    except (ValueError, SyntaxError):
        return text


def judge_decay(replay: Replay, made: Thing, at: Address) -> None:
    """`BaseOptimizer.__init__`: "Argument `decay` is no longer supported and will be ignored"."""
    decay = made.config.get("decay")
    if made.kind != "optimizer" or made.name == "Nadam":
        return  # there it is of the momentum, and always the same
    if isinstance(decay, (int, float)) and decay:
        replay.change(
            ChangeKind.OPTIMIZER_RESET,
            at.down("config", "decay"),
            f"decay={_written(decay)} is ignored, so that the learning rate stays constant",
            subject=made.name,
            argument="decay",
            remedy="compile the model again with a learning-rate schedule such as InverseTimeDecay",
        )
