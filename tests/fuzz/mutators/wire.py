"""Protobuf messages: one field changed at any depth, the lengths around it put right."""

from __future__ import annotations

from random import Random

from tests.fuzz.mutators import json_text, raw

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


class NoMessage(ValueError):
    """Bytes that are no protobuf message."""


class Field:
    """One field of a message.

    Attributes:
        number: Its number.
        kind: Its wire type.
        value: A number, or bytes.
    """

    def __init__(self, number: int, kind: int, value: int | bytes) -> None:
        self.number = number
        self.kind = kind
        self.value = value

    def encoded(self) -> bytes:
        """Return the field's bytes."""
        key = varint(self.number << 3 | self.kind)
        if isinstance(self.value, bytes):
            return key + varint(len(self.value)) + self.value
        if self.kind == _VARINT:
            return key + varint(self.value)
        width = 8 if self.kind == _FIXED64 else 4
        return key + (self.value % (1 << 8 * width)).to_bytes(width, "little")


def varint(number: int) -> bytes:
    """Return a number in groups of seven bits, the least significant first."""
    number %= 2**64
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _varint_at(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(data) and shift < 70:
        number |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return number, at
        shift += 7
    raise NoMessage


def fields(data: bytes) -> list[Field]:
    """Return the fields of a message.

    Raises:
        NoMessage: It is none.
    """
    found, at = [], 0
    while at < len(data):
        key, at = _varint_at(data, at)
        number, kind = key >> 3, key & 7
        if not number:
            raise NoMessage
        value: int | bytes
        if kind == _VARINT:
            value, at = _varint_at(data, at)
        elif kind == _LENGTH:
            length, at = _varint_at(data, at)
            value = data[at : at + length]
            at += length
        elif kind in (_FIXED64, _FIXED32):
            width = 8 if kind == _FIXED64 else 4
            value = int.from_bytes(data[at : at + width], "little")
            at += width
        else:
            raise NoMessage
        found.append(Field(number, kind, value))
    if at > len(data):
        raise NoMessage
    return found


def mutate(data: bytes, random: Random) -> bytes:
    """Change one field of a message, or of a message in it."""
    if random.random() < 0.08:
        return raw.mutate(data, random)
    try:
        return _changed(data, random)
    except NoMessage:
        return raw.mutate(data, random)


def _changed(data: bytes, random: Random) -> bytes:
    """Go down a random way and come back up: what is around the place gets its new length."""
    above: list[tuple[list[Field], int]] = []
    while True:
        here = fields(data)
        if not here:
            raise NoMessage
        index = random.randrange(len(here))
        value = here[index].value
        is_deeper = isinstance(value, bytes) and _is_message(value) and random.random() < 0.8
        if not is_deeper or not isinstance(value, bytes) or len(above) > 60:
            break
        above.append((here, index))
        data = value
    _change(here, index, random)
    data = _joined(here)
    for around, at in reversed(above):
        around[at].value = data
        data = _joined(around)
    return data


def _is_message(data: bytes) -> bool:
    try:
        return bool(fields(data))
    except NoMessage:
        return False


def _joined(found: list[Field]) -> bytes:
    return b"".join(field.encoded() for field in found)


def _change(here: list[Field], index: int, random: Random) -> None:
    field = here[index]
    match random.randrange(9):
        case 0:
            del here[index]
        case 1:
            here.insert(random.randrange(len(here)), field)
        case 2:
            here[index : index + 1] = [field] * random.choice((2, 5, 40))
        case 3:
            random.shuffle(here)
        case 4:
            field.number = random.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 2**29 - 1, 2**29))
        case 5 if isinstance(field.value, bytes):
            field.value = _nested(field.value, random.choice((2, 30, 400)), field.number)
        case 6:
            other = random.choice(here)
            field.value, field.kind = other.value, other.kind
        case _:
            field.value = _other_value(field.value, random)


def _other_value(value: int | bytes, random: Random) -> int | bytes:
    if isinstance(value, int):
        return random.choice((*raw.NUMBERS, value + 1, value - 1, value * 2))
    if value.lstrip()[:1] in (b"{", b"["):
        return json_text.mutate(value, random)
    return random.choice((raw.mutate(value, random), b"", value * 3, value[::-1], b"\xff\xfe"))


def _nested(value: bytes, depth: int, number: int) -> bytes:
    for _ in range(depth):
        value = Field(number, _LENGTH, value).encoded()
    return value
