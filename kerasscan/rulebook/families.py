"""The families of the built-in rules and the id prefixes that belong to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "file": "KF",
        "registration": "KR",
        "compatibility": "KC",
        "preprocessing": "KP",
        "drift": "KD",
        "weights": "KW",
        "graph": "KG",
        "security": "KS",
    }
)
"""Family to prefix, in the order in which people are shown them. A pack may use none of them."""


def letters_of(rule_id: str) -> str:
    """Return the letters that an id begins with: ``KS`` of ``KS101``."""
    return rule_id.rstrip("0123456789")


def family_of(folder: str) -> str:
    """Return the family that a folder's name stands for: ``acme-rules`` for ``Acme Rules``."""
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-") or "pack"


def family_order(family: str) -> tuple[int, str]:
    """Return a sort key: built-in families in their own order, then the others by name."""
    builtin = list(PREFIXES)
    return (builtin.index(family) if family in builtin else len(builtin), family)
