"""Dataspaces: the shape of a dataset or an attribute.

HDF5 File Format Specification, IV.A.2.b.
"""

from __future__ import annotations

from typing import TypeAlias

from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.flaws import Damaged

Shape: TypeAlias = "tuple[int, ...] | None"
"""Axis lengths, ``()`` for a scalar, None for an empty (null) dataspace."""

_NULL = 2
HIGHEST_RANK = 32


def read_dataspace(cursor: Cursor) -> Shape:
    """Read a dataspace message's body; maximum sizes are not looked at."""
    version = cursor.version("dataspace", 1, 2)
    rank = cursor.byte()
    if rank > HIGHEST_RANK:
        raise Damaged(f"dataspace of rank {rank}", cursor.here - 1)
    cursor.skip(1)
    if version == 1:
        cursor.skip(5)
    elif cursor.byte() == _NULL:
        return None
    return tuple([cursor.length() for _ in range(rank)])
