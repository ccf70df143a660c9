"""A zip archive's end: whether there is one, and how many entries it has.

Told without ``zipfile``, which makes an object of each entry and is slow to import.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from kerasscan.reader.limits import MIB

_ZIP64_TAIL = 76
"""Bytes of the zip64 end record and its locator, in front of the end record (APPNOTE 4.3.14)."""


def find_end(stream: BinaryIO) -> tuple[bytes, int]:
    """Return the tail of a file and where in it a zip's end record begins, or -1.

    It is the last one in the last 65,557 bytes, as for CPython's ``zipfile``: 22 bytes and a
    comment of up to 65,535 (APPNOTE.TXT 4.3.16). Told here without importing ``zipfile``.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 22 - 65_535))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    return tail, at if len(tail) - at >= 22 else -1


def entry_count(stream: BinaryIO) -> int:
    """Return how many entries there are at least, before anything is parsed.

    ``zipfile`` goes by the size of the directory, not by the number that the end record claims:
    the entries' signatures are counted too.
    """
    tail, at = find_end(stream)
    if at < 0:
        return 0
    claimed = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory_size = int.from_bytes(tail[at + 12 : at + 16], "little")
    wide = at - _ZIP64_TAIL
    if wide >= 0 and tail[wide : wide + 4] == b"PK\x06\x06":
        directory_size = int.from_bytes(tail[wide + 40 : wide + 48], "little")
        at = wide
    end = stream.seek(0, io.SEEK_END) - len(tail) + at
    begin = max(0, end - directory_size)
    return max(claimed if claimed != 0xFFFF else 0, _signatures(stream, begin, end))


def _signatures(stream: BinaryIO, begin: int, end: int) -> int:
    """Count the signatures of directory entries between two offsets."""
    count, kept = 0, b""
    stream.seek(begin)
    while begin < end and (block := stream.read(min(MIB, end - begin))):
        begin += len(block)
        count += (kept + block).count(b"PK\x01\x02")
        kept = block[-3:]
    return count
