"""Datatypes: what one element is.

HDF5 File Format Specification, IV.A.2.d.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, NamedTuple

from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.dataspace import HIGHEST_RANK
from kerasscan.reader.hdf5.flaws import Damaged


class Kind(IntEnum):
    """The classes of datatypes."""

    INTEGER = 0
    FLOAT = 1
    TIME = 2
    STRING = 3
    BITFIELD = 4
    OPAQUE = 5
    COMPOUND = 6
    REFERENCE = 7
    ENUM = 8
    VLEN = 9
    ARRAY = 10
    COMPLEX = 11


_NESTED_AT_MOST = 32
_VLEN_STRING = 1
_BOOLEAN = {b"FALSE": 0, b"TRUE": 1}
"""Members of an enumeration that h5py takes for NumPy's ``bool``, whatever its size."""
_FLOATS: dict[tuple[int, ...], str] = {
    # bytes, bits, position and bits of exponent and of mantissa: NumPy's name
    (2, 16, 10, 5, 0, 10): "float16",
    (2, 16, 7, 8, 0, 7): "bfloat16",
    (4, 32, 23, 8, 0, 23): "float32",
    (8, 64, 52, 11, 0, 52): "float64",
    (16, 80, 64, 15, 0, 64): "float128",
    (16, 128, 112, 15, 0, 112): "float128",
}
_VAX_ORDER = 0x40
_MOST_NORMALIZATION = 2


class FloatBits(NamedTuple):
    """How a float is made up.

    Attributes:
        exponent_at: First bit of the exponent.
        exponent_bits: Its number of bits.
        mantissa_at: First bit of the mantissa.
        mantissa_bits: Its number of bits.
        bias: What is added to the exponent.
        sign_at: The sign's bit.
        normalization: 0 none, 1 the mantissa's first bit is 1, 2 it is and is not stored.
    """

    exponent_at: int
    exponent_bits: int
    mantissa_at: int
    mantissa_bits: int
    bias: int
    sign_at: int
    normalization: int


class Datatype(NamedTuple):
    """An element's type.

    Attributes:
        kind: Its class; arrays are unfolded into `axes`, so that their class is not here.
        name: As `H5Dataset.dtype`.
        size: Bytes in the file of one element without its axes.
        big_endian: Byte order of numbers.
        signed: Whether an integer has a sign.
        offset: First significant bit of an integer.
        precision: How many significant bits it has.
        float_bits: How a float is made up.
        padding: How a string is filled up: 0 NUL-terminated, 1 with NULs, 2 with spaces.
        is_text: Whether a value of variable length is a string.
        base: Element type of a value of variable length, else None.
        axes: Axis lengths of an array type.
    """

    kind: Kind
    name: str
    size: int
    big_endian: bool = False
    signed: bool = False
    offset: int = 0
    precision: int = 0
    float_bits: FloatBits | None = None
    padding: int = 0
    is_text: bool = False
    base: Datatype | None = None
    axes: tuple[int, ...] = ()

    @property
    def itemsize(self) -> int:
        """Bytes in the file of one element with its axes."""
        size = self.size
        for axis in self.axes:
            size *= axis
        return size


def read_datatype(cursor: Cursor) -> Datatype:
    """Read a datatype message's body: arrays and variable lengths from the outside in."""
    outer: list[_Outer] = []
    for _ in range(_NESTED_AT_MOST):
        found = _read_one(cursor)
        if isinstance(found, Datatype):
            return _fold(outer, found)
        outer.append(found)
    raise Damaged("datatype nested too deep", cursor.here)


class _Outer(NamedTuple):
    """A type around the one that follows: of variable length, complex, or an array."""

    kind: Kind
    flags: int
    size: int
    axes: tuple[int, ...]
    origin: int


def _fold(outer: list[_Outer], inner: Datatype) -> Datatype:
    for around in reversed(outer):
        if around.kind is Kind.ARRAY:
            inner = inner._replace(axes=around.axes + inner.axes)
            if inner.itemsize != around.size:
                raise Damaged(f"array type of {around.size} bytes", around.origin)
        elif around.kind is Kind.COMPLEX:
            inner = Datatype(Kind.COMPLEX, f"complex{around.size * 8}", around.size)
        else:
            is_text = around.flags & 0x0F == _VLEN_STRING
            name = "string" if is_text else "vlen"
            inner = Datatype(Kind.VLEN, name, around.size, is_text=is_text, base=inner)
    return inner


def _read_one(cursor: Cursor) -> Datatype | _Outer:
    origin = cursor.here
    first = cursor.byte()
    version = first >> 4
    if not 1 <= version <= 5 or first & 0x0F > Kind.COMPLEX:
        raise Damaged(f"datatype of unknown class or version {first:#x}", origin)
    kind = Kind(first & 0x0F)
    flags = cursor.number(3)
    size = cursor.number(4)
    if not size:
        raise Damaged("datatype of 0 bytes", origin)
    if kind in (Kind.VLEN, Kind.COMPLEX):
        return _Outer(kind, flags, size, (), origin)
    if kind is Kind.ARRAY:
        return _Outer(kind, flags, size, _axes(cursor, version), origin)
    if kind in (Kind.INTEGER, Kind.BITFIELD):
        return _integer(cursor, kind, flags, size)
    if kind is Kind.FLOAT:
        return _float(cursor, flags, size)
    if kind is Kind.ENUM:
        return _enum(cursor, version, flags, size)
    return Datatype(kind, kind.name.lower(), size, padding=flags & 0x0F)


def _axes(cursor: Cursor, version: int) -> tuple[int, ...]:
    rank = cursor.byte()
    if rank > HIGHEST_RANK:
        raise Damaged(f"array type of rank {rank}", cursor.here - 1)
    if version < 3:
        cursor.skip(3)
    axes = tuple([cursor.number(4) for _ in range(rank)])
    if version < 3:
        cursor.skip(4 * rank)  # permutation, never used
    return axes


def _integer(cursor: Cursor, kind: Kind, flags: int, size: int) -> Datatype:
    signed = bool(flags & 0x08)
    name = f"{'' if signed else 'u'}int{size * 8}" if kind is Kind.INTEGER else "bitfield"
    return Datatype(
        kind,
        name,
        size,
        big_endian=bool(flags & 0x01),
        signed=signed,
        offset=cursor.number(2),
        precision=cursor.number(2),
    )


def _float(cursor: Cursor, flags: int, size: int) -> Datatype:
    offset = cursor.number(2)
    precision = cursor.number(2)
    e_at, e_bits, m_at, m_bits = cursor.take(4)
    bias = cursor.number(4)
    bits = FloatBits(e_at, e_bits, m_at, m_bits, bias, flags >> 8 & 0xFF, flags >> 4 & 0x03)
    outside = max(e_at + e_bits, m_at + m_bits, bits.sign_at + 1) > precision
    if outside or not e_bits or not m_bits or bits.normalization > _MOST_NORMALIZATION:
        raise Damaged("float of impossible parts", cursor.here)
    if flags & _VAX_ORDER:
        return Datatype(Kind.FLOAT, f"float{size * 8}", size)
    return Datatype(
        Kind.FLOAT,
        _FLOATS.get((size, precision, *bits[:4]), f"float{size * 8}"),
        size,
        big_endian=bool(flags & 0x01),
        offset=offset,
        precision=precision,
        float_bits=bits,
    )


def _enum(cursor: Cursor, version: int, flags: int, size: int) -> Datatype:
    """Read an enumeration: its integer type, all names, all values."""
    first = cursor.data[cursor.position : cursor.position + 1]
    if not first or first[0] & 0x0F != Kind.INTEGER:  # before it is read: no nesting here
        raise Damaged("enumeration of something else than integers", cursor.here)
    cursor.skip(1)
    number = _integer(cursor, Kind.INTEGER, cursor.number(3), cursor.number(4))
    if number.size != size:
        raise Damaged(f"enumeration of {size} bytes over integers of {number.size}", cursor.here)
    count = flags & 0xFFFF
    name = "bool" if count == 2 and _members(cursor, version, number) == _BOOLEAN else "enum"
    return number._replace(kind=Kind.ENUM, name=name)


def _members(cursor: Cursor, version: int, number: Datatype) -> dict[bytes, int]:
    names = []
    for _ in range(2):
        start = cursor.position
        names.append(cursor.text())
        if version < 3:
            cursor.skip((start - cursor.position) % 8)
    order: Literal["big", "little"] = "big" if number.big_endian else "little"
    return {name: int.from_bytes(cursor.take(number.size), order) for name in names}
