"""The sha256 of a model file or model directory."""

from __future__ import annotations

import hashlib
from pathlib import Path


def digest(path: Path) -> str | None:
    r"""Return the hex digest of a file, or None when it cannot be read.

    Of a directory it is the digest over the lines ``<relative path>\0<sha256>\n`` of its
    files, sorted by path; links are not followed.
    """
    try:
        if not path.is_dir():
            return _file(path) if path.is_file() else None
        total = hashlib.sha256()
        for file in sorted(path.rglob("*"), key=lambda found: found.relative_to(path).as_posix()):
            if file.is_file() and not file.is_symlink():
                name = file.relative_to(path).as_posix()
                total.update(f"{name}\0{_file(file)}\n".encode("utf-8", "surrogateescape"))
        return total.hexdigest()
    except OSError:
        return None


def _file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
