"""`load_model` of Keras 3: which reader it chooses, and what that reader does.

Source: keras/src/saving/{saving_api,saving_lib}.py, keras/src/legacy/saving/legacy_h5_format.py;
keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from typing import Any

from kerasscan.loading.documents import document, place
from kerasscan.loading.keras3 import backends, changes, compiling, legacy, objects
from kerasscan.loading.ours import is_ours
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore import judge_calls, restore
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Container, Purpose


def load(replay: Replay) -> None:
    """`load_model(path)`: the name decides, then the content.

    An architecture in JSON is given to `model_from_json`, as nobody gives it to `load_model`.
    """
    artifact = replay.saved.artifact
    extension = artifact.extension
    if artifact.container is Container.JSON:
        _architecture(replay)
        return
    if (artifact.container is Container.KERAS_ZIP and extension == ".keras") or (
        artifact.container is Container.KERAS_DIR and replay.has("keras-directory-loads")
    ):
        _archive(replay)
    elif extension in (".h5", ".hdf5"):
        _hdf5(replay)
    elif extension == ".keras":
        _refuse(
            replay,
            "File not found: filepath=<path>. Please ensure the file is an accessible `.keras` "
            "zip file.",
            "rename the file to .h5" if replay.is_hdf5 else "",
        )
    else:
        _unsupported(replay)


def _refuse(replay: Replay, message: str, remedy: str, kind: ReasonKind | None = None) -> None:
    replay.stop(
        kind or ReasonKind.FORMAT_REFUSED,
        Stage.CONTAINER,
        Address(),
        message,
        error="ValueError",
        remedy=remedy,
    )


def _unsupported(replay: Replay) -> None:
    container = replay.saved.artifact.container
    message = (
        "File format not supported: filepath=<path>. Keras 3 only supports V3 `.keras` files and "
        "legacy H5 format files (`.h5` extension). Note that the legacy SavedModel format is not "
        "supported by `load_model()` in Keras 3."
    )
    if container is Container.SAVEDMODEL:
        remedy = "use keras.layers.TFSMLayer, or load it with tf-keras"
        _refuse(replay, message, remedy, ReasonKind.SAVEDMODEL_REFUSED)
        return
    remedy = ""
    if replay.is_hdf5:
        remedy = "rename the file to .h5"
    elif container is Container.KERAS_ZIP:
        remedy = "rename the file to .keras"
    _refuse(replay, message, remedy)


def _architecture(replay: Replay) -> None:
    """`model_from_json` (keras/src/models/model.py): no weights, and always safe mode."""
    found = document(replay.saved, Purpose.MODEL, "")
    if found is None:
        _refuse(replay, "Could not parse config", "")
        return
    at = place(replay.saved, found)
    if _is_old(found.value):
        name = found.value.get("class_name") if isinstance(found.value, dict) else ""
        replay.stop(
            ReasonKind.FORMAT_REFUSED,
            Stage.RESOLVE,
            at,
            f"Could not locate class '{shown(name)}'.",
            subject=str(name),
            remedy="read it with model_from_json of TensorFlow 2.15 or tf-keras: Keras 3 reads no "
            "architecture of Keras 2",
        )
        return
    made = objects.deserialize(replay, found.value, at, "model")
    if isinstance(made, PaperLayer):
        judge_calls(replay, made)
        _named(replay, made)


def _named(replay: Replay, model: PaperLayer) -> None:
    """Calling the layers made variables, whose names torch may refuse."""
    if replay.given.backend == "torch":
        found = judge_calls(replay, model)
        if found is not None:
            backends.judge_variables(replay, *found)


def _is_old(config: Any) -> bool:
    """Whether Keras 2 wrote it: its classes have no module."""
    if not isinstance(config, dict) or "module" in config:
        return False
    name = config.get("class_name")
    return isinstance(name, str) and is_ours(name, "layer")


def _archive(replay: Replay) -> None:
    """`saving_lib._load_model_from_fileobj`."""
    found = document(replay.saved, Purpose.MODEL, "config.json")
    if found is None:
        replay.stop(
            ReasonKind.PART_MISSING,
            Stage.CONTAINER,
            Address("config.json"),
            "There is no item named 'config.json' in the archive",
            error="KeyError",
        )
        return
    at = place(replay.saved, found)
    made = objects.deserialize(replay, found.value, at, "model")
    if not isinstance(made, PaperLayer):
        if not replay.stopped:
            replay.stop(
                ReasonKind.ARGUMENT_VALUE,
                Stage.RESOLVE,
                at,
                "the config makes no model",
                error="ValueError",
            )
        return
    _named(replay, made)
    restore(replay, made)


def _hdf5(replay: Replay) -> None:
    """`load_model_from_hdf5`."""
    replay.honours_compile = replay.has("hdf5-arguments-passed")
    if not replay.is_hdf5:
        replay.stop(
            ReasonKind.FORMAT_REFUSED,
            Stage.CONTAINER,
            Address(),
            "Unable to synchronously open file (file signature not found)",
            error="OSError",
            remedy="rename the file to .keras"
            if replay.saved.artifact.container is Container.KERAS_ZIP
            else "",
        )
        return
    found = document(replay.saved, Purpose.MODEL, "@attrs/model_config")
    if found is None:
        replay.stop(
            ReasonKind.PART_MISSING,
            Stage.CONTAINER,
            Address(),
            "No model config found in the file at <path>.",
            error="ValueError",
            remedy="build the model in code and call load_weights",
        )
        return
    made = legacy.model_from_config(replay, found.value, place(replay.saved, found))
    restored = None
    if isinstance(made, PaperLayer):
        _named(replay, made)
        restored = restore(replay, made)
    if restored is not None:
        changes.judge_layers(replay, *restored)
    training = document(replay.saved, Purpose.TRAINING, "@attrs/training_config")
    if training is not None:
        compiling.compile_legacy(replay, training.value, place(replay.saved, training))
