"""The vocabulary of numeric computations."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def is_numeric_name(name: str) -> bool:
    """Whether a name, or each part of a dotted one, only computes.

    Args:
        name: Of a global, an attribute or a module: ``reduce_mean``, ``tensorflow.math``.
    """
    return _numeric_names().issuperset(name.split("."))


@cache
def _numeric_names() -> frozenset[str]:
    """Return the names of numeric computations; the file tells where they are from."""
    text = Path(__file__).with_name("numeric_names.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(name for line in lines for name in line.split())
