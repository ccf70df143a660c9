"""Asks h5py which files it refuses, in a process of its own: it may hang or crash on one.

It writes a line for each path: ``read``, or what the HDF5 library says.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from tests.reader.hdf5_judge import judge


def answer(path: Path) -> str:
    """Read all metadata of a file with h5py."""
    try:
        judge(io.BytesIO(path.read_bytes()))
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        return str(error).replace("\n", " ")
    return "read"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        sys.stdout.write(f"{answer(Path(argument))}\n")
        sys.stdout.flush()
