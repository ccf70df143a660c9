"""Fill value: what stands where nothing was written.

HDF5 File Format Specification, IV.A.2.e (the old message), IV.A.2.f (versions 1 to 3).
"""

from __future__ import annotations

from kerasscan.reader.hdf5.buffer import Cursor

_NEVER = 1
_UNDEFINED = 0x10
_DEFINED = 0x20
_NEGATIVE = 1 << 31
"""Version 1 has a size of -1 where the value is undefined (H5Ofill.c)."""


def read_old_fill_value(cursor: Cursor) -> bytes:
    """Return the bytes of one element; none of them stands for zero."""
    return cursor.take(cursor.number(4))


def read_fill_value(cursor: Cursor) -> bytes | None:
    """Return the bytes of one element, ``b""`` for zero; None where nothing is ever filled in.

    A fill value that is undefined or never written leaves what a loader's memory held before.
    """
    version = cursor.version("fill value", 1, 2, 3)
    if version == 3:
        flags = cursor.byte()
        if flags & _UNDEFINED or flags >> 2 & 0x03 == _NEVER:
            return None
        return cursor.take(cursor.number(4)) if flags & _DEFINED else b""
    cursor.skip(1)  # when space is allocated
    is_never = cursor.byte() == _NEVER
    is_defined = bool(cursor.byte())
    if is_never or (version == 2 and not is_defined):
        return None
    size = cursor.number(4)
    if version == 1 and size >= _NEGATIVE:
        return None
    return cursor.take(size)
