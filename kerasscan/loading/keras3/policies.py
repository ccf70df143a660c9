"""The `dtype` argument of Keras 3: names and policies.

Source: keras/src/dtype_policies/{__init__,dtype_policy}.py and keras/src/mixed_precision of 3.0,
`Operation.from_config`; keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.accept import judge_arguments
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_DTYPES: Final = frozenset(
    [
        "bool",
        "bfloat16",
        "float16",
        "float32",
        "float64",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "string",
        "complex64",
        "complex128",
        "float8_e4m3fn",
        "float8_e5m2",
        "int",
        "float",
        "mixed_float16",
        "mixed_bfloat16",
        "half",
        "double",
    ]
)


_MODES: Final = ("int8", "float8", "int4", "gptq", "awq")
_GROUPED: Final = {
    "AWQDTypePolicy": ("awq", 2),
    "GPTQDTypePolicy": ("gptq", 2),
    "Int4DTypePolicy": ("int4", 1),
}
"""Policies whose mode is ``int4/128`` or ``gptq/4/128``, and how many numbers it has."""


_LOOKUPS: Final = frozenset({"IntegerLookup", "StringLookup"})


def is_plain(value: object) -> bool:
    """Whether a dtype is a name that every release knows."""
    return isinstance(value, str) and value in _DTYPES


def judge_dtype(replay: Replay, value: Any, at: Address, owner: Shipped) -> None:
    """Judge the value of `dtype`: a name, or the config of a policy."""
    if owner.name in _LOOKUPS and not replay.has("policy-mode-asked"):
        return  # the constructor takes the dtype for that of the vocabulary, or drops it
    if isinstance(value, dict):
        _policy(replay, value, at, owner)
    elif isinstance(value, str) and owner.kind in ("layer", "cell", "model", "operation"):
        _name(replay, value, at, owner)


def _name(replay: Replay, name: str, at: Address, owner: Shipped) -> None:
    if name in _DTYPES or replay.is_given(name):
        return
    mode = next((mode for mode in _MODES if _is(name, mode)), "")
    if mode and replay.has(f"quantization-{mode}"):
        return
    kind = "FloatDTypePolicy" if replay.has("float-policy-named") else "DTypePolicy"
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        f"Cannot convert '{shown(name)}' to a mixed precision {kind}.",
        subject=owner.name,
        argument="dtype",
        error="ValueError",
    )


def _is(name: str, mode: str) -> bool:
    return name.startswith((f"{mode}_", f"{mode}/"))


def _policy(replay: Replay, config: dict[str, Any], at: Address, owner: Shipped) -> None:
    """`dtype_policies.deserialize`, or before 3.3 the generic one."""
    if not replay.has("policy-table"):
        from kerasscan.loading.keras3 import objects

        objects.deserialize(replay, config, at, "dtype_policy")
        return
    name = config.get("class_name")
    inner = config.get("config")
    found = replay.contents.in_table("dtype_policy", name) if isinstance(name, str) else ()
    if replay.is_given(config.get("registered_name", name)):
        return
    if not found:
        attribute = "quantization_mode" if replay.has("policy-mode-asked") else "convert_input"
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            at,
            f"'str' object has no attribute '{attribute}'",
            subject=owner.name,
            argument="dtype",
            error="AttributeError",
            remedy="write the policy's name in place of its config",
        )
        return
    values = inner if isinstance(inner, dict) else {}
    if not _has_mode(replay, str(name), values.get("mode"), at.down("config", "mode"), owner):
        return
    if judge_arguments(replay, found[0], values, at) and isinstance(values.get("name"), str):
        _name(replay, values["name"], at.down("config", "name"), owner)


def _has_mode(replay: Replay, policy: str, mode: Any, at: Address, owner: Shipped) -> bool:
    """`QuantizedDTypePolicy.__init__`; policies with a group size write it into the mode."""
    if not isinstance(mode, str):
        return True
    base, message = mode, f"Invalid quantization mode. Received: mode={shown(mode)}"
    if policy in _GROUPED:
        base, *sizes = mode.split("/")
        expected, count = _GROUPED[policy]
        message = f"Invalid mode for {policy}. Got '{shown(mode)}'"
        if base != expected or len(sizes) != count or not all(map(_is_size, sizes)):
            base = ""
    if base in _MODES and replay.has(f"quantization-{base}"):
        return True
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        message,
        subject=owner.name,
        argument="mode",
        error="ValueError",
    )
    return False


def _is_size(text: str) -> bool:
    """Whether it is a number of bits, or a group size, of which -1 is the whole."""
    return text.isascii() and text.removeprefix("-").isdigit()
