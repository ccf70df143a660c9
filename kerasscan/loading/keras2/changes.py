"""What Keras 2 reads otherwise without an error, beside `kerasscan.loading.changes`.

Source: keras/src/saving/saving_lib.py (2.12.0 to 2.15.0, tf-keras), keras/src/layers/preprocessing/
discretization.py, keras/src/saving/legacy/saved_model/load.py.
"""

from __future__ import annotations

from kerasscan.loading.paper import PaperLayer, in_graph
from kerasscan.loading.replay import Replay
from kerasscan.model.address import Address
from kerasscan.model.outcome import ChangeKind
from kerasscan.model.saved import ProblemKind


def judge_archive(replay: Replay, model: PaperLayer) -> None:
    """`Discretization` has no `load_own_variables` that would call `finalize_state`.

    `Normalization` has one, and lookup layers keep their vocabularies as assets.
    """
    for layer in in_graph(model):
        if layer.is_model:
            judge_archive(replay, layer)
        elif layer.class_name == "Discretization" and layer.config.get("bin_boundaries") is None:
            replay.change(
                ChangeKind.WEIGHTS_IGNORED,
                layer.address,
                "the adapted summary is read from the file, but no boundaries are made of it",
                subject=layer.class_name,
                argument="bin_boundaries",
                remedy="call finalize_state() of the layer after loading",
            )


def judge_export(replay: Replay) -> None:
    """Where a SavedModel has no Keras objects, `load_model` returns a plain TensorFlow object.

    Source: `load` of keras/src/saving/legacy/saved_model/load.py: without nodes of Keras it calls
    `tf.saved_model.load`.
    """
    is_plain = any(
        each.kind is ProblemKind.MISSING_METADATA and "no Keras objects" in each.detail
        for each in replay.saved.problems
    )
    if is_plain:
        replay.change(
            ChangeKind.CALL_FAILS,
            Address(),
            "it holds no Keras model, and load_model returns a plain TensorFlow object, which has "
            "no predict and cannot be called",
            subject="SavedModel",
            remedy="call its signatures['serving_default'], or save the model as .keras or .h5",
        )
