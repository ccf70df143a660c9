"""Where the chunks of one small dataset are: every chunk index, asked for a few chunks.

HDF5 File Format Specification, III.A.1 (version 1 B-tree), III.A.2 (version 2 B-tree, record
types 10 and 11), VII.A to VII.D (single chunk, implicit, fixed array, extensible array). How the
arrays number chunks follows the HDF5 library (H5Dfarray.c, H5Dearray.c, H5Dnone.c): row-major
over as many chunks as the dataset may grow to; an extensible array first brings the axis that may
grow for ever to the front.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple, TypeAlias

from kerasscan.reader.hdf5 import btree_v1, btree_v2, chunk_index
from kerasscan.reader.hdf5.array_index import Elements, Stored, extensible_array, fixed_array
from kerasscan.reader.hdf5.chunk_index import Chunks, chunk_bytes
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.open_file import OpenFile

Position: TypeAlias = "tuple[int, ...]"
"""A chunk's number along each axis."""


class Grid(NamedTuple):
    """The chunks of a dataset of which no axis is 0.

    Attributes:
        shape: The dataset's axis lengths.
        most: How far each axis may grow, None for ever.
        chunks: What the layout message tells.
    """

    shape: tuple[int, ...]
    most: tuple[int | None, ...]
    chunks: Chunks

    @property
    def steps(self) -> tuple[int, ...]:
        """A chunk's axis lengths."""
        return self.chunks.axes[:-1]

    def positions(self) -> Iterator[Position]:
        """Yield every chunk that holds an element of the dataset: never more than elements."""
        counts = (-(-axis // step) for axis, step in zip(self.shape, self.steps, strict=True))
        return product(*map(range, counts))

    def is_edge(self, position: Position) -> bool:
        """Whether a chunk reaches over the dataset's edge."""
        parts = zip(position, self.steps, self.shape, strict=True)
        return any((at + 1) * step > axis for at, step, axis in parts)


def find_chunks(file: OpenFile, address: int, grid: Grid) -> dict[Position, Stored]:
    """Return the chunks that are in the file.

    Args:
        file: The file.
        address: Of the index; of the chunks themselves, where they need none.
        grid: Which chunks there may be.

    Raises:
        Damaged: The index cannot be read, or has one chunk twice.
    """
    size = chunk_bytes(file, address, grid.chunks, grid.shape)
    kind = grid.chunks.kind
    if kind == chunk_index.SINGLE:
        if any(axis > step for axis, step in zip(grid.shape, grid.steps, strict=True)):
            raise Damaged("dataset larger than its only chunk", file.buffer.start + address)
        single = grid.chunks.single
        stored = Stored(address, size if single is None else single, grid.chunks.mask)
        return dict.fromkeys(grid.positions(), stored)
    if kind == chunk_index.TREE_V1:
        return _once(file, address, grid, _tree_v1(file, address, grid))
    if kind == chunk_index.TREE_V2:
        return _once(file, address, grid, _tree_v2(file, address, grid, size))
    if any(
        most is not None and most < axis for axis, most in zip(grid.shape, grid.most, strict=True)
    ):
        raise Damaged("dataset that is larger than it may be", file.buffer.start + address)
    numbered = _numbered(grid, first=_growing(grid) if kind == chunk_index.EXTENSIBLE_ARRAY else 0)
    if kind == chunk_index.IMPLICIT:
        return {at: Stored(address + number * size, size) for number, at in numbered.items()}
    elements = Elements(file, size, numbered)
    array = fixed_array if kind == chunk_index.FIXED_ARRAY else extensible_array
    array(file, address, elements)
    return {numbered[number]: stored for number, stored in elements.found.items()}


def _growing(grid: Grid) -> int:
    """Return the axis that may grow for ever; the first where, against the rules, none may."""
    return next((axis for axis, most in enumerate(grid.most) if most is None), 0)


def _numbered(grid: Grid, first: int) -> dict[int, Position]:
    """Return the chunks by their number in an array, with the axis ``first`` as the slowest."""
    axes = [first, *(axis for axis in range(len(grid.shape)) if axis != first)]
    # The slowest axis needs no count; that of another one is finite, or the file is damaged.
    most = [grid.most[axis] or grid.shape[axis] for axis in axes]
    counts = [-(-size // grid.steps[axis]) for size, axis in zip(most, axes, strict=True)]
    found = {}
    for position in grid.positions():
        number = 0
        for axis, count in zip(axes, counts, strict=True):
            number = number * count + position[axis]
        found[number] = position
    return found


def _once(
    file: OpenFile, address: int, grid: Grid, found: Iterator[tuple[Position, Stored]]
) -> dict[Position, Stored]:
    """Collect the wanted chunks of a tree; which of two with one place counts is not known."""
    wanted = set(grid.positions())
    places: dict[Position, Stored] = {}
    for position, stored in found:
        if position in wanted and places.setdefault(position, stored) is not stored:
            raise Damaged("B-tree with one chunk twice", file.buffer.start + address)
    return places


def _tree_v1(file: OpenFile, address: int, grid: Grid) -> Iterator[tuple[Position, Stored]]:
    """Yield the chunks of a tree whose keys are size, mask, and offsets in elements."""
    rank = len(grid.chunks.axes)
    for leaf in btree_v1.leaves(file, address, btree_v1.CHUNK_NODES, 8 + 8 * rank):
        key = file.buffer.over(leaf.key, file.buffer.start + address)
        size, mask = key.number(4), key.number(4)
        offsets = [key.number(8) for _ in grid.shape]
        if any(offset % step for offset, step in zip(offsets, grid.steps, strict=True)):
            raise Damaged("chunk at an offset between two chunks", key.origin)
        position = tuple([offset // step for offset, step in zip(offsets, grid.steps, strict=True)])
        yield position, Stored(leaf.child, size, mask)


def _tree_v2(
    file: OpenFile, address: int, grid: Grid, size: int
) -> Iterator[tuple[Position, Stored]]:
    """Yield the chunks of a tree whose records are address, size and mask, and the position."""
    rank = len(grid.shape)
    offsets = file.buffer.offset_size
    for record in btree_v2.records(file, address, btree_v2.CHUNKS, btree_v2.FILTERED_CHUNKS):
        width = record.left - offsets - 8 * rank - 4
        place = record.address()
        stored_size = record.number(width) if width > 0 else size
        mask = record.number(4) if width > 0 else 0
        position = tuple([record.number(8) for _ in range(rank)])
        if place is None:
            raise Damaged("chunk at the undefined address", record.origin)
        yield position, Stored(place, stored_size, mask)
