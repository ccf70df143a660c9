"""`model_from_json` and `model_from_yaml` of Keras 2: an architecture without weights.

Source: keras/engine/saving.py (2.0 to 2.3), keras/saving/model_config.py and
keras/layers/serialization.py (`deserialize_from_json`) of tf.keras and tf-keras.
"""

from __future__ import annotations

from kerasscan.loading.documents import document, place
from kerasscan.loading.keras2 import legacy, names, objects
from kerasscan.loading.keras2.decoding import decoded
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore import judge_calls
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Container, Purpose


def load(replay: Replay) -> None:
    """Make the model, and call its layers."""
    found = document(replay.saved, Purpose.MODEL, "")
    if found is None:
        if replay.saved.is_complete:
            _refuse(replay, "the file holds no architecture")
        return
    is_yaml = replay.saved.artifact.container is Container.YAML
    if is_yaml and replay.has("yaml-removed"):
        _refuse(replay, "Method `model_from_yaml()` has been removed")
        return
    at = place(replay.saved, found)
    value = found.value if is_yaml else decoded(replay, found.value)
    if replay.has("tables-read-modules"):
        made = objects.in_table(replay, "layer", value, at)
    else:
        made = legacy.deserialize(replay, "layer", value, at)
    if isinstance(made, str) and not replay.stopped:
        names.unknown(replay, "layer", made, at, is_class=True)
    if isinstance(made, PaperLayer) and made.is_model:
        judge_calls(replay, made)


def _refuse(replay: Replay, message: str) -> None:
    replay.stop(
        ReasonKind.FORMAT_REFUSED,
        Stage.CONTAINER,
        Address(),
        message,
        error="RuntimeError",
        remedy="write the architecture with model.to_json()",
    )
