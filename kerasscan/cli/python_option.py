"""``--python 3.11``: what a file cannot tell about the program that loads it."""

from __future__ import annotations

import re

from kerasscan.cli.exits import refuse

_PYTHON = re.compile(r"(\d)\.(\d{1,2})(?:\.\d+)?")


def python_version(text: str | None) -> tuple[int, int] | None:
    """Return major and minor version, or None where nothing is given."""
    if text is None:
        return None
    match = _PYTHON.fullmatch(text)
    if match is None:
        refuse(f"--python {text}: expected a version such as 3.11")
    return int(match[1]), int(match[2])
