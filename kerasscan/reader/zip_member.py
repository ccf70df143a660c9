"""One member of a zip archive as a seekable file, for those who look at a few bytes of it."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
import zlib
from contextlib import ExitStack
from typing import IO, BinaryIO, cast

from kerasscan.reader.limits import MIB, Limits
from kerasscan.reader.number_arrays import Refusal, Refused
from kerasscan.reader.window import Window
from kerasscan.reader.zip_directory import entry_count

_SPOOLED = 16 * MIB
"""A compressed member is unpacked into memory up to this size, else into a temporary file."""
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What ``zipfile`` and zlib raise on an archive that is not what it should be."""


class ZipMembers:
    """The members of one archive.

    Args:
        stream: The archive, seekable; every read of a member moves its position.
        limits: Budgets ``archive_members`` and ``inflated_bytes``.
        stack: Closes the archive.

    Raises:
        Refused: It is no archive, or has too many members.
        OSError: The stream cannot be read.
    """

    def __init__(self, stream: BinaryIO, limits: Limits, stack: ExitStack) -> None:
        if entry_count(stream) > limits.archive_members:
            detail = f"its archive has more than the {limits.archive_members:,} members read"
            raise Refused(Refusal.LIMIT, detail)
        self._stream = stream
        self._limits = limits
        self._left = limits.inflated_bytes
        try:
            self._archive = stack.enter_context(zipfile.ZipFile(stream))
        except _DAMAGE as error:
            raise Refused(Refusal.DAMAGED, f"its archive cannot be read: {error}") from error

    def open(self, name: str, stack: ExitStack) -> BinaryIO:
        """Return a member as a file; a stored one is not copied. The last of one name counts.

        Args:
            name: Of the member.
            stack: Ends what unpacking it takes.

        Raises:
            Refused: It is not there, cannot be read, or unpacks to more than the budget.
            OSError: The stream cannot be read.
        """
        try:
            info = self._archive.getinfo(name)
        except KeyError as error:
            raise Refused(Refusal.ABSENT, "its archive has no member of that name") from error
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # ``zipfile`` bounds what one read unpacks for these two only
            raise Refused(Refusal.UNSUPPORTED, "its member is compressed by other than deflate")
        try:
            with self._archive.open(info) as packed:  # compares local header and directory
                is_stored = info.compress_type == zipfile.ZIP_STORED
                return self._window(info) if is_stored else self._unpacked(packed, stack)
        except _DAMAGE as error:
            detail = f"its member cannot be read: {str(error) or 'its data ends too early'}"
            raise Refused(Refusal.DAMAGED, detail) from error

    def _window(self, info: zipfile.ZipInfo) -> BinaryIO:
        self._stream.seek(info.header_offset + 26)
        name_size, extra_size = struct.unpack("<HH", self._stream.read(4))
        offset = info.header_offset + 30 + name_size + extra_size
        return cast(BinaryIO, io.BufferedReader(Window(self._stream, offset, info.file_size)))

    def _unpacked(self, packed: IO[bytes], stack: ExitStack) -> BinaryIO:
        spool = stack.enter_context(
            tempfile.SpooledTemporaryFile(max_size=_SPOOLED)  # noqa: SIM115  # the stack closes it
        )
        while block := packed.read(min(MIB, self._left + 1)):
            if len(block) > self._left:
                most = self._limits.inflated_bytes
                detail = f"its member unpacks to more than the {most:,} bytes that are read"
                raise Refused(Refusal.LIMIT, detail)
            self._left -= len(block)
            spool.write(block)
        return cast(BinaryIO, spool)
