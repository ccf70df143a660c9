"""The index of a checkpoint: rows changed, and the table written anew with right checksums."""

from __future__ import annotations

from random import Random

from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.tensor_index.checksum import crc32c, masked
from kerasscan.reader.tensor_index.table import CompressedTable, Row, table_rows
from kerasscan.reader.wire import BadWire, WireLimit
from tests.fuzz.mutators import raw, wire
from tests.fuzz.mutators.wire import varint

_MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")

Rows = list[tuple[bytes, bytes]]


def mutate(data: bytes, random: Random) -> bytes:
    """Change a row's key or value, their order and number, or a block's own fields."""
    if random.random() < 0.1:
        return raw.mutate(data, random)
    try:
        rows = [(row.key, data[row.start : row.end]) for row in _rows(data)]
    except (BadWire, WireLimit, CompressedTable):
        return raw.mutate(data, random)
    if not rows:
        return raw.mutate(data, random)
    _change(rows, random)
    return written(rows, random)


def _rows(data: bytes) -> list[Row]:
    return list(table_rows(memoryview(data), DEFAULT_LIMITS))


def _change(rows: Rows, random: Random) -> None:
    index = random.randrange(len(rows))
    key, value = rows[index]
    match random.randrange(6):
        case 0:
            del rows[index]
        case 1:
            rows.append(random.choice(rows))
        case 2:
            rows[index] = (raw.mutate(key, random), value)
        case 3:
            random.shuffle(rows)
        case _:
            rows[index] = (key, wire.mutate(value, random))


def written(rows: Rows, random: Random) -> bytes:
    """Return a table of one data block, now and then with a wrong field in a block."""
    block = b"".join(_row(key, value) for key, value in rows) + _restarts(random)
    data = _with_trailer(block)
    index = _row(rows[-1][0] if rows else b"", varint(0) + varint(len(block))) + _restarts(random)
    at = len(data)
    data += _with_trailer(index)
    meta = _restarts(random)
    meta_at = len(data)
    data += _with_trailer(meta)
    handles = varint(meta_at) + varint(len(meta)) + varint(at) + varint(len(index))
    return data + handles.ljust(40, b"\0") + _MAGIC


def _row(key: bytes, value: bytes) -> bytes:
    return varint(0) + varint(len(key)) + varint(len(value)) + key + value


def _restarts(random: Random) -> bytes:
    count = random.choice(raw.NUMBERS) % 2**32 if random.random() < 0.03 else 1
    return bytes(4) + count.to_bytes(4, "little")


def _with_trailer(block: bytes) -> bytes:
    return block + b"\0" + masked(crc32c(block + b"\0")).to_bytes(4, "little")
