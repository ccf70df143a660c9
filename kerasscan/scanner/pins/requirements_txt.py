"""``requirements*.txt``, and the files that it includes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kerasscan.scanner.pins.names import about_keras

_OPTION = re.compile(r"\s--?[a-z].*$")
_COMMENT = re.compile(r"(^|\s)#.*$")
_INCLUDE = re.compile(r"(?:-r|--requirement)[\s=]+(?P<file>\S+)")

_DEEPEST = 4
"""Includes within includes that are followed."""

_LARGEST = 1_000_000


def requirements_pins(file: Path, text: str) -> list[str]:
    """Return what a requirements file says about Keras."""
    return about_keras(_lines(file, text, _DEEPEST))


def _lines(file: Path, text: str, deepest: int) -> Iterator[str]:
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        wanted = _COMMENT.sub("", line).strip()
        included = _INCLUDE.match(wanted)
        if included is None:
            yield _OPTION.sub("", wanted)
        elif deepest:
            yield from _included(file.parent / included["file"], deepest - 1)


def _included(file: Path, deepest: int) -> Iterator[str]:
    """Yield the lines of an included file; what cannot be read includes nothing."""
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            return
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):  # also a name with a NUL in it, or text that is no UTF-8
        return
    yield from _lines(file, text, deepest)
