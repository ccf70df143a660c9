"""`initializers.get`, `losses.deserialize` and their likes, and the dialect that they read.

Source: `get` and `deserialize` of keras/{activations,constraints,initializers,losses,metrics,
regularizers}.py and keras/layers/serialization.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras2 import legacy, names, objects
from kerasscan.loading.meanings import judge_meaning
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing, broken, kind_of_argument
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Container

_ARCHIVES = (Container.KERAS_ZIP, Container.KERAS_DIR)


def reads_modules(replay: Replay) -> bool:
    """Whether tables deserialize in the new way: in `.keras` archives, from 2.13 on.

    HDF5 and SavedModel are read inside `in_tf_saved_model_scope`, which means the old way.
    """
    return replay.saved.artifact.container in _ARCHIVES and replay.has("tables-read-modules")


def take_objects(replay: Replay, config: Mapping[str, Any], at: Address, owner: Shipped) -> None:
    """Look up every argument of a constructor that is looked up in a table."""
    for key, value in config.items():
        kind = kind_of_argument(key)
        if kind is None or not owner.accepts(key) or isinstance(value, (PaperLayer, Thing)):
            continue
        if kind == "activation":
            judge_meaning(replay, key, value, at.down(key), owner.name)
        get(replay, kind, value, at.down(key), owner.name, key)


def get(
    replay: Replay, kind: str, value: Any, at: Address, owner: str = "", argument: str = ""
) -> Any:
    """`initializers.get(value)` and its likes: make the object or note why not."""
    if value is None or isinstance(value, (Thing, PaperLayer)):
        return value
    if not isinstance(value, (str, dict)):
        _not_interpreted(replay, kind, value, at, owner, argument)
        return broken("", at)
    if value == "l1_l2" and kind == "regularizer":
        return Thing(kind, "L1L2", {}, at)
    is_old = isinstance(value, dict) and "module" not in value
    if is_old or not reads_modules(replay):
        return legacy.deserialize(replay, kind, _named(kind, value), at)
    made = objects.in_table(replay, kind, _named(kind, value), at)
    if isinstance(made, str):
        _left_a_name(replay, kind, made, at, owner, argument)
        return broken(made, at)
    return made


def _named(kind: str, value: Any) -> Any:
    """`constraints.get` makes a config of a name."""
    if kind == "constraint" and isinstance(value, str):
        return {"class_name": value, "config": {}}
    return value


def deserialize(replay: Replay, kind: str, config: Any, at: Address, *, old: bool = False) -> Any:
    """`layers.deserialize(config)` and its likes.

    Args:
        replay: The load.
        kind: The table.
        config: Any JSON value.
        at: Where it stands.
        old: `use_legacy_format`.

    Returns:
        What was made, or, in the new way, the name itself where the table does not have it.
    """
    if kind == "layer" and not config and replay.has("empty-config-refused"):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            f"Cannot deserialize empty config. Received: config={shown(config)}",
            argument="config",
            error="ValueError",
        )
        return broken("", at)
    if old or not reads_modules(replay):
        return legacy.deserialize(replay, kind, config, at)
    was, replay.in_safe_scope = replay.in_safe_scope, True  # its ``safe_mode`` is True by default
    made = objects.in_table(replay, kind, config, at)
    replay.in_safe_scope = was
    return made


def _left_a_name(
    replay: Replay, kind: str, name: str, at: Address, owner: str, argument: str
) -> None:
    """A name that nothing was made of: activations complain, others fail when they are called."""
    if kind == "regularizer":
        return  # it is called when the model is trained, not before
    message = f"'str' object is not callable: {names.word(kind)} '{shown(name)}'"
    if kind == "activation":
        message = f"Unknown activation function '{shown(name)}' cannot be deserialized."
    replay.stop(
        names.kind_of_absence(kind, name, is_class=False),
        Stage.RESOLVE,
        at,
        message,
        subject=name,
        argument=argument,
        error="TypeError" if owner else "ValueError",
    )


def _not_interpreted(
    replay: Replay, kind: str, value: Any, at: Address, owner: str, argument: str
) -> None:
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        f"Could not interpret {names.word(kind)} identifier: {shown(value)}",
        subject=owner,
        argument=argument,
        error="ValueError",
    )
