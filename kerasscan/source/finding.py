"""Which Python files and notebooks belong to a project, and by which names they are imported."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasscan.model.source import SourceProblem
from kerasscan.source.limits import SourceLimits

_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
"""What stands in the folder of a project."""

_LEFT_OUT = frozenset({"__pycache__", "site-packages", "node_modules", "build", "dist"})
"""Folders of what was installed or made from the sources."""

_ENDINGS = (".py", ".ipynb")


@dataclass(frozen=True)
class SourceFile:
    """A Python file or notebook.

    Attributes:
        path: Absolute, links not resolved.
        shown: As it is shown: below the root, which stands before it when there are several.
        module: Dotted name by which it is imported; ``""`` where there is none.
    """

    path: Path
    shown: str
    module: str

    @property
    def is_notebook(self) -> bool:
        """Whether its text is a notebook's JSON."""
        return self.path.suffix == ".ipynb"

    @property
    def is_package(self) -> bool:
        """Whether it is the ``__init__.py`` of a package."""
        return self.path.name == "__init__.py"


@dataclass(frozen=True)
class Found:
    """The files of a project, and what of it could not be listed."""

    files: tuple[SourceFile, ...]
    problems: tuple[SourceProblem, ...]


def project_folder(start: Path) -> Path:
    """Return the folder whose Python files belong to a scanned path.

    It is the nearest folder upward, from the path itself if that is one, that has
    ``pyproject.toml``, ``setup.py``, ``setup.cfg`` or ``.git``; else the folder of the path.
    """
    own = start if start.is_dir() else start.parent
    above = _absolute(own).parents
    # As given as far as that goes; the parents of ``..`` by name would be folders below it.
    near = (own, *own.parents) if ".." not in own.parts else (own,)
    for folder in (*near, *above):
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
    return own


def find_files(roots: Sequence[Path], limits: SourceLimits) -> Found:
    """Return the Python files and notebooks of folders and files, each once, in a fixed order."""
    search = _Search(limits, has_prefix=len(roots) > 1)
    for root in roots:
        search.look_into(root)
    return Found(tuple(search.files.values()), tuple(search.problems))


class _Search:
    def __init__(self, limits: SourceLimits, *, has_prefix: bool) -> None:
        self.files: dict[str, SourceFile] = {}
        self.problems: list[SourceProblem] = []
        self._most = limits.files
        self._most_folders = limits.folders
        self._folders = 0
        self._has_prefix = has_prefix
        self._packages: dict[Path, bool] = {}

    def look_into(self, root: Path) -> None:
        top = _absolute(root)
        if top.is_dir():
            paths = self._below(top)
        elif _is_regular(top):
            paths, top = iter([top]), top.parent
        else:
            message = "is no file" if top.exists() else "is not there"
            self.problems.append(SourceProblem(root.as_posix(), None, message))
            return
        for path in paths:
            if str(path) in self.files:
                continue
            if len(self.files) >= self._most:
                message = f"has more than {self._most:,} Python files; the others stay unread"
                self.problems.append(SourceProblem(root.as_posix(), None, message, is_limit=True))
                return
            self.files[str(path)] = SourceFile(path, self._shown(path, root), self._name(path, top))

    def _shown(self, path: Path, root: Path) -> str:
        top = _absolute(root)
        if path == top:
            return root.as_posix() if self._has_prefix else root.name
        below = path.relative_to(top)
        return (root / below if self._has_prefix else below).as_posix()

    def _below(self, top: Path) -> Iterator[Path]:
        """Walk a folder without following links; what cannot be listed is a problem."""
        unlisted: list[OSError] = []
        for folder, subfolders, names in os.walk(top, onerror=unlisted.append):
            here = Path(folder)
            self._folders += 1
            if self._folders > self._most_folders:
                message = f"has more than {self._most_folders:,} folders; the others stay unread"
                self.problems.append(SourceProblem(top.name, None, message, is_limit=True))
                break
            if here != top and "pyvenv.cfg" in names:
                subfolders.clear()
                continue
            subfolders[:] = sorted(
                name for name in subfolders if not name.startswith(".") and name not in _LEFT_OUT
            )
            for name in sorted(names):
                if name.endswith(_ENDINGS) and _is_regular(here / name):
                    yield here / name
        for error in unlisted:
            shown = os.path.relpath(error.filename, top)
            message = f"cannot be listed: {error.strerror or 'unknown reason'}"
            self.problems.append(SourceProblem(Path(shown).as_posix(), None, message))

    def _name(self, path: Path, top: Path) -> str:
        """Return the dotted name: from the outermost package on, else from the root on."""
        if path.suffix != ".py":
            return ""
        source = path.parent
        while self._is_package(source) and source != source.parent:
            source = source.parent
        if source == path.parent:  # in no package: imported from the root, or from ``src``
            source = top
        parts = list(path.relative_to(source).with_suffix("").parts)
        if parts[0] == "src" and len(parts) > 1:
            del parts[0]
        if parts[-1] == "__init__":
            del parts[-1]
        return ".".join(parts) if all(part.isidentifier() for part in parts) else ""

    def _is_package(self, folder: Path) -> bool:
        known = self._packages.get(folder)
        if known is None:
            known = self._packages[folder] = (folder / "__init__.py").is_file()
        return known


def _is_regular(path: Path) -> bool:
    """Whether it is a file; to open a pipe would wait for a writer."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _absolute(path: Path) -> Path:
    """Return it from the top, without ``..``; links stay, for they are how it is known."""
    return Path(os.path.normpath(path.absolute()))
