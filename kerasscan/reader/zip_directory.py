"""How many entries a zip archive has, told before ``zipfile`` makes an object of each."""

from __future__ import annotations

import io
from typing import BinaryIO

from kerasscan.reader.limits import MIB

_ZIP64_TAIL = 76
"""Bytes of the zip64 end record and its locator, in front of the end record (APPNOTE 4.3.14)."""


def entry_count(stream: BinaryIO) -> int:
    """Return how many entries there are at least, before anything is parsed.

    ``zipfile`` goes by the size of the directory, not by the number that the end record claims:
    the entries' signatures are counted too.
    """
    stream.seek(0, io.SEEK_END)
    size = stream.tell()
    tail_size = min(size, 65_557)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return 0
    claimed = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory_size = int.from_bytes(tail[at + 12 : at + 16], "little")
    wide = at - _ZIP64_TAIL
    if wide >= 0 and tail[wide : wide + 4] == b"PK\x06\x06":
        directory_size = int.from_bytes(tail[wide + 40 : wide + 48], "little")
        at = wide
    end = size - tail_size + at
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
