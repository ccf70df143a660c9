"""Names and values of a file as Python text that cannot be anything else."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable
from typing import Any

from kerasscan.model.visible import visible

_LONGEST = 60
_COMMENT = 100
_RESERVED = frozenset({"keras", "load", "self", "cls", "kwargs", "super", "model_path"})
"""Names that the module itself uses."""


def is_argument(name: str) -> bool:
    """Whether a key of a configuration can be the name of a parameter."""
    plain = name.isidentifier() and name.isascii() and not keyword.iskeyword(name)
    return plain and name not in _RESERVED and not name.startswith("__")


def identifier(name: str, taken: Iterable[str] = ()) -> str:
    """Return a Python name for a class or function of a file, other than those taken."""
    plain = re.sub(r"[^0-9A-Za-z_]", "_", name)[:_LONGEST] or "unnamed"
    if plain[0].isdigit() or keyword.iskeyword(plain) or plain in _RESERVED or "__" in plain[:2]:
        plain = f"own_{plain.lstrip('_')}"
    used, number, found = set(taken), 2, plain
    while found in used:
        found, number = f"{plain}_{number}", number + 1
    return found


def text(value: str) -> str:
    """Return a string literal, with double quotes unless it holds some itself."""
    single = repr(value)  # spells out whatever a terminal would obey or hide
    if '"' in value or single.startswith('"'):
        return single
    return f'"{single[1:-1]}"'


def literal(value: Any) -> str | None:
    """Return a small JSON value as Python text; None for what is no fit default."""
    if value is None or isinstance(value, (bool, int)):
        shown = repr(value)
        return shown if len(shown) <= _LONGEST else None
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f'float("{value}")'
    if isinstance(value, str):
        return text(value) if len(value) <= _LONGEST else None
    if isinstance(value, list) and value and not any(isinstance(each, list) for each in value):
        items = [literal(each) for each in value]
        if None in items:
            return None
        shown = ", ".join(item for item in items if item is not None)
        shown = f"({shown},)" if len(items) == 1 else f"({shown})"
        return shown if len(shown) <= _LONGEST else None
    return None


def comment(words: str) -> str:
    """Return words that may stand in a comment or a docstring, on one line."""
    shown = visible(words).replace("\\", "/").replace('"', "'")
    return shown if len(shown) <= _COMMENT else f"{shown[: _COMMENT - 3]}..."
