"""``Dockerfile``: what ``pip install`` names, and images of TensorFlow."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from kerasscan.scanner.pins.names import about_keras

_IMAGE = re.compile(
    r"FROM\s+(?:--\S+\s+)*(?:\S+/)?tensorflow/tensorflow(?::(?P<tag>[^\s@]+))?", re.IGNORECASE
)
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")
_COMMANDS = re.compile(r"&&|\|\||;|\n")
_INSTALL = re.compile(r"\bpip[\d.]*\s+install\b(?P<words>.*)")


def docker_pins(_file: Path, text: str) -> list[str]:
    """Return what an image is built with: packages first, else the image it starts from."""
    joined = text.replace("\\\r\n", " ").replace("\\\n", " ")
    return about_keras(_installed(joined)) or list(_images(joined))


def _installed(text: str) -> Iterator[str]:
    for command in _COMMANDS.split(text):
        found = _INSTALL.search(command)
        if found is None or command.lstrip().startswith("#"):
            continue
        try:
            words = shlex.split(found["words"], comments=True)
        except ValueError:  # a quotation mark without its second
            words = found["words"].split()
        yield from (word for word in words if not word.startswith("-") and "$" not in word)


def _images(text: str) -> Iterator[str]:
    for line in text.splitlines():
        found = _IMAGE.match(line.strip())
        if found is None:
            continue
        version = _VERSION.match(found["tag"] or "")
        if version:
            yield f"tensorflow=={version.group()}"
        elif "$" not in (found["tag"] or ""):  # latest, nightly, devel
            yield "tensorflow"
