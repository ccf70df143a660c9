"""`saving_lib.load_model` of 2.12 to 2.15 and tf-keras: `.keras` archives.

Source: keras/saving/saving_lib.py of 2.12.0, keras/src/saving/saving_lib.py of 2.13.1 to 2.15.0,
tf_keras/src/saving/saving_lib.py.
"""

from __future__ import annotations

from kerasscan.loading.documents import document, place
from kerasscan.loading.keras2 import changes, objects
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore import restore
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Purpose


def load(replay: Replay) -> None:
    """Make and compile the model, then read its weights."""
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
    made = objects.deserialize(replay, found.value, at)
    if isinstance(made, PaperLayer):
        if made.is_model:
            restore(replay, made)
            changes.judge_archive(replay, made)
    elif not replay.stopped:
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            "the config makes no model",
            error="ValueError",
        )
