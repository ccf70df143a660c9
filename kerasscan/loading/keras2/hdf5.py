"""`load_model_from_hdf5` of Keras 2.

Source: `_deserialize_model` (keras/engine/saving.py of 2.0 to 2.3), keras/saving/hdf5_format.py,
keras/saving/legacy/hdf5_format.py (2.11 and newer).
"""

from __future__ import annotations

from typing import Any

from kerasscan.loading.documents import document, place
from kerasscan.loading.keras2 import compiling, legacy
from kerasscan.loading.keras2.decoding import decoded
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore import restore
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Purpose


def load(replay: Replay) -> None:
    """Make the model, read its weights, compile it."""
    found = document(replay.saved, Purpose.MODEL, "@attrs/model_config")
    if found is None:
        _no_config(replay)
        return
    made = _model_from_config(replay, decoded(replay, found.value), place(replay.saved, found))
    if isinstance(made, PaperLayer) and made.is_model:
        restore(replay, made)
    elif isinstance(made, PaperLayer) and made.is_custom:
        _subclassed(replay, made)
    training = document(replay.saved, Purpose.TRAINING, "@attrs/training_config")
    if training is not None:
        value = decoded(replay, training.value)
        compiling.compile_legacy(replay, value, place(replay.saved, training))


def _subclassed(replay: Replay, made: PaperLayer) -> None:
    """A model of the user's own class, which is not built when its weights are read.

    Source: `Model.from_config` (keras/engine/training.py), which reads a list of layers up to 2.8,
    and `load_weights_from_hdf5_group`. Keras 2 itself refuses to save such a model to HDF5.
    """
    if not replay.has("model-revived-by-constructor"):
        message, error, kind = "'layers'", "KeyError", ReasonKind.ARGUMENT_MISSING
    else:
        message = "Layer count mismatch when loading weights from file. Model expected 0 layers"
        error, kind = "ValueError", ReasonKind.WEIGHTS_CONTRADICT
    replay.stop(
        kind,
        Stage.WEIGHTS,
        made.address,
        message,
        subject=made.class_name,
        error=error,
        remedy="build the model in code, call it once, and call load_weights",
    )


def _no_config(replay: Replay) -> None:
    message = "No model found in config file."
    if replay.release.line == "keras2":
        message = "No model found in config."
    elif replay.has("missing-config-explained"):
        message = "No model config found in the file at <path>."
    replay.stop(
        ReasonKind.PART_MISSING,
        Stage.CONTAINER,
        Address(),
        message,
        error="ValueError",
        remedy="build the model in code and call load_weights",
    )


def _model_from_config(replay: Replay, config: Any, at: Address) -> Any:
    """`model_from_config`."""
    if isinstance(config, list):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            f"`model_from_config` expects a dictionary, not a list. Received: {shown(config)}",
            argument="config",
        )
        return None
    return legacy.deserialize(replay, "layer", config, at)
