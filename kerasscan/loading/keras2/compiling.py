"""Restoring optimizer, loss and metrics in Keras 2.

Source: `compile_args_from_training_config` (keras/saving/saving_utils.py), `_deserialize_model`
(keras/engine/saving.py of 2.0 to 2.3), `Model.compile_from_config` (2.12 and newer).
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.loading.keras2 import legacy, objects, optimizers, special, tables
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_KEPT_METRICS: Final = frozenset({"accuracy", "acc", "crossentropy", "ce"})
_COMPILE_ARGUMENTS: Final = frozenset(
    {
        "optimizer",
        "loss",
        "metrics",
        "loss_weights",
        "weighted_metrics",
        "run_eagerly",
        "steps_per_execution",
        "jit_compile",
        "pss_evaluation_shards",
        "sample_weight_mode",
        "target_tensors",
        "distribute",
        "experimental_steps_per_execution",
        "cloning",
        "from_serialized",
        "experimental_run_tf_function",
    }
)


def compile_legacy(replay: Replay, config: Any, at: Address) -> None:
    """`compile_args_from_training_config`, then `compile`."""
    if not isinstance(config, dict):
        return
    was, replay.compiling = replay.compiling, True
    for key in _required(replay):
        if key not in config:
            special.missing_key(replay, "compile", at, key)
    if "optimizer_config" in config:
        optimizers.deserialize(replay, config["optimizer_config"], at.down("optimizer_config"))
    loss = config.get("loss")
    if replay.has("losses-restored-by-table"):
        _nested(replay, "loss", loss, at.down("loss"))
        _nested(replay, "metric", config.get("metrics"), at.down("metrics"))
        _nested(replay, "metric", config.get("weighted_metrics"), at.down("weighted_metrics"))
    else:
        _compiled(replay, config, at)
    replay.compiling = was


def _required(replay: Replay) -> tuple[str, ...]:
    if replay.has("sample-weight-mode-required"):
        early = () if replay.has("losses-restored-by-table") else ("loss", "metrics")
        return ("optimizer_config", *early, "sample_weight_mode", "loss_weights")
    return ("optimizer_config", "loss_weights")


def _nested(replay: Replay, kind: str, config: Any, at: Address) -> None:
    """`_deserialize_nested_config`."""
    if config is None:
        return
    if isinstance(config, str) or (isinstance(config, dict) and "class_name" in config):
        if not (kind == "metric" and isinstance(config, str) and config in _KEPT_METRICS):
            tables.deserialize(replay, kind, config, at)
    elif isinstance(config, dict):
        for key, item in config.items():
            _nested(replay, kind, item, at.down(key))
    elif isinstance(config, list):
        for index, item in enumerate(config):
            _nested(replay, kind, item, at.down(index))
    else:
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.COMPILE,
            at,
            "Saved configuration not understood.",
            argument=kind,
            error="ValueError",
        )


def _compiled(replay: Replay, config: dict[str, Any], at: Address) -> None:
    """Up to 2.1 names reach `compile` as they are, which looks them up."""
    loss = config.get("loss")
    if isinstance(loss, dict) and "class_name" in loss and replay.release.line != "keras2":
        legacy.deserialize(replay, "loss", loss, at.down("loss"))
    else:
        _each(replay, "loss", loss, at.down("loss"))
    _each(replay, "metric", config.get("metrics"), at.down("metrics"))
    _each(replay, "metric", config.get("weighted_metrics"), at.down("weighted_metrics"))


def _each(replay: Replay, kind: str, value: Any, at: Address) -> None:
    """`losses.get`, `metrics.get` on whatever is nested."""
    if isinstance(value, str):
        if not (kind == "metric" and value in _KEPT_METRICS):
            legacy.deserialize(replay, kind, value, at)
    elif isinstance(value, dict) and "class_name" in value:
        legacy.deserialize(replay, kind, value, at)
    elif isinstance(value, dict):
        for key, item in value.items():
            _each(replay, kind, item, at.down(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _each(replay, kind, item, at.down(index))


def compile_from_config(replay: Replay, config: Any, at: Address) -> None:
    """`Model.compile_from_config`: everything is deserialized, then `compile` is called."""
    if not isinstance(config, dict):
        return
    was, replay.compiling = replay.compiling, True
    made = {key: objects.deserialize(replay, value, at.down(key)) for key, value in config.items()}
    refused = [key for key in config if key not in _COMPILE_ARGUMENTS]
    if refused:
        replay.stop(
            ReasonKind.ARGUMENT_REFUSED,
            Stage.COMPILE,
            at.down(refused[0]),
            f"Invalid keyword argument(s) in `compile()`: {shown(refused[0])}",
            subject="compile",
            argument=", ".join(refused),
        )
    _optimizer(replay, made.get("optimizer"), at.down("optimizer"))
    replay.compiling = was


def _optimizer(replay: Replay, made: Any, at: Address) -> None:
    """`optimizers.get`, then `optimizer.build`, which legacy optimizers do not have."""
    optimizer = optimizers.get(replay, made, at)
    if not isinstance(optimizer, Thing) or optimizer.kind != optimizers.LEGACY:
        return
    if replay.has("optimizer-built-while-loading"):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.COMPILE,
            at,
            f"'{optimizer.name}' object has no attribute 'build'",
            subject=optimizer.name,
            argument="optimizer",
            error="AttributeError",
            remedy="load with compile=False and compile again",
        )
