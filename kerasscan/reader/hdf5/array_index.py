"""Fixed and extensible arrays: the chunk indexes whose elements have a number.

HDF5 File Format Specification, VII.C (fixed array) and VII.D (extensible array).
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.checksums import WIDTH
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.open_file import OpenFile

_MOST_BITS = 64
_AT_ONCE = 4096


class Stored(NamedTuple):
    """One chunk in the file: its address, its bytes there, and the filters it did not go through.

    The filters are a mask of bits, the first filter's bit the lowest.
    """

    address: int
    size: int
    mask: int = 0


class Elements:
    """Adds up the chunks that runs of elements refer to, and notes those that are wanted.

    Attributes:
        total: Bytes of all chunks so far.
        size: Bytes of an element, set from the array's header.
        number: Number of the next element, those of absent blocks and pages counted.
        found: The wanted chunks that are in the file, by the number of their element.
    """

    def __init__(self, file: OpenFile, chunk_bytes: int, wanted: Container[int] = ()) -> None:
        self.total = 0
        self.size = 0
        self.number = 0
        self.found: dict[int, Stored] = {}
        self._file = file
        self._chunk_bytes = chunk_bytes
        self._wanted = wanted

    def add(self, address: int, count: int) -> None:
        """Count the elements at an address."""
        self._file.ledger.step(count)
        width = self.size - self._file.buffer.offset_size - 4  # of a filtered chunk's size
        for first in range(0, count, _AT_ONCE):
            number = min(_AT_ONCE, count - first)
            if not self._wanted:
                self._sum(self._file.buffer.read(address + first * self.size, number * self.size))
                self.number += number
                continue
            cursor = self._file.buffer.cursor(address + first * self.size, number * self.size)
            for _ in range(number):
                element = cursor.piece(self.size)
                chunk = element.address()
                if chunk is not None:
                    size = element.number(width) if width > 0 else self._chunk_bytes
                    self.total += size
                    if self.number in self._wanted:
                        mask = element.number(4) if width > 0 else 0
                        self.found[self.number] = Stored(chunk, size, mask)
                self.number += 1

    def _sum(self, raw: bytes) -> None:
        """Add up the chunks of some elements, of which none is wanted."""
        offset = self._file.buffer.offset_size
        absent = b"\xff" * offset
        sizes = slice(offset, self.size - 4)
        elements = [raw[at : at + self.size] for at in range(0, len(raw), self.size)]
        present = [element for element in elements if not element.startswith(absent)]
        if self.size > offset + 4:
            self.total += sum([int.from_bytes(each[sizes], "little") for each in present])
        else:
            self.total += len(present) * self._chunk_bytes

    def skip(self, count: int) -> None:
        """Step over the elements of a block or page that is not there."""
        self.number += count

    def step(self, count: int) -> None:
        """Pay for small structures."""
        self._file.ledger.step(count)

    def check(self, what: str, address: int, size: int) -> None:
        """Note a structure that ends with its checksum."""
        self._file.check(what, address, size)

    def begin(self, cursor: Cursor, what: str) -> None:
        """Read client and element size of a header."""
        client = cursor.version(what, 0, 1)
        self.size = cursor.byte()
        smallest = self._file.buffer.offset_size + (5 if client else 0)
        if self.size < smallest or (not client and self.size != smallest):
            raise Damaged(f"{what} of elements of {self.size} bytes", cursor.here - 1)


def fixed_array(file: OpenFile, address: int, elements: Elements) -> int:
    """Return the bytes of all chunks in a fixed array."""
    buffer = file.buffer
    header = buffer.cursor(address, 8 + buffer.length_size + buffer.offset_size)
    header.expect(b"FAHD", "fixed array")
    header.version("fixed array", 0)
    file.check("fixed array", address, len(header.data) + WIDTH)
    elements.begin(header, "fixed array")
    page_bits = header.byte()
    count = header.length()
    block = header.address()
    if block is None:
        return 0
    if page_bits > _MOST_BITS or count * elements.size > buffer.size:
        raise Damaged(f"fixed array of {count} elements", header.origin)
    buffer.cursor(block, 4).expect(b"FADB", "fixed array's block")
    at = block + 6 + buffer.offset_size
    if count <= 1 << page_bits:
        elements.add(at, count)
        file.check("fixed array's block", block, at + count * elements.size + WIDTH - block)
    else:
        pages = _Pages(-(-count // (1 << page_bits)), 1 << page_bits)
        bitmap = buffer.read(at, pages.bitmap_bytes)
        file.check("fixed array's block", block, at + pages.bitmap_bytes + WIDTH - block)
        pages.add(at + pages.bitmap_bytes + WIDTH, bitmap, count, elements)
    return elements.total


class _Pages(NamedTuple):
    """A block that is cut into pages, each with a bit that says whether it is in use."""

    number: int
    elements: int

    @property
    def bitmap_bytes(self) -> int:
        return (self.number + 7) // 8

    def add(
        self, at: int, bitmap: bytes, count: int, elements: Elements, first_bit: int = 0
    ) -> None:
        """Count the elements of the pages in use, the first of which would be at ``at``."""
        elements.step(self.number)
        for page in range(self.number):
            here = min(self.elements, count - page * self.elements)
            bit = first_bit + page
            if bitmap[bit >> 3] & 0x80 >> (bit & 7):
                elements.add(at, here)
                elements.check("page of chunks", at, here * elements.size + WIDTH)
            else:
                elements.skip(here)
            at += self.elements * elements.size + WIDTH


class _Plan(NamedTuple):
    """The sizes of an extensible array, of which all blocks follow.

    Super block ``n`` has ``2 ** (n // 2)`` data blocks of ``2 ** ((n + 1) // 2)`` times the
    smallest number of elements. The data blocks of the first super blocks, and the elements
    before them, are in the index block.
    """

    max_bits: int
    in_index: int
    smallest: int
    pointers: int
    page_bits: int

    @property
    def super_blocks(self) -> int:
        return 2 + self.max_bits - self.smallest.bit_length()

    @property
    def direct_super_blocks(self) -> int:
        return 2 * (self.pointers.bit_length() - 1)

    @property
    def offset_bytes(self) -> int:
        return (self.max_bits + 7) // 8

    def data_blocks(self, super_block: int) -> int:
        return 1 << super_block // 2

    def elements(self, super_block: int) -> int:
        return self.smallest << (super_block + 1) // 2

    def pages(self, super_block: int) -> _Pages | None:
        """Return how its data blocks are cut into pages, None where they are not."""
        elements = self.elements(super_block)
        if elements <= 1 << self.page_bits:
            return None
        return _Pages(elements >> self.page_bits, 1 << self.page_bits)


def extensible_array(file: OpenFile, address: int, elements: Elements) -> int:
    """Return the bytes of all chunks in an extensible array."""
    buffer = file.buffer
    header = buffer.cursor(address, 12 + 6 * buffer.length_size + buffer.offset_size)
    header.expect(b"EAHD", "extensible array")
    header.version("extensible array", 0)
    file.check("extensible array", address, len(header.data) + WIDTH)
    elements.begin(header, "extensible array")
    plan = _Plan(*header.take(5))
    header.skip(6 * buffer.length_size)
    index = header.address()
    if index is None:
        return 0
    powers = (plan.smallest, plan.pointers)
    if max(plan.max_bits, plan.page_bits) > _MOST_BITS or any(n < 1 or n & (n - 1) for n in powers):
        raise Damaged("extensible array with impossible sizes", header.origin)
    _index_block(file, index, plan, elements)
    return elements.total


def _index_block(file: OpenFile, address: int, plan: _Plan, elements: Elements) -> None:
    buffer = file.buffer
    buffer.cursor(address, 4).expect(b"EAIB", "extensible array's index block")
    at = address + 6 + buffer.offset_size
    elements.add(at, plan.in_index)
    at += plan.in_index * elements.size
    direct = min(plan.direct_super_blocks, plan.super_blocks)
    for number in range(direct):
        for block in _addresses(file, at, plan.data_blocks(number)):
            _data_block(file, block, plan, number, None, elements)
        at += plan.data_blocks(number) * buffer.offset_size
    pointers = plan.super_blocks - direct
    end = at + pointers * buffer.offset_size + WIDTH
    file.check("extensible array's index block", address, end - address)
    for number, block in enumerate(_addresses(file, at, pointers), direct):
        _super_block(file, block, plan, number, elements)


def _addresses(file: OpenFile, at: int, count: int) -> list[int | None]:
    file.ledger.step(count)
    cursor = file.buffer.cursor(at, count * file.buffer.offset_size)
    return [cursor.address() for _ in range(count)]


def _super_block(
    file: OpenFile, address: int | None, plan: _Plan, number: int, elements: Elements
) -> None:
    if address is None:
        elements.skip(plan.data_blocks(number) * plan.elements(number))
        return
    buffer = file.buffer
    buffer.cursor(address, 4).expect(b"EASB", "extensible array's super block")
    at = address + 6 + buffer.offset_size + plan.offset_bytes
    count = plan.data_blocks(number)
    pages = plan.pages(number)
    # The bits of all blocks are one row of bits (H5EA.c, H5EA__lookup_elmt), though there are as
    # many bytes as if each block's began a new byte.
    bitmaps = count * pages.bitmap_bytes if pages else 0
    bitmap = buffer.read(at, bitmaps) if pages else None
    first_bit = 0
    end = at + bitmaps + count * buffer.offset_size + WIDTH
    file.check("extensible array's super block", address, end - address)
    for block in _addresses(file, at + bitmaps, count):
        _data_block(file, block, plan, number, bitmap, elements, first_bit)
        first_bit += pages.number if pages else 0


def _data_block(
    file: OpenFile,
    address: int | None,
    plan: _Plan,
    number: int,
    bitmap: bytes | None,
    elements: Elements,
    first_bit: int = 0,
) -> None:
    if address is None:
        elements.skip(plan.elements(number))
        return
    file.buffer.cursor(address, 4).expect(b"EADB", "extensible array's data block")
    at = address + 6 + file.buffer.offset_size + plan.offset_bytes
    pages = plan.pages(number)
    if pages is None:
        count = plan.elements(number)
        elements.add(at, count)
        what = "extensible array's data block"
        file.check(what, address, at + count * elements.size + WIDTH - address)
    elif bitmap is not None:
        file.check("extensible array's data block", address, at + WIDTH - address)
        pages.add(at + WIDTH, bitmap, plan.elements(number), elements, first_bit)
    else:
        raise Damaged("extensible array with a page outside of a super block", address)
