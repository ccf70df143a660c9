"""`deserialize_keras_object` of Keras 3.

Source: keras/src/saving/serialization_lib.py, keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras3 import backends, build
from kerasscan.loading.keras3.retrieve import CUSTOM, retrieve, wanted
from kerasscan.loading.lambdas import guarded_lambda
from kerasscan.loading.paper import Ref
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing, broken
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

LAMBDA_REFUSAL: Final = (
    "Requested the deserialization of a Python lambda. This carries a potential risk of arbitrary "
    "code execution and thus it is disallowed by default. If you trust the source of the artifact, "
    "you can override this error by passing `safe_mode=False` to the loading function"
)

_PLAIN: Final = (str, int, float, bool)


def deserialize(replay: Replay, config: Any, at: Address, role: str | None = None) -> Any:
    """Make whatever a config describes.

    Args:
        replay: The load.
        config: Any JSON value.
        at: Where it stands.
        role: What it is to be, in the catalog's word, where the place tells.

    Returns:
        A `PaperLayer`, a `Thing`, a `Ref`, or plain values with those inside.
    """
    if config is None or isinstance(config, _PLAIN):
        if isinstance(config, str) and replay.is_given(config):
            return Thing("custom", config, {}, at)
        return config
    if isinstance(config, list):
        return [deserialize(replay, item, at.down(i), role) for i, item in enumerate(config)]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: deserialize(replay, item, at.down(key)) for key, item in config.items()}
    return _object(replay, config, at, role)


def _object(replay: Replay, config: dict[str, Any], at: Address, role: str | None) -> Any:
    class_name = config["class_name"]
    inner = config["config"] if config["config"] is not None else {}
    if isinstance(class_name, str) and class_name.startswith("__"):
        if class_name == "__typespec__":
            backends.judge_type_spec(replay, config, at)
        return _tagged(replay, class_name, inner, at)
    identity = config.get("shared_object_id")
    if isinstance(identity, int) and identity in replay.shared:
        replay.took_shared = True
        return replay.shared[identity]
    what = wanted(config, role)
    if what is None:
        _unreadable(replay, config, at)
        return broken(str(class_name), at)
    if what.is_function:
        found = retrieve(replay, what, at)
        return broken(what.name, at) if found is None else Thing("function", what.name, {}, at)
    if not isinstance(inner, dict):
        if replay.has("config-type-checked"):
            _unreadable(replay, config, at)
            return broken(what.name, at)
        inner = {}
    found = retrieve(replay, what, at)
    if found == CUSTOM:
        from kerasscan.loading.keras3.given import judge_given  # which needs what is made here

        judge_given(replay, role, what.name, inner, at)
    made = made_of(replay, found, what.name, inner, config, at)
    if isinstance(identity, int):
        replay.shared[identity] = made
    return made


def made_of(
    replay: Replay,
    found: Shipped | str | None,
    name: str,
    inner: dict[str, Any],
    config: dict[str, Any],
    at: Address,
) -> Any:
    """Call `from_config` of what was found, on paper."""
    if found is None:
        return build.opaque(name, inner, config, at)
    if isinstance(found, str):
        return build.given(replay, name, inner, config, at)
    return build.from_config(replay, found, inner, config, at)


def _tagged(replay: Replay, class_name: str, inner: Any, at: Address) -> Any:
    """Values that are encoded as objects: `__tensor__`, `__numpy__`, `__lambda__`, ..."""
    if class_name == "__keras_tensor__":
        history = inner.get("keras_history") if isinstance(inner, dict) else None
        if isinstance(history, list) and len(history) == 3 and isinstance(history[0], str):
            return Ref(history[0], *(n if isinstance(n, int) else 0 for n in history[1:]))
        return None
    if class_name == "__lambda__":
        value = inner.get("value") if isinstance(inner, dict) else None
        return guarded_lambda(replay, value, at, LAMBDA_REFUSAL, "lambda")
    if class_name == "__ellipsis__" and not replay.has("ellipsis"):
        # 3.0 to 3.2 go on and look the class up
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            "Could not locate class '__ellipsis__'.",
            subject="__ellipsis__",
        )
    value = inner.get("value") if isinstance(inner, dict) and "value" in inner else inner
    return Thing("value", class_name, {"value": value}, at)


def _unreadable(replay: Replay, config: dict[str, Any], at: Address) -> None:
    name = config.get("class_name")
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.RESOLVE,
        at,
        f"Expected 'config' to be a dict for {shown(name)}",
        subject=name if isinstance(name, str) else "",
        argument="config",
    )
