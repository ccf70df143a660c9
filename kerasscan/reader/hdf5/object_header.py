"""Object headers: the messages that make an address a group, a dataset or a datatype.

HDF5 File Format Specification, IV.A.1.a (version 1), IV.A.1.b (version 2), IV.A.2.q (the
continuation message).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from kerasscan.reader.hdf5.buffer import Buffer, Cursor
from kerasscan.reader.hdf5.checksums import WIDTH
from kerasscan.reader.hdf5.flaws import Damaged, Exceeded
from kerasscan.reader.hdf5.open_file import OpenFile

DATASPACE = 0x0001
LINK_INFO = 0x0002
DATATYPE = 0x0003
OLD_FILL_VALUE = 0x0004
FILL_VALUE = 0x0005
LINK = 0x0006
EXTERNAL_FILES = 0x0007
LAYOUT = 0x0008
FILTERS = 0x000B
ATTRIBUTE = 0x000C
SHARED_TABLE = 0x000F
CONTINUATION = 0x0010
SYMBOL_TABLE = 0x0011
DRIVER_INFO = 0x0014
ATTRIBUTE_INFO = 0x0015
CACHE_IMAGE = 0x0018

_KEPT = frozenset(
    {
        *(DATASPACE, LINK_INFO, DATATYPE, LINK, EXTERNAL_FILES, LAYOUT, ATTRIBUTE),
        *(SHARED_TABLE, SYMBOL_TABLE, DRIVER_INFO, ATTRIBUTE_INFO, CACHE_IMAGE),
    }
)
KEPT_FOR_VALUES = _KEPT | {OLD_FILL_VALUE, FILL_VALUE, FILTERS}
_SHARED = 0x02
_PREFIX_V1 = 16
_PREFIX_V2 = 34
_PREFIXES = {
    # version, whether creation order is tracked: type, size, flags (and order) of a message
    (1, False): Struct("<HHB3x"),
    (2, False): Struct("<BHB"),
    (2, True): Struct("<BHBH"),
}


class Message(NamedTuple):
    """One message as stored.

    Attributes:
        kind: Message type.
        shared: Whether the body only says where the message is.
        order: Creation order, 0 where it is not tracked.
        body: The body's bytes.
        origin: Where the body is in the file.
    """

    kind: int
    shared: bool
    order: int
    body: bytes
    origin: int


class ObjectHeader:
    """All messages of one object, in the file's order.

    Attributes:
        version: 1 or 2.
        tracks_attributes: Whether the creation order of attributes is tracked.
        kept: Types of the messages that are wanted.
        messages: Of these types, continuations followed.
    """

    def __init__(self, version: int, *, tracks_attributes: bool = False) -> None:
        self.version = version
        self.tracks_attributes = tracks_attributes
        self.kept = _KEPT
        self.messages: list[Message] = []

    def first(self, kind: int) -> Message | None:
        """Return the first message of a type: the only one that counts where one may be."""
        for message in self.messages:
            if message.kind == kind:
                return message
        return None


def read_header(file: OpenFile, address: int, kept: frozenset[int] = _KEPT) -> ObjectHeader:
    """Read an object header with all its continuations; damaged ones are filed and left out."""
    buffer = file.buffer
    if buffer.read(address, 4) == b"OHDR":
        header, first = _prefix_v2(buffer, address)
    else:
        header, first = _prefix_v1(buffer, address)
    header.kept = kept
    chunks = deque([first])
    seen = {address}
    most = file.ledger.limits.hdf5_attribute_bytes
    size = 0
    while chunks:
        size += chunks[0].size
        with file.ledger.filing():
            if size > most:
                raise Exceeded(f"an object header takes more than {most} bytes")
            _read_chunk(file, header, chunks, seen)
        if size > most:
            break
    return header


class _Chunk(NamedTuple):
    """Where messages are: in the header's first chunk behind a prefix of so many bytes."""

    address: int
    size: int
    prefix: int = 0


def _prefix_v1(buffer: Buffer, address: int) -> tuple[ObjectHeader, _Chunk]:
    cursor = buffer.cursor(address, _PREFIX_V1)
    cursor.version("object header", 1)
    cursor.skip(7)  # reserved, number of messages, reference count
    size = cursor.number(4)
    return ObjectHeader(1), _Chunk(address + _PREFIX_V1, size, _PREFIX_V1)


def _prefix_v2(buffer: Buffer, address: int) -> tuple[ObjectHeader, _Chunk]:
    cursor = buffer.cursor(address, min(_PREFIX_V2, buffer.size - buffer.start - address))
    cursor.skip(4)
    cursor.version("object header", 2)
    flags = cursor.byte()
    cursor.skip((16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0))
    size = cursor.number(1 << (flags & 0x03))
    header = ObjectHeader(2, tracks_attributes=bool(flags & 0x04))
    return header, _Chunk(address + cursor.position, size, cursor.position)


def _read_chunk(
    file: OpenFile, header: ObjectHeader, chunks: deque[_Chunk], seen: set[int]
) -> None:
    """Read the next chunk's messages; continuations are put at the end of the chunks."""
    chunk = chunks.popleft()
    cursor = file.buffer.cursor(chunk.address, chunk.size)
    if header.version == 2:
        cursor = _checked(file, chunk, cursor)
    for message in _messages(cursor.data, cursor.origin, header):
        file.ledger.step()
        if message.kind == CONTINUATION:
            _follow(file.buffer, message, chunks, seen)
        elif message.kind in header.kept:
            if len(header.messages) >= file.ledger.limits.hdf5_objects:
                raise Exceeded(f"an object header has more than {len(header.messages)} messages")
            header.messages.append(message)


def _checked(file: OpenFile, chunk: _Chunk, cursor: Cursor) -> Cursor:
    """Note the checksum of a chunk; return a cursor over its messages.

    The size of the first chunk is that of its messages, the size of a further one is all.
    """
    if chunk.prefix:
        size = chunk.prefix + chunk.size + WIDTH
        file.check("object header", chunk.address - chunk.prefix, size)
        return cursor
    cursor.expect(b"OCHK", "object header continuation")
    file.check("object header continuation", chunk.address, chunk.size)
    return cursor.piece(max(0, cursor.left - WIDTH))


def _messages(data: bytes, origin: int, header: ObjectHeader) -> Iterator[Message]:
    """Cut a chunk into messages; what is too short for another one is a gap."""
    prefix = _PREFIXES[header.version, header.tracks_attributes]
    unpack, width, end = prefix.unpack_from, prefix.size, len(data)
    at = 0
    while end - at >= width:
        kind, size, flags, *order = unpack(data, at)
        at += width
        if size > end - at:
            raise Damaged(f"message of {size} bytes where {end - at} are left", origin + at)
        yield Message(
            kind, bool(flags & _SHARED), order[0] if order else 0, data[at : at + size], origin + at
        )
        at += size


def _follow(buffer: Buffer, message: Message, chunks: deque[_Chunk], seen: set[int]) -> None:
    cursor = buffer.over(message.body, message.origin)
    address = cursor.address()
    size = cursor.length()
    if address is None:
        raise Damaged("object header continued at the undefined address", message.origin)
    if address in seen:
        raise Damaged("object header continued where it was already", message.origin)
    seen.add(address)
    chunks.append(_Chunk(address, size))
