"""A zip archive written by hand, for what `zipfile` does not write."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

STORED: Final = 0
DEFLATED: Final = 8
DATE: Final = (1 << 5) | 1
"""1 January 1980, in the form of MS-DOS."""
LOCAL: Final = struct.Struct("<4s5H3L2H")
CENTRAL: Final = struct.Struct("<4s4B4H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
END_64: Final = struct.Struct("<4sQ2H2L4Q")
LOCATOR_64: Final = struct.Struct("<4sLQL")
MAX_32: Final = 2**32 - 1


@dataclass(frozen=True)
class Raw:
    """One member: what is stored, and what the headers say about it."""

    name: bytes
    stored: bytes
    crc: int
    size: int
    method: int = STORED
    flags: int = 0
    local_name: bytes = b""
    extra: bytes = b""


def stored(name: str, content: bytes) -> Raw:
    """Return a usual stored member."""
    return Raw(name.encode(), content, zlib.crc32(content), len(content))


def raw_zip(entries: Iterable[Raw], repeated: Iterable[int] = ()) -> bytes:
    """Write the members; those whose index is in ``repeated`` get a second central entry."""
    body, directory, places = b"", [], []
    for each in entries:
        places.append((each, len(body)))
        body += _local(each)
    for index in [*range(len(places)), *repeated]:
        directory.append(_central(*places[index]))
    central = b"".join(directory)
    count = len(directory)
    end = END.pack(b"PK\5\6", 0, 0, count, count, len(central), len(body), 0)
    return body + central + end


def _wide(each: Raw) -> tuple[int, int, bytes]:
    """Return the sizes for a 32-bit header and the zip64 extra field that they need."""
    if each.size <= MAX_32:
        return len(each.stored), each.size, each.extra
    wide = struct.pack("<HHQQ", 1, 16, each.size, len(each.stored))
    return MAX_32, MAX_32, wide + each.extra


def _local(each: Raw) -> bytes:
    packed, size, extra = _wide(each)
    name = each.local_name or each.name
    fields = (45, each.flags, each.method, 0, DATE, each.crc, packed, size, len(name), len(extra))
    return LOCAL.pack(b"PK\3\4", *fields) + name + extra + each.stored


def _central(each: Raw, offset: int) -> bytes:
    packed, size, extra = _wide(each)
    versions = (45, 3, 45, 0)
    fields = (each.flags, each.method, 0, DATE, each.crc, packed, size)
    lengths = (len(each.name), len(extra), 0, 0, 0)
    head = CENTRAL.pack(b"PK\1\2", *versions, *fields, *lengths, 0o600 << 16, offset)
    return head + each.name + extra


def repeated(name: str, head: bytes, unit: bytes, times: int) -> Raw:
    """Return a deflated member: ``head``, then ``unit`` many times, without making it in memory."""
    first, block = _flushed(head), _flushed(unit)
    crc = _combined(zlib.crc32(head), _crc_repeated(unit, times), len(unit) * times)
    content = first + block * times + b"\x03\x00"
    return Raw(name.encode(), content, crc, len(head) + len(unit) * times, DEFLATED)


def _flushed(text: bytes) -> bytes:
    """Deflate with a full flush, so that blocks can be put one after the other."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


def _crc_repeated(unit: bytes, times: int) -> int:
    """Return the CRC-32 of ``unit`` repeated, by doubling."""
    total, length = 0, 0
    crc, size = zlib.crc32(unit), len(unit)
    while times:
        if times & 1:
            total = _combined(crc, total, length) if length else crc
            length += size
        crc, size, times = _combined(crc, crc, size), size * 2, times >> 1
    return total


def _combined(first: int, second: int, length: int) -> int:
    """Return the CRC-32 of two texts one after the other; ``length`` is that of the second.

    The method is that of ``crc32_combine`` in zlib: multiply by x^(8 * length) over GF(2).
    """
    power, square = 1 << 31, 1 << 30
    bits = length * 8
    while bits:
        if bits & 1:
            power = _product(square, power)
        square, bits = _product(square, square), bits >> 1
    return _product(power, first) ^ second


def _product(left: int, right: int) -> int:
    """Multiply two polynomials modulo that of CRC-32, bits reflected."""
    result = 0
    for bit in range(31, -1, -1):
        if left >> bit & 1:
            result ^= right
        right = (right >> 1) ^ (0xEDB88320 if right & 1 else 0)
    return result
