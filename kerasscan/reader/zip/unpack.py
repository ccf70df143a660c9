"""The data of a member: stored or deflated, in blocks, with its checksum.

Nothing but stored and deflated data is ever unpacked, and no more at a time than a block: a
method of which Python's module bounds no output (bzip2, LZMA before 3.14) is left alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kerasscan.reader.limits import KIB, MIB
from kerasscan.reader.zip.entry import STORED, Entry

_READ = 64 * KIB


@dataclass(frozen=True)
class Unpacked:
    """What came out of a member.

    Attributes:
        size: Bytes that were unpacked.
        is_whole: Whether that is all there is.
        flaw: Why CPython refuses the data, as a clause, or ``""``.
        oddity: Where its real size is not the one that is claimed, as a clause, or ``""``.
    """

    size: int
    is_whole: bool
    flaw: str = ""
    oddity: str = ""


class _Packed:
    """The blocks of a member, and what is found out while they are made."""

    def __init__(self, stream: BinaryIO, entry: Entry) -> None:
        self._stream = stream
        self._entry = entry
        self._at = entry.data
        self._left = entry.packed
        self.is_short = False
        self.slack = 0

    def _read(self, most: int) -> bytes:
        self._stream.seek(self._at)
        data = self._stream.read(min(most, self._left))
        self._at += len(data)
        self._left -= len(data)
        self.is_short = not data and self._left > 0
        return data

    def blocks(self, most: int) -> Iterator[bytes]:
        """Yield unpacked data, at most so many bytes at a time.

        Raises:
            zlib.error: The compressed data is broken.
        """
        if self._entry.method == STORED:
            while data := self._read(most):
                yield data
            return
        engine = zlib.decompressobj(-15)
        while not engine.eof:
            packed = engine.unconsumed_tail or self._read(_READ)
            data = engine.decompress(packed, most)
            if data:
                yield data
            elif not packed:
                return
        self.slack = len(engine.unused_data) + self._left


def head(stream: BinaryIO, entry: Entry, size: int) -> bytes:
    """Return the first bytes of a member, as many as can be had."""
    if not entry.is_readable:
        return b""
    found = b""
    try:
        for block in _Packed(stream, entry).blocks(size):
            found += block
            if len(found) >= size:
                break
    except zlib.error:
        return found
    return found[:size]


def unpack(
    stream: BinaryIO, entry: Entry, most: int, sink: Callable[[bytes], object] | None = None
) -> Unpacked:
    """Unpack a member and check it as CPython does, which reads as many bytes as are claimed.

    Args:
        stream: The archive, seekable; its position is moved.
        entry: A readable member.
        most: Bytes that are unpacked at most.
        sink: Is given every block, those beyond the claimed size too.
    """
    packed = _Packed(stream, entry)
    size, crc, flaw, is_whole = 0, 0, "", True
    try:
        for block in packed.blocks(min(MIB, most + 1)):
            kept = block[: most - size]
            crc = zlib.crc32(kept[: max(0, entry.size - size)], crc)
            size += len(kept)
            if sink is not None:
                sink(kept)
            if len(kept) < len(block):
                is_whole = False
                break
    except zlib.error:
        flaw = "its compressed data is broken"
    if size < entry.size and packed.is_short:
        flaw = "its data ends too early"
    is_checked = is_whole or size >= entry.size
    if not flaw and is_checked and entry.crc is not None and crc != entry.crc:
        flaw = f"Bad CRC-32 for file {entry.name!r}"
    return Unpacked(size, is_whole, flaw, _oddity(entry, size, packed.slack, is_whole=is_whole))


def _oddity(entry: Entry, size: int, slack: int, *, is_whole: bool) -> str:
    if size > entry.size or (is_whole and size != entry.size):
        more = "" if is_whole else "more than "
        return f"it has {more}{size:,} bytes, not the {entry.size:,} that are claimed"
    if slack:
        return f"{slack:,} bytes stand behind the end of its compressed data"
    return ""
