"""Which files of a project count: the nearest ones, from the first scanned path upward."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

SETTINGS = "kerasscan.toml"
PROJECT = "pyproject.toml"
IGNORED = "kerasscan.ignore.toml"

LARGEST = 4_000_000
"""Bytes of a file that is read: it may have come with the models, and be anything."""

_NAME = b"kerasscan"
"""What a ``pyproject.toml`` holds that sets something; one without is not even parsed."""


def settings_files(start: Path) -> Iterator[Path]:
    """Yield the files that may hold settings, nearest first.

    In one folder ``kerasscan.toml`` comes before ``pyproject.toml``. Whether a ``pyproject.toml``
    has a table of ours, only a look into it tells.

    Args:
        start: A scanned file or folder.
    """
    for folder in _upward(start):
        own = folder / SETTINGS
        if own.is_file():
            yield own
        project = folder / PROJECT
        if project.is_file() and _has_name(project):
            yield project


def find_ignored(start: Path) -> Path | None:
    """Return the nearest file of ignored findings, or None."""
    files = (folder / IGNORED for folder in _upward(start))
    return next((file for file in files if file.is_file()), None)


def is_foreign(file: Path) -> bool:
    """Whether a file lies neither in the working directory nor in a folder above it.

    Such a file may have come with the models, and then speaks for whoever made them.
    """
    here, folder = Path.cwd().resolve(), file.parent.resolve()
    return not here.is_relative_to(folder)


def shown(path: Path) -> str:
    """Return a path for messages: from the working directory where it lies below it."""
    whole, here = Path(os.path.abspath(path)), Path.cwd()  # noqa: PTH100 - links stay as given
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def _upward(start: Path) -> Iterator[Path]:
    whole = Path(os.path.abspath(start))  # noqa: PTH100 - a link is looked for where it stands
    yield from (whole, *whole.parents)


def _has_name(file: Path) -> bool:
    try:
        return file.stat().st_size <= LARGEST and _NAME in file.read_bytes()
    except OSError:  # whoever may not read it has set nothing in it
        return False
