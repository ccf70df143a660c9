"""`deserialize_keras_object` of 2.12 to 2.15 and tf-keras, as `.keras` archives need it.

Source: keras/saving/serialization_lib.py of 2.12.0, keras/src/saving/serialization_lib.py of
2.13.1 to 2.15.0, tf_keras/src/saving/serialization_lib.py.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras2 import build, names
from kerasscan.loading.keras2.given import judge_given
from kerasscan.loading.keras2.retrieve import retrieve
from kerasscan.loading.lambdas import guarded_lambda
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing, broken
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

LAMBDA_REFUSAL: Final = (
    "Requested the deserialization of a `lambda` object. This carries a potential risk of "
    "arbitrary code execution and thus it is disallowed by default."
)

_PLAIN: Final = (str, int, float, bool)


def deserialize(replay: Replay, config: Any, at: Address) -> Any:
    """Make whatever a config describes, by its module and name."""
    if config is None or isinstance(config, _PLAIN):
        if isinstance(config, str) and replay.is_given(config):
            return Thing("custom", config, {}, at)
        return config
    if isinstance(config, list):
        return [deserialize(replay, item, at.down(i)) for i, item in enumerate(config)]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: deserialize(replay, item, at.down(key)) for key, item in config.items()}
    return _object(replay, config, at)


def _object(replay: Replay, config: dict[str, Any], at: Address) -> Any:
    name = config["class_name"]
    inner = config["config"] or {}
    if not isinstance(name, str):
        _unreadable(replay, config, at)
        return broken("", at)
    if name in ("__tensor__", "__numpy__", "__bytes__", "__lambda__", "__typespec__"):
        return _tagged(replay, name, inner, at)
    if name == "function":
        found = retrieve(replay, config, at)
        own = config["config"] if isinstance(config["config"], str) else ""
        return broken(own, at) if found is None else Thing("function", own, {}, at)
    identity = config.get("shared_object_id")
    key = ("keras2", identity)
    if isinstance(identity, int) and key in replay.shared:
        replay.took_shared = True
        return replay.shared[key]
    made = _made(replay, retrieve(replay, config, at), name, inner, config, at)
    if isinstance(identity, int):
        replay.shared[key] = made
    return made


def _made(
    replay: Replay,
    found: Shipped | str | None,
    name: str,
    inner: Any,
    config: dict[str, Any],
    at: Address,
) -> Any:
    if isinstance(found, str):
        return build.given(replay, name, inner, config, at)
    if found is None:
        return build.opaque(name, inner if isinstance(inner, dict) else {}, config, at)
    if not isinstance(inner, (dict, list)):
        _unreadable(replay, config, at)
        return broken(name, at)
    return build.from_config(replay, found, inner, config, at)


def _tagged(replay: Replay, name: str, inner: Any, at: Address) -> Thing:
    if name == "__lambda__":
        code = inner.get("value") if isinstance(inner, dict) else None
        return guarded_lambda(replay, code, at, LAMBDA_REFUSAL, "lambda")
    value = inner.get("value") if isinstance(inner, dict) and "value" in inner else inner
    return Thing("value", name, {"value": value}, at)


def in_table(replay: Replay, kind: str, config: Any, at: Address, pick: int = 0) -> Any:
    """`deserialize_keras_object(config, module_objects=...)`: by bare name, not by module.

    Returns:
        What was made; or the name itself where the table does not have it.
    """
    if isinstance(config, list):
        return [deserialize(replay, item, at.down(i)) for i, item in enumerate(config)]
    if not isinstance(config, (str, dict)):
        return config
    name = _name(replay, kind, config, at)
    if not isinstance(name, str):
        return name
    found = replay.contents.in_table(kind, name)
    if not found:
        return name
    target = found[min(pick, len(found) - 1)]
    if build.is_function(target):
        return Thing("function", name, {}, at)
    inner = config.get("config") if isinstance(config, dict) else None
    if isinstance(config, dict) and "config" not in config:
        inner = {}
    # rebuilt from the class and its config: build_config and compile_config are lost on the way
    whole = {"class_name": name, "config": inner or {}}
    return _made(replay, target, name, inner or {}, whole, at)


def _name(replay: Replay, kind: str, config: str | dict[str, Any], at: Address) -> Any:
    """Return the name to look up, or what was made without a table."""
    if isinstance(config, str):
        return Thing("custom", config, {}, at) if replay.is_given(config) else config
    name, own = config.get("class_name"), config.get("config")
    if not isinstance(name, str):
        _unreadable(replay, config, at)
        return broken("", at)
    named = config.get("registered_name", name)
    if replay.is_given(own if name == "function" else named):
        judge_given(replay, kind, name, own, at)
        return build.given(replay, name, own, config, at)
    if replay.is_given(name, named, own):
        return deserialize(replay, config, at)  # which asks for the registered name alone
    registered = config.get("registered_name")
    if isinstance(registered, str) and names.registered(replay, registered):
        return deserialize(replay, config, at)
    if name == "function":
        return own if config.get("module") == "builtins" else registered
    if config.get("module", "_") is None:
        _unregistered(replay, name, at)
        return build.opaque(name, own if isinstance(own, dict) else {}, config, at)
    return name


def _unregistered(replay: Replay, name: str, at: Address) -> None:
    replay.stop(
        ReasonKind.CUSTOM_OBJECT,
        Stage.RESOLVE,
        at,
        f"Cannot deserialize object of type `{shown(name)}`. If `{shown(name)}` is a custom class, "
        "please register it using the `@keras.saving.register_keras_serializable()` decorator.",
        subject=name,
    )


def _unreadable(replay: Replay, config: dict[str, Any], at: Address) -> None:
    name = config.get("class_name")
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.RESOLVE,
        at,
        f"Unknown `config` as a `dict`, config={shown(config)}",
        subject=name if isinstance(name, str) else "",
        argument="config",
        error="ValueError",
    )
