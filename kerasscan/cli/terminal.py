"""What the terminal can do, and a progress bar for long work."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerasscan.scanner.scanning import Progress

_BAR_FROM = 8
"""Fewer files are done before a bar could be read."""


def has_color() -> bool:
    """Whether to colour stdout: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def columns() -> int | None:
    """Return the terminal's width, or None when stdout is not a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextmanager
def progress_bar(*, wanted: bool) -> Iterator[Progress | None]:
    """Give a callback that draws a bar on stderr, or None where nobody would see it."""
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns_shown = (TextColumn("scanning"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns_shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scanning", total=None, visible=False)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total >= _BAR_FROM)

        yield advance
