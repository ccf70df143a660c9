"""Old groups: a B-tree of symbol table nodes, whose names are in a local heap.

HDF5 File Format Specification, III.B (symbol table node), III.C (entry), III.D (local heap),
IV.A.2.r (symbol table message). Where III.C gives a name's offset the width of an address,
the HDF5 library writes a length, and so does this reader read.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from kerasscan.reader.hdf5 import btree_v1
from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.links import HardLink, Link, SoftLink, printable
from kerasscan.reader.hdf5.open_file import OpenFile

_NO_FREE_BLOCK = 1
_SOFT = 2
"""Cache type of a symbolic link, and the highest one there is (III.C)."""


class LocalHeap(NamedTuple):
    """NUL-terminated strings of one group.

    Attributes:
        address: Where its data segment is.
        size: Bytes of the segment.
    """

    address: int
    size: int

    def name(self, file: OpenFile, offset: int) -> bytes:
        """Return the string at an offset in the segment."""
        if offset >= self.size:
            raise Damaged(
                f"a name at {offset} of a local heap of {self.size} bytes",
                file.buffer.start + self.address,
            )
        room = self.size - offset
        return file.buffer.text(self.address + offset, room, file.ledger.limits.name_bytes)


def read_local_heap(file: OpenFile, address: int) -> LocalHeap:
    """Read a local heap's header (III.D)."""
    buffer = file.buffer
    cursor = buffer.cursor(address, 8 + 2 * buffer.length_size + buffer.offset_size)
    cursor.expect(b"HEAP", "local heap")
    cursor.version("local heap", 0)
    cursor.skip(3)
    size = cursor.length()
    free = cursor.length()
    segment = cursor.address()
    if segment is None:
        raise Damaged("local heap without a data segment", cursor.here)
    heap = LocalHeap(segment, size)
    with file.ledger.filing():
        room = max(0, buffer.size - buffer.start - segment)
        if size > room:
            raise Damaged(f"local heap of {size} bytes where {room} are left", cursor.origin)
        _check_free_list(file, heap, free)
    return heap


def _check_free_list(file: OpenFile, heap: LocalHeap, free: int) -> None:
    """Look at the blocks of free space: one that is damaged makes the group unreadable."""
    block_size = 2 * file.buffer.length_size
    for _ in range(heap.size // block_size + 1):
        if free == _NO_FREE_BLOCK:
            return
        file.ledger.step()
        if free + block_size > heap.size:
            raise Damaged("local heap with a damaged free list", file.buffer.start + heap.address)
        block = file.buffer.cursor(heap.address + free, block_size)
        following, size = block.length(), block.length()
        if not size or free + size > heap.size:
            raise Damaged("local heap with a damaged free block", block.origin)
        free = following
    raise Damaged("local heap with an endless free list", file.buffer.start + heap.address)


def symbol_table_links(file: OpenFile, message: Cursor) -> Iterator[Link]:
    """Yield the links of an old group in its tree's order, which is by name."""
    tree = message.address()
    heap_address = message.address()
    if tree is None or heap_address is None:
        raise Damaged("symbol table at the undefined address", message.origin)
    heap = read_local_heap(file, heap_address)
    buffer = file.buffer
    for leaf in btree_v1.leaves(file, tree, btree_v1.GROUP_NODES, buffer.length_size):
        with file.ledger.filing():
            _check_key(heap, int.from_bytes(leaf.key, "little"), buffer.start + tree)
        with file.ledger.filing():
            for entry in _read_node(file, leaf.child):
                with file.ledger.filing():
                    yield _link(file, heap, entry)


def _check_key(heap: LocalHeap, key: int, offset: int) -> None:
    """Look at a tree's key, which is a name too: loaders compare with it, and may fail to."""
    if key >= heap.size:
        raise Damaged(f"B-tree key at {key} of a local heap of {heap.size} bytes", offset)


class _Entry(NamedTuple):
    """A symbol table entry: offset of the name, object, cache type, offset of a target."""

    name: int
    address: int
    kind: int
    target: int


_LAYOUTS = {
    (lengths, offsets): Struct(f"<{code}{other}I4xI12x")
    for lengths, code in ((2, "H"), (4, "I"), (8, "Q"))
    for offsets, other in ((2, "H"), (4, "I"), (8, "Q"))
}


def _read_node(file: OpenFile, address: int) -> Iterator[_Entry]:
    buffer = file.buffer
    prefix = buffer.cursor(address, 8)
    prefix.expect(b"SNOD", "symbol table node")
    prefix.version("symbol table node", 1)
    prefix.skip(1)
    used = prefix.number(2)
    file.ledger.step(1 + used)
    layout = _LAYOUTS[buffer.length_size, buffer.offset_size]
    return map(_Entry._make, layout.iter_unpack(buffer.read(address + 8, used * layout.size)))


def _link(file: OpenFile, heap: LocalHeap, entry: _Entry) -> Link:
    name = heap.name(file, entry.name)
    if entry.kind == _SOFT:
        return SoftLink(name, 0, heap.name(file, entry.target))
    if entry.kind > _SOFT:
        raise Damaged(f"name {printable(name)} of unknown cache type", heap.address)
    if entry.address == file.buffer.undefined:
        raise Damaged(f"name {printable(name)} of the undefined address", heap.address)
    return HardLink(name, 0, entry.address)
