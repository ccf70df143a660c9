"""Protobuf's wire format, read without schemas and within bounds.

A message is a run of fields; a field is a key (field number and wire type in one varint) and a
value. The numbers are given by the .proto files of TensorFlow and Keras that callers cite.
Described at protobuf.dev/programming-guides/encoding; varints of the leveldb table format are
the same. Nothing here recurses: who asks for a message inside a message gets another `Message`
over the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from kerasscan.reader.limits import KIB

_MAX_FIELD_NUMBER = (1 << 29) - 1
_MAX_VARINT_BYTES = 10
_LOW_64_BITS = (1 << 64) - 1
_SIGN_BIT = 1 << 63
_MAX_NAME_BYTES = 64 * KIB


class BadWire(Exception):
    """Bytes that do not follow the format.

    Attributes:
        offset: Byte of the file at which reading failed.
        what: What is wrong there, a clause.
    """

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(f"{what} at byte {offset:,}")
        self.offset = offset
        self.what = what


class WireLimit(Exception):
    """A budget is spent; the message says which, with its number."""


class WireType(IntEnum):
    """How a field's value is stored. Groups (3 and 4) are long gone, and rejected."""

    VARINT = 0
    FIXED64 = 1
    LENGTH = 2
    FIXED32 = 5


_WIRE_TYPES = {int(wire_type): wire_type for wire_type in WireType}


@dataclass
class Meter:
    """Fields that may still be read from one file, whatever the messages they are in."""

    limit: int
    spent: int = 0

    def count(self) -> None:
        """Count one field.

        Raises:
            WireLimit: When the budget is spent.
        """
        if self.spent >= self.limit:
            raise WireLimit(f"more than {self.limit:,} protobuf fields")
        self.spent += 1


def read_varint(data: memoryview, at: int, end: int) -> tuple[int, int]:
    """Read one base-128 number, least significant group first.

    Bits above the 64th are dropped, as protobuf's own readers do.

    Returns:
        The number, and the offset behind it.

    Raises:
        BadWire: When it does not end within ten bytes, or not before ``end``.
    """
    if at < end and data[at] < 0x80:  # nearly all of them
        return data[at], at + 1
    number = shift = 0
    for offset in range(at, min(end, at + _MAX_VARINT_BYTES)):
        byte = data[offset]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & _LOW_64_BITS, offset + 1
        shift += 7
    if end - at < _MAX_VARINT_BYTES:
        raise BadWire(at, "a number is cut off")
    raise BadWire(at, f"a number is longer than {_MAX_VARINT_BYTES} bytes")


def signed(number: int) -> int:
    """Return a varint as the int32, int64 or enum value that was written (two's complement)."""
    return number - (1 << 64) if number & _SIGN_BIT else number


def readable(name: bytes) -> str:
    r"""Return a protobuf string for people and reports; bytes that are no UTF-8 as ``\xNN``."""
    return name.decode("utf-8", "backslashreplace")


@dataclass  # frozen ones are made three times as slowly, and there are millions
class Message:
    """The bytes of one message (or string): a window, nothing is copied.

    Fields with another wire type than the one asked for are skipped, like unknown ones: so
    does protobuf.

    Attributes:
        data: The whole file.
        start: Offset of the message in it.
        end: Offset behind it.
        meter: Counts fields over the whole file.
    """

    data: memoryview
    start: int
    end: int
    meter: Meter

    @classmethod
    def of_file(cls, data: memoryview | bytes, fields: int) -> Message:
        """Return the message that a whole file is, of which that many fields are read."""
        return cls(memoryview(data), 0, len(data), Meter(fields))

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.end - self.start

    def fields(self) -> Iterator[Field]:
        """Yield field number, wire type and value: a number, or a `Message` for LENGTH.

        Raises:
            BadWire: When the bytes are no message.
            WireLimit: When the meter's budget is spent.
        """
        at = self.start
        while at < self.end:
            self.meter.count()
            key, behind = read_varint(self.data, at, self.end)
            number = key >> 3
            if not 0 < number <= _MAX_FIELD_NUMBER:
                raise BadWire(at, f"a field has the number {number:,}")
            wire_type = _WIRE_TYPES.get(key & 7)
            if wire_type is None:
                raise BadWire(at, f"a field has the wire type {key & 7}")
            value, at = self._value(wire_type, behind)
            yield number, wire_type, value

    def messages(self, number: int) -> Iterator[Message]:
        """Yield the values of a length-delimited field: messages, strings or map entries."""
        for found, _, value in self.fields():
            if found == number and isinstance(value, Message):
                yield value

    def integer(self, number: int) -> int:
        """Return the value of a varint field, signed; the last one counts, 0 if there is none."""
        last = 0
        for found, wire_type, value in self.fields():
            if found == number and wire_type is WireType.VARINT and isinstance(value, int):
                last = value
        return signed(last)

    def last(self, number: int) -> Message | None:
        """Return the last value of a length-delimited field, or None."""
        last = None
        for value in self.messages(number):
            last = value
        return last

    def text(self, number: int) -> str:
        """Return the value of a string field that holds a name, ``""`` if there is none."""
        last = self.last(number)
        if last is None:
            return ""
        if last.size > _MAX_NAME_BYTES:
            raise WireLimit(f"a name of {last.size:,} bytes")
        return readable(last.tobytes())

    def tobytes(self) -> bytes:
        """Return a copy of the bytes: for strings."""
        return self.data[self.start : self.end].tobytes()

    def _value(self, wire_type: WireType, at: int) -> tuple[int | Message, int]:
        """Read the value at ``at``; return it and the offset behind it."""
        if wire_type is WireType.VARINT:
            return read_varint(self.data, at, self.end)
        if wire_type is WireType.LENGTH:
            length, start = read_varint(self.data, at, self.end)
            left = self.end - start
            if length > left:
                raise BadWire(at, f"a field of {length:,} bytes has {left:,} left")
            return Message(self.data, start, start + length, self.meter), start + length
        end = at + (8 if wire_type is WireType.FIXED64 else 4)
        if end > self.end:
            raise BadWire(at, "a fixed-size number is cut off")
        return int.from_bytes(self.data[at:end], "little"), end


Field: TypeAlias = tuple[int, WireType, int | Message]
