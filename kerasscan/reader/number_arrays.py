"""Small arrays of numbers: what reading their values may cost, and bytes to Python's numbers.

May enter: what every container shares when values are read. Values are read only where they are
asked for by name (`kerasscan.reader.tensor_values`), never by `read`.
"""

from __future__ import annotations

import struct
from enum import StrEnum
from math import prod
from typing import TypeAlias

from kerasscan.reader.limits import Limits

Numbers: TypeAlias = "tuple[int | float, ...]"
"""Values in row-major order, the last axis running fastest; booleans are 0 and 1."""

_CODES = {
    "float16": "e",
    "float32": "f",
    "float64": "d",
    "int8": "b",
    "int16": "h",
    "int32": "i",
    "int64": "q",
    "uint8": "B",
    "uint16": "H",
    "uint32": "I",
    "uint64": "Q",
    "bool": "?",
    "bfloat16": "H",
}
READABLE = frozenset(_CODES)
"""Names of the element types whose values are read."""

_SHOWN = 64
"""Characters of a name from a file that a clause repeats."""


class Refusal(StrEnum):
    """Why values could not be read."""

    LIMIT = "limit"
    UNSUPPORTED = "unsupported"
    DAMAGED = "damaged"
    ABSENT = "absent"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


class Refused(Exception):
    """The values of one tensor, or of all in a store, cannot be read.

    Attributes:
        refusal: Which of the known reasons.
        detail: What exactly, as a clause without a final period.
    """

    def __init__(self, refusal: Refusal, detail: str) -> None:
        super().__init__(detail)
        self.refusal = refusal
        self.detail = detail


class Allowance:
    """What the reading of values may still cost.

    Attributes:
        elements: Most elements of one tensor.
        left: Bytes that may still be unpacked or read, for all tensors together.
    """

    def __init__(self, limits: Limits) -> None:
        self.elements = limits.value_elements
        self.left = self._bytes = limits.value_bytes

    def count(self, shape: tuple[int, ...]) -> int:
        """Return how many elements an array of a shape has.

        Raises:
            Refused: They are more than one tensor may have, or an axis is negative.
        """
        if shape and min(shape) < 0:
            raise Refused(Refusal.DAMAGED, f"an axis of its shape is {min(shape)}")
        count = prod(shape)
        if count > self.elements:
            detail = f"it has more than the {self.elements:,} elements of which values are read"
            raise Refused(Refusal.LIMIT, detail)
        return count

    def pay(self, size: int) -> None:
        """Pay for bytes before they are read or unpacked.

        Raises:
            Refused: They are more than are left; smaller ones may still be read.
        """
        if size > self.left:
            detail = f"it would take more than the {self._bytes:,} bytes that are read for values"
            raise Refused(Refusal.LIMIT, detail)
        self.left -= size


def width(dtype: str) -> int:
    """Return the bytes of one element.

    Raises:
        Refused: Values of the type are not read.
    """
    code = _CODES.get(dtype)
    if code is None:
        detail = f"values of the element type {dtype[:_SHOWN] or 'unknown'} are not read"
        raise Refused(Refusal.UNSUPPORTED, detail)
    return struct.calcsize(f"<{code}")


def numbers(raw: bytes, dtype: str, *, big_endian: bool = False) -> Numbers:
    """Decode elements that lie one behind the other.

    Args:
        raw: A whole number of elements.
        dtype: One of `READABLE`. A bfloat16 is the upper half of a float32.
        big_endian: Their byte order.

    Raises:
        Refused: Values of the type are not read.
    """
    count = len(raw) // width(dtype)
    order = ">" if big_endian else "<"
    found = struct.unpack(f"{order}{count}{_CODES[dtype]}", raw)
    if dtype == "bfloat16":
        halves = struct.pack(f"<{count}I", *(half << 16 for half in found))
        return struct.unpack(f"<{count}f", halves)
    return tuple(map(int, found)) if dtype == "bool" else found
