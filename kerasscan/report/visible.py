r"""Text from a stranger's file, made fit to be shown.

Names in a model file are chosen by whoever wrote it. Sent to a terminal as they are, they could
recolour it, overwrite a line or reverse its direction; in JSON, half of a surrogate pair makes
strict parsers refuse the whole report. Every such character is replaced by its Python escape
(``\x1b``, ``\u202e``), which a person can read.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters
    "\u00ad\u061c\u180e\u200b-\u200f\u2060-\u206f\ufeff"  # invisible
    "\u2028-\u202e"  # line separators, direction overrides (and those in 2066-2069)
    "\ud800-\udfff"  # halves of surrogate pairs
    "\ufff9-\ufffb\U000e0000-\U000e0fff"  # annotations, tags
    "]"
)
_HALVES = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """Return the text on one line, with every invisible character spelt out."""
    return _UNSEEN.sub(_escape, text)


def encodable(text: str) -> str:
    """Return the text with only those characters spelt out that UTF-8 cannot encode."""
    return _HALVES.sub(_escape, text)


def flowing(text: str) -> str:
    """Return prose as one visible paragraph: runs of white space become one space."""
    return visible(" ".join(text.split()))


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")
