"""Version 2 B-trees: indexes of links, attributes, huge heap objects and chunks.

HDF5 File Format Specification, III.A.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.checksums import WIDTH
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.open_file import OpenFile

HUGE_OBJECTS = 1
LINKS_BY_NAME = 5
ATTRIBUTES_BY_NAME = 8
CHUNKS = 10
FILTERED_CHUNKS = 11

_NODE_OVERHEAD = 10
"""Signature, version, type and checksum of a node."""
_DEEPEST = 32
_LONGEST_RECORD = 512


def bytes_for(number: int) -> int:
    """Return how many bytes a field takes that can hold values up to ``number``."""
    return max(1, (number.bit_length() + 7) // 8)


class _Header(NamedTuple):
    kind: int
    node_size: int
    record_size: int
    depth: int
    root: int | None
    root_records: int
    total: int


class _Node(NamedTuple):
    address: int
    records: int
    level: int


class _Shape(NamedTuple):
    """Widths of a child pointer's two counters by the level of the node that holds it."""

    records: int
    totals: list[int]


def records(file: OpenFile, address: int, *kinds: int) -> Iterator[Cursor]:
    """Yield the tree's records; damaged nodes are filed and left out.

    Records of inner nodes come before those of their children: callers sort.
    """
    header = _read_header(file, address, kinds)
    if header.root is None:
        return
    shape = _shape(file, header, address)
    pending = [_Node(header.root, header.root_records, header.depth)]
    seen: set[int] = set()
    count = 0
    while pending:
        node = pending.pop()
        with file.ledger.filing():
            if node.address in seen:
                raise Damaged("B-tree node reached twice", file.buffer.start + node.address)
            seen.add(node.address)
            found, children = _read_node(file, header, shape, node)
            count += len(found)
            pending.extend(reversed(children))
            yield from found
    with file.ledger.filing():
        if count != header.total:
            what = f"B-tree of {header.total} records holds {count}"
            raise Damaged(what, file.buffer.start + address)


def _read_header(file: OpenFile, address: int, kinds: tuple[int, ...]) -> _Header:
    buffer = file.buffer
    cursor = buffer.cursor(address, 22 + buffer.offset_size + buffer.length_size)
    cursor.expect(b"BTHD", "B-tree header")
    cursor.version("B-tree header", 0)
    kind = cursor.version("B-tree", *kinds)
    node_size = cursor.number(4)
    record_size = cursor.number(2)
    depth = cursor.number(2)
    cursor.skip(2)  # split and merge percent
    header = _Header(
        kind,
        node_size,
        record_size,
        depth,
        cursor.address(),
        cursor.number(2),
        cursor.length(),
    )
    if (
        not 1 <= record_size <= _LONGEST_RECORD
        or depth > _DEEPEST
        or node_size < _NODE_OVERHEAD + record_size
    ):
        raise Damaged("B-tree header with impossible sizes", cursor.origin)
    file.check("B-tree header", address, len(cursor.data))
    return header


def _shape(file: OpenFile, header: _Header, address: int) -> _Shape:
    """Work out the widths of the counters, which depend on how much nodes can hold."""
    room = header.node_size - _NODE_OVERHEAD
    most = room // header.record_size
    width = bytes_for(most)
    totals = [0]
    capacity = most
    for _ in range(header.depth):
        pointer = file.buffer.offset_size + width + totals[-1]
        inner = (room - pointer) // (header.record_size + pointer)
        if inner < 1:
            raise Damaged("B-tree nodes too small for its depth", file.buffer.start + address)
        capacity = (inner + 1) * capacity + inner
        totals.append(bytes_for(capacity))
    return _Shape(width, totals)


def _read_node(
    file: OpenFile, header: _Header, shape: _Shape, node: _Node
) -> tuple[list[Cursor], list[_Node]]:
    file.ledger.step(1 + node.records)
    buffer = file.buffer
    pointer = buffer.offset_size + shape.records + shape.totals[node.level - 1]
    inner = (node.records + 1) * pointer if node.level else 0
    size = 6 + node.records * header.record_size + inner
    if size > header.node_size:
        raise Damaged(f"B-tree node of {node.records} records", buffer.start + node.address)
    cursor = buffer.cursor(node.address, size)
    cursor.expect(b"BTIN" if node.level else b"BTLF", "B-tree node")
    cursor.version("B-tree node", 0)
    cursor.version("B-tree node's tree", header.kind)
    found = [cursor.piece(header.record_size) for _ in range(node.records)]
    file.check("B-tree node", node.address, size + WIDTH)
    if not node.level:
        return found, []
    return found, [_child(cursor, shape, node) for _ in range(node.records + 1)]


def _child(cursor: Cursor, shape: _Shape, node: _Node) -> _Node:
    address = cursor.address()
    records = cursor.number(shape.records)
    cursor.skip(shape.totals[node.level - 1])
    if address is None:
        raise Damaged("B-tree child at the undefined address", cursor.here)
    return _Node(address, records, node.level - 1)
