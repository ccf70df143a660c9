"""Where everything in an archive lies: overlaps, bytes that belong to nothing, hidden members."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.limits import MIB, Limits
from kerasscan.reader.zip.end_record import END_SIGNATURE, END_SIZE, EndRecord
from kerasscan.reader.zip.entry import DESCRIBED, STORED, Entry, LocalHeader
from kerasscan.reader.zip.local_header import LOCAL, LOCAL_SIGNATURE, descriptor, read_local
from kerasscan.reader.zip.names import unicode_path, until_nul
from kerasscan.reader.zip.oddity import Oddity

Span = tuple[int, int]
"""Where bytes begin and where they end."""

_TRIES = 10
"""Signatures that are looked at for each member that may be read: most of them lead nowhere."""

_KNOWN_METHODS = frozenset({*range(20), *range(93, 100)})


def extent(stream: BinaryIO, entry: Entry) -> Span:
    """Return the place of a member: local header, data, data descriptor."""
    end = max(entry.data, entry.offset) + entry.packed
    if entry.local is not None and entry.local.flags & DESCRIBED:
        end += descriptor(stream, end, (entry.crc, entry.packed, entry.size)) or 0
    return entry.offset, end


def with_overlaps(entries: Iterable[Entry], spans: list[Span], stop: int) -> list[Entry]:
    """Mark the entries whose place is also another's or the directory's.

    Args:
        entries: All of them.
        spans: Their places, in the same order.
        stop: Where the directory begins.
    """
    order = sorted(range(len(spans)), key=spans.__getitem__)
    marked = {index for index in order if spans[index][1] > stop}
    last, reach = -1, -1
    for index in order:
        begin, end = spans[index]
        if begin < reach:
            marked |= {last, index}
        if end > reach:
            last, reach = index, end
    return [
        replace(each, overlaps=True) if at in marked else each for at, each in enumerate(entries)
    ]


def gaps(spans: Iterable[Span], size: int) -> list[Span]:
    """Return what of a file no span covers, in order."""
    found, reach = [], 0
    for begin, end in sorted(spans):
        if begin > reach:
            found.append((reach, min(begin, size)))
        reach = max(reach, end)
    return [*found, (reach, size)] if reach < size else found


def gap_oddities(places: list[Span], first: int, end: EndRecord) -> list[Oddity]:
    """Tell of bytes in front of, between and behind what belongs to the archive."""
    found = []
    for what, total in (
        ("in front of its first member", _total(places, 0, first)),
        ("between its members that belong to none", _total(places, first, end.offset)),
        ("behind its end", _total(places, end.end, 1 << 64)),
        ("of comment at its end", end.comment_size),
    ):
        if total:
            noun = "byte" if total == 1 else "bytes"
            found.append(Oddity(ProblemKind.ODD_ZIP, f"the archive has {total:,} {noun} {what}"))
    return found


def _total(places: list[Span], begin: int, end: int) -> int:
    return sum(max(0, min(stop, end) - max(start, begin)) for start, stop in places)


class Hidden:
    """The search for what the directory does not list.

    Args:
        stream: The archive.
        limits: Budgets ``unlisted_bytes`` and ``name_bytes``.
        most: Members that are read.
    """

    def __init__(self, stream: BinaryIO, limits: Limits, most: int) -> None:
        self._stream = stream
        self._limits = limits
        self._most = most
        self._left = limits.unlisted_bytes
        self._tries = _TRIES * most
        self._size = stream.seek(0, io.SEEK_END)
        self._known: set[int] = set()
        self.entries: list[Entry] = []
        self.ends = 0
        self.is_cut = False

    def search(self, places: Iterable[Span], known: set[int]) -> None:
        """Look for local headers and end records in these places.

        Args:
            places: Parts of the file that no listed member's data covers.
            known: Offsets of the local headers that are listed.
        """
        self._known |= known
        for begin, end in places:
            self._search(max(0, begin), min(end, self._size))

    def _search(self, begin: int, end: int) -> None:
        resume = begin
        for at in self._signatures(begin, end):
            if at < resume or at in self._known:
                continue
            self._tries -= 1
            if len(self.entries) >= self._most or self._tries < 0:
                self.is_cut = True
                return
            local = read_local(self._stream, at)
            if isinstance(local, LocalHeader) and self._is_plausible(local):
                self._known.add(at)
                entry = _hidden(local, at, end)
                self.entries.append(entry)
                done = entry.data + (0 if entry.crc is None else entry.packed)
                resume = done if done <= end else at + LOCAL.size

    def _is_plausible(self, local: LocalHeader) -> bool:
        fits = 0 < len(local.raw) <= self._limits.name_bytes and local.end <= self._size
        return fits and local.is_valid and local.method in _KNOWN_METHODS

    def _signatures(self, begin: int, end: int) -> Iterator[int]:
        """Yield where a local header's signature stands; counts end records on the way."""
        kept = b""
        while begin < end:
            size = min(MIB, end - begin, self._left)
            if size <= 0:
                self.is_cut = True
                return
            self._left -= size
            self._stream.seek(begin)
            block = kept + self._stream.read(size)
            start = begin - len(kept)
            self.ends += block.count(END_SIGNATURE) if len(block) >= END_SIZE else 0
            at = block.find(LOCAL_SIGNATURE)
            while at >= 0:
                yield start + at
                at = block.find(LOCAL_SIGNATURE, at + 4)
            begin += size
            kept = block[-3:]


def _hidden(local: LocalHeader, offset: int, end: int) -> Entry:
    """Return a member that only its local header tells of; its data ends with the gap at most."""
    is_told = not (local.flags & DESCRIBED and not local.packed)
    packed = local.packed if is_told else max(0, end - local.end)
    size = local.size if is_told else packed
    if not is_told and local.method != STORED:
        size = 1 << 62  # as much as there is: deflated data tells its own end
    return Entry(
        raw=local.raw,
        name=until_nul(local.name),
        full_name=local.name,
        alternatives=tuple(filter(None, (unicode_path(local.raw, local.extra),))),
        method=local.method,
        flags=local.flags,
        crc=local.crc if is_told else None,
        packed=packed,
        size=size,
        offset=offset,
        data=local.end,
        local=local,
        hidden=True,
        overlaps=local.end + packed > end,
    )
