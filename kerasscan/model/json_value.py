"""What a JSON document can hold, as types, and RFC 6901 pointers into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

JsonObject: TypeAlias = "dict[str, JsonValue]"


def escape_token(token: str | int) -> str:
    """Return one reference token of a JSON pointer (RFC 6901 section 3)."""
    if isinstance(token, int):
        return str(token)
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def unescape_token(token: str) -> str:
    """Return what a reference token of a JSON pointer stands for (RFC 6901 section 4)."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token


_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((int, float), "a number"),
    ((str,), "text"),
    ((list, tuple), "an array"),
    ((dict,), "an object"),
    ((bytes,), "bytes"),
)


def json_kind(value: object) -> str:
    """Return what JSON calls a value, for people: ``a number``, ``an array``, ..."""
    if isinstance(value, bool):
        return "a boolean"
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "null"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun: ``1 member``, ``1,204 members``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def get_str(mapping: Mapping[str, Any], key: str) -> str | None:
    """Return the string under ``key``, or None when it is absent or something else."""
    value = mapping.get(key)
    return value if isinstance(value, str) else None


def get_list(mapping: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list under ``key``, or an empty list when it is absent or something else."""
    value = mapping.get(key)
    return value if isinstance(value, list) else []


def get_dict(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the object under ``key``, or an empty one when it is absent or something else."""
    value = mapping.get(key)
    return value if isinstance(value, dict) else {}
