"""`deserialize_keras_object` of every release before 2.13, and of HDF5 and SavedModel after it.

Source: keras/utils/generic_utils.py (up to 2.10), keras/saving/legacy/serialization.py (2.11 and
newer). Classes and functions are looked up by bare name in a table; ``module`` is not read.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras2 import build, names
from kerasscan.loading.keras2.given import judge_given
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing, broken
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_ADDED: Final = frozenset(
    {
        "Model",
        "Network",
        "Sequential",
        "LinearModel",
        "WideDeepModel",
        "DenseFeatures",
        "SequenceFeatures",
    }
)
_RENAMED: Final = {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
}
"""`_DESERIALIZATION_TABLE` of TensorFlow 1.14 to 2.2."""


def deserialize(
    replay: Replay,
    kind: str,
    identifier: Any,
    at: Address,
    *,
    pick: int = 0,
    printable: str = "",
) -> Any:
    """Make what a config or a name describes; None for None.

    Args:
        replay: The load.
        kind: The table.
        identifier: Any JSON value.
        at: Where it stands.
        pick: Which of several implementations the table leads to (`in_table`).
        printable: What messages call it, where it is not the table's own word.
    """
    if identifier is None or isinstance(identifier, Thing):
        return identifier
    if isinstance(identifier, dict):
        return _object(replay, kind, identifier, at, pick, printable)
    if isinstance(identifier, str):
        return _named(replay, kind, identifier, at, pick, printable)
    what = printable or names.word(kind)
    _refuse(replay, at, f"Could not interpret serialized {what}: {shown(identifier)}")
    return broken("", at)


def _refuse(replay: Replay, at: Address, message: str) -> None:
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.RESOLVE,
        at,
        message,
        argument="class_name",
        error="ValueError",
    )


def _object(
    replay: Replay, kind: str, config: dict[str, Any], at: Address, pick: int, printable: str
) -> Any:
    """`class_and_config_for_serialized_keras_object`, then `from_config`."""
    name = config.get("class_name")
    if not isinstance(name, str) or "config" not in config:
        _improper(replay, config, at)
        return broken("", at)
    inner = config["config"]
    if replay.is_given(name):
        judge_given(replay, kind, name, inner, at)
        return build.given(replay, name, inner, config, at)
    found = look_up(replay, kind, name, pick)
    if found is None:
        if name == "function":
            names.unknown_function(replay, kind, inner, at)
            return broken(name, at)
        names.unknown(replay, kind, name, at, is_class=True, printable=printable)
        return build.opaque(name, inner if isinstance(inner, dict) else {}, config, at)
    inner = _inner(replay, kind, name, inner, at)
    if inner is None:
        return broken(name, at)
    identity = config.get("shared_object_id")
    key = ("keras2", identity)
    is_shared = isinstance(identity, int) and replay.has("shared-objects")
    if is_shared and key in replay.shared:
        replay.took_shared = True
        return replay.shared[key]
    # build_config and compile_config, which newer releases write, are not read
    made = build.from_config(replay, found, inner, {"name": config.get("name")}, at)
    if is_shared:
        replay.shared[key] = made
    return made


def look_up(replay: Replay, kind: str, name: str, pick: int = 0) -> Shipped | None:
    """`get_registered_object`: the registered objects first, then the table."""
    found = names.registered(replay, name)
    if found is not None:
        return found
    table = replay.contents.in_table(kind, name)
    if table:
        return table[min(pick, len(table) - 1)]
    return _added(replay, _RENAMED.get(name, name)) if kind == "layer" else None


def _added(replay: Replay, name: str) -> Shipped | None:
    """What `layers.deserialize` adds to the table up to TensorFlow 2.2, when it is called."""
    if name in _RENAMED.values():
        table = replay.contents.in_table("layer", name)
        return table[0] if table else None
    if name not in _ADDED or replay.has("layer-table-complete"):
        return None
    found = [each for each in replay.contents.by_name(name) if each.kind in ("layer", "model")]
    found.sort(key=lambda each: "v1" in each.key)
    return found[0] if found else None


def _improper(replay: Replay, config: dict[str, Any], at: Address) -> None:
    message = f"Improper config format: {shown(config)}"
    if replay.has("improper-config-explained"):
        message = (
            f"Improper config format for {shown(config)}. Expecting python dict contains "
            "`class_name` and `config` as keys"
        )
    _refuse(replay, at, message)


def _inner(replay: Replay, kind: str, name: str, inner: Any, at: Address) -> Any:
    """Replace what `serialize_keras_object` wrote passively; None where that fails."""
    if isinstance(inner, list) and (kind != "layer" or not replay.has("list-config-iterated")):
        return inner
    if not isinstance(inner, dict):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            at.down("config"),
            f"'{_python_type(inner)}' object has no attribute 'items'",
            subject=name,
            argument="config",
            error="AttributeError",
        )
        return None
    made = dict(inner)
    for key, value in inner.items():
        here = at.down("config", key)
        if isinstance(value, dict) and "__passive_serialization__" in value:
            if replay.has("passive-deserialized"):
                made[key] = deserialize(replay, kind, value, here, printable="config_item")
        elif isinstance(value, str) and key != "name" and replay.is_given(value):
            made[key] = Thing("custom", value, {}, here)
    return made


def _python_type(value: Any) -> str:
    return "NoneType" if value is None else type(value).__name__


def _named(replay: Replay, kind: str, name: str, at: Address, pick: int, printable: str) -> Any:
    if replay.is_given(name):
        return Thing("custom", name, {}, at)
    found = look_up(replay, kind, name, pick)
    if found is None:
        names.unknown(replay, kind, name, at, is_class=False, printable=printable)
        return broken(name, at)
    if build.is_function(found) or not replay.has("named-class-instantiated"):
        return Thing("function", name, {}, at)
    return build.from_config(replay, found, {}, {}, at)
