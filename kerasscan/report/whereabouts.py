"""Where a file is, for someone who has the repository and not this machine.

GitHub finds a file by its path from the top of the repository, written as a relative URI
reference (RFC 3986 section 4.2; SARIF 2.1.0 section 3.4.3). An absolute path would be refused,
and would tell strangers about the machine.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from kerasscan.model.visible import visible

_FOLDER_AND_NAME = 2
_NO_BYTES = re.compile("[\ud800-\udc7f\udd00-\udfff]")


@dataclass(frozen=True)
class Place:
    """A file's name for the outside world.

    Attributes:
        uri: Relative URI reference, percent-encoded, with ``/`` between segments.
        is_inside: Whether it is relative to the top of the repository.
    """

    uri: str
    is_inside: bool

    @property
    def path(self) -> str:
        """The same as a path to show, for formats that want no URI."""
        return visible(unquote(self.uri))


def whereabouts(paths: Sequence[str], root: Path | None) -> list[Place]:
    """Return each path's place, in the same order.

    A path is taken relative to ``root`` (None: the working directory). Links in its folders are
    followed, so that two spellings of one folder meet; a file that is a link itself keeps its
    name, because that name is what the repository tracks (git-annex and DVC link to a store
    whose names change with every training).

    A file outside ``root`` is named by its folder and its name, ``exports/a.keras``, and by as
    many more folders as it takes to tell it from every other file.
    """
    top = (root or Path()).resolve()
    parts = [_parts(path, top) for path in paths]
    taken = Counter("/".join(inside) for inside, _ in parts if inside)
    outside = [whole for inside, whole in parts if not inside]
    for whole in set(outside):
        taken.update({"/".join(tail) for tail in _tails(whole)})
    return [
        Place(_quoted(inside), True) if inside else Place(_quoted(_told_apart(whole, taken)), False)
        for inside, whole in parts
    ]


def _parts(path: str, top: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the segments below ``top`` (none: outside it), and all segments."""
    spelt = Path(os.path.normpath(Path(path).absolute()))
    for candidate in (_followed(Path(path).absolute()), spelt):
        if candidate.is_relative_to(top):
            return candidate.relative_to(top).parts or (".",), candidate.parts
    return (), spelt.relative_to(spelt.anchor).parts or (".",)


def _followed(path: Path) -> Path:
    """Return the path with the links in its folders followed, but not its own."""
    try:
        return path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name
    except (OSError, RuntimeError, ValueError):  # links in a circle; a NUL in the name
        return path


def _tails(parts: tuple[str, ...]) -> list[tuple[str, ...]]:
    shortest = min(_FOLDER_AND_NAME, len(parts))
    return [parts[-length:] for length in range(shortest, len(parts) + 1)]


def _told_apart(parts: tuple[str, ...], taken: Counter[str]) -> tuple[str, ...]:
    tails = _tails(parts)
    return next((tail for tail in tails if taken["/".join(tail)] == 1), tails[-1])


def _quoted(parts: tuple[str, ...]) -> str:
    """Percent-encode the bytes that the file system knows; only unreserved characters stay."""
    joined = _NO_BYTES.sub("\ufffd", "/".join(parts))
    return quote(joined.encode("utf-8", "surrogateescape"), safe="/")
