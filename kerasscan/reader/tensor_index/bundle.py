"""What the table of a tensor bundle says: shards, and type, shape and place of every tensor.

Fields from tensorflow/core/protobuf/tensor_bundle.proto (``BundleHeaderProto`` {1: num_shards,
2: endianness}, ``BundleEntryProto`` {1: dtype, 2: shape, 3: shard_id, 4: offset, 5: size,
7: slices}), file names from tensorflow/core/util/tensor_bundle/naming.cc. A tensor that was
saved in parts has one entry with ``slices`` for the whole, and one entry per part under a key
that starts with a zero byte (saved_tensor_slice_util.cc).
"""

from __future__ import annotations

from dataclasses import dataclass

from kerasscan.reader.limits import Limits
from kerasscan.reader.tensor_index.element_types import ElementType, declared_shape, element_type
from kerasscan.reader.tensor_index.table import Row, table_rows
from kerasscan.reader.wire import BadWire, Message, Meter, WireType, readable, signed

_HEADER_KEY = b""
_SLICE_KEY = b"\x00"
_FIELDS_PER_ENTRY = 16


@dataclass(frozen=True)
class Header:
    """What holds for the whole bundle."""

    shards: int
    big_endian: bool = False


@dataclass(frozen=True)
class Entry:
    """One tensor, or one part of a tensor.

    Attributes:
        key: As stored, ``layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE``.
        type: Of its elements.
        shape: Axis lengths.
        shard: Number of the data file that holds it.
        offset: Where its bytes begin there.
        size: How many bytes it has there.
        is_part: Whether it is a part of another entry's tensor.
        is_partitioned: Whether its bytes are those of its parts; shard, offset and size then
            mean nothing.
    """

    key: str
    type: ElementType
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    is_part: bool = False
    is_partitioned: bool = False


def read_index(data: memoryview | bytes, limits: Limits) -> tuple[list[Entry], Header]:
    """Read the index of a tensor bundle.

    Returns:
        Every entry in the order of the keys, and the header.

    Raises:
        BadWire: When it is damaged, or no index.
        WireLimit: When a budget is spent.
        CompressedTable: When it is compressed.
    """
    view = memoryview(data)
    meter = Meter(limits.protobuf_nodes * _FIELDS_PER_ENTRY)
    header: Header | None = None
    entries: list[Entry] = []
    for row in table_rows(view, limits):
        message = Message(view, row.start, row.end, meter)
        if header is None:
            header = _header(row, message)
        else:
            entries.append(_entry(row, message))
    if header is None:
        raise BadWire(0, "the table is empty")
    return entries, header


def shard_name(prefix: str, number: int, shards: int) -> str:
    """Return the name of one data file of a bundle."""
    return f"{prefix}.data-{number:05d}-of-{shards:05d}"


def _header(row: Row, message: Message) -> Header:
    """The first key is always the empty one (tensor_bundle.cc, ``kHeaderEntryKey``)."""
    if row.key != _HEADER_KEY:
        raise BadWire(row.start, f"the table begins with {readable(row.key)!r}, not a header")
    shards = message.integer(1)
    if shards < 0:
        raise BadWire(row.start, f"the header tells of {shards:,} shards")
    return Header(shards, message.integer(2) == 1)


def _entry(row: Row, message: Message) -> Entry:
    numbers = {1: 0, 3: 0, 4: 0, 5: 0}
    shape: tuple[int | None, ...] | None = ()
    partitioned = False
    for number, wire_type, value in message.fields():
        if isinstance(value, Message):
            if number == 2:
                shape = declared_shape(value)
            partitioned = partitioned or number == 7
        elif wire_type is WireType.VARINT and number in numbers:
            numbers[number] = signed(value)
    whole = _whole(shape)
    if whole is None or min(numbers.values()) < 0:
        raise BadWire(row.start, f"{readable(row.key)!r} has an impossible shape or place")
    return Entry(
        key=readable(row.key),
        type=element_type(numbers[1]),
        shape=whole,
        shard=numbers[3],
        offset=numbers[4],
        size=numbers[5],
        is_part=row.key.startswith(_SLICE_KEY),
        is_partitioned=partitioned,
    )


def _whole(shape: tuple[int | None, ...] | None) -> tuple[int, ...] | None:
    if shape is None:
        return None
    axes = tuple(axis for axis in shape if axis is not None)
    return axes if len(axes) == len(shape) else None
