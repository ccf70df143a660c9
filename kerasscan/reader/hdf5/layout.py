"""Data layout: how a dataset's values are stored, how many bytes, and in which files.

HDF5 File Format Specification, IV.A.2.i (data layout, versions 1 to 5), IV.A.2.h (external
data files), III.F (global heap block of virtual datasets).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from kerasscan.reader.hdf5 import chunk_index
from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.chunk_index import Chunks
from kerasscan.reader.hdf5.dataspace import HIGHEST_RANK
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.global_heap import heap_object
from kerasscan.reader.hdf5.links import printable
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5.symbol_table import read_local_heap

COMPACT = 0
CONTIGUOUS = 1
CHUNKED = 2
VIRTUAL = 3
NAMES = ("compact", "contiguous", "chunked", "virtual")

_DIMENSIONS = HIGHEST_RANK + 1
"""A chunk has one more than the dataset: the bytes of an element."""
_BARE_EDGES = 0x01
_FILTERED_SINGLE = 0x02
_SHARED_NAMES = 0x03
_SAME_FILE = 0x04


class Layout(NamedTuple):
    """How values are stored.

    Attributes:
        kind: The layout class.
        address: Of the values, of the chunk index, or of a virtual dataset's heap block.
        size: Bytes stored, None where they follow from shape and type (old messages).
        chunks: How to find the chunks of a chunked layout.
        place: Object in the heap block of a virtual dataset.
        compact: The values of a compact layout, which are in the message itself.
    """

    kind: int
    address: int | None = None
    size: int | None = 0
    chunks: Chunks | None = None
    place: int = 0
    compact: bytes = b""


def read_layout(cursor: Cursor) -> Layout:
    """Read a data layout message's body."""
    version = cursor.version("data layout", 1, 2, 3, 4, 5)
    if version < 3:
        return _old(cursor)
    kind = cursor.byte()
    if kind == COMPACT:
        return _compact(cursor, 2)
    if kind == CONTIGUOUS:
        return Layout(CONTIGUOUS, cursor.address(), cursor.length())
    if kind == CHUNKED:
        return _chunked_v3(cursor) if version == 3 else _chunked_v4(cursor)
    if kind == VIRTUAL and version > 3:
        return Layout(VIRTUAL, cursor.address(), place=cursor.number(4))
    raise Damaged(f"data layout of unknown class {kind}", cursor.here - 1)


def _old(cursor: Cursor) -> Layout:
    rank = _rank(cursor)
    kind = cursor.byte()
    cursor.skip(5)
    address = None if kind == COMPACT else cursor.address()
    axes = [cursor.number(4) for _ in range(rank)]
    if kind == COMPACT:
        return _compact(cursor, 4)
    if kind == CONTIGUOUS:
        return Layout(CONTIGUOUS, address, None)
    if kind == CHUNKED:
        return Layout(CHUNKED, address, chunks=Chunks(chunk_index.TREE_V1, tuple(axes)))
    raise Damaged(f"data layout of unknown class {kind}", cursor.origin)


def _compact(cursor: Cursor, width: int) -> Layout:
    """Read values that follow in the message; their size is a field of ``width`` bytes."""
    values = cursor.take(cursor.number(width))
    return Layout(COMPACT, size=len(values), compact=values)


def _rank(cursor: Cursor) -> int:
    rank = cursor.byte()
    if rank > _DIMENSIONS:
        raise Damaged(f"chunks of {rank} dimensions", cursor.here - 1)
    return rank


def _chunked_v3(cursor: Cursor) -> Layout:
    rank = _rank(cursor)
    address = cursor.address()
    axes = tuple([cursor.number(4) for _ in range(rank)])
    return Layout(CHUNKED, address, chunks=Chunks(chunk_index.TREE_V1, axes))


def _chunked_v4(cursor: Cursor) -> Layout:
    flags = cursor.byte()
    rank = _rank(cursor)
    width = cursor.byte()
    if not 1 <= width <= 8:
        raise Damaged(f"chunk sizes of {width} bytes", cursor.here - 1)
    axes = tuple([cursor.number(width) for _ in range(rank)])
    kind = cursor.version("chunk index", *chunk_index.PARAMETER_BYTES)
    single, mask = None, 0
    if kind != chunk_index.SINGLE:
        cursor.skip(chunk_index.PARAMETER_BYTES[kind])
    elif flags & _FILTERED_SINGLE:
        single = cursor.length()
        mask = cursor.number(4)
    bare_edges = bool(flags & _BARE_EDGES)
    return Layout(CHUNKED, cursor.address(), chunks=Chunks(kind, axes, single, mask, bare_edges))


def stored_bytes(file: OpenFile, layout: Layout, shape: tuple[int, ...], itemsize: int) -> int:
    """Return how many bytes the file really holds for a dataset."""
    if layout.kind == COMPACT:
        return layout.size or 0
    if layout.address is None or layout.kind == VIRTUAL:
        return 0
    size = layout.size
    if layout.chunks is not None:
        size = chunk_index.stored_bytes(file, layout.address, layout.chunks, shape)
        return min(size, file.buffer.size)
    if size is None:
        size = prod(shape) * itemsize
    return max(0, min(size, file.buffer.size - file.buffer.start - layout.address))


def external_files(file: OpenFile, cursor: Cursor) -> Iterator[str]:
    """Yield the names of the outside files that hold a dataset's values."""
    cursor.version("external file list", 1)
    cursor.skip(5)  # reserved, and the number of allocated slots
    used = cursor.number(2)
    heap_address = cursor.address()
    if heap_address is None:
        raise Damaged("external file list without a heap", cursor.origin)
    heap = read_local_heap(file, heap_address)
    for _ in range(used):
        file.ledger.step()
        name = heap.name(file, cursor.length())
        file.ledger.attribute(len(name))
        cursor.length()  # offset in the outside file
        cursor.length()  # size there
        yield printable(name)


def virtual_source(file: OpenFile, layout: Layout) -> str:
    """Say of what a virtual dataset is made: the first piece by name, the others by number."""
    if not layout.address:
        return "no file"
    place, size = heap_object(file, layout.address, layout.place)
    block = file.buffer.cursor(place, min(size, 4 * file.ledger.limits.name_bytes))
    version = block.version("virtual dataset's block", 0, 1)
    file.check("virtual dataset's block", place, size)
    count = block.length()
    if not count:
        return "no file"
    flags = block.byte() if version else 0  # not in the specification: seen in files of 2.0
    if flags & _SHARED_NAMES:
        raise Damaged("virtual dataset whose first name is another's", block.here - 1)
    name = "this file" if flags & _SAME_FILE else printable(block.text())
    path = printable(block.text())
    return f"{path} in {name}" + (f" and {count - 1} more" if count > 1 else "")
