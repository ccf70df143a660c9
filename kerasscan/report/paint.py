"""ANSI colours and hyperlinks, or none."""

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

    def __init__(self, *, color: bool, links: bool = False) -> None:
        self._color = color
        self._links = links

    def __call__(self, style: str, text: str) -> str:
        """Return the text in a style: ``bold``, ``dim``, ``help`` or a severity's word."""
        if not self._color or not text:
            return text
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m"

    def link(self, url: str | None, text: str) -> str:
        """Return the text as a hyperlink (OSC 8), where links are wanted and there is a URL.

        Args:
            url: Of visible ASCII characters only, as `kerasscan.report.rule_page` gives it.
            text: What is shown.
        """
        if not self._links or url is None:
            return text
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"
