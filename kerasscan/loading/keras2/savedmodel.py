"""SavedModel directories in tf.keras and tf-keras.

Source: keras/saving/saved_model/load.py (keras/saving/legacy/saved_model/load.py from 2.11 on).
A layer whose class is not known is revived from its functions in the graph, so it seldom stops the
load; weights are restored by the checkpoint's own names and are not compared.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.loading.documents import place
from kerasscan.loading.keras2 import changes, compiling, legacy, names
from kerasscan.loading.keras2.decoding import decoded
from kerasscan.loading.replay import Replay
from kerasscan.model.address import Address
from kerasscan.model.outcome import Reason, ReasonKind, Stage
from kerasscan.model.saved import Document, ProblemKind, Purpose

_METADATA: Final = "keras_metadata.pb"
_GRAPH: Final = "saved_model.pb"
_NO_JSON: Final = "Expecting value: line 1 column 1 (char 0)"
_FIRST_TO_DISABLE_COPIES: Final = (2, 12)
"""TensorFlow 2.12 is the first whose checkpoint saving uses the op DisableCopyOnRead."""


def load(replay: Replay) -> None:
    """`load`: the graph, then Keras' objects in it, then `compile`."""
    _ops(replay)
    if not _metadata(replay):
        return
    changes.judge_export(replay)
    if replay.has("layers-revived-from-config"):
        for found in replay.saved.documents:
            if found.purpose in (Purpose.MODEL, Purpose.NODE) and not found.pointer:
                _node(replay, found)
    for found in replay.saved.documents:
        if found.purpose is Purpose.TRAINING and found.member.endswith("#root"):
            value = decoded(replay, found.value)
            compiling.compile_legacy(replay, value, place(replay.saved, found))


def _ops(replay: Replay) -> None:
    """The functions of the graph use ops that an older TensorFlow has not registered."""
    writer = _tensorflow(replay.saved.provenance.producer)
    is_known = replay.has("disable-copy-on-read-known")
    if writer is None or writer < _FIRST_TO_DISABLE_COPIES or is_known:
        return
    replay.stop(
        ReasonKind.FORMAT_REFUSED,
        Stage.CONTAINER,
        Address(_GRAPH),
        "Op type not registered 'DisableCopyOnRead' in binary running on <host>. Make sure the Op "
        "and Kernel are registered in the binary running in this process.",
        subject="DisableCopyOnRead",
        error="NotFoundError",
        remedy="load with TensorFlow 2.10 or newer",
    )


def _tensorflow(producer: str | None) -> tuple[int, int] | None:
    name, _, version = (producer or "").partition(" ")
    parts = version.split(".")
    if name != "TensorFlow" or len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
        return None
    return int(parts[0]), int(parts[1])


def _metadata(replay: Replay) -> bool:
    """Whether the release finds Keras' objects described; note it where that stops the load."""
    if any(each.member.startswith(_METADATA) for each in replay.saved.documents):
        if replay.has("metadata-file-read"):
            return True
        replay.stop(
            ReasonKind.FORMAT_REFUSED,
            Stage.CONTAINER,
            Address(_METADATA),
            _NO_JSON,
            error="JSONDecodeError",
            remedy="load with TensorFlow 2.5 or newer, or save as .h5",
        )
        return False
    return not _undescribed(replay)


def _undescribed(replay: Replay) -> bool:
    """Whether there are objects of Keras in the graph and no word of what they are."""
    missing = any(
        each.kind is ProblemKind.MISSING_METADATA and "no Keras objects" not in each.detail
        for each in replay.saved.problems
    )
    if missing:
        explained = replay.has("metadata-file-read")
        replay.stop(
            ReasonKind.PART_MISSING,
            Stage.CONTAINER,
            Address(_METADATA),
            "Unable to create a Keras model from SavedModel at <path>. This SavedModel was "
            "exported with `tf.saved_model.save`, and lacks the Keras metadata file."
            if explained
            else _NO_JSON,
            error="ValueError" if explained else "JSONDecodeError",
            remedy="load with tf.saved_model.load, or save with model.save",
        )
    return missing


def _node(replay: Replay, found: Document) -> None:
    """`_load_layer`: revive one object from its config, or else from its functions."""
    metadata = decoded(replay, found.value)
    if not isinstance(metadata, dict):
        return
    name, config = metadata.get("class_name"), metadata.get("config")
    if not isinstance(name, str) or not isinstance(config, dict):
        return
    if "layer was saved without config" in config:
        return
    at = place(replay.saved, found)
    if "keras_api.metrics" in found.member or "layer_metrics" in found.member:
        _metric(replay, name, config, at)
    elif not (metadata.get("is_graph_network") or name in ("Sequential", "Functional")):
        must = bool(metadata.get("must_restore_from_config"))
        _layer(replay, name, config, at, must=must)


def _layer(replay: Replay, name: str, config: dict[str, Any], at: Address, *, must: bool) -> None:
    """`_revive_layer_or_model_from_config`."""
    trial = replay.trial()
    legacy.deserialize(trial, "layer", {"class_name": name, "config": config}, at)
    reasons = trial.outcome().reasons
    if not reasons:
        return
    is_survived = replay.has("revival-survives-all") or reasons[0].error == "ValueError"
    if is_survived and not (must and replay.has("restore-from-config-asked")):
        return
    for reason in reasons:
        _repeat(replay, reason)


def _metric(replay: Replay, name: str, config: dict[str, Any], at: Address) -> None:
    """`_revive_metric_from_config`; what is unknown cannot be revived from functions."""
    was, replay.compiling = replay.compiling, True
    found = legacy.look_up(replay, "metric", name)
    if found is None and not replay.is_given(name):
        names.unknown(replay, "metric", name, at, is_class=True)
    replay.compiling = was


def _repeat(replay: Replay, reason: Reason) -> None:
    replay.stop(
        reason.kind,
        reason.stage,
        reason.address,
        reason.message,
        subject=reason.subject,
        argument=reason.argument,
        error=reason.error,
        remedy=reason.remedy,
    )
