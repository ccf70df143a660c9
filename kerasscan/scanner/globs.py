"""Globs of files and layers, as the settings of a project write them.

No expression is built from a glob: a long one against a long name takes time in proportion.
"""

from __future__ import annotations

import fnmatch
import os
from pathlib import Path


def path_below(path: str, folder: Path) -> str:
    """Return a path from a folder, with ``/``: what globs in a file of that folder are about."""
    whole = Path(os.path.normpath(Path(path).absolute()))
    start = os.path.normpath(folder.absolute())
    try:
        return Path(os.path.relpath(whole, start)).as_posix()
    except ValueError:  # another drive of Windows
        return whole.as_posix()


def matches_path(glob: str, path: str) -> bool:
    """Whether a glob means a file, or a folder that the file is in.

    Without a slash it is compared with every name on the way, with one from the first name on;
    ``*`` stays within a name, and ``**`` is any number of folders.

    Args:
        glob: As written.
        path: From `path_below`.
    """
    names = path.split("/")
    parts = glob.removeprefix("./").rstrip("/").split("/")
    if len(parts) == 1 and parts[0] != "**":
        return any(fnmatch.fnmatchcase(name, parts[0]) for name in names)
    ends = {0}
    """How many names what was read of the glob may stand for."""
    for part in parts:
        if part == "**":
            ends = set(range(min(ends), len(names) + 1)) if ends else ends
        else:
            ends = {
                end + 1
                for end in ends
                if end < len(names) and fnmatch.fnmatchcase(names[end], part)
            }
    return bool(ends)


def matches_layer(glob: str, layer: str) -> bool:
    """Whether a glob means a layer path; ``*`` matches slashes, which layers' names may hold."""
    return fnmatch.fnmatchcase(layer, glob)
