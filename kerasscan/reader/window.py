"""A part of a file, as a file of its own."""

from __future__ import annotations

import io
from typing import Any, BinaryIO


class Window(io.RawIOBase):
    """A read-only, seekable view of ``size`` bytes of a stream, from ``offset`` on."""

    def __init__(self, stream: BinaryIO, offset: int, size: int) -> None:
        """Look at part of a stream.

        Args:
            stream: The seekable stream below; its position is moved by every read.
            offset: Where the view begins.
            size: How long it is said to be; it ends with the stream all the same.
        """
        super().__init__()
        self._stream = stream
        self._offset = offset
        self._size = max(0, min(size, stream.seek(0, io.SEEK_END) - offset))
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position inside the view."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move inside the view and return the new position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read into a writable buffer of bytes and return how many were read."""
        count = max(0, min(len(buffer), self._size - self._position))
        if not count:
            return 0
        self._stream.seek(self._offset + self._position)
        data = self._stream.read(count)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
