"""Values of a layer's config, taken with care: they come from strangers' files.

A value of an odd type is answered by None: what depends on it cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LARGEST = 2**40
"""No axis is longer; numbers beyond would only cost time."""

_LENGTHS = ("__tuple__", "TensorShape")


def integer(value: object) -> int | None:
    """Return a whole number: a JSON one, or a float such as ``64.0``, as Keras' ``int()`` does."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and abs(value) <= LARGEST else None


def items(value: object) -> list[Any] | None:
    """Return the items of a list, a tuple, or a tuple that JSON had to spell out."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, Mapping) and value.get("class_name") in _LENGTHS:
        return items(value.get("items"))
    return None


def integers(value: object) -> tuple[int, ...] | None:
    """Return a list of whole numbers."""
    found = items(value)
    if found is None:
        return None
    numbers = tuple(number for each in found if (number := integer(each)) is not None)
    return numbers if len(numbers) == len(found) else None


def lengths(value: object) -> tuple[int, ...] | None:
    """Return the lengths of axes: one positive number, or a list of them."""
    single = integer(value)
    found = (single,) if single is not None else integers(value)
    return found if found is not None and min(found, default=1) > 0 else None


def shape(value: object) -> tuple[int | None, ...] | None:
    """Return a shape: whole numbers, and None for axes of any length."""
    found = items(value)
    if found is None:
        return None
    axes = tuple(None if each is None else integer(each) for each in found)
    odd = any(
        each is not None and (axis is None or axis < 0)
        for each, axis in zip(found, axes, strict=True)
    )
    return None if odd else axes


def number(config: Mapping[str, Any], key: str, default: int | None = None) -> int | None:
    """Return a whole number of the config."""
    return integer(config[key]) if key in config else default


def positive(config: Mapping[str, Any], key: str, default: int | None = None) -> int | None:
    """Return a positive whole number of the config, such as ``units``."""
    found = number(config, key, default)
    return found if found is not None and found > 0 else None


def flag(config: Mapping[str, Any], key: str, default: bool) -> bool | None:
    """Return a truth value; numbers pass as Python's ``if`` takes them."""
    found = config.get(key, default)
    if found is None:
        return False
    return bool(found) if isinstance(found, (bool, int, float)) else None


def word(config: Mapping[str, Any], key: str, default: str) -> str | None:
    """Return a string of the config, the default where it is missing or null."""
    found = config.get(key, default)
    if found is None:
        return default
    return found if isinstance(found, str) else None


def sizes(
    config: Mapping[str, Any], key: str, rank: int, default: int | None = None
) -> tuple[int, ...] | None:
    """Return one positive number for each spatial axis; a single one stands for all."""
    value = config.get(key, default)
    single = integer(value)
    found = (single,) * rank if single is not None else integers(value)
    if found is None or len(found) != rank or min(found, default=1) < 1:
        return None
    return found


def channels_first(config: Mapping[str, Any]) -> bool | None:
    """Whether ``data_format`` puts the channels before the space."""
    found = word(config, "data_format", "channels_last")
    if found is None or found.lower() not in ("channels_first", "channels_last"):
        return None
    return found.lower() == "channels_first"
