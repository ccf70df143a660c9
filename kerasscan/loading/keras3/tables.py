"""Arguments that Keras 3 looks up in the table of a kind: initializers, activations, policies, ...

Source: `get` and `deserialize` in keras/src/{activations,initializers,regularizers,constraints,
losses,metrics,optimizers,dtype_policies}/__init__.py, and the part for `module_objects` of
`deserialize_keras_object`; keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras3 import given, objects, policies
from kerasscan.loading.keras3.retrieve import CUSTOM
from kerasscan.loading.meanings import judge_meaning
from kerasscan.loading.ours import is_ours
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing, broken, kind_of_argument
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

WORDS: Final = {"activation": "activation function"}
"""What messages call a kind, where it is not the kind's own name."""

FUNCTIONS: Final = frozenset(
    {"activation", "loss", "metric", "initializer", "regularizer", "constraint"}
)


def take_objects(replay: Replay, config: Mapping[str, Any], at: Address, owner: Shipped) -> None:
    """Look up every argument of a constructor that is looked up in a table."""
    for key, value in config.items():
        if isinstance(value, Thing) and value.kind == "function":
            replaced = kind_of_argument(key) or ""  # it was a name, see `legacy`
            given.judge_attribute(replay, replaced, value.name, at.down(key), owner.name, key)
        if not isinstance(value, (str, dict)) or key not in owner.arguments:
            continue
        if key == "dtype":
            if not policies.is_plain(value):
                policies.judge_dtype(replay, value, at.down(key), owner)
            continue
        kind = kind_of_argument(key)
        if kind == "activation":
            judge_meaning(replay, key, value, at.down(key), owner.name)
        if kind is None or (isinstance(value, str) and replay.knows(kind, value)):
            continue
        made = get(replay, kind, value, at.down(key), owner.name, key)
        if isinstance(made, Thing) and made.kind in ("custom", "function"):
            given.judge_attribute(replay, kind, value, at.down(key), owner.name, key)


def get(
    replay: Replay, kind: str, value: Any, at: Address, owner: str = "", argument: str = ""
) -> Any:
    """`initializers.get(value)` and its likes: make the object or note why not."""
    if value is None or not isinstance(value, (str, dict)):
        return value
    if isinstance(value, str):
        if replay.is_given(value):
            return Thing("custom", value, {}, at)
        found = replay.contents.in_table(kind, value)
        if found:
            return Thing(found[0].kind, found[0].name, {}, at)
        return not_interpreted(replay, kind, value, value, at, owner, argument)
    if kind == "activation" and replay.has("activation-dict-deserialized"):
        made = objects.deserialize(replay, value, at, kind)
    else:
        made = deserialize(replay, kind, value, at)
    if isinstance(made, str):
        return not_interpreted(replay, kind, made, value, at, owner, argument)
    if isinstance(made, (dict, list, bool, int, float)):
        _not_callable(replay, kind, value, at, owner, argument)
    return made


def _not_callable(
    replay: Replay, kind: str, value: Any, at: Address, owner: str, argument: str
) -> None:
    """A dict that describes no object is returned as it is."""
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        f"Could not interpret {WORDS.get(kind, kind)} identifier: {shown(value)}",
        subject=owner,
        argument=argument,
        error="ValueError",
    )


def deserialize(replay: Replay, kind: str, config: Any, at: Address) -> Any:
    """`deserialize(config, module_objects=...)`.

    Returns:
        What was made; or, as Keras 3 does, the name itself where the table does not have it.
    """
    if isinstance(config, dict):
        names = (config.get("class_name"), config.get("registered_name"), config.get("config"))
        name, named, own = names
        if replay.is_given(own if name == "function" else config.get("registered_name", name)):
            given.judge_given(replay, kind, str(name), own, at)
            return Thing("custom", str(name), {}, at)
        if replay.is_given(name, named, own):
            return objects.deserialize(replay, config, at, kind)  # asks for one name alone
        return _dict(replay, kind, config, at)
    if isinstance(config, str):
        if replay.is_given(config):
            return Thing("custom", config, {}, at)
        return _named(replay, kind, config, None, {}, at)
    return config


def _dict(replay: Replay, kind: str, config: dict[str, Any], at: Address) -> Any:
    name = config.get("class_name")
    if not isinstance(name, str):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            at,
            f"Unknown `config` as a `dict`, config={shown(config)}",
            argument="class_name",
            error="ValueError",
        )
        return broken("", at)
    if name == "function":
        module = config.get("module")
        own = config.get("config") if module == "builtins" else config.get("registered_name")
        return _named(replay, kind, str(own), module, {}, at, config)
    if config.get("module", "_") is None:
        replay.stop(
            ReasonKind.CUSTOM_OBJECT,
            Stage.RESOLVE,
            at,
            f"Cannot deserialize object of type `{shown(name)}`. If `{shown(name)}` is a custom "
            "class, please register it using the `@keras.saving.register_keras_serializable()` "
            "decorator.",
            subject=name,
        )
        return broken(name, at)
    inner = config.get("config")
    return _named(replay, kind, name, None, inner if isinstance(inner, dict) else {}, at)


def _named(
    replay: Replay,
    kind: str,
    name: str,
    module: Any,
    inner: dict[str, Any],
    at: Address,
    config: dict[str, Any] | None = None,
) -> Any:
    found = replay.contents.in_table(kind, name)
    if not found:
        return name
    target = found[0]
    if is_function(target):
        return _function(replay, kind, target, name, module, at)
    from kerasscan.loading.keras3 import build

    whole = {"class_name": target.name, "config": inner, "module": target.module}
    return build.from_config(replay, target, inner, config or whole, at)


def is_function(shipped: Shipped) -> bool:
    """Whether a catalog entry is a function: only classes have bases or arguments."""
    return not any(part in shipped.facts for part in ("args", "bases", "emits"))


def _function(
    replay: Replay, kind: str, target: Shipped, name: str, module: Any, at: Address
) -> Any:
    """`serialize_with_public_fn`, then `_retrieve_class_or_fn` by the name that was asked for.

    The table knows short names (`mse`), the public API does not: from 3.0.2 on they are found
    first and lost again.
    """
    if name == target.name or not replay.has("api-lookup"):
        return Thing("function", name, {}, at)
    path = f"{(target.canonical or target.module).rpartition('.')[0]}.{name}"
    if replay.has("import-saveable-only") and module is None:
        error, message = (
            "ValueError",
            f"Could not deserialize '{path}' because it is not a KerasSaveable subclass",
        )
    else:
        error, message = "TypeError", f"Could not locate function '{shown(name)}'."
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.RESOLVE,
        at,
        message,
        subject=name,
        error=error,
        remedy=f"write '{target.name}' in place of '{shown(name)}'",
    )
    return broken(name, at)


def not_interpreted(
    replay: Replay, kind: str, name: str, value: Any, at: Address, owner: str, argument: str
) -> Thing:
    """Note a name that the table of a kind does not have."""
    word = WORDS.get(kind, kind)
    is_dict = isinstance(value, dict)
    is_name = not is_dict or value.get("class_name") == "function"
    bare = name.rpartition(">")[2]
    ours = ">" not in name and (is_ours(bare, kind, is_function=is_name) or is_ours(bare, kind))
    replay.stop(
        ReasonKind.CLASS_UNKNOWN if ours else ReasonKind.CUSTOM_OBJECT,
        Stage.RESOLVE,
        at,
        f"Could not interpret {word} identifier: {shown(value)}",
        subject=name,
        argument=argument,
        error="ValueError",
    )
    return broken(name, at)


__all__ = ["CUSTOM", "deserialize", "get", "is_function", "take_objects"]
