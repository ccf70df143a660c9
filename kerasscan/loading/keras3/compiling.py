"""Restoring optimizer, loss and metrics in Keras 3.

Source: `Trainer.compile_from_config` (keras/src/trainers/trainer.py) for `.keras`, and
`compile_args_from_training_config` (keras/src/legacy/saving/saving_utils.py) for HDF5; keras 3.0.0
to 3.15.1.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.loading.keras3 import changes, objects, tables
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing, broken
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_COMPILE_ARGUMENTS: Final = frozenset(
    [
        "optimizer",
        "loss",
        "loss_weights",
        "metrics",
        "weighted_metrics",
        "run_eagerly",
        "steps_per_execution",
        "jit_compile",
        "auto_scale_loss",
    ]
)
_KEPT_METRICS: Final = frozenset({"accuracy", "acc", "crossentropy", "ce"})


def compile_from_config(replay: Replay, config: Any, at: Address) -> None:
    """`compile_from_config`: everything is deserialized, then `compile` is called."""
    if not isinstance(config, dict):
        return
    was, replay.compiling = replay.compiling, True
    kinds = {"optimizer": "optimizer", "loss": "loss", "metrics": "metric"}
    for key, value in config.items():
        if key == "metrics" or key == "weighted_metrics":
            _each(replay, value, at.down(key), "metric")
        else:
            made = objects.deserialize(replay, value, at.down(key), kinds.get(key))
            if key == "optimizer":
                _optimizer(replay, made, at.down(key))
    refused = [key for key in config if key not in _COMPILE_ARGUMENTS]
    if refused:
        replay.stop(
            ReasonKind.ARGUMENT_REFUSED,
            Stage.COMPILE,
            at.down(refused[0]),
            f"Trainer.compile() got an unexpected keyword argument '{shown(refused[0])}'",
            subject="compile",
            argument=", ".join(refused),
        )
    replay.compiling = was


def _each(replay: Replay, value: Any, at: Address, kind: str) -> None:
    """Deserialize metrics, however they are nested."""
    if isinstance(value, dict) and "class_name" not in value:
        for key, item in value.items():
            _each(replay, item, at.down(key), kind)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _each(replay, item, at.down(index), kind)
    else:
        objects.deserialize(replay, value, at, kind)


def _optimizer(replay: Replay, made: Any, at: Address) -> None:
    """`optimizers.get` on what was deserialized: a name is looked up now."""
    if isinstance(made, str) and not replay.contents.in_table("optimizer", made.lower()):
        tables.not_interpreted(replay, "optimizer", made, made, at, "", "optimizer")


def compile_legacy(replay: Replay, config: Any, at: Address) -> None:
    """`compile_args_from_training_config`, then `compile`."""
    if not isinstance(config, dict):
        return
    was, replay.compiling = replay.compiling, True
    for key in ("optimizer_config", "loss_weights"):
        if key not in config:
            replay.stop(
                ReasonKind.ARGUMENT_MISSING,
                Stage.COMPILE,
                at,
                f"'{key}'",
                subject="compile",
                argument=key,
                error="KeyError",
            )
    if "optimizer_config" in config:
        _legacy_optimizer(replay, config["optimizer_config"], at.down("optimizer_config"))
    _legacy_nested(replay, "loss", config.get("loss"), at.down("loss"))
    metrics = config.get("metrics")
    _legacy_nested(replay, "metric", metrics, at.down("metrics"))
    weighted = config.get("weighted_metrics")
    _legacy_nested(replay, "metric", weighted, at.down("weighted_metrics"), resolve=False)
    replay.compiling = was


def _legacy_optimizer(replay: Replay, config: Any, at: Address) -> None:
    if isinstance(config, dict) and isinstance(config.get("class_name"), str):
        lowered = config["class_name"].lower()
        if replay.contents.in_table("optimizer", lowered):
            config = {**config, "class_name": lowered}
    made = tables.deserialize(replay, "optimizer", config, at)
    _resolve(replay, "optimizer", made, config, at)


def _legacy_nested(
    replay: Replay, kind: str, config: Any, at: Address, *, resolve: bool = True
) -> None:
    """`_deserialize_nested_config`, and the compatibility step for a single object."""
    if config is None:
        return
    if isinstance(config, str) or (isinstance(config, dict) and "class_name" in config):
        made = _legacy_one(replay, kind, config, at)
        if resolve:
            _resolve(replay, kind, made, config, at)
    elif isinstance(config, dict):
        for key, item in config.items():
            _legacy_nested(replay, kind, item, at.down(key), resolve=False)
    elif isinstance(config, list):
        for index, item in enumerate(config):
            _legacy_nested(replay, kind, item, at.down(index), resolve=False)


def _legacy_one(replay: Replay, kind: str, config: Any, at: Address) -> Any:
    if kind == "metric" and isinstance(config, str) and config in _KEPT_METRICS:
        return Thing("function", config, {}, at)
    return tables.deserialize(replay, kind, config, at)


def _resolve(replay: Replay, kind: str, made: Any, config: Any, at: Address) -> None:
    """`_resolve_compile_arguments_compat`: a name that was not found is tried once more."""
    if not isinstance(made, str) or replay.contents.in_table(kind, made):
        return
    if not isinstance(config, dict):
        _string(replay, kind, made, at)
        return
    inner = config.get("config")
    if isinstance(inner, str):
        _string(replay, kind, made, at)
        return
    if not isinstance(inner, dict) or "name" not in inner:
        replay.stop(
            ReasonKind.ARGUMENT_MISSING,
            Stage.COMPILE,
            at,
            "'name'",
            subject=made,
            argument="name",
            error="KeyError",
        )
        return
    name = inner["name"]
    if name is None:
        return  # `get(None)` is None
    if isinstance(name, str) and replay.contents.in_table(kind, _key(kind, name)):
        if kind == "optimizer":
            changes.judge_reset(replay, made, name, inner, at)
        return
    tables.not_interpreted(replay, kind, made, name, at, "", "name")


def _key(kind: str, name: str) -> str:
    return name.lower() if kind == "optimizer" else name


def _string(replay: Replay, kind: str, made: str, at: Address) -> None:
    """`obj_config["config"]` of a string."""
    replay.stop(
        ReasonKind.CUSTOM_OBJECT,
        Stage.COMPILE,
        at,
        "string indices must be integers, not 'str'",
        subject=made,
        remedy="load with compile=False and compile again",
    )
    broken(made, at)
