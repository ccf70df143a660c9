"""ANSI colours, or none."""

from __future__ import annotations

from kerasscan.model.finding import Severity

_CODES = {
    "bold": "1",
    "dim": "2",
    "help": "1;36",
    Severity.ERROR.value: "1;31",
    Severity.WARNING.value: "1;33",
    Severity.NOTE.value: "1;34",
}


class Paint:
    """Wraps text in SGR sequences (ECMA-48 section 8.3.117) when colour is wanted."""

    def __init__(self, *, color: bool) -> None:
        self._color = color

    def __call__(self, style: str, text: str) -> str:
        """Return the text in a style: ``bold``, ``dim``, ``help`` or a severity's word."""
        if not self._color or not text:
            return text
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m"
