"""The end record of a zip archive (APPNOTE.TXT 4.3.14 to 4.3.16): where its directory is."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.zip.oddity import Oddity

END_SIGNATURE = b"PK\x05\x06"
END_SIZE = 22
_END = struct.Struct("<4s4H2LH")
_TAIL = END_SIZE + 65_536
_WIDE_SIGNATURE, _LOCATOR_SIGNATURE = b"PK\x06\x06", b"PK\x06\x07"
_WIDE = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ABSENT = 0xFFFF_FFFF
"""Stands in a field of 32 bits for the value of 64 bits elsewhere."""


@dataclass(frozen=True)
class EndRecord:
    """The end record that CPython goes by.

    Attributes:
        offset: Where in the file it begins.
        directory: Where the directory begins; negative where the file is too short for it.
        directory_size: Bytes of the directory.
        shift: What is added to the offsets of the local headers: bytes before the archive.
        end: Where what belongs to the archive ends, its comment included.
        comment_size: Bytes of the comment.
        oddities: What is odd about the records.
        refusal: Why CPython refuses the archive, as a clause, or ``""``.
    """

    offset: int
    directory: int
    directory_size: int
    shift: int
    end: int
    comment_size: int
    oddities: tuple[Oddity, ...] = ()
    refusal: str = ""


def find_end(stream: BinaryIO) -> tuple[bytes, int]:
    """Return the tail of a file and where in it a zip's end record begins, or -1.

    It is the one in the last 22 bytes if its comment is empty, else the last one before at most
    65,536 bytes, and none where that one is cut off: ``_EndRecData`` of CPython's ``zipfile``.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    last = tail[-END_SIZE:]
    if len(last) == END_SIZE and last.startswith(END_SIGNATURE) and last.endswith(b"\0\0"):
        return tail, len(tail) - END_SIZE
    at = tail.rfind(END_SIGNATURE)
    return tail, at if len(tail) - at >= END_SIZE else -1


def read_end(stream: BinaryIO) -> EndRecord | None:
    """Return the end record, or None where the file has none."""
    tail, at = find_end(stream)
    if at < 0:
        return None
    offset = stream.seek(0, io.SEEK_END) - len(tail) + at
    fields = _END.unpack(tail[at : at + END_SIZE])
    _, disk, directory_disk, here, count, size, start, comment_size = fields
    wide = _read_wide(stream, offset)
    oddities, refusal, before = [], "", 0
    if disk or directory_disk or here != count:
        oddities.append(_odd("its end record speaks of several disks"))
    if wide is not None:
        before = _WIDE.size + _LOCATOR.size
        oddities += _wide_oddities(wide, offset, (count, size, start))
        size, start = wide.size, wide.start
        refusal = "archives on several disks are not supported" if wide.spans_disks else ""
    directory = offset - before - size
    if directory < 0 and not refusal:
        refusal = "its central directory would begin before the file"
    comment = min(comment_size, len(tail) - at - END_SIZE)
    return EndRecord(
        offset=offset,
        directory=directory,
        directory_size=size,
        shift=directory - start,
        end=offset + END_SIZE + comment,
        comment_size=comment,
        oddities=tuple(oddities),
        refusal=refusal,
    )


@dataclass(frozen=True)
class _Wide:
    """The zip64 end record, where its locator says and where CPython looks for it."""

    count: int
    size: int
    start: int
    located: int
    spans_disks: bool


def _read_wide(stream: BinaryIO, end: int) -> _Wide | None:
    """Return the zip64 end record that stands right in front of its locator, or None."""
    at = end - _LOCATOR.size
    if at < _WIDE.size:
        return None
    stream.seek(at - _WIDE.size)
    record, locator = stream.read(_WIDE.size), stream.read(_LOCATOR.size)
    if len(locator) < _LOCATOR.size or not locator.startswith(_LOCATOR_SIGNATURE):
        return None
    _, disk, located, disks = _LOCATOR.unpack(locator)
    spans_disks = disk != 0 or disks > 1
    if not record.startswith(_WIDE_SIGNATURE):
        return _Wide(0, 0, 0, located, spans_disks=True) if spans_disks else None
    *_, count, size, start = _WIDE.unpack(record)
    return _Wide(count, size, start, located, spans_disks)


def _wide_oddities(wide: _Wide, end: int, narrow: tuple[int, int, int]) -> list[Oddity]:
    """Compare both end records; where they disagree, two programs see two directories."""
    found = []
    true_values, absences = (wide.count, wide.size, wide.start), (0xFFFF, _ABSENT, _ABSENT)
    small = zip(narrow, true_values, absences, strict=True)
    if any(value not in (absent, true) for value, true, absent in small):
        found.append(_odd("its two end records disagree about where the directory is"))
    begins = end - _LOCATOR.size - _WIDE.size
    if not 0 <= begins - wide.located <= begins - wide.start - wide.size:
        found.append(_odd("its zip64 locator leads elsewhere than to the record in front of it"))
    return found


def _odd(clause: str) -> Oddity:
    return Oddity(ProblemKind.ODD_ZIP, clause)
