"""`load_model` of Keras 2: which reader it chooses.

Source: keras/engine/saving.py (2.0 to 2.3), keras/saving/save.py (TensorFlow 1.15 to 2.11),
keras/saving/saving_api.py and keras/saving/legacy/save.py (2.12 and newer, tf-keras).
"""

from __future__ import annotations

from typing import Final

from kerasscan.loading.keras2 import architecture, archive, hdf5, savedmodel
from kerasscan.loading.replay import Replay
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Container

HDF5: Final = frozenset({Container.H5_MODEL, Container.H5_WEIGHTS, Container.HDF5_DATA})
_DIRECTORIES: Final = frozenset({Container.SAVEDMODEL, Container.KERAS_DIR})


def load(replay: Replay) -> None:
    """`load_model(path)`: the content decides, but for the name of an archive.

    An architecture is given to `model_from_json` or `model_from_yaml`.
    """
    artifact = replay.saved.artifact
    container = artifact.container
    if container in (Container.JSON, Container.YAML):
        architecture.load(replay)
        return
    is_archive = container is Container.KERAS_ZIP and artifact.extension == ".keras"
    if is_archive and replay.has("archives-read"):
        archive.load(replay)
    elif container in HDF5:
        hdf5.load(replay)
    elif container is Container.SAVEDMODEL and replay.release.line != "keras2":
        savedmodel.load(replay)
    else:
        _refuse(replay)


def _refuse(replay: Replay) -> None:
    container = replay.saved.artifact.container
    is_directory = container in _DIRECTORIES
    opens_all = replay.has("any-file-opened-as-hdf5") or replay.release.line == "keras2"
    if opens_all and (not is_directory or replay.release.line == "keras2"):
        message = "Unable to open file (file signature not found)"
        if replay.release.line != "keras2":
            # what h5py says from 3.10 on, which these releases find installed
            message = "Unable to synchronously open file (file signature not found)"
        if is_directory:
            message = "Unable to open file (file read failed: error message = 'Is a directory')"
    else:
        message = "SavedModel file does not exist at: <path>/{saved_model.pbtxt|saved_model.pb}"
    replay.stop(
        ReasonKind.FORMAT_REFUSED,
        Stage.CONTAINER,
        Address(),
        message,
        error="OSError",
        remedy=_remedy(replay, container),
    )


def _remedy(replay: Replay, container: Container) -> str:
    if container is not Container.KERAS_ZIP:
        return ""
    if replay.has("archives-read"):
        return "rename the file to .keras"
    return "load with TensorFlow 2.12 or newer, or save as .h5 where the model was saved"
