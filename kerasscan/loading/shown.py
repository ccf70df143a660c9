"""Values from a stranger's file, cut to what fits into a message."""

from __future__ import annotations

from kerasscan.model.visible import flowing

_LONGEST = 80


def shown(value: object) -> str:
    """Return a value as one visible line of at most 80 characters."""
    text = value if isinstance(value, str) else python_text(value)
    text = flowing(text[: 4 * _LONGEST])
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def python_text(value: object, depth: int = 3) -> str:
    """Return a JSON value as Python writes it, without going deep into it."""
    if isinstance(value, dict):
        if not depth:
            return "{...}"
        items = [
            f"{key!r}: {python_text(item, depth - 1)}" for key, item in list(value.items())[:8]
        ]
        return "{" + ", ".join(items) + "}"
    if isinstance(value, (list, tuple)):
        if not depth:
            return "[...]"
        return "[" + ", ".join(python_text(item, depth - 1) for item in list(value)[:8]) + "]"
    if isinstance(value, str):
        return repr(value[: 2 * _LONGEST])
    return repr(value)
