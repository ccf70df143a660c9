"""A whole archive: every physical member, and everything on which programs may disagree."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.limits import Limits
from kerasscan.reader.zip.directory import read_directory
from kerasscan.reader.zip.end_record import END_SIZE, EndRecord, read_end
from kerasscan.reader.zip.entry import Entry
from kerasscan.reader.zip.layout import Hidden, extent, gap_oddities, gaps, with_overlaps
from kerasscan.reader.zip.names import alias_key, leads_out, shown, unsafe_clause
from kerasscan.reader.zip.oddity import Oddity

_LOADED = ("config.json", "metadata.json", "model.weights.h5", "model.weights.npz")
"""Members that the loader asks for by their exact names."""

_ODD, _TWICE = ProblemKind.ODD_ZIP, ProblemKind.DUPLICATE_MEMBER


@dataclass(frozen=True)
class Archive:
    """What is in a zip archive.

    Attributes:
        entries: What the directory lists, in its order.
        hidden: Members that it does not list, in the file's order.
        oddities: What is odd; damage first.
        has_end: Whether there is an end record: CPython sees an archive at all.
        is_cut: Whether there are more members than are read.
    """

    entries: tuple[Entry, ...]
    hidden: tuple[Entry, ...]
    oddities: tuple[Oddity, ...]
    has_end: bool = True
    is_cut: bool = False

    @cached_property
    def last(self) -> dict[str, Entry]:
        """The member that CPython opens for a name: the last one in the directory."""
        return {entry.name: entry for entry in self.entries}

    def opened(self, name: str) -> Entry | None:
        """Return the member that the loader gets for a name, or None.

        Where no member has it, one whose Unicode path field says so: CPython 3.12 and later.
        """
        return self.last.get(name) or self._last_alternative.get(name)

    @cached_property
    def _last_alternative(self) -> dict[str, Entry]:
        return {name: entry for entry in self.entries for name in entry.alternatives}


def read_archive(stream: BinaryIO, limits: Limits, most: int | None = None) -> Archive:
    """Find every member of an archive; no data is unpacked.

    Args:
        stream: The archive, seekable.
        limits: Budgets ``archive_members``, ``directory_bytes``, ``unlisted_bytes``,
            ``name_bytes``.
        most: Members that are read, where that is less than ``archive_members``.

    Raises:
        OSError: The stream cannot be read.
    """
    most = limits.archive_members if most is None else most
    size = stream.seek(0, io.SEEK_END)
    hidden = Hidden(stream, limits, most)
    end = read_end(stream)
    if end is None:
        hidden.search([(0, size)], set())
        return Archive((), tuple(hidden.entries), (), has_end=False, is_cut=hidden.is_cut)
    found = read_directory(stream, end, limits, most)
    spans = [extent(stream, entry) for entry in found.entries]
    entries = with_overlaps(found.entries, spans, end.directory)
    is_cut = found.count > most
    oddities = [*_refusal(end), *found.oddities, *end.oddities]
    if is_cut:  # what is not read would seem to be a gap
        oddities.append(_too_many(found.count, most))
    else:
        places = gaps([*_sane(spans), (end.directory, end.end)], size)
        first = min((begin for begin, _ in _sane(spans)), default=end.directory)
        oddities += gap_oddities(places, first, end)
        records = [(end.directory, end.offset), (end.offset + END_SIZE, end.end)]
        hidden.search([*places, *_fields(entries), *records], {each.offset for each in entries})
        oddities += _unlisted(hidden)
    oddities += [*_entry_oddities(entries), *_names(entries, hidden.entries, limits)]
    order = sorted(oddities, key=lambda each: each.kind is not ProblemKind.DAMAGED_ZIP)
    return Archive(tuple(entries), tuple(hidden.entries), tuple(order), is_cut=is_cut)


def _sane(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(begin, end) for begin, end in spans if begin >= 0]


def _fields(entries: list[Entry]) -> Iterator[tuple[int, int]]:
    """Yield where the extra data of local headers is: room for another member."""
    for entry in entries:
        if entry.local is not None and len(entry.local.extra) > 30:
            yield entry.data - len(entry.local.extra), entry.data


def _refusal(end: EndRecord) -> list[Oddity]:
    if not end.refusal:
        return []
    return [Oddity(ProblemKind.DAMAGED_ZIP, end.refusal, incomplete=True)]


def _too_many(count: int, most: int) -> Oddity:
    clause = f"{count:,} members, more than the {most:,} that are read"
    return Oddity(ProblemKind.LIMIT_EXCEEDED, clause, incomplete=True)


def _unlisted(hidden: Hidden) -> Iterator[Oddity]:
    if hidden.is_cut:
        clause = "more bytes or members that its directory does not list than are looked through"
        yield Oddity(ProblemKind.LIMIT_EXCEEDED, clause, incomplete=True)
    if hidden.ends:
        clause = f"the archive has {hidden.ends + 1} end records: programs may follow another one"
        yield Oddity(_ODD, clause)
    for entry in hidden.entries:
        clause = "the directory does not list it: Keras does not see it, other programs may"
        yield Oddity(_ODD, clause, entry.label)


def _entry_oddities(entries: list[Entry]) -> Iterator[Oddity]:
    """Tell of what one entry is, by its headers."""
    for entry in entries:
        if entry.overlaps:
            yield Oddity(
                _ODD, "its bytes are those of another part of the archive too", entry.label
            )
        if entry.is_link:
            is_plain = entry.is_readable and entry.size > 0
            yield Oddity(_ODD, "it is a symbolic link", entry.label, is_plain=is_plain)


def _names(entries: list[Entry], hidden: list[Entry], limits: Limits) -> Iterator[Oddity]:
    """Tell of names that are not exact, not safe, too long or not the only ones."""
    last = {entry.name: entry for entry in entries}
    keys: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        keys.setdefault(alias_key(entry.name), {})[entry.name] = entry
        if last[entry.name] is not entry:
            clause = "Keras takes the last one, other programs may take another"
            yield Oddity(_TWICE, clause, entry.label)
    for entry in (*entries, *hidden):
        yield from _name_oddities(entry, limits)
    for key, named in keys.items():
        other = next(iter(named.values()))
        for entry in list(named.values())[1:]:
            clause = (
                f"{shown(other.name)} is the same name where case, dots or slashes do not count"
            )
            yield Oddity(_TWICE, clause, entry.label)
        if key in _LOADED and key not in named and len(named) == 1:
            clause = f"some programs take it for {key!r}, Keras does not"
            yield Oddity(_ODD, clause, other.label)


def _name_oddities(entry: Entry, limits: Limits) -> Iterator[Oddity]:
    longest = max(map(len, entry.names))
    if longest > limits.name_bytes:
        clause = f"a name of {longest:,} characters, more than the {limits.name_bytes:,} read"
        yield Oddity(ProblemKind.LIMIT_EXCEEDED, clause, incomplete=True)
    if entry.full_name != entry.name:
        clause = f"its name goes on behind a NUL: {shown(entry.full_name)}"
        yield Oddity(_ODD, clause, entry.label)
    for other in entry.alternatives:
        if not entry.refusal and other not in (entry.name, entry.full_name):
            clause = f"it has another name in a Unicode path field: {shown(other)}"
            yield Oddity(_ODD, clause, entry.label)
    for name in entry.names:
        clause = unsafe_clause(name)
        if clause:
            yield Oddity(_ODD, clause, entry.label, is_plain=name == entry.name and leads_out(name))
            return
