"""Numbers of attributes: integers and floats of any width and make.

HDF5 File Format Specification, IV.A.2.d (fixed-point and floating-point properties).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import inf, ldexp, nan
from typing import Literal

from kerasscan.reader.hdf5.datatype import Datatype, FloatBits

_INTEGERS = {1: "b", 2: "h", 4: "i", 8: "q"}
_FLOATS = {
    (10, 5, 0, 10, 15, 15, 2): "e",
    (23, 8, 0, 23, 127, 31, 2): "f",
    (52, 11, 0, 52, 1023, 63, 2): "d",
}
"""What ``struct`` can read: the floats of IEEE 754."""
_SIZES = {"e": 2, "f": 4, "d": 8}
_FIRST_BIT_IS_IMPLIED = 2


def read_integers(datatype: Datatype, raw: bytes, count: int) -> Sequence[int]:
    """Decode integers."""
    code = _INTEGERS.get(datatype.size)
    if code and not datatype.offset and datatype.precision == datatype.size * 8:
        letter = code if datatype.signed else code.upper()
        return struct.unpack(f"{'>' if datatype.big_endian else '<'}{count}{letter}", raw)
    sign = 1 << datatype.precision >> 1 if datatype.signed else 0
    return [(bits ^ sign) - sign for bits in _bits(datatype, raw)]


def read_floats(datatype: Datatype, raw: bytes, count: int) -> Sequence[float | None]:
    """Decode floats; None for each where the datatype does not say how."""
    made = datatype.float_bits
    if made is None:
        return [None] * count
    letter = _FLOATS.get(made)
    if letter and datatype.size == _SIZES[letter] and not datatype.offset:
        return struct.unpack(f"{'>' if datatype.big_endian else '<'}{count}{letter}", raw)
    return [_float(bits, made) for bits in _bits(datatype, raw)]


def _bits(datatype: Datatype, raw: bytes) -> list[int]:
    """Return the significant bits of each number."""
    size, offset = datatype.size, datatype.offset
    order: Literal["big", "little"] = "big" if datatype.big_endian else "little"
    mask = (1 << datatype.precision) - 1
    return [
        int.from_bytes(raw[at : at + size], order) >> offset & mask
        for at in range(0, len(raw), size)
    ]


def _float(bits: int, made: FloatBits) -> float:
    fraction = bits >> made.mantissa_at & (1 << made.mantissa_bits) - 1
    largest = (1 << made.exponent_bits) - 1
    exponent = bits >> made.exponent_at & largest
    is_implied = made.normalization == _FIRST_BIT_IS_IMPLIED
    whole = made.mantissa_bits if is_implied else made.mantissa_bits - 1
    if exponent == largest:
        value = nan if fraction & (1 << whole) - 1 else inf
    else:
        if is_implied and exponent:
            fraction |= 1 << made.mantissa_bits
        try:
            value = ldexp(fraction, max(exponent, 1) - made.bias - whole)
        except OverflowError:
            value = inf
    return -value if bits >> made.sign_at & 1 else value
