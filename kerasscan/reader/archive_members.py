"""The members of a ``.keras`` archive: each one is read, whoever else would see it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from kerasscan.model.saved import Member, ProblemKind, Purpose
from kerasscan.reader.archive_parts import Nested, Parts, kinds_of
from kerasscan.reader.limits import MIB
from kerasscan.reader.member_content import HEAD, Content, content_of
from kerasscan.reader.sniff import hdf5_offset
from kerasscan.reader.window import Window
from kerasscan.reader.zip.archive import Archive, read_archive
from kerasscan.reader.zip.end_record import END_SIGNATURE, find_end
from kerasscan.reader.zip.entry import STORED, Entry
from kerasscan.reader.zip.unpack import Unpacked, head, unpack

_CHECKED_BYTES = 32 * MIB
"""Members up to this size are read through once to check their CRC; larger ones are not."""

_RATIO_FLOOR = 1 * MIB
_TAIL = 65_558
"""Bytes at the end of a file in which a zip's end record is looked for."""

_SHARED = 100
"""Members that are read although their bytes are also another's; in no honest archive is one."""

_LINK_BYTES = 4_096
_ARRAY_HEAD = 66_000
"""Bytes that hold the header of every array that is read."""

_PURPOSES = {"config.json": Purpose.MODEL, "metadata.json": Purpose.METADATA}


@dataclass
class _Reading:
    """One archive that is being read.

    Attributes:
        archive: Its members.
        stream: Its bytes.
        parts: Where everything goes.
        address: Of the member that it lies in, ``""`` for the file itself.
        depth: Archives around it.
    """

    archive: Archive
    stream: BinaryIO
    parts: Parts
    address: str = ""
    depth: int = 0
    seen: set[object] = field(default_factory=set)

    def at(self, label: str) -> str:
        """Return the address of a member."""
        if not self.address:
            return label
        return f"{self.address}!{label}" if label else self.address


def read_members(archive: Archive, stream: BinaryIO, parts: Parts) -> None:
    """Read every member of an archive, and of the archives in it.

    Args:
        archive: Its members.
        stream: Its bytes, seekable.
        parts: Where documents, tensors, members and problems go.
    """
    _read_archive(_Reading(archive, stream, parts))
    read_pending(parts)


def read_pending(parts: Parts) -> None:
    """Read the archives that were found in members, and those that are found in these."""
    while parts.pending:
        nested = parts.pending.popleft()
        if not parts.has_members_left(nested.address):
            continue
        inner = read_archive(nested.stream, parts.limits, parts.members_left)
        reading = _Reading(inner, nested.stream, parts, nested.address, nested.depth)
        if _is_archive(inner, nested):
            _read_archive(reading)


def _is_archive(inner: Archive, nested: Nested) -> bool:
    """Whether it is one: a data file may hold an end record by chance."""
    return nested.is_certain or bool(inner.entries or inner.hidden)


def _read_archive(reading: _Reading) -> None:
    archive, parts = reading.archive, reading.parts
    parts.members_left -= len(archive.entries) + len(archive.hidden)
    for oddity in archive.oddities:
        if oddity.is_plain:
            continue
        where = reading.at(oddity.label)
        parts.problem(oddity.kind, oddity.clause, where, incomplete=oddity.incomplete)
    if not archive.has_end:
        detail = "it begins like an archive but has no central directory"
        parts.problem(ProblemKind.DAMAGED_ZIP, detail, reading.at(""), incomplete=True)
    for entry in (*archive.entries, *archive.hidden):
        _read_entry(reading, entry)


def _read_entry(reading: _Reading, entry: Entry) -> None:
    parts, where = reading.parts, reading.at(entry.label)
    content = _content(reading, entry)
    link = ""
    if entry.is_link and entry.is_readable:
        link = head(reading.stream, entry, _LINK_BYTES).decode("utf-8", "replace")
    parts.members.append(Member(where, _claimed(entry), content, link))
    if entry.is_encrypted:
        if not entry.refusal:
            detail = "the member is encrypted"
            parts.problem(ProblemKind.ODD_ZIP, detail, where, incomplete=True)
    elif entry.method_clause:
        kind = ProblemKind.DAMAGED_ZIP if entry.is_refused_method else ProblemKind.ODD_ZIP
        parts.problem(kind, entry.method_clause, where, incomplete=True)
    elif entry.is_readable:
        size, packed = _claimed(entry), entry.packed
        if size > _RATIO_FLOOR and size > packed * parts.limits.ratio:
            parts.problem(ProblemKind.ODD_ZIP, f"{packed:,} bytes that unpack to {size:,}", where)
        _read_data(reading, entry, content)


def _claimed(entry: Entry) -> int:
    """Return the claimed size; 0 for a hidden member that claims none."""
    return 0 if entry.crc is None else entry.size


def _content(reading: _Reading, entry: Entry) -> str:
    if not entry.is_readable:
        return ""
    found = head(reading.stream, entry, HEAD)
    is_cut = len(found) == HEAD
    content = content_of(found, entry.names, is_cut=is_cut)
    if entry.method == STORED and is_cut and content is not Content.ZIP:
        size = min(entry.packed, entry.size)
        if hdf5_offset(cast(BinaryIO, Window(reading.stream, entry.data, size)), size):
            return Content.HDF5
    return content


def _read_data(reading: _Reading, entry: Entry, content: str) -> None:
    names = "\n".join(name.rstrip("/ .").lower() for name in entry.names)
    kinds = kinds_of(names, content)
    purpose = _purpose(reading, entry)
    if entry.overlaps:  # a thousand entries of one and the same data
        key = (entry.data, entry.packed, entry.size, entry.method, kinds, purpose, names)
        same = key[:-1] if purpose is Purpose.OTHER else key
        if same in reading.seen:
            return
        reading.seen.add(same)
        if len(reading.seen) > _SHARED:
            detail = f"more than {_SHARED} members share their bytes with others"
            where = reading.at(entry.label)
            reading.parts.problem(ProblemKind.LIMIT_EXCEEDED, detail, where, incomplete=True)
            return
    if content == Content.NPY:
        _object_array(reading, entry)
    if Content.JSON in kinds:
        strict = any(name.endswith(".json") for name in names.split("\n"))
        _document(reading, entry, purpose, strict=strict)
    elif not kinds:
        _check(reading, entry)
    if kinds - {Content.JSON}:
        stream = _opened(reading, entry)
        if stream is not None:
            reading.parts.file(
                reading.at(entry.label), stream, kinds, names, reading.depth + entry.hidden
            )


def _purpose(reading: _Reading, entry: Entry) -> Purpose:
    """Return what the loader takes a member for: of two with one name it opens the last."""
    if reading.depth or entry.refusal:
        return Purpose.OTHER
    found = (name for name in _PURPOSES if reading.archive.opened(name) is entry)
    return _PURPOSES.get(next(found, ""), Purpose.OTHER)


def _is_free(entry: Entry) -> bool:
    """Whether reading a member costs no more than its share of the file."""
    return entry.method == STORED and not entry.overlaps


def _document(reading: _Reading, entry: Entry, purpose: Purpose, *, strict: bool) -> None:
    parts, where = reading.parts, reading.at(entry.label)
    data = bytearray()
    room = parts.limits.json_bytes
    room = room if _is_free(entry) else min(room, parts.left)
    found = unpack(reading.stream, entry, room + 1, data.extend)
    if not _is_free(entry) and not parts.pay(found.size, where):
        return
    flawed = _tell(reading, entry, found)
    purpose = Purpose.OTHER if flawed else purpose
    parts.document(where, bytes(data[: entry.size]), purpose, strict=strict and not flawed)
    if len(data) > entry.size:  # what other programs see, who go by the data
        for seen in (data, data[entry.size :]):
            parts.document(where, bytes(seen), Purpose.OTHER, strict=False)


def _tell(reading: _Reading, entry: Entry, found: Unpacked) -> bool:
    """Tell what is wrong with a member's data; True where CPython refuses it."""
    where = reading.at(entry.label)
    if found.flaw:
        reading.parts.problem(ProblemKind.DAMAGED_ZIP, found.flaw, where, incomplete=True)
    elif found.oddity and entry.crc is not None:
        reading.parts.problem(ProblemKind.ODD_ZIP, found.oddity, where)
    return bool(found.flaw)


def _check(reading: _Reading, entry: Entry) -> None:
    """Read a member that holds nothing of a model, unless it ends like an archive."""
    tail = bytearray()

    def keep(block: bytes) -> None:
        tail.extend(block)
        del tail[:-_TAIL]

    if max(_claimed(entry), entry.packed) <= _CHECKED_BYTES:
        if not _run(reading, entry, keep):
            return
    elif entry.method == STORED:
        tail.extend(find_end(_window(reading, entry))[0])
    if END_SIGNATURE in tail:
        stream = _opened(reading, entry)
        if stream is not None:
            where = reading.at(entry.label)
            reading.parts.nest(where, stream, reading.depth, is_certain=False)


def _run(reading: _Reading, entry: Entry, sink: Callable[[bytes], object] | None = None) -> bool:
    """Unpack a member for its checksum; False where it costs too much."""
    parts = reading.parts
    most = entry.packed if _is_free(entry) else parts.left + 1
    found = unpack(reading.stream, entry, most, sink)
    if not _is_free(entry) and not parts.pay(found.size, reading.at(entry.label)):
        return False
    _tell(reading, entry, found)
    return True


def _window(reading: _Reading, entry: Entry) -> BinaryIO:
    size = min(entry.packed, entry.size)
    return cast(BinaryIO, io.BufferedReader(Window(reading.stream, entry.data, size)))


def _opened(reading: _Reading, entry: Entry) -> BinaryIO | None:
    """Return a member as a file: part of the archive's where it is stored, else unpacked."""
    if entry.method == STORED:
        is_small = entry.packed <= _CHECKED_BYTES
        if (is_small or entry.overlaps) and not _run(reading, entry):
            return None
        return _window(reading, entry)
    spool = io.BytesIO()
    if not _run(reading, entry, spool.write):
        return None
    spool.seek(0)
    return spool


def _object_array(reading: _Reading, entry: Entry) -> None:
    """Name an array of objects: what it holds is a pickle."""
    from kerasscan.reader.npz import object_array

    found = head(reading.stream, entry, _ARRAY_HEAD)
    tensor = object_array(found, entry.name.removesuffix(".npy"), reading.at(entry.label))
    if tensor is not None:
        reading.parts.tensors.append(tensor)
