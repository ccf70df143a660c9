"""A model directory: which files are in it, and their bytes, never those of files outside."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kerasscan.model.address import Address
from kerasscan.model.saved import Member, Problem, ProblemKind
from kerasscan.reader.limits import Limits
from kerasscan.reader.wire import readable

_LFS_POINTERS = (b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/")
_LFS_BYTES = max(map(len, _LFS_POINTERS))


class ModelDirectory:
    """The files of one directory.

    Attributes:
        root: The directory, links resolved.
        limits: Budgets.
        parts: Files whose content matters, ``variables/variables.index``.
        problems: What was wrong so far; grows while files are looked for and read.
    """

    def __init__(self, path: Path, limits: Limits, parts: tuple[str, ...]) -> None:
        self.root = Path(os.path.realpath(path))
        self.limits = limits
        self.parts = parts
        self.problems: list[Problem] = []

    def members(self) -> tuple[Member, ...]:
        """List every file and link below the directory by name; links are not followed."""
        found: list[Member] = []
        for entry, name in self._walk():
            is_link = entry.is_symlink()
            if is_link and self.leads_outside(name):
                self._tell_of_link(entry, name)
            found.append(Member(_shown(name), 0 if is_link else _size(entry)))
        return tuple(sorted(found, key=lambda member: member.name))

    def find(self, name: str) -> Path | None:
        """Return the real path of a regular file, None if it is absent or leads outside."""
        path = Path(os.path.realpath(self.root / name))
        if not path.is_relative_to(self.root):
            return None
        try:
            return path if path.is_file() else None
        except OSError:  # a name that the file system refuses
            return None

    def leads_outside(self, name: str) -> bool:
        """Tell whether a name in the directory is, or is behind, a link to the outside."""
        return not Path(os.path.realpath(self.root / name)).is_relative_to(self.root)

    def lacks(self, name: str) -> bool:
        """Tell whether a file is absent (a link to the outside is another problem)."""
        return self.find(name) is None and not self.leads_outside(name)

    def size(self, name: str) -> int | None:
        """Return the size of a file, None if it is absent or leads outside."""
        path = self.find(name)
        try:
            return path.stat().st_size if path else None
        except OSError:  # gone since it was found
            return None

    def load(self, name: str) -> memoryview | None:
        """Map a file, or return None: it is absent, or there is a problem that says why."""
        path = self.find(name)
        if path is None:
            return None
        try:
            size = path.stat().st_size
            if size > self.limits.protobuf_bytes:
                budget = self.limits.protobuf_bytes
                detail = f"{size:,} bytes, more than the {budget:,} that are read"
                self.tell(ProblemKind.LIMIT_EXCEEDED, detail, name, incomplete=True)
                return None
            data = _mapped(path) if size else memoryview(b"")
        except OSError as error:
            detail = f"{error.strerror or error}"
            self.tell(ProblemKind.UNREADABLE_FILE, detail, name, incomplete=True)
            return None
        if bytes(data[:_LFS_BYTES]).startswith(_LFS_POINTERS):
            detail = f"{name}, of which only a Git LFS pointer is there"
            self.tell(ProblemKind.MISSING_PART, detail, name, incomplete=True)
            return None
        return data

    def tell(
        self, kind: ProblemKind, detail: str, member: str = "", *, incomplete: bool = False
    ) -> None:
        """Add a problem."""
        self.problems.append(Problem(kind, detail, Address(member), incomplete))

    def _walk(self) -> Iterator[tuple[os.DirEntry[str], str]]:
        """Yield files and links with their names, directory by directory."""
        seen = 0
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for entry in self._listed(folder):
                seen += 1
                if seen > self.limits.archive_members:
                    detail = f"more files than the {self.limits.archive_members:,} that are listed"
                    self.tell(ProblemKind.LIMIT_EXCEEDED, detail, incomplete=True)
                    return
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                else:
                    yield entry, name

    def _listed(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as entries:
                few = list(islice(entries, self.limits.archive_members + 1))
        except OSError as error:
            detail = f"{error.strerror or error}"
            self.tell(ProblemKind.UNREADABLE_FILE, detail, _shown(folder), incomplete=True)
            return []
        return sorted(few, key=lambda entry: entry.name)

    def _tell_of_link(self, entry: os.DirEntry[str], name: str) -> None:
        try:
            target = _shown(Path(entry.path).readlink().as_posix())
        except OSError:  # gone since it was listed
            target = "the outside"
        needed = any(part == name or part.startswith(f"{name}/") for part in self.parts)
        detail = f"a symbolic link to {target}; it is not followed"
        self.tell(ProblemKind.SYMBOLIC_LINK, detail, _shown(name), incomplete=needed)


def _mapped(path: Path) -> memoryview:
    """Map a file's bytes; the mapping lives as long as the view of it."""
    with path.open("rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("not a regular file")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:  # gone since it was listed
        return 0


def _shown(name: str) -> str:
    """Return a file name that any report can encode."""
    return readable(os.fsencode(name))
