"""The central directory (APPNOTE.TXT 4.3.12): its entries, as CPython's ``zipfile`` takes them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import BinaryIO

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.limits import Limits
from kerasscan.reader.zip.end_record import EndRecord
from kerasscan.reader.zip.entry import Entry, unix_mode
from kerasscan.reader.zip.local_header import disagreements, read_local, refusal
from kerasscan.reader.zip.names import (
    decode,
    extra_fields,
    has_broken_path,
    unicode_path,
    until_nul,
)
from kerasscan.reader.zip.oddity import Oddity

CENTRAL_SIGNATURE = b"PK\x01\x02"
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_NEWEST = 63
"""Highest version needed to unpack that CPython accepts (``MAX_EXTRACT_VERSION``)."""

_ABSENT, _ABSENT_64 = 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF
_ROOTS = (b"config.json", b"metadata.json")
"""Members that are looked for behind as many entries as are read: the loader takes the last."""


@dataclass(frozen=True)
class Directory:
    """What the directory lists.

    Attributes:
        entries: In its order.
        oddities: What is odd about it and its entries.
        count: How many entries it has, those that were not read included.
    """

    entries: tuple[Entry, ...]
    oddities: tuple[Oddity, ...]
    count: int


def read_directory(stream: BinaryIO, end: EndRecord, limits: Limits, most: int) -> Directory:
    """Read the directory.

    Args:
        stream: The archive.
        end: Its end record.
        limits: Budget ``directory_bytes``.
        most: Entries that are read; of those behind, only the ones that the loader opens.

    Returns:
        The entries up to the first thing that makes CPython refuse the archive. Their local
        headers are read too.
    """
    stream.seek(max(0, end.directory))
    raw = stream.read(max(0, min(end.directory_size, limits.directory_bytes)))
    is_cut = end.directory_size > limits.directory_bytes
    oddities = [_excess(end.directory_size, limits)] if is_cut else []
    records: dict[object, bytes] = {}  # of what is not read, the last of each name counts
    count, at = 0, 0
    while at < len(raw):
        flaw = _flaw(raw, at)
        if flaw:
            oddities += [] if is_cut else [_damaged(flaw)]
            break
        sizes = _CENTRAL.unpack_from(raw, at)[12:15]
        stop = at + _CENTRAL.size + sum(sizes)
        count += 1
        name = raw[at + _CENTRAL.size : at + _CENTRAL.size + sizes[0]]
        root = name.partition(b"\0")[0]
        if count <= most or root in _ROOTS:
            records[count if count <= most else root] = raw[at:stop]
        at = stop
    entries: list[Entry] = []
    for record in records.values():
        found, more = _entry(record, end.shift)
        entry, further = _with_local(stream, found)
        entries.append(entry)
        oddities += more + further
    return Directory(tuple(entries), tuple(oddities), count)


def _flaw(raw: bytes, at: int) -> str:
    """Return why no entry can be read at an offset, as a clause, or ``""``."""
    if len(raw) - at < _CENTRAL.size:
        return "its central directory ends in the middle of an entry"
    if not raw.startswith(CENTRAL_SIGNATURE, at):
        return "its central directory holds something that is no entry"
    return ""


def _entry(record: bytes, shift: int) -> tuple[Entry, list[Oddity]]:
    """Return the entry of one record of the directory, without its local header."""
    fields = _CENTRAL.unpack_from(record)
    _, _, system, version, _, flags, method, _, _, crc, packed, size = fields[:12]
    name_size, extra_size, _, _, _, attributes, offset = fields[12:]
    at = _CENTRAL.size + name_size
    raw, extra = record[_CENTRAL.size : at], record[at : at + extra_size]
    name, is_valid = decode(raw, flags)
    sizes, flaws = _wide(extra, (size, packed, offset))
    if not is_valid:
        flaws.append("its name is not valid UTF-8")
    if has_broken_path(extra):
        flaws.append("its Unicode path field is broken, which CPython refuses from 3.12 on")
    if version > _NEWEST:
        flaws.append(f"it needs version {version / 10:.1f} of the format to be unpacked")
    entry = Entry(
        raw=raw,
        name=until_nul(name),
        full_name=name,
        alternatives=tuple(filter(None, (unicode_path(raw, extra),))),
        method=method,
        flags=flags,
        crc=crc,
        packed=sizes[1],
        size=sizes[0],
        offset=sizes[2] + shift,
        data=-1,
        mode=unix_mode(system, attributes),
    )
    return entry, [_damaged(flaw, entry.label) for flaw in flaws]


def _wide(extra: bytes, values: tuple[int, int, int]) -> tuple[list[int], list[str]]:
    """Take sizes and offset of 64 bits from the zip64 field, as ``ZipInfo._decodeExtra`` does."""
    found, flaws = list(values), []
    for number, data, is_whole in extra_fields(extra):
        if not is_whole:
            flaws.append("its extra data is longer than its place")
        elif number == 1:
            for index, name in enumerate(("unpacked size", "packed size", "offset")):
                absent = (_ABSENT, _ABSENT_64) if index == 0 else (_ABSENT,)
                if found[index] not in absent:
                    continue
                if len(data) < 8:
                    flaws.append(f"its zip64 field lacks the {name}")
                    break
                found[index], data = int.from_bytes(data[:8], "little"), data[8:]
    return found, flaws


def _with_local(stream: BinaryIO, entry: Entry) -> tuple[Entry, list[Oddity]]:
    """Add what the local header says."""
    local = read_local(stream, entry.offset)
    if isinstance(local, str):
        return replace(entry, refusal=local), [_damaged(local, entry.label)]
    other = () if local.raw == entry.raw else (until_nul(local.name),)
    more = filter(None, (*other, unicode_path(local.raw, local.extra)))
    entry = replace(
        entry,
        local=local,
        data=local.end,
        refusal=refusal(entry, local),
        alternatives=tuple(dict.fromkeys((*entry.alternatives, *more))),
    )
    found = [_damaged(entry.refusal, entry.label)] if entry.refusal else []
    return entry, found + disagreements(stream, entry, local)


def _damaged(clause: str, label: str = "") -> Oddity:
    return Oddity(ProblemKind.DAMAGED_ZIP, clause, label, incomplete=True)


def _excess(size: int, limits: Limits) -> Oddity:
    most = limits.directory_bytes
    clause = f"its central directory has {size:,} bytes, more than the {most:,} that are read"
    return Oddity(ProblemKind.LIMIT_EXCEEDED, clause, incomplete=True)
