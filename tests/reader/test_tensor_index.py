"""The index of a TensorFlow checkpoint: a leveldb table of protobufs."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.tensor_index import (
    CompressedTable,
    ElementType,
    declared_shape,
    element_type,
    read_index,
    shard_name,
)
from kerasscan.reader.tensor_index.checksum import crc32c, masked
from kerasscan.reader.wire import BadWire, Message, WireLimit

from .test_wire import data_field, number_field, varint

MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
SAMPLES = Path(__file__).parents[2] / "samples"
KERNEL = "layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE"
BIAS = "layer_with_weights-0/bias/.ATTRIBUTES/VARIABLE_VALUE"


def shape_proto(*axes: int) -> bytes:
    """Write a TensorShapeProto."""
    return b"".join(data_field(2, number_field(1, axis) if axis else b"") for axis in axes)


def entry_proto(
    dtype: int, *axes: int, shard: int = 0, offset: int = 0, size: int = 0, more: bytes = b""
) -> bytes:
    """Write a BundleEntryProto."""
    numbers = b"".join(number_field(field, value) for field, value in ((3, shard), (4, offset)))
    checksum = b"\x35" + bytes(4)
    shape = data_field(2, shape_proto(*axes))
    return number_field(1, dtype) + shape + numbers + number_field(5, size) + checksum + more


def rows_of_block(rows: Iterable[tuple[bytes, bytes]], *, interval: int = 16) -> bytes:
    """Write the rows of a block and its restart points, as leveldb's block builder does."""
    data = b""
    restarts: list[int] = []
    previous = b""
    for index, (key, value) in enumerate(rows):
        shared = 0
        if index % interval == 0:
            restarts.append(len(data))
        else:
            while shared < min(len(key), len(previous)) and key[shared] == previous[shared]:
                shared += 1
        rest = key[shared:]
        data += varint(shared) + varint(len(rest)) + varint(len(value)) + rest + value
        previous = key
    points = restarts or [0]
    return data + b"".join(point.to_bytes(4, "little") for point in [*points, len(points)])


def sealed(block: bytes, compression: int = 0) -> bytes:
    """Add a block's trailer."""
    content = block + bytes([compression])
    return content + masked(crc32c(content)).to_bytes(4, "little")


def table_of(*blocks: bytes, compression: int = 0) -> bytes:
    """Write a table of blocks (without trailers) with the index that names them."""
    data = b""
    handles = []
    for number, block in enumerate(blocks):
        handles.append((bytes([number + 1]), varint(len(data)) + varint(len(block))))
        data += sealed(block, compression)
    metaindex = varint(len(data)) + varint(8)
    data += sealed(rows_of_block([]))
    index = rows_of_block(handles)
    footer = metaindex + varint(len(data)) + varint(len(index))
    return data + sealed(index) + footer.ljust(40, b"\x00") + MAGIC


def index_of(entries: dict[str, bytes], shards: int = 1) -> bytes:
    """Write the index of a bundle in one block."""
    header = (b"", number_field(1, shards) + data_field(3, number_field(1, 1)))
    rows = sorted((key.encode(), value) for key, value in entries.items())
    return table_of(rows_of_block([header, *rows]))


def test_entries_come_with_type_shape_and_place() -> None:
    index = index_of(
        {KERNEL: entry_proto(1, 3, 2, offset=8, size=24), BIAS: entry_proto(1, 2, size=8)}
    )
    entries, header = read_index(index, DEFAULT_LIMITS)
    assert (header.shards, header.big_endian) == (1, False)
    bias, kernel = entries
    assert (bias.key, bias.shape, bias.size) == (BIAS, (2,), 8)
    assert (kernel.key, kernel.shape, kernel.offset) == (KERNEL, (3, 2), 8)
    assert kernel.type == ElementType("float32", 4)
    assert not kernel.is_part
    assert not kernel.is_partitioned


def test_a_scalar_has_an_empty_shape_and_an_axis_can_be_zero() -> None:
    index = index_of({"a": entry_proto(9, size=8), "b": entry_proto(1, 0, 4)})
    (scalar, empty), _ = read_index(index, DEFAULT_LIMITS)
    assert (scalar.shape, scalar.type.name) == ((), "int64")
    assert empty.shape == (0, 4)


def test_keys_are_put_together_over_restart_points_and_blocks() -> None:
    names = [f"layer_with_weights-{number}/kernel".encode() for number in range(100)]
    rows = [(b"", number_field(1, 2)), *((name, entry_proto(1, 2)) for name in sorted(names))]
    for interval in (1, 3, 16, 1000):
        blocks = [rows_of_block(rows[at : at + 17], interval=interval) for at in range(0, 101, 17)]
        entries, header = read_index(table_of(*blocks), DEFAULT_LIMITS)
        assert header.shards == 2
        assert [entry.key for entry in entries] == [name.decode() for name in sorted(names)]


def test_a_partitioned_tensor_is_told_from_its_parts() -> None:
    whole = entry_proto(1, 4, 2, more=data_field(7, data_field(1, number_field(2, 2))))
    index = index_of({"\x00\x01emb\x00\x01": entry_proto(1, 2, 2, size=16), "emb": whole})
    (part, full), _ = read_index(index, DEFAULT_LIMITS)
    assert part.is_part
    assert not part.is_partitioned
    assert full.is_partitioned
    assert full.shape == (4, 2)


def test_a_big_endian_bundle_says_so() -> None:
    table = table_of(rows_of_block([(b"", number_field(1, 1) + number_field(2, 1))]))
    assert read_index(table, DEFAULT_LIMITS)[1].big_endian


def test_the_sample_checkpoint_is_read() -> None:
    path = SAMPLES / "file" / "tf-checkpoint" / "weights.index"
    entries, header = read_index(path.read_bytes(), DEFAULT_LIMITS)
    assert header.shards == 1
    assert "_CHECKPOINTABLE_OBJECT_GRAPH" in {entry.key for entry in entries}
    assert {entry.type.name for entry in entries if entry.shape} == {"float32"}
    data = path.with_name(shard_name("weights", 0, 1))
    assert max(entry.offset + entry.size for entry in entries) == data.stat().st_size


def test_every_truncation_is_damage() -> None:
    index = index_of({KERNEL: entry_proto(1, 3, 2), BIAS: entry_proto(1, 2)})
    for end in range(len(index)):
        with pytest.raises(BadWire):
            read_index(index[:end], DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "shorter than its footer"),
        (bytes(100), "magic number is missing"),
        (bytes(2) + varint(40) + varint(5) + bytes(36) + MAGIC, "ends behind the file"),
        (b"\xff" * 40 + MAGIC, "longer than 10 bytes"),
        (table_of(), "the table is empty"),
        (table_of(rows_of_block([])), "the table is empty"),
        (table_of(rows_of_block([(b"key", b"")])), "the table begins with 'key', not a header"),
        (table_of(rows_of_block([(b"", number_field(1, -1))])), "the header tells of -1 shards"),
        (table_of(b"\x00\x00"), "a block has no restart points"),
        (table_of(b"\xff\xff\xff\xff"), "a block of 4 bytes has 4,294,967,295 restarts"),
        (table_of(b"\x01\x00\x00" + bytes(4)), "a key shares 1 bytes with one of 0"),
        (table_of(b"\x00\x05\x05abc" + bytes(4)), "an entry of 10 bytes has 3 left"),
        (table_of(rows_of_block([]), compression=7), "a block has the compression 7"),
        (index_of({"a": entry_proto(1, -1)}), "'a' has an impossible shape or place"),
        (index_of({"a": entry_proto(1, 2, offset=-1)}), "'a' has an impossible shape or place"),
        (index_of({"a": b"\x0b"}), "a field has the wire type 3"),
    ],
)
def test_damage_is_told(data: bytes, what: str) -> None:
    with pytest.raises(BadWire, match=what):
        read_index(data, DEFAULT_LIMITS)


def test_a_changed_byte_breaks_the_checksum() -> None:
    index = bytearray(index_of({KERNEL: entry_proto(1, 3, 2)}))
    index[30] ^= 1
    with pytest.raises(BadWire, match="the checksum does not match for a block at byte 0"):
        read_index(bytes(index), DEFAULT_LIMITS)


def test_a_compressed_table_is_told_apart() -> None:
    block = rows_of_block([(b"", number_field(1, 1))])
    with pytest.raises(CompressedTable, match="byte 0 is compressed with Snappy"):
        read_index(table_of(block, compression=1), DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (replace(DEFAULT_LIMITS, protobuf_nodes=3), "more than 3 entries"),
        (replace(DEFAULT_LIMITS, name_bytes=20), "a key longer than 20 bytes"),
    ],
)
def test_budgets_hold(limits: Limits, what: str) -> None:
    index = index_of({KERNEL: entry_proto(1, 3, 2), BIAS: entry_proto(1, 2)})
    with pytest.raises(WireLimit, match=what):
        read_index(index, limits)


def test_keys_that_grow_by_sharing_stay_within_the_budget() -> None:
    row = varint(4000) + varint(100) + varint(0) + b"k" * 100
    block = varint(0) + varint(4000) + varint(0) + b"k" * 4000 + row * 50 + bytes(4)
    with pytest.raises(WireLimit, match="a key longer than 4,096 bytes"):
        read_index(table_of(rows_of_block([(b"", b"")]), block), DEFAULT_LIMITS)


def test_mutations_raise_nothing_but_the_named_exceptions() -> None:
    source = random.Random(1)  # noqa: S311 # a seeded source repeats its failures
    entries = {f"layer-{number}/kernel": entry_proto(1, number, 2) for number in range(6)}
    rows = [(key.encode(), value) for key, value in entries.items()]
    block = rows_of_block([(b"", number_field(1, 1)), *rows])
    plain = table_of(block)
    limits = replace(DEFAULT_LIMITS, protobuf_nodes=60, name_bytes=64)
    read = 0
    for case in range(3000):
        reseal = case % 2
        data = bytearray(block if reseal else plain)
        for _ in range(1 + source.randrange(3)):
            data[source.randrange(len(data))] = source.randrange(256)
        table = table_of(bytes(data)) if reseal else bytes(data[: source.randrange(len(data)) + 1])
        try:
            read += len(read_index(table, limits)[0]) > 0
        except (BadWire, WireLimit, CompressedTable):
            continue
    assert read > 50


def test_checksums_are_those_of_leveldb() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(b"") == 0
    assert masked(0) == 0xA282EAD8


@pytest.mark.parametrize(
    ("number", "name", "size"),
    [
        (1, "float32", 4),
        (14, "bfloat16", 2),
        (19, "float16", 2),
        (7, "string", 0),
        (101, "float32", 4),
        (0, "unknown", 0),
        (77, "datatype-77", 0),
        (-1, "datatype--1", 0),
    ],
)
def test_element_types_have_names(number: int, name: str, size: int) -> None:
    assert element_type(number) == ElementType(name, size)


def test_declared_shapes_tell_the_unknown() -> None:
    def shape(data: bytes) -> tuple[int | None, ...] | None:
        return declared_shape(Message.of_file(data, 100))

    assert shape(shape_proto(-1, 28, 28)) == (None, 28, 28)
    assert shape(b"") == ()
    assert shape(number_field(3, 1)) is None


def test_a_shard_is_named_after_its_checkpoint() -> None:
    assert shard_name("ckpt-1", 0, 2) == "ckpt-1.data-00000-of-00002"
