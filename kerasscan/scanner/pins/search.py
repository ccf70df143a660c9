"""The nearest file that pins Keras: folder by folder upward, in each folder in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from kerasscan.scanner.pins import conda, docker, locks, pyproject, requirements_txt
from kerasscan.scanner.pins.unreadable import UnreadablePins

Pins: TypeAlias = list[str]
"""Requirements (PEP 508) on what loads models, as a file states them."""

_LARGEST = 16_000_000
"""Bytes of a file that is read for pins; lock files of large projects have a few million."""

_WORDS = (b"keras", b"tensorflow")


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes:
        requirements: Requirements on keras, tensorflow or tf-keras; empty: nothing pins them.
        file: The file that states them.
        notes: What was skipped, and why.
    """

    requirements: tuple[str, ...] = ()
    file: Path | None = None
    notes: tuple[str, ...] = ()


@dataclass
class _Search:
    """A search under way: its notes."""

    notes: list[str] = field(default_factory=list)

    def read(self, file: Path, parse: Callable[[Path, str], Pins]) -> Pins:
        """Return the requirements in a file; what is wrong with it becomes a note."""
        try:
            if file.stat().st_size > _LARGEST:
                raise UnreadablePins("is too large")
            data = file.read_bytes()
            if not any(word in data.lower() for word in _WORDS):
                return []
            return parse(file, data.decode("utf-8-sig"))
        except UnreadablePins as error:
            self.notes.append(f"{file} {error}; it was skipped")
        except UnicodeDecodeError:
            self.notes.append(f"{file} is no UTF-8 text; it was skipped")
        except OSError as error:
            self.notes.append(f"{file} cannot be read: {error.strerror}; it was skipped")
        return []


_READERS: Sequence[tuple[str, Callable[[Path, str], Pins]]] = (
    ("uv.lock", locks.lock_pins),
    ("poetry.lock", locks.lock_pins),
    ("requirements.txt", requirements_txt.requirements_pins),
    ("requirements*.txt", requirements_txt.requirements_pins),
    ("pyproject.toml", pyproject.pyproject_pins),
    ("environment.yml", conda.conda_pins),
    ("environment.yaml", conda.conda_pins),
    ("Dockerfile", docker.docker_pins),
)
"""Files of one folder in the order in which they are asked: what is locked before what is
wished for, and what installs the project before what ships it."""


def find_pins(start: Path) -> Found:
    """Return what the nearest file says that pins Keras, or nothing.

    The folder of the scanned path is searched first, then every folder above it, up to the top
    of the git work tree or of the file system. The first file that names keras, tensorflow or
    tf-keras is taken, and no other.
    """
    search = _Search()
    for folder in _folders(start):
        for file, parse in _files(folder):
            requirements = search.read(file, parse)
            if requirements:
                return Found(tuple(dict.fromkeys(requirements)), file, tuple(search.notes))
    return Found(notes=tuple(search.notes))


def _folders(start: Path) -> Iterator[Path]:
    path = start.absolute()
    for folder in (path, *path.parents):
        if folder.is_dir():
            yield folder
        if (folder / ".git").exists():
            return


def _files(folder: Path) -> Iterator[tuple[Path, Callable[[Path, str], Pins]]]:
    for pattern, parse in _READERS:
        files = sorted(folder.glob(pattern)) if "*" in pattern else [folder / pattern]
        yield from ((file, parse) for file in files if file.is_file())
