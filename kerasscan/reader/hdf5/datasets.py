"""Values of a few small datasets that are asked for by path.

All other modules of the package read metadata. May enter: the way from a path to an object
header, and from there to the values' bytes. What the rest of the package files as a problem and
leaves out is here the end of one dataset, since numbers with holes would be wrong numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod
from typing import BinaryIO, NamedTuple

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5.array_index import Stored
from kerasscan.reader.hdf5.buffer import Buffer
from kerasscan.reader.hdf5.chunk_index import chunk_bytes
from kerasscan.reader.hdf5.chunk_places import Grid, Position, find_chunks
from kerasscan.reader.hdf5.dataspace import read_extents
from kerasscan.reader.hdf5.datatype import Datatype, Kind, read_datatype
from kerasscan.reader.hdf5.fill_value import read_fill_value, read_old_fill_value
from kerasscan.reader.hdf5.filters import Filter, read_filters, undo
from kerasscan.reader.hdf5.flaws import Damaged, Exceeded, Exhausted, Flaw
from kerasscan.reader.hdf5.layout import COMPACT, VIRTUAL, Layout, read_layout
from kerasscan.reader.hdf5.ledger import Ledger
from kerasscan.reader.hdf5.links import HardLink, Link, printable
from kerasscan.reader.hdf5.numbers import read_floats, read_integers
from kerasscan.reader.hdf5.object_header import (
    DATASPACE,
    DATATYPE,
    EXTERNAL_FILES,
    FILL_VALUE,
    FILTERS,
    KEPT_FOR_VALUES,
    LAYOUT,
    OLD_FILL_VALUE,
    ObjectHeader,
    read_header,
)
from kerasscan.reader.hdf5.objects import is_group, needed_message, read_links
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5.opening import open_root
from kerasscan.reader.hdf5.shared import body
from kerasscan.reader.hdf5.superblock import NotHdf5
from kerasscan.reader.limits import Limits
from kerasscan.reader.number_arrays import READABLE, Allowance, Numbers, Refusal, Refused, numbers

_BFLOAT16 = "bfloat16"
_PACKED_AT_MOST = 2
_PACKED_MORE = 1024
"""No filter makes a chunk much larger: a stored size of more than twice and a bit is a lie."""


class Wanted(NamedTuple):
    """A dataset to be read.

    Attributes:
        path: Relative to the root group, ``layers/dense/vars/0``.
        shape: What it was when the file was read.
        dtype: `Tensor.dtype`, which an attribute may give.
    """

    path: str
    shape: tuple[int, ...]
    dtype: str


class _StrictLedger(Ledger):
    """Books in which nothing is filed: what cannot be read ends the reading of the dataset."""

    def problem(self, kind: ProblemKind, detail: str, *, incomplete: bool = False) -> None:
        if incomplete:
            raise Exceeded(detail) if kind is ProblemKind.LIMIT_EXCEEDED else Flaw(detail)


class DatasetReader:
    """The values of one HDF5 file's datasets.

    Args:
        stream: The file, seekable; byte 0 is its first.
        limits: Budgets of its structures.
        allowance: Budget of the values.

    Raises:
        Refused: It is no HDF5 file, or cannot be opened.
        OSError: The stream itself cannot be read.
    """

    def __init__(self, stream: BinaryIO, limits: Limits, allowance: Allowance) -> None:
        buffer = Buffer(stream)
        self._file = OpenFile(buffer, _StrictLedger(limits, buffer.size))
        self._allowance = allowance
        self._links: dict[int, Mapping[str, Link]] = {}
        try:
            self._root = open_root(self._file)
        except NotHdf5 as error:
            raise Refused(Refusal.DAMAGED, "it is not in an HDF5 file") from error
        except (Flaw, Exhausted) as error:
            raise _refused(error) from error

    def values(self, wanted: Wanted) -> Numbers:
        """Return a dataset's values.

        Raises:
            Refused: They cannot be read, or are not read.
            OSError: The stream itself cannot be read.
        """
        try:
            return self._values(self._find(wanted.path), wanted)
        except (Flaw, Exhausted) as error:
            raise _refused(error) from error

    def _find(self, path: str) -> int:
        """Follow hard links from the root group to an object, and return its address."""
        address = self._root
        for name in path.split("/"):
            link = self._links_of(address).get(name)
            if not isinstance(link, HardLink):
                raise Refused(Refusal.ABSENT, "the file has no dataset of its path")
            address = link.address
        return address

    def _links_of(self, address: int) -> Mapping[str, Link]:
        """Return a group's links by name; they are read once."""
        if address not in self._links:
            header = read_header(self._file, address)
            links = read_links(self._file, header) if is_group(header) else ()
            self._links[address] = {printable(link.name): link for link in links}
        return self._links[address]

    def _values(self, address: int, wanted: Wanted) -> Numbers:
        file = self._file
        header = read_header(file, address, KEPT_FOR_VALUES)
        space = needed_message(file, header, DATASPACE, address)
        shape, most = read_extents(space, file.buffer.length_size)
        datatype = read_datatype(needed_message(file, header, DATATYPE, address))
        layout = read_layout(needed_message(file, header, LAYOUT, address))
        if header.first(EXTERNAL_FILES) or layout.kind == VIRTUAL:
            raise Refused(Refusal.UNSUPPORTED, "its values may be in another file")
        if shape is None:
            raise Refused(Refusal.UNSUPPORTED, "it is declared to hold nothing")
        if shape != wanted.shape:
            raise Refused(Refusal.CHANGED, f"its shape is {shape} by now, not {wanted.shape}")
        is_bfloat16 = _check_type(datatype, wanted.dtype)
        count = self._allowance.count(shape)
        size = count * datatype.size
        self._allowance.pay(size)
        raw = self._raw(header, layout, (shape, most), datatype.size) if count else b""
        if len(raw) != size:
            raise Damaged(f"values of {len(raw)} bytes instead of {size}", file.buffer.start)
        if is_bfloat16:
            return numbers(raw, _BFLOAT16, big_endian=datatype.big_endian)
        return _decoded(datatype, raw, count)

    def _raw(
        self,
        header: ObjectHeader,
        layout: Layout,
        extents: tuple[tuple[int, ...], tuple[int | None, ...]],
        itemsize: int,
    ) -> bytes:
        """Return the bytes of all elements in row-major order; there is at least one."""
        shape, most = extents
        count = prod(shape)
        size = count * itemsize
        if layout.kind == COMPACT:
            return layout.compact[:size]
        if layout.address is None:
            return self._fill(header, itemsize) * count
        if layout.chunks is not None:
            return self._chunked(header, layout.address, Grid(shape, most, layout.chunks), itemsize)
        stored = size if layout.size is None else min(layout.size, size)
        return self._file.buffer.read(layout.address, stored)

    def _chunked(self, header: ObjectHeader, address: int, grid: Grid, itemsize: int) -> bytes:
        if not grid.shape or grid.chunks.axes[-1:] != (itemsize,):
            raise Damaged("chunks that do not fit the dataset", self._file.buffer.start + address)
        size = chunk_bytes(self._file, address, grid.chunks, grid.shape)
        message = header.first(FILTERS)
        filters = read_filters(body(self._file, message)) if message else ()
        places = find_chunks(self._file, address, grid)
        raw = bytearray(prod(grid.shape) * itemsize)
        filling = b""
        for position in grid.positions():
            stored = places.get(position)
            if stored is None:
                filling = filling or self._fill(header, itemsize) * prod(grid.steps)
                chunk = filling
            else:
                used = () if grid.chunks.bare_edges and grid.is_edge(position) else filters
                chunk = self._chunk(stored, used, size)
            _put(raw, chunk, position, grid, itemsize)
        return bytes(raw)

    def _chunk(self, stored: Stored, filters: tuple[Filter, ...], size: int) -> bytes:
        origin = self._file.buffer.start + stored.address
        if stored.size > _PACKED_AT_MOST * size + _PACKED_MORE:
            raise Damaged(f"chunk of {size} bytes that takes {stored.size}", origin)
        self._allowance.pay(max(size, stored.size))
        data = self._file.buffer.read(stored.address, stored.size)
        return undo(filters, stored.mask, data, size, origin)

    def _fill(self, header: ObjectHeader, itemsize: int) -> bytes:
        """Return what one element is that was never written."""
        new, old = header.first(FILL_VALUE), header.first(OLD_FILL_VALUE)
        value: bytes | None = b""
        if new is not None:
            value = read_fill_value(body(self._file, new))
        elif old is not None:
            value = read_old_fill_value(body(self._file, old))
        if value is None:
            raise Refused(Refusal.ABSENT, "its values were never written")
        if value and len(value) != itemsize:
            what = f"fill value of {len(value)} bytes for elements of {itemsize}"
            raise Damaged(what, self._file.buffer.start)
        return value or bytes(itemsize)


def _refused(error: Flaw | Exhausted) -> Refused:
    is_limit = isinstance(error, Exceeded | Exhausted)
    return Refused(Refusal.LIMIT if is_limit else Refusal.DAMAGED, error.detail)


def _check_type(datatype: Datatype, declared: str) -> bool:
    """Refuse a type that is not read; return whether it is bfloat16, which Keras stores as opaque.

    The attribute ``dtype`` says so (keras/src/saving/saving_lib.py, ``H5Entry``); that a type of
    HDF5's own may be bfloat16 too is told by its bits.
    """
    is_plain = not datatype.axes
    if declared == _BFLOAT16 and datatype.kind is Kind.OPAQUE and is_plain and datatype.size == 2:
        return True
    is_number = datatype.kind in (Kind.INTEGER, Kind.FLOAT, Kind.ENUM)
    if not is_plain or not is_number or datatype.name not in READABLE:
        name = "array" if datatype.axes else datatype.name
        raise Refused(Refusal.UNSUPPORTED, f"values of the element type {name} are not read")
    if datatype.kind is Kind.FLOAT and datatype.float_bits is None:
        raise Refused(Refusal.UNSUPPORTED, "values in the VAX's byte order are not read")
    return False


def _decoded(datatype: Datatype, raw: bytes, count: int) -> Numbers:
    if datatype.kind is Kind.FLOAT:
        return tuple([value for value in read_floats(datatype, raw, count) if value is not None])
    found = read_integers(datatype, raw, count)
    return tuple([int(value != 0) for value in found] if datatype.name == "bool" else found)


def _put(raw: bytearray, chunk: bytes, position: Position, grid: Grid, itemsize: int) -> None:
    """Copy the part of a chunk that lies inside of the dataset, row by row."""
    lows = [at * step for at, step in zip(position, grid.steps, strict=True)]
    inside = zip(grid.steps, grid.shape, lows, strict=True)
    lengths = [min(step, axis - low) for step, axis, low in inside]
    row = lengths[-1] * itemsize
    for outer in product(*map(range, lengths[:-1])):
        source = target = 0
        for at, step, axis, low in zip((*outer, 0), grid.steps, grid.shape, lows, strict=True):
            source = source * step + at
            target = target * axis + low + at
        source, target = source * itemsize, target * itemsize
        raw[target : target + row] = chunk[source : source + row]
