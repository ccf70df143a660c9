"""Values as they may be shown: code, long strings and paths become words in angle brackets.

A report goes where the model does not: into logs, comments, other people's dashboards. Names of
layers and classes, numbers and short words are what a reader needs; the rest is measured only.
"""

from __future__ import annotations

import json
import re

LONGEST = 60
"""Characters of a string that is shown as it is: longer ones are code, keys or text."""

_SHORTEST_CODE = 24
_LONGEST_NUMBER = 128  # bits; Python refuses to print integers beyond 4,300 digits

_ENCODED = re.compile(r"[A-Za-z0-9+/_\s-]+={0,2}\s*")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PATH = re.compile(r"[/~\\]|[A-Za-z]:[/\\]|\.{1,2}[/\\]|.*[/\\]\.\.(?:[/\\]|$)", re.DOTALL)


def shown(value: object) -> str:
    """Return a JSON scalar as JSON that may be shown; what JSON does not know as its kind."""
    match value:
        case None | bool() | float():
            return json.dumps(value)
        case int():
            bits = value.bit_length()
            return str(value) if bits <= _LONGEST_NUMBER else f'"<number of {bits:,} bits>"'
        case str():
            return quoted(redacted(value))
        case _:
            return quoted(f"<{type(value).__name__}>")


def redacted(text: str) -> str:
    """Return a string, or what it is where it should not be shown."""
    if _URL.match(text):
        return "<URL>"
    if _is_encoded(text):
        return f"<{len(text):,} characters of encoded bytes>"
    if len(text) > LONGEST:
        return f"<{len(text):,} characters>"
    if len(text) > 1 and _PATH.match(text):
        return "<path>"
    return text


def quoted(text: str) -> str:
    r"""Return a JSON string in which every character is visible: ``"\u202e"`` is spelt out."""
    written = json.dumps(text, ensure_ascii=False)
    if written.isprintable():
        return written
    return "".join(
        char if char.isprintable() else json.dumps(char, ensure_ascii=True)[1:-1]
        for char in written
    )


def _is_encoded(text: str) -> bool:
    """Whether a string looks like base64: it has digits and both cases, and is long."""
    return (
        len(text) >= _SHORTEST_CODE
        and _ENCODED.fullmatch(text) is not None
        and any(char.isdigit() for char in text)
        and any(char.isupper() for char in text)
        and any(char.islower() for char in text)
        and " " not in text
    )
