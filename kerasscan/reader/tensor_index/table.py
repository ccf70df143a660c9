"""The sorted table of keys and values that leveldb and TensorFlow's checkpoints use.

Facts from leveldb's ``doc/table_format.md`` and tensorflow/core/lib/io/format.cc,
block_builder.cc. The file ends with a footer: two block handles (varints offset and size), of
the metaindex and of the index, padded to 40 bytes, and a magic number of 8 bytes. The index
block's values are handles of the data blocks. A block is a run of entries (varints: bytes of
the key shared with the previous key, further bytes of the key, bytes of the value), an array
of restart offsets, their count, and behind it one byte that says how it is compressed and a
masked CRC-32C.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kerasscan.reader.limits import MIB, Limits
from kerasscan.reader.tensor_index.checksum import crc32c, masked
from kerasscan.reader.wire import BadWire, WireLimit, read_varint

_MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
_FOOTER_BYTES = 48
_TRAILER_BYTES = 5
_RESTART_BYTES = 4
_CHECKSUM_BYTES = 8 * MIB
"""Bytes of one table whose checksums are compared; an index has some 100 bytes per tensor."""


class CompressedTable(Exception):
    """A block is compressed. TensorFlow writes none (tensor_bundle.cc, TableBuilderOptions)."""


@dataclass(frozen=True)
class Row:
    """One key, and where its value stands in the file."""

    key: bytes
    start: int
    end: int


@dataclass
class _Table:
    """A table being read, and what reading it has cost."""

    data: memoryview
    limits: Limits
    rows: int = 0
    summed: int = 0


def table_rows(data: memoryview, limits: Limits) -> Iterator[Row]:
    """Yield the rows of a table, in the order of their keys.

    Raises:
        BadWire: When it is damaged.
        WireLimit: When a budget is spent: ``protobuf_nodes`` rows, ``name_bytes`` of a key.
        CompressedTable: When a block is compressed.
    """
    table = _Table(data, limits)
    for row in _block_rows(table, *_index_handle(data)):
        offset, behind = read_varint(data, row.start, row.end)
        size, _ = read_varint(data, behind, row.end)
        yield from _block_rows(table, offset, size)


def _index_handle(data: memoryview) -> tuple[int, int]:
    footer = len(data) - _FOOTER_BYTES
    if footer < 0:
        raise BadWire(0, f"a table of {len(data)} bytes is shorter than its footer")
    end = len(data) - len(_MAGIC)
    if data[end:] != _MAGIC:
        raise BadWire(end, "the table's magic number is missing")
    at = footer
    for _ in range(2):  # the metaindex's handle, which nothing uses
        _, at = read_varint(data, at, end)
    offset, at = read_varint(data, at, end)
    size, _ = read_varint(data, at, end)
    return offset, size


def _block_rows(table: _Table, start: int, size: int) -> Iterator[Row]:
    """Yield the rows of one block; restart points only matter to a search, and are skipped."""
    data = table.data
    end = start + size
    _check_trailer(table, start, end)
    if size < _RESTART_BYTES:
        raise BadWire(start, "a block has no restart points")
    restarts = int.from_bytes(data[end - _RESTART_BYTES : end], "little")
    limit = end - _RESTART_BYTES * (restarts + 1)
    if limit < start:
        raise BadWire(end - _RESTART_BYTES, f"a block of {size:,} bytes has {restarts:,} restarts")
    key = b""
    at = start
    while at < limit:
        row = _row(table, key, at, limit)
        key, at = row.key, row.end
        yield row


def _row(table: _Table, previous: bytes, at: int, limit: int) -> Row:
    table.rows += 1
    if table.rows > table.limits.protobuf_nodes:
        raise WireLimit(f"more than {table.limits.protobuf_nodes:,} entries")
    shared, behind = read_varint(table.data, at, limit)
    unshared, behind = read_varint(table.data, behind, limit)
    length, behind = read_varint(table.data, behind, limit)
    if shared > len(previous):
        raise BadWire(at, f"a key shares {shared:,} bytes with one of {len(previous):,}")
    if unshared + length > limit - behind:
        raise BadWire(at, f"an entry of {unshared + length:,} bytes has {limit - behind:,} left")
    if shared + unshared > table.limits.name_bytes:
        raise WireLimit(f"a key longer than {table.limits.name_bytes:,} bytes")
    start = behind + unshared
    key = previous[:shared] + table.data[behind:start].tobytes()
    return Row(key, start, start + length)


def _check_trailer(table: _Table, start: int, end: int) -> None:
    data = table.data
    if end + _TRAILER_BYTES > len(data):
        raise BadWire(start, f"a block of {end - start:,} bytes ends behind the file")
    table.summed += end - start
    if table.summed <= _CHECKSUM_BYTES:
        stored = int.from_bytes(data[end + 1 : end + _TRAILER_BYTES], "little")
        if masked(crc32c(data[start : end + 1])) != stored:
            raise BadWire(start, "the checksum does not match for a block")
    if data[end] == 1:
        raise CompressedTable(f"the block at byte {start:,} is compressed with Snappy")
    if data[end]:
        raise BadWire(end, f"a block has the compression {data[end]}")
