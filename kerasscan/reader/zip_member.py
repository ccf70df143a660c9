"""One member of a zip archive as a seekable file, for those who look at a few bytes of it."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from kerasscan.reader.limits import Limits
from kerasscan.reader.number_arrays import Refusal, Refused
from kerasscan.reader.window import Window
from kerasscan.reader.zip.archive import read_archive
from kerasscan.reader.zip.entry import STORED, Entry
from kerasscan.reader.zip.unpack import Unpacked, unpack


class ZipMembers:
    """The members of one archive.

    Args:
        stream: The archive, seekable; every read of a member moves its position.
        limits: Budgets ``archive_members`` and ``inflated_bytes``.

    Raises:
        Refused: It is no archive, or has too many members.
        OSError: The stream cannot be read.
    """

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._archive = read_archive(stream, limits)
        if self._archive.is_cut:
            detail = f"its archive has more than the {limits.archive_members:,} members read"
            raise Refused(Refusal.LIMIT, detail)
        if not self._archive.has_end:
            raise Refused(Refusal.DAMAGED, "its archive cannot be read: File is not a zip file")
        self._stream = stream
        self._limits = limits
        self._left = limits.inflated_bytes

    def open(self, name: str) -> BinaryIO:
        """Return a member as a file; a stored one is not copied. The last of one name counts.

        Args:
            name: Of the member.

        Raises:
            Refused: It is not there, cannot be read, or unpacks to more than the budget.
            OSError: The stream cannot be read.
        """
        entry = self._archive.last.get(name)
        if entry is None:
            raise Refused(Refusal.ABSENT, "its archive has no member of that name")
        if entry.method_clause:
            raise Refused(Refusal.UNSUPPORTED, "its member is compressed by other than deflate")
        if entry.refusal or entry.is_encrypted:
            detail = f"its member cannot be read: {entry.refusal or 'it is encrypted'}"
            raise Refused(Refusal.DAMAGED, detail)
        if entry.method == STORED:
            size = min(entry.packed, entry.size)
            return cast(BinaryIO, io.BufferedReader(Window(self._stream, entry.data, size)))
        return self._unpacked(entry)

    def _unpacked(self, entry: Entry) -> BinaryIO:
        spool = io.BytesIO()
        found: Unpacked = unpack(self._stream, entry, self._left, spool.write)
        if not found.is_whole:
            most = self._limits.inflated_bytes
            detail = f"its member unpacks to more than the {most:,} bytes that are read"
            raise Refused(Refusal.LIMIT, detail)
        if found.flaw:
            raise Refused(Refusal.DAMAGED, f"its member cannot be read: {found.flaw}")
        self._left -= found.size
        spool.truncate(entry.size)
        return spool
