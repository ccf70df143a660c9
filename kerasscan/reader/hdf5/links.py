"""Links: the names of a group's children, and the message that stores one.

HDF5 File Format Specification, IV.A.2.g (the link message).
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.flaws import Damaged, Exceeded
from kerasscan.reader.hdf5.open_file import OpenFile

_HARD = 0
_SOFT = 1
_EXTERNAL = 64


class HardLink(NamedTuple):
    """A name of an object in this file.

    Attributes:
        name: As stored, without its NUL.
        order: Creation order, 0 where it is not tracked.
        address: The object's header.
        target: Nothing: only other links have a path.
    """

    name: bytes
    order: int
    address: int
    target: bytes = b""


class SoftLink(NamedTuple):
    """A path in this file, to be looked up when it is used."""

    name: bytes
    order: int
    target: bytes


class OutsideLink(NamedTuple):
    """A link out of this file: an external one, or one that only its writer can follow.

    Attributes:
        name: As stored, without its NUL.
        order: Creation order, 0 where it is not tracked.
        kind: Link type: 64 is an external link, 65 and above are user-defined.
        file: Name of the other file.
        target: Path in it.
    """

    name: bytes
    order: int
    kind: int
    file: bytes = b""
    target: bytes = b""


Link: TypeAlias = HardLink | SoftLink | OutsideLink


def printable(name: bytes) -> str:
    """Return a name as text; bytes that are not UTF-8 become escapes."""
    return name.decode("utf-8", "backslashreplace")


def read_link(file: OpenFile, cursor: Cursor) -> Link:
    """Read a link message's body."""
    cursor.version("link message", 1)
    flags = cursor.byte()
    kind = cursor.byte() if flags & 0x08 else _HARD
    order = cursor.number(8) if flags & 0x04 else 0
    if flags & 0x10:
        cursor.skip(1)  # the name's character set: UTF-8 reads ASCII too
    length = cursor.number(1 << (flags & 0x03))
    most = file.ledger.limits.name_bytes
    if length > most:
        raise Exceeded(f"a name is longer than {most} bytes, at byte {cursor.here}")
    name = cursor.take(length)
    if kind == _HARD:
        address = cursor.address()
        if address is None:
            raise Damaged("hard link to the undefined address", cursor.here)
        return HardLink(name, order, address)
    value = cursor.piece(cursor.number(2))
    if kind == _SOFT:
        return SoftLink(name, order, value.take(value.left).partition(b"\0")[0])
    if kind < _EXTERNAL:
        raise Damaged(f"link of reserved type {kind}", cursor.origin)
    return _outside(name, order, kind, value)


def _outside(name: bytes, order: int, kind: int, value: Cursor) -> OutsideLink:
    if kind != _EXTERNAL:
        return OutsideLink(name, order, kind)
    value.skip(1)  # version and flags
    return OutsideLink(name, order, kind, value.text(), value.text())
