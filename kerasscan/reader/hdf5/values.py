"""Values of attributes: bytes and a type to Python's own values.

Strings are read as h5py reads them: up to the first NUL, or without the filling. What
stands behind that NUL is seen by no loader, and is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.dataspace import HIGHEST_RANK, Shape
from kerasscan.reader.hdf5.datatype import Datatype, Kind
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.global_heap import heap_object
from kerasscan.reader.hdf5.numbers import read_floats, read_integers
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5_tree import AttributeValue

_WITH_VALUES = (Kind.INTEGER, Kind.FLOAT, Kind.ENUM, Kind.STRING, Kind.VLEN)
_NULL_PADDED = 1
_SPACE_PADDED = 2


def read_value(file: OpenFile, shape: Shape, datatype: Datatype, data: Cursor) -> AttributeValue:
    """Decode an attribute's value, which is all that the cursor has left.

    Raises:
        Damaged: The bytes are fewer than shape and type need.
        Exceeded: The value is more than the budget allows.
    """
    if shape is None:
        return None
    axes = shape + datatype.axes
    count = prod(axes)
    size = count * datatype.size
    if size > data.left:
        raise Damaged(f"value of {size} bytes in a message with {data.left} left", data.here)
    if axes:  # the bytes themselves are paid for
        file.ledger.attribute(0, _parts(axes, data.here))
    if not _has_values(datatype):
        return None
    return _nest(_elements(file, datatype, data, count), axes)


def _has_values(datatype: Datatype) -> bool:
    if datatype.kind is Kind.VLEN and not datatype.is_text:
        base = datatype.base
        return (
            base is not None and (base.kind is not Kind.VLEN or base.is_text) and _has_values(base)
        )
    return datatype.kind in _WITH_VALUES


def _parts(axes: tuple[int, ...], offset: int) -> int:
    """Return how many tuples and elements an array is made of."""
    if len(axes) > HIGHEST_RANK:
        raise Damaged(f"value of rank {len(axes)}", offset)
    parts = total = 1
    for axis in axes:
        parts *= axis
        total += parts
    return total


def _nest(values: Sequence[AttributeValue], axes: tuple[int, ...]) -> AttributeValue:
    if not axes:
        return values[0]
    if 0 in axes:
        axes = axes[: axes.index(0) + 1]
        values = [()] * prod(axes[:-1])
        return _nest(values, axes[:-1])
    for axis in reversed(axes[1:]):
        values = [tuple(values[i : i + axis]) for i in range(0, len(values), axis)]
    return tuple(values)


def _elements(
    file: OpenFile, datatype: Datatype, data: Cursor, count: int
) -> Sequence[AttributeValue]:
    if datatype.kind is Kind.VLEN:
        return [_variable(file, datatype, data) for _ in range(count)]
    raw = data.take(count * datatype.size)
    if datatype.kind is Kind.STRING:
        size = datatype.size
        return [
            _fixed_text(file, datatype.padding, raw[i : i + size])
            for i in range(0, count * size, size)
        ]
    if datatype.kind is Kind.FLOAT:
        return read_floats(datatype, raw, count)
    numbers = read_integers(datatype, raw, count)
    return [number != 0 for number in numbers] if datatype.name == "bool" else numbers


def _fixed_text(file: OpenFile, padding: int, raw: bytes) -> str | bytes:
    if padding == _SPACE_PADDED:
        return _decode(raw.rstrip(b" "))
    if padding == _NULL_PADDED:
        return _decode(raw.rstrip(b"\0"))
    return _decode(_before_nul(file, raw))


def _before_nul(file: OpenFile, raw: bytes) -> bytes:
    text, _, rest = raw.partition(b"\0")
    hidden = len(rest.strip(b"\0"))
    if hidden:
        what = f"{hidden} bytes behind the NUL that ends a string are seen by no loader"
        file.ledger.problem(ProblemKind.ODD_ATTRIBUTE, what)
    return text


def _decode(raw: bytes) -> str | bytes:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def _variable(file: OpenFile, datatype: Datatype, data: Cursor) -> AttributeValue:
    """Follow one reference into the global heap (III.E, IV.B)."""
    reference = data.piece(datatype.size)
    if reference.left != 8 + file.buffer.offset_size:
        raise Damaged(f"reference of {reference.left} bytes to the heap", reference.origin)
    length = reference.number(4)
    address = reference.address()
    index = reference.number(4)
    base = datatype.base
    if not length or address == 0 or base is None:
        return "" if datatype.is_text else ()
    if address is None:
        raise Damaged("reference to the heap at the undefined address", reference.origin)
    file.ledger.step()
    size = length if datatype.is_text else length * base.itemsize
    place, room = heap_object(file, address, index)
    if size > room:
        raise Damaged(f"value of {size} bytes in a heap object of {room}", reference.origin)
    axes = () if datatype.is_text else (length, *base.axes)
    count = prod(axes)
    file.ledger.attribute(size, _parts(axes, reference.origin))
    if datatype.is_text:
        return _decode(_before_nul(file, file.buffer.read(place, size)))
    found = _elements(file, base, file.buffer.cursor(place, size), count)
    return _nest(found, axes)
