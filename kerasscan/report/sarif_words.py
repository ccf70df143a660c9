"""Sentences for SARIF: plain text that no viewer takes for a link or a placeholder."""

from __future__ import annotations

import re

from kerasscan.model.visible import flowing

_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_BRACKET = re.compile(r"[\[\]]")


def sentence(text: str) -> str:
    """Return a plain text message that ends with a period (SARIF 2.1.0 section 3.11.3)."""
    flat = flowing(text)
    return literal(flat if flat.endswith(".") else f"{flat}.")


def literal(text: str) -> str:
    """Escape what could be read as an embedded link or a placeholder.

    A layer may be called ``[click](https://...)`` or ``{0}``. Brackets are escaped with a
    backslash (section 3.11.6), braces are doubled (section 3.11.5), both only where there is
    something to be mistaken: viewers, GitHub's among them, show the escapes of harmless ones.
    """
    if "](" in text:
        text = _BRACKET.sub(r"\\\g<0>", text)
    return _PLACEHOLDER.sub(r"{{\1}}", text)


def shortened(text: str, longest: int) -> str:
    """Return the text, cut after a word where it is too long for GitHub."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 3]
    return f"{cut.rsplit(' ', 1)[0]}..."
