"""Chunk indexes: how many bytes all chunks of a dataset take in the file.

HDF5 File Format Specification, III.A.1 (version 1 B-tree), VII.A to VII.E (single chunk,
implicit, fixed array, extensible array, version 2 B-tree). Where the
chunks of a small dataset are is told by the module `chunk_places`.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from kerasscan.reader.hdf5 import btree_v1, btree_v2
from kerasscan.reader.hdf5.array_index import Elements, extensible_array, fixed_array
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.open_file import OpenFile

TREE_V1 = 0
SINGLE = 1
IMPLICIT = 2
FIXED_ARRAY = 3
EXTENSIBLE_ARRAY = 4
TREE_V2 = 5

PARAMETER_BYTES = {SINGLE: 0, IMPLICIT: 0, FIXED_ARRAY: 1, EXTENSIBLE_ARRAY: 5, TREE_V2: 6}
"""Bytes that each index has in a version 4 layout message."""


class Chunks(NamedTuple):
    """What a layout message tells of the chunks.

    Attributes:
        kind: Which index finds them.
        axes: A chunk's axis lengths, and the bytes of an element.
        single: Bytes of the only chunk, where it is filtered.
        mask: Filters that the only chunk did not go through, one bit each.
        bare_edges: Whether chunks that reach over the dataset's edge are not filtered.
    """

    kind: int
    axes: tuple[int, ...]
    single: int | None = None
    mask: int = 0
    bare_edges: bool = False


def stored_bytes(file: OpenFile, address: int, chunks: Chunks, shape: tuple[int, ...]) -> int:
    """Return the sum of the sizes of all chunks that are in the file."""
    size = chunk_bytes(file, address, chunks, shape)
    if chunks.kind == SINGLE:
        return size if chunks.single is None else chunks.single
    if chunks.kind == IMPLICIT:
        counts = (-(-axis // step) for axis, step in zip(shape, chunks.axes, strict=False))
        return size * prod(counts)
    if chunks.kind == TREE_V1:
        return _tree_v1(file, address, len(chunks.axes))
    if chunks.kind == TREE_V2:
        return _tree_v2(file, address, size, len(shape))
    sizes = Elements(file, size)
    array = fixed_array if chunks.kind == FIXED_ARRAY else extensible_array
    return array(file, address, sizes)


def chunk_bytes(file: OpenFile, address: int, chunks: Chunks, shape: tuple[int, ...]) -> int:
    """Return the bytes of one chunk before it is filtered."""
    size = prod(chunks.axes)
    if len(chunks.axes) != len(shape) + 1 or not size:
        raise Damaged("chunks that do not fit the dataset", file.buffer.start + address)
    return size


def _tree_v1(file: OpenFile, address: int, rank: int) -> int:
    found = btree_v1.leaves(file, address, btree_v1.CHUNK_NODES, 8 + 8 * rank)
    return sum(int.from_bytes(leaf.key[:4], "little") for leaf in found)


def _tree_v2(file: OpenFile, address: int, size: int, rank: int) -> int:
    total = 0
    offsets = file.buffer.offset_size
    for record in btree_v2.records(file, address, btree_v2.CHUNKS, btree_v2.FILTERED_CHUNKS):
        extra = record.left - offsets - 8 * rank
        record.skip(offsets)
        total += record.number(extra - 4) if extra > 4 else size
    return total
