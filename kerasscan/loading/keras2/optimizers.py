"""Optimizers of Keras 2: two families under the same names from 2.10 on.

Source: keras/optimizers.py and keras/optimizers/__init__.py (`deserialize`), `from_config` and
`__init__` of both base classes, keras/mixed_precision/loss_scale_optimizer.py.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.accept import judge_arguments
from kerasscan.loading.keras2 import legacy, names, objects, tables
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing, broken
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

LEGACY: Final = "legacy optimizer"
"""The kind of a `Thing` of the older family."""

_RATES: Final = ("learning_rate", "lr")


def deserialize(replay: Replay, config: Any, at: Address, *, old: bool = False) -> Any:
    """`optimizers.deserialize`."""
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            f"Improper config format for {shown(config)}",
            argument="class_name",
            error="ValueError",
        )
        return broken("", at)
    lowered = config["class_name"].lower()
    found = replay.contents.in_table("optimizer", lowered)
    pick = _pick(replay, config.get("config"), found)
    if found and not replay.is_given(config["class_name"]):
        config = {**config, "class_name": lowered}
    if old or not tables.reads_modules(replay):
        return legacy.deserialize(replay, "optimizer", config, at, pick=pick)
    made = objects.in_table(replay, "optimizer", config, at, pick)
    if isinstance(made, str):
        names.unknown(replay, "optimizer", made, at, is_class=True)
        return broken(made, at)
    return made


def get(replay: Replay, value: Any, at: Address) -> Any:
    """`optimizers.get`."""
    if isinstance(value, str):
        return deserialize(replay, {"class_name": value, "config": {}}, at, old=True)
    if isinstance(value, dict):
        return deserialize(replay, value, at, old="module" not in value)
    return value


def _pick(replay: Replay, inner: Any, found: tuple[Shipped, ...]) -> int:
    """Which of two implementations: a config that does not tell means the legacy one."""
    if len(found) < 2:
        return 0
    is_legacy = replay.has("legacy-optimizer-preferred")
    if isinstance(inner, dict) and inner:
        is_legacy = bool(inner.get("is_legacy_optimizer", True))
    for index, each in enumerate(found):
        if is_new(each) != is_legacy:
            return index
    return 0


def is_new(shipped: Shipped) -> bool:
    """Whether it is of the family that was new in 2.8 and is the default from 2.11 on."""
    return "jit_compile" in shipped.arguments or shipped.name == "LossScaleOptimizerV3"


def from_config(replay: Replay, shipped: Shipped, inner: dict[str, Any], at: Address) -> Thing:
    """`from_config` of an optimizer."""
    made = Thing("optimizer" if is_new(shipped) else LEGACY, shipped.name, inner, at)
    here = at.down("config")
    if shipped.name.startswith("LossScaleOptimizer"):
        _take_inner(replay, shipped, made, here)
    for key in _RATES:
        value = made.config.get(key)
        if isinstance(value, dict) and replay.release.line != "keras2":
            made.config[key] = _schedule(replay, value, here.down(key))
    if not is_new(shipped) and replay.release.line != "keras2" and "lr" in made.config:
        made.config["learning_rate"] = made.config.pop("lr")
    judge_arguments(replay, shipped, made.config, at)
    return made


def _schedule(replay: Replay, value: dict[str, Any], at: Address) -> Any:
    """`learning_rate_schedule.deserialize`."""
    made = tables.deserialize(replay, "schedule", value, at)
    if isinstance(made, str):
        names.unknown(replay, "schedule", made, at, is_class=True)
        return broken(made, at)
    return made


def _take_inner(replay: Replay, shipped: Shipped, made: Thing, at: Address) -> None:
    """`LossScaleOptimizer.from_config`, which from 2.4 on reads what it wrote before, too."""
    config = made.config
    key = "optimizer" if shipped.accepts("optimizer") else "inner_optimizer"
    if key == "inner_optimizer" and "loss_scale" in config and "optimizer" in config:
        config.pop("loss_scale")
        config[key] = config.pop("optimizer")
    if key in config:
        config[key] = deserialize(replay, config[key], at.down(key))
    config.pop("is_legacy_optimizer", None)
