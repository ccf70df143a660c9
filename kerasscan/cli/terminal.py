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

_LINKING_VARIABLES = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby"})
_LINKING_TERMS = frozenset({"xterm-kitty", "alacritty", "foot", "xterm-ghostty"})
_LINKING_VTE = 5000
"""VTE 0.50 has links without the faults of 0.48."""

_BAR_AFTER = 0.5
"""Seconds; shorter work is done before a bar could be read."""


def has_color() -> bool:
    """Whether to colour stdout: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def has_links() -> bool:
    """Whether stdout shows hyperlinks (OSC 8): FORCE_HYPERLINK decides, else the terminal.

    No terminal says that it knows them, so these are those that are known to, by the variables
    that they set; the others would show an underlined text at best and its escapes at worst.
    """
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb" or os.environ.get("CI"):
        return False
    vte = os.environ.get("VTE_VERSION", "")
    return (
        any(os.environ.get(name) for name in _LINKING_VARIABLES)
        or os.environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or os.environ.get("TERM") in _LINKING_TERMS
        or (vte.isascii() and vte.isdigit() and int(vte) >= _LINKING_VTE)
    )


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
