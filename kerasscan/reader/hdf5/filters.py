"""Filters: how the bytes of a chunk were changed before they were stored, and the way back.

HDF5 File Format Specification, IV.A.2.l (data storage - filter pipeline). Undone are deflate,
shuffle and Fletcher's checksum, which is cut off and not compared: checksums hide nothing.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.number_arrays import Refusal, Refused

_DEFLATE = 1
_SHUFFLE = 2
_FLETCHER32 = 3
_NAMES = {4: "szip", 5: "nbit", 6: "scaleoffset", 32_000: "lzf"}
_FIRST_NAMED = 256
"""Filters from this number on have a name in version 2 of the message."""
_MOST = 32
_CHECKSUM = 4


class Filter(NamedTuple):
    """One filter: its number, and the first of its parameters (0 where it has none)."""

    number: int
    parameter: int = 0


def read_filters(cursor: Cursor) -> tuple[Filter, ...]:
    """Read a filter pipeline message's body: the filters in the order of writing.

    Raises:
        Damaged: It breaks the format.
    """
    version = cursor.version("filter pipeline", 1, 2)
    count = cursor.byte()
    if count > _MOST:
        raise Damaged(f"pipeline of {count} filters", cursor.here - 1)
    if version == 1:
        cursor.skip(6)
    return tuple([_filter(cursor, version) for _ in range(count)])


def _filter(cursor: Cursor, version: int) -> Filter:
    number = cursor.number(2)
    name = cursor.number(2) if version == 1 or number >= _FIRST_NAMED else 0
    cursor.skip(2)  # flags: whether a writer may leave the filter out
    count = cursor.number(2)
    cursor.skip(name + (-name % 8 if version == 1 else 0))
    first = cursor.number(4) if count else 0
    cursor.skip(4 * max(0, count - 1) + (4 if version == 1 and count % 2 else 0))
    return Filter(number, first)


def undo(filters: tuple[Filter, ...], mask: int, data: bytes, size: int, origin: int) -> bytes:
    """Return the bytes of a chunk as they were before the filters.

    Args:
        filters: In the order of writing.
        mask: The filters that this chunk did not go through.
        data: The chunk as stored.
        size: Bytes that must come out; no filter makes more than a checksum more of them.
        origin: Where the chunk is, for messages.

    Raises:
        Damaged: Something else comes out.
        Refused: A filter is not known.
    """
    used = [each for bit, each in enumerate(filters) if not mask >> bit & 1]
    most = size + _CHECKSUM * sum(each.number == _FLETCHER32 for each in used)
    for each in reversed(used):
        if each.number == _DEFLATE:
            data = _inflate(data, most, origin)
        elif each.number == _SHUFFLE:
            data = _unshuffle(data, each.parameter)
        elif each.number == _FLETCHER32:
            data = data[: max(0, len(data) - _CHECKSUM)]
        else:
            name = _NAMES.get(each.number, str(each.number))
            raise Refused(Refusal.UNSUPPORTED, f"the filter {name} is not undone here")
    if len(data) != size:
        raise Damaged(f"chunk of {len(data)} bytes instead of {size}", origin)
    return data


def _inflate(data: bytes, most: int, origin: int) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(data, most + 1)
    except zlib.error as error:
        raise Damaged("chunk that cannot be unpacked", origin) from error
    if len(found) > most:
        raise Damaged(f"chunk that unpacks to more than {most} bytes", origin)
    if not unpacking.eof:
        raise Damaged("chunk whose packed bytes end too early", origin)
    return found


def _unshuffle(data: bytes, width: int) -> bytes:
    """Put the bytes of each element, of which all first ones come first, together again."""
    count = len(data) // width if width else 0
    if width <= 1 or count <= 1:
        return data
    whole = count * width
    found = bytearray(data)  # what is left over at the end stays where it is
    for byte in range(width):
        found[byte:whole:width] = data[byte * count : (byte + 1) * count]
    return bytes(found)
