"""Which files below the given paths are model files.

A path that is named is taken as it is. A folder is searched for files by name; JSON and YAML
files count only when their text has the words of a model in it.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasscan.model.saved import Container
from kerasscan.reader.reading import SAVEDMODEL_FILES
from kerasscan.reader.sniff import sniff_directory

MODEL_NAMES = ("*.keras", "*.h5", "*.hdf5")
"""Names that are taken for model files without a look inside."""

TEXT_NAMES = ("*.json", "*.yaml", "*.yml")
"""Names of files that are model files when they mention a ``class_name`` or a topology."""

_WORDS = (b"class_name", b"modelTopology")
_LOOK = 65_536

_OWN_PARTS = {
    Container.SAVEDMODEL: ("saved_model.pb", "keras_metadata.pb", "variables", "assets"),
    Container.KERAS_DIR: ("config.json", "metadata.json", "model.weights.*", "assets"),
}
"""What belongs to a model directory and is no model file by itself."""


class NoSuchPath(ValueError):
    """A path that was named does not exist."""


@dataclass(frozen=True)
class Search:
    """How folders are searched.

    Attributes:
        include: Globs of names; empty means the default names.
        exclude: Globs of names or of paths below the searched folder that are left out.
        reports: Absolute paths of kerasscan's own reports, which quote models: left out too.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()


def discover(paths: Iterable[str | os.PathLike[str]], search: Search) -> list[Path]:
    """Return the model files below ``paths``, each once, sorted.

    Raises:
        NoSuchPath: A path does not exist.
    """
    found: dict[str, Path] = {}
    for given in paths:
        path = Path(given)
        if not path.exists() and not path.is_symlink():
            raise NoSuchPath(f"{path}: no such file or folder")
        for file in _below(path, search):
            found.setdefault(os.path.normpath(file), file)
    return sorted(found.values(), key=lambda path: path.as_posix())


def _below(path: Path, search: Search) -> Iterator[Path]:
    if not path.is_dir():
        is_part = path.name in SAVEDMODEL_FILES
        yield path.parent if is_part else path
        return
    if _kind(path) is Container.TF_CHECKPOINT:
        yield path
    yield from _search(path, search)


def _search(top: Path, search: Search) -> Iterator[Path]:
    """Walk a folder without following links, hidden folders left out.

    A folder that cannot be listed is yielded itself, so that the scan tells of it.
    """
    unlisted: list[Path] = []
    for folder, subfolders, names in os.walk(
        top, onerror=lambda e: unlisted.append(Path(e.filename))
    ):
        here = Path(folder)
        own = _own_parts(here)
        if own:
            yield here
        subfolders[:] = sorted(
            name
            for name in subfolders
            if not name.startswith(".")
            and not _matches_any(name, own)
            and not _matches_path(here / name, top, search.exclude)
        )
        for name in sorted(names):
            file = here / name
            if _matches_any(name, own) or _matches_path(file, top, search.exclude):
                continue
            if _is_wanted(file, top, search.include) and not _is_report(file, search):
                yield file
    yield from unlisted


def _own_parts(folder: Path) -> tuple[str, ...]:
    """Return the names that belong to a model directory; nothing for any other folder."""
    return _OWN_PARTS.get(_kind(folder), ())


def _kind(folder: Path) -> Container:
    try:
        return sniff_directory(folder)
    except OSError:  # it cannot be listed; the search comes upon that too, and tells
        return Container.UNKNOWN


def _matches_any(name: str, globs: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name.lower(), glob.lower()) for glob in globs)


def _matches_path(path: Path, top: Path, globs: Sequence[str]) -> bool:
    """Match globs without a slash against the name, others against the path below ``top``."""
    below = path.relative_to(top).as_posix()
    return any(
        fnmatch.fnmatchcase(below if "/" in glob else path.name, glob.rstrip("/")) for glob in globs
    )


def _is_report(file: Path, search: Search) -> bool:
    return bool(search.reports) and os.path.abspath(file) in search.reports  # noqa: PTH100 - as given


def _is_wanted(file: Path, top: Path, include: Sequence[str]) -> bool:
    if include:
        return _matches_path(file, top, include)
    if _matches_any(file.name, MODEL_NAMES):
        return True
    return _matches_any(file.name, TEXT_NAMES) and _mentions_model(file)


def _mentions_model(file: Path) -> bool:
    if not file.is_file():  # to open a pipe would wait for a writer
        return False
    try:
        with file.open("rb") as stream:
            head = stream.read(_LOOK).replace(b"\x00", b"")  # UTF-16 has a zero beside each letter
    except OSError:
        return False
    return any(word in head for word in _WORDS)
