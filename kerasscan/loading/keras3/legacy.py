"""Legacy configs in Keras 3: layers without ``module``, as HDF5 files hold them.

Source: keras/src/legacy/saving/{saving_utils,serialization}.py, keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras3 import build, changes
from kerasscan.loading.keras3.tables import is_function
from kerasscan.loading.ours import is_ours
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing, broken
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_MODELS: Final = frozenset({"Sequential", "Functional", "Model"})

_LAMBDA_ARGUMENTS: Final = (
    "module",
    "function_type",
    "output_shape_type",
    "output_shape_module",
)


def model_from_config(replay: Replay, config: Any, at: Address) -> Any:
    """`saving_utils.model_from_config`: repair an old config, then make the layer or model."""
    if not isinstance(config, dict) or "config" not in config:
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            f"The provided configuration is not a valid Keras configuration: {shown(config)}",
            argument="config",
            error="ValueError",
        )
        return broken("", at)
    name, inner = config.get("class_name"), config["config"]
    if not isinstance(inner, dict):
        return deserialize(replay, config, at)
    after = repaired(replay, name, inner)
    made = deserialize(replay, {**config, "config": after}, at)
    changes.remember_axis(made, inner, after)
    return made


def repaired(replay: Replay, name: Any, config: dict[str, Any]) -> dict[str, Any]:
    """Return a layer's config with the repairs that Keras 3 makes before looking the class up."""
    made = dict(config)
    shape = made.pop("batch_input_shape", None)
    if shape is not None:
        made["batch_shape" if name == "InputLayer" else "input_shape"] = shape
    axis = made.pop("axis", None)
    if axis is not None:
        if isinstance(axis, list) and len(axis) == 1:
            made["axis"] = axis[0]
        elif isinstance(axis, int) and replay.has("legacy-axis-kept"):
            made["axis"] = axis
        elif isinstance(axis, float) and replay.has("legacy-axis-kept"):
            made["axis"] = int(axis) if isfinite(axis) else axis
    if name == "Lambda":
        for key in _LAMBDA_ARGUMENTS:
            made.pop(key, None)
        function = made.get("function")
        if isinstance(function, list) and len(function) >= 3:
            parts = dict(zip(("code", "defaults", "closure"), function, strict=False))
            made["function"] = {"class_name": "__lambda__", "config": parts}
    return made


def deserialize(replay: Replay, config: dict[str, Any], at: Address) -> Any:
    """`serialization.deserialize_keras_object` with the table of layers."""
    name = config.get("class_name")
    if not isinstance(name, str):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            "Improper config format. Expecting python dict contains `class_name` and `config`",
            argument="class_name",
            error="ValueError",
        )
        return broken("", at)
    inner = config["config"]
    if replay.is_given(name):
        return build.given(replay, name, inner, config, at)
    found = _layer(replay, name)
    if found is None:
        unknown(replay, name, at)
        return build.opaque(name, inner if isinstance(inner, dict) else {}, config, at)
    identity = config.get("shared_object_id")
    if isinstance(identity, int) and ("legacy", identity) in replay.shared:
        replay.took_shared = True
        return replay.shared["legacy", identity]
    if is_function(found):
        return Thing("function", name, {}, at)
    if isinstance(inner, dict):
        inner = _with_functions(replay, inner, at)
    elif not (isinstance(inner, list) and found.name in _MODELS):
        _not_a_mapping(replay, name, inner, at)
        return build.opaque(name, {}, config, at)
    made = build.from_config(replay, found, inner, config, at)
    if isinstance(identity, int):
        replay.shared["legacy", identity] = made
    return made


def _not_a_mapping(replay: Replay, name: str, inner: Any, at: Address) -> None:
    """`cls(**config)`."""
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at.down("config"),
        f"{name}() argument after ** must be a mapping, not {type(inner).__name__}",
        subject=name,
        argument="config",
    )


def _layer(replay: Replay, name: str) -> Shipped | None:
    found = replay.contents.in_table("layer", name)
    return found[0] if found else None


def unknown(replay: Replay, name: str, at: Address) -> None:
    """Note a class that the table of layers does not have."""
    replay.stop(
        ReasonKind.CLASS_UNKNOWN if is_ours(name, "layer") else ReasonKind.CUSTOM_OBJECT,
        Stage.RESOLVE,
        at,
        f"Unknown layer: '{shown(name)}'. Please ensure you are using a "
        "`keras.utils.custom_object_scope` and that this object is included in the scope.",
        subject=name,
        error="ValueError",
    )


def _with_functions(replay: Replay, inner: dict[str, Any], at: Address) -> dict[str, Any]:
    """Replace strings that name a function of the layers' table by the function.

    From 3.14 on the table is asked too, and it has `dot`, `add`, ...
    """
    made = dict(inner)
    for key, value in inner.items():
        if key == "name":
            continue
        if isinstance(value, dict) and "__passive_serialization__" in value:
            made[key] = deserialize(replay, {"config": {}, **value}, at.down("config", key))
        elif isinstance(value, str):
            found = _layer(replay, value) if replay.has("legacy-strings-looked-up") else None
            is_named = found is not None and is_function(found)
            if is_named or replay.is_given(value):
                made[key] = Thing("function", value, {}, at.down("config", key))
                if replay.has("hdf5-config-dumped"):
                    _not_dumped(replay, value, at.down("config", key))
    return made


def _not_dumped(replay: Replay, name: str, at: Address) -> None:
    """`_find_replace_nested_dict` writes the config as JSON and reads it again."""
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        "Object of type function is not JSON serializable",
        subject=name,
        remedy="load with Keras 3.11.3 or newer",
    )
