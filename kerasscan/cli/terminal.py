"""What the terminal can do, and a progress bar for long work."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from kerasscan.scanner.scanning import Progress

_BAR_AFTER = 0.5
"""Seconds; shorter work is done before a bar could be read."""


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
    """Give a callback that draws a bar on stderr, or None where nobody would see it.

    The bar comes when the work has proved long; until then rich is not even imported.
    """
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    bar: Bar | None = None
    task: TaskID | None = None
    begin = time.monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal bar, task
        if bar is None and time.monotonic() - begin > _BAR_AFTER:
            bar = _new_bar()
            task = bar.add_task("scanning", total=total)
        if bar is not None and task is not None:
            bar.update(task, completed=done)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()


def _new_bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns_shown = (TextColumn("scanning"), BarColumn(), MofNCompleteColumn())
    bar = Bar(*columns_shown, console=Console(stderr=True), transient=True)
    bar.start()
    return bar
