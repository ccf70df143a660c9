"""Which release of kerasscan brought a rule, by the changelog."""

from __future__ import annotations

import re
from functools import cache

_ENTRY = re.compile(r"(?m)^## \[(\d[^\]]*)\]")
_NAMED = re.compile(r"\b([A-Z]{2})(\d{3})(?:-(?:[A-Z]{2})?(\d{3}))?\b")


def since(rule_id: str, changelog: str) -> str:
    """Return the oldest version whose entry names a rule; where none does, the first version."""
    entries = _entries(changelog)
    return next((version for version, ids in entries if rule_id in ids), entries[0][0])


@cache
def _entries(changelog: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return versions with the rules that their entries name, the oldest first."""
    _, *pieces = _ENTRY.split(changelog)
    entries = zip(pieces[::2], pieces[1::2], strict=True)
    return tuple((version, _ids(text)) for version, text in entries)[::-1]


def _ids(text: str) -> frozenset[str]:
    return frozenset(
        f"{found[1]}{number:03}"
        for found in _NAMED.finditer(text)
        for number in range(int(found[2]), int(found[3] or found[2]) + 1)
    )
