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
_HAS_MAXIMUM = 0x01
HIGHEST_RANK = 32


def read_dataspace(cursor: Cursor) -> Shape:
    """Read a dataspace message's body; maximum sizes are not looked at."""
    return _read(cursor)[0]


def read_extents(cursor: Cursor, length_size: int) -> tuple[Shape, tuple[int | None, ...]]:
    """Read a dataspace message's body: the shape, and how far each axis may grow (None: for ever).

    Args:
        cursor: The body.
        length_size: *Size of Lengths*; an unlimited maximum has all its bits set.
    """
    shape, has_maximum = _read(cursor)
    if shape is None or not has_maximum:
        return shape, shape or ()
    unlimited = (1 << 8 * length_size) - 1
    most = [cursor.length() for _ in shape]
    return shape, tuple(None if size == unlimited else size for size in most)


def _read(cursor: Cursor) -> tuple[Shape, bool]:
    version = cursor.version("dataspace", 1, 2)
    rank = cursor.byte()
    if rank > HIGHEST_RANK:
        raise Damaged(f"dataspace of rank {rank}", cursor.here - 1)
    has_maximum = bool(cursor.byte() & _HAS_MAXIMUM)
    if version == 1:
        cursor.skip(5)
    elif cursor.byte() == _NULL:
        return None, False
    return tuple([cursor.length() for _ in range(rank)]), has_maximum
