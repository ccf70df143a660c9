"""Fractal heaps: where links, attributes and shared messages are when they are many.

HDF5 File Format Specification, III.G. Blocks form a doubling table: row 0 and row 1 hold
blocks of the starting size, every further row blocks twice as big; rows above the largest
direct block hold indirect blocks, which are tables again.
"""

from __future__ import annotations

from kerasscan.reader.hdf5 import btree_v2
from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.checksums import WIDTH
from kerasscan.reader.hdf5.flaws import Damaged, Exceeded
from kerasscan.reader.hdf5.open_file import OpenFile

_MANAGED = 0
_HUGE = 1
_TINY = 2
_SHORT_TINY = 16
_CHECKED_BLOCKS = 0x02
_WIDEST_ID = 4096


class FractalHeap:
    """A heap of which the header was read.

    Attributes:
        address: Where the header is.
    """

    def __init__(self, file: OpenFile, address: int) -> None:
        self.address = address
        buffer = file.buffer
        cursor = buffer.cursor(address, 22 + 12 * buffer.length_size + 3 * buffer.offset_size)
        cursor.expect(b"FRHP", "fractal heap")
        cursor.version("fractal heap", 0)
        self._id_size = cursor.number(2)
        if cursor.number(2):
            raise Damaged("fractal heap with filters, which are not read", cursor.origin)
        self._checks_blocks = bool(cursor.byte() & _CHECKED_BLOCKS)
        self._max_managed = cursor.number(4)  # larger objects are outside of blocks
        cursor.length()  # the next huge object's number
        self._huge_tree = cursor.address()
        cursor.skip(9 * buffer.length_size + buffer.offset_size)  # counts and free space
        self._width = cursor.number(2)  # blocks in a row
        self._start_size = cursor.length()
        self._max_direct = cursor.length()
        heap_bits = cursor.number(2)
        self._offset_size = (heap_bits + 7) // 8
        cursor.skip(2)  # rows that the root block begins with
        self._root = cursor.address()
        self._root_rows = cursor.number(2)  # 0 if the root is a direct block
        self._blocks_seen: set[int] = set()
        file.check("fractal heap", address, len(cursor.data) + WIDTH)
        self._huge_objects: dict[int, tuple[int, int]] | None = None
        powers = (self._width, self._start_size, self._max_direct)
        if (
            any(number < 1 or number & (number - 1) for number in powers)
            or self._max_direct < self._start_size
            or heap_bits > 64
            or not 1 < self._id_size <= _WIDEST_ID
        ):
            raise Damaged("fractal heap with impossible sizes", cursor.origin)

    def get(self, file: OpenFile, cursor: Cursor) -> Cursor:
        """Return the object whose heap id the cursor is at."""
        file.ledger.step()
        origin = cursor.here
        heap_id = cursor.piece(self._id_size)
        flags = heap_id.byte()
        kind = flags >> 4 & 0x03
        if flags >> 6:
            raise Damaged("heap id of unknown version", origin)
        if kind == _MANAGED:
            return self._managed(file, heap_id)
        if kind == _HUGE:
            return self._huge(file, heap_id)
        if kind == _TINY:
            return self._tiny(flags, heap_id)
        raise Damaged("heap id of unknown type", origin)

    def _managed(self, file: OpenFile, heap_id: Cursor) -> Cursor:
        offset = heap_id.number(self._offset_size)
        largest = btree_v2.bytes_for(self._max_managed)
        size = heap_id.number(min((self._max_direct.bit_length() + 6) // 8, largest))
        block, inside, block_size = self._locate(file, offset)
        if inside + size > block_size:
            raise Damaged(f"heap object of {size} bytes leaves its block", heap_id.origin)
        if block not in self._blocks_seen:
            file.buffer.cursor(block, 4).expect(b"FHDB", "direct block")
            self._blocks_seen.add(block)
            self._check_direct(file, block, block_size)
        return file.buffer.cursor(block + inside, size)

    def _check_direct(self, file: OpenFile, block: int, size: int) -> None:
        """Note the checksum of a direct block: behind its prefix, over a block with 0 there."""
        prefix = 5 + file.buffer.offset_size + self._offset_size
        if self._checks_blocks and size > prefix + WIDTH:
            file.check("direct block", block, size, prefix)

    def _locate(self, file: OpenFile, offset: int) -> tuple[int, int, int]:
        """Return the direct block that holds an offset, the offset in it, and its size."""
        buffer = file.buffer
        block, rows = self._root, self._root_rows
        size = self._start_size
        while rows:
            row, column, inside, size = self._cell(offset)
            if block is None or row >= rows:
                raise Damaged("heap offset outside of its table", buffer.start + self.address)
            prefix = 5 + buffer.offset_size + self._offset_size
            if block not in self._blocks_seen:
                buffer.cursor(block, 4).expect(b"FHIB", "indirect block")
                self._blocks_seen.add(block)
                entries = rows * self._width * buffer.offset_size
                file.check("indirect block", block, prefix + entries + WIDTH)
            entry = block + prefix + (row * self._width + column) * buffer.offset_size
            block = buffer.cursor(entry, buffer.offset_size).address()
            rows = self._rows(size) if size > self._max_direct else 0
            offset = inside
        if block is None:
            raise Damaged("heap block at the undefined address", buffer.start + self.address)
        return block, offset, size

    def _cell(self, offset: int) -> tuple[int, int, int, int]:
        """Return row, column, offset inside and size of the block at an offset of a table."""
        row_bytes = self._width * self._start_size
        row = (offset // row_bytes).bit_length()
        doubled = max(row - 1, 0)
        size = self._start_size << doubled
        column, inside = divmod(offset - (row_bytes << doubled if row else 0), size)
        return row, column, inside, size

    def _rows(self, size: int) -> int:
        """Return how many rows an indirect block for ``size`` bytes of the heap has."""
        return size.bit_length() - (self._start_size * self._width).bit_length() + 1

    def _huge(self, file: OpenFile, heap_id: Cursor) -> Cursor:
        buffer = file.buffer
        if heap_id.left >= buffer.offset_size + buffer.length_size:
            address, size = heap_id.address(), heap_id.length()
        else:
            if self._huge_objects is None:
                self._huge_objects = self._read_huge(file)
            number = heap_id.number(min(8, heap_id.left))
            address, size = self._huge_objects.get(number, (None, 0))
        if address is None:
            raise Damaged("huge heap object that is nowhere", heap_id.origin)
        if size > file.ledger.limits.hdf5_attribute_bytes:
            raise Exceeded(f"a heap object takes {size} bytes, at byte {buffer.start + address}")
        return buffer.cursor(address, size)

    def _read_huge(self, file: OpenFile) -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}
        if self._huge_tree is None:
            return found
        for record in btree_v2.records(file, self._huge_tree, btree_v2.HUGE_OBJECTS):
            address = record.address()
            size = record.length()
            if address is not None:
                found[record.length()] = (address, size)
        return found

    def _tiny(self, flags: int, heap_id: Cursor) -> Cursor:
        size = flags & 0x0F
        if self._id_size - 1 > _SHORT_TINY:
            size = size << 8 | heap_id.byte()
        return heap_id.piece(size + 1)
