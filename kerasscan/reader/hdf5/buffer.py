"""Bounds-checked bytes: the only place of the package that touches the stream.

`Buffer` reads at addresses of the file, `Cursor` walks through one piece of it. Both raise
`Damaged` where a length leads outside. All fields of the format are little-endian (HDF5
File Format Specification, I.A).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import BinaryIO

from kerasscan.reader.hdf5.flaws import Damaged, Exceeded, Exhausted

_WHOLE = 4 * 1024 * 1024
"""A file up to this size is read at once."""
_BLOCK = 8 * 1024
_BLOCKS = 512
_READ_AT_LEAST = 64 * 1024 * 1024
_READ_PER_BYTE = 16
"""How many times over the file may be read: more is structures that overlap."""
_TEXT = 128
"""Bytes fetched first to find a name's end: most names are shorter."""


class Cursor:
    """A position in a piece of the file.

    Attributes:
        data: The piece.
        position: Index of the next byte in it.
        origin: Where the piece begins in the file, for messages.
    """

    __slots__ = ("_length_size", "_offset_size", "data", "origin", "position")

    def __init__(self, data: bytes, origin: int, offset_size: int, length_size: int) -> None:
        self.data = data
        self.position = 0
        self.origin = origin
        self._offset_size = offset_size
        self._length_size = length_size

    @property
    def here(self) -> int:
        """Byte offset of the next byte in the file."""
        return self.origin + self.position

    @property
    def left(self) -> int:
        """How many bytes follow."""
        return len(self.data) - self.position

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        start = self.position
        end = start + count
        if end > len(self.data):
            raise Damaged(f"{count} bytes are needed and {self.left} are left", self.here)
        self.position = end
        return self.data[start:end]

    def skip(self, count: int) -> None:
        """Step over bytes."""
        if self.position + count > len(self.data):
            raise Damaged(f"{count} bytes are needed and {self.left} are left", self.here)
        self.position += count

    def byte(self) -> int:
        """Return the next byte as a number."""
        position = self.position
        if position >= len(self.data):
            raise Damaged("1 byte is needed and none is left", self.here)
        self.position = position + 1
        return self.data[position]

    def number(self, size: int) -> int:
        """Return an unsigned integer of ``size`` bytes."""
        return int.from_bytes(self.take(size), "little")

    def length(self) -> int:
        """Return a field whose size the superblock gives as *Size of Lengths*."""
        return int.from_bytes(self.take(self._length_size), "little")

    def address(self) -> int | None:
        """Return a field of *Size of Offsets* bytes; None is the undefined address."""
        raw = self.take(self._offset_size)
        return None if raw.count(255) == len(raw) else int.from_bytes(raw, "little")

    def text(self) -> bytes:
        """Return the bytes up to the next NUL, and step over it."""
        end = self.data.find(b"\0", self.position)
        if end < 0:
            raise Damaged("a string without its final NUL", self.here)
        found = self.data[self.position : end]
        self.position = end + 1
        return found

    def expect(self, signature: bytes, what: str) -> None:
        """Step over a signature."""
        found = self.take(len(signature))
        if found != signature:
            raise Damaged(f"{what} without its signature", self.here - len(signature))

    def version(self, what: str, *known: int) -> int:
        """Return a version byte that must be one of the known ones."""
        found = self.byte()
        if found not in known:
            raise Damaged(f"{what} of unknown version {found}", self.here - 1)
        return found

    def piece(self, count: int) -> Cursor:
        """Return a cursor over the next bytes, and step over them."""
        origin = self.here
        return Cursor(self.take(count), origin, self._offset_size, self._length_size)


class Buffer:
    """A seekable stream as addresses: whole if it is small, else through a few cached blocks.

    Attributes:
        size: Bytes of the file.
        start: Where the superblock is; addresses count from there.
        offset_size: *Size of Offsets*: bytes of an address.
        length_size: *Size of Lengths*: bytes of a length.
    """

    def __init__(self, stream: BinaryIO, size: int | None = None) -> None:
        self._stream = stream
        self.size = stream.seek(0, 2) if size is None else size
        self.start = 0
        self.offset_size = 8
        self.length_size = 8
        self._allowance = _READ_AT_LEAST + self.size * _READ_PER_BYTE
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._whole = self._fetch(0, self.size) if self.size <= _WHOLE else None

    @property
    def undefined(self) -> int:
        """The undefined address as a number."""
        return (1 << 8 * self.offset_size) - 1

    def read(self, address: int, count: int) -> bytes:
        """Return ``count`` bytes from an address."""
        first = self.start + address
        end = first + count
        if end > self.size:
            raise Damaged(f"{count} bytes are needed and the file ends at {self.size}", first)
        self._allowance -= count
        if self._allowance < 0:
            raise Exhausted("its structures overlap: they would be read over and over")
        whole = self._whole
        found = self._from_blocks(first, end) if whole is None else whole[first:end]
        if len(found) != count:
            raise Damaged("the file is shorter than it was", first)
        return found

    def cursor(self, address: int, count: int) -> Cursor:
        """Return a cursor over ``count`` bytes from an address."""
        found = self.read(address, count)
        return Cursor(found, self.start + address, self.offset_size, self.length_size)

    def over(self, data: bytes, origin: int) -> Cursor:
        """Return a cursor over bytes in memory that were at ``origin`` in the file."""
        return Cursor(data, origin, self.offset_size, self.length_size)

    def text(self, address: int, room: int, limit: int) -> bytes:
        """Return the bytes from an address up to a NUL that lies within ``room`` bytes."""
        for most in (min(_TEXT, limit + 1), limit + 1):
            found = self.read(address, min(most, room))
            end = found.find(b"\0")
            if end >= 0:
                return found[:end]
            if room <= most:
                raise Damaged("a name without its final NUL", self.start + address)
        raise Exceeded(f"a name is longer than {limit} bytes, at byte {self.start + address}")

    def _from_blocks(self, first: int, end: int) -> bytes:
        number, inside = divmod(first, _BLOCK)
        if inside + end - first <= _BLOCK:
            return self._load(number)[inside : inside + end - first]
        pieces = [self._load(each) for each in range(number, (end - 1) // _BLOCK + 1)]
        return b"".join(pieces)[inside : inside + end - first]

    def _load(self, number: int) -> bytes:
        found = self._blocks.get(number)
        if found is not None:
            self._blocks.move_to_end(number)
            return found
        first = number * _BLOCK
        found = self._fetch(first, min(_BLOCK, self.size - first))
        self._blocks[number] = found
        if len(self._blocks) > _BLOCKS:
            self._blocks.popitem(last=False)
        return found

    def _fetch(self, first: int, count: int) -> bytes:
        self._stream.seek(first)
        found = self._stream.read(count)
        while 0 < len(found) < count:
            more = self._stream.read(count - len(found))
            if not more:
                break
            found += more
        return found
