"""Hash a sample the way ``samples/MANIFEST.toml`` does: a file, or a directory's files in order."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of a directory's sorted lines "relative path, NUL, hash"."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    parts = [part for part in path.rglob("*") if part.is_file()]
    lines = sorted(f"{part.relative_to(path).as_posix()}\0{sha256_of(part)}\n" for part in parts)
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()
