r"""Text from a stranger's file, made fit to be shown.

Names in a model file are chosen by whoever wrote it. Sent to a terminal as they are, they could
recolour it, overwrite a line or reverse its direction; in JSON, half of a surrogate pair makes
strict parsers refuse the whole report. Every such character is replaced by its Python escape
(``\x1b``, ``\u202e``), which a person can read.
"""

from __future__ import annotations

import re

_HALVES = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """Return text on one line, with everything that a terminal would obey or hide spelt out.

    That is all that ``str.isprintable`` denies: control characters, direction overrides,
    invisible and unassigned characters, lone surrogates, line separators.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def encodable(text: str) -> str:
    """Return the text with only those characters spelt out that UTF-8 cannot encode."""
    return _HALVES.sub(lambda half: _escape(half.group()), text)


def flowing(text: str) -> str:
    """Return prose as one visible paragraph: runs of white space become one space."""
    return visible(" ".join(text.split()))


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
