"""The superblock: where the file begins, how wide its fields are, where its root is.

HDF5 File Format Specification, II.A (versions 0 to 3) and II.C (superblock extension).
"""

from __future__ import annotations

from typing import NamedTuple

from kerasscan.reader.hdf5.buffer import Buffer, Cursor
from kerasscan.reader.hdf5.flaws import Damaged

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_FIRST_USER_BLOCK = 512
_WIDTHS = (2, 4, 8)
_LONGEST = 128
_FIXED_NEW = 16
"""Bytes of versions 2 and 3 besides four addresses: signature, version, widths, checksum."""


class NotHdf5(Exception):
    """No superblock signature is where one may be."""


class Superblock(NamedTuple):
    """What the superblock tells.

    Attributes:
        root: Address of the root group's object header, None if undefined.
        end: Size that the file says it has, counted from the file's first byte.
        extension: Address of the superblock extension's object header.
        driver: Address of the driver information block (versions 0 and 1).
        checked: Bytes of it up to the end of its checksum, 0 where it has none (versions 0 and 1).
    """

    root: int | None
    end: int
    extension: int | None = None
    driver: int | None = None
    checked: int = 0


def locate(buffer: Buffer) -> int:
    """Return where the superblock is: at byte 0, 512, 1024, 2048, ... (II.A)."""
    offset = 0
    while offset + len(SIGNATURE) <= buffer.size:
        if buffer.read(offset, len(SIGNATURE)) == SIGNATURE:
            return offset
        offset = offset * 2 or _FIRST_USER_BLOCK
    raise NotHdf5("no HDF5 signature")


def read_superblock(buffer: Buffer) -> Superblock:
    """Locate the superblock, and set the buffer's start and field widths from it."""
    start = locate(buffer)
    buffer.start = start
    cursor = buffer.cursor(0, min(_LONGEST, buffer.size - start))
    cursor.skip(len(SIGNATURE))
    version = cursor.version("superblock", 0, 1, 2, 3)
    if version < 2:
        cursor.skip(4)
    buffer.offset_size = _width(cursor, "offsets")
    buffer.length_size = _width(cursor, "lengths")
    cursor = buffer.over(cursor.data[cursor.position :], cursor.here)
    read_rest = _old if version < 2 else _new
    return read_rest(cursor, version, start, buffer.offset_size)


def _width(cursor: Cursor, what: str) -> int:
    found = cursor.byte()
    if found not in _WIDTHS:
        raise Damaged(f"superblock with {what} of {found} bytes", cursor.here - 1)
    return found


def _old(cursor: Cursor, version: int, start: int, offset_size: int) -> Superblock:
    """Read the rest of versions 0 and 1, up to the root group's symbol table entry."""
    cursor.skip(9 if version == 0 else 13)
    moved = start - (cursor.address() or 0)
    cursor.address()  # free space information
    end = cursor.number(offset_size)
    driver = cursor.address()
    cursor.length()  # the root's entry begins with a name's offset, which means nothing here
    return Superblock(cursor.address(), end + moved, driver=driver)


def _new(cursor: Cursor, _version: int, start: int, offset_size: int) -> Superblock:
    """Read the rest of versions 2 and 3."""
    cursor.skip(1)
    moved = start - (cursor.address() or 0)
    extension = cursor.address()
    end = cursor.number(offset_size)
    root = cursor.address()
    checked = _FIXED_NEW + 4 * offset_size
    return Superblock(root, end + moved, extension=extension, checked=checked)
