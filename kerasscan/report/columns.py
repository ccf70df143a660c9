"""Rows of cells as columns for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

_WIDEST = 40


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as columns of equal width, two blanks apart; wide cells push the next one."""
    widths = [min(_WIDEST, max(map(len, column))) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
