"""How far a code reaches, told by what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kerasscan.bytecode.numeric import is_numeric_name
from kerasscan.bytecode.system_names import HARMLESS_DUNDERS, IN_STRINGS, NAMES
from kerasscan.model.bytecode import Rank, Reach, StoredCode, Unreadable

_NUMERIC_PACKAGES: Final = frozenset({"tensorflow", "keras", "tf_keras", "numpy", "math"})
"""What a numeric code may import, as long as each part of the dotted name is numeric too."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?P<used>\(|\.(?=[A-Za-z_]))?")
"""A name in a string, and whether something is taken from it or it is called."""

_LONGEST_EVIDENCE: Final = 60
"""Characters of a string that are shown."""

_MOST_EVIDENCE: Final = 200
"""Pieces of evidence that are kept."""


def reach(code: StoredCode | Unreadable) -> Reach:
    """Tell what a code touches, by all names, imports and strings of it and of nested codes.

    The order of the judgement is SYSTEM, UNKNOWN, NUMERIC: one name that reaches out is enough,
    one that is on no list keeps a code from being numeric, and so does everything that names do
    not show: instructions that lead outside the code's tables, classes, printing, assigning to
    globals and attributes.
    """
    if isinstance(code, Unreadable):
        return Reach(Rank.UNKNOWN, (code.detail,))
    outside = _kept(_outside(code))
    if outside:
        return Reach(Rank.SYSTEM, outside)
    unknown = _kept(_unknown(code))
    if unknown:
        return Reach(Rank.UNKNOWN, unknown)
    return Reach(Rank.NUMERIC, _kept(iter(code.all_names)))


def _kept(evidence: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(evidence))[:_MOST_EVIDENCE]


def _outside(code: StoredCode) -> Iterator[str]:
    """Yield what reaches out."""
    for name in (*code.all_names, *code.all_imports):
        if _reaches_out(name):
            yield name
    for text in code.all_strings:
        if _names_what_reaches_out(text):
            yield _shown(text)
    yield from (action for action in code.all_actions if action in {"exec", "import *"})


def _reaches_out(name: str) -> bool:
    """Whether a name does, or part of a dotted one (``os.path``, ``tensorflow.io``)."""
    return any(
        part in NAMES or (_is_dunder(part) and part not in HARMLESS_DUNDERS)
        for part in name.split(".")
    )


def _is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def _names_what_reaches_out(text: str) -> bool:
    """Whether a string says a name that reaches out, for ``getattr`` or code to find.

    Words of prose are no names: only a string that is one name alone, or holds what looks like
    code (``import os``, ``os.``, ``eval(``), counts. Names with two underscores count anywhere.
    """
    if text.strip() in IN_STRINGS:
        return True
    before = ""
    for found in _IDENTIFIER.finditer(text):
        word = found[0].rstrip(".(")
        if _is_dunder(word) and word not in HARMLESS_DUNDERS:
            return True
        is_used = before in {"import", "from"} or found["used"]
        if is_used and word in IN_STRINGS:
            return True
        before = word
    return False


def _unknown(code: StoredCode) -> Iterator[str]:
    """Yield what keeps a code from being numeric."""
    for name in code.all_names:
        if name and not is_numeric_name(name):  # none: the package of ``from . import``
            yield name
    for name in code.all_imports:
        if name.partition(".")[0] not in _NUMERIC_PACKAGES or not is_numeric_name(name):
            yield name
    yield from code.all_actions
    if not all(each.is_followed for each in code.walk()):
        yield "instructions that point outside the code"


def _shown(text: str) -> str:
    """Return a string, the middle of a long one left out."""
    if len(text) <= _LONGEST_EVIDENCE:
        return text
    return f"{text[: _LONGEST_EVIDENCE - 20]}...{text[-17:]}"
