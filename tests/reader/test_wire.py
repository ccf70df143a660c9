"""The wire format of protobuf: what is read, and how damage is told."""

from __future__ import annotations

import random

import pytest

from kerasscan.reader.wire import BadWire, Message, WireLimit, WireType, read_varint, signed


def varint(number: int) -> bytes:
    """Write a base-128 number."""
    number &= (1 << 64) - 1
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def number_field(field: int, value: int) -> bytes:
    """Write a varint field."""
    return varint(field << 3) + varint(value)


def data_field(field: int, value: bytes | str) -> bytes:
    """Write a length-delimited field: a string or a message."""
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def message(data: bytes, fields: int = 1000) -> Message:
    return Message.of_file(data, fields)


def test_every_wire_type_is_read_with_its_field_number() -> None:
    data = b"".join(
        [
            number_field(1, 300),
            varint(2 << 3 | 1) + (7).to_bytes(8, "little"),
            data_field(3, b"abc"),
            varint(4000 << 3 | 5) + (9).to_bytes(4, "little"),
        ]
    )
    found = list(message(data).fields())
    assert [field[:2] for field in found] == [
        (1, WireType.VARINT),
        (2, WireType.FIXED64),
        (3, WireType.LENGTH),
        (4000, WireType.FIXED32),
    ]
    assert (found[0][2], found[1][2], found[3][2]) == (300, 7, 9)
    inner = found[2][2]
    assert isinstance(inner, Message)
    assert inner.tobytes() == b"abc"


def test_an_empty_message_has_no_fields() -> None:
    assert list(message(b"").fields()) == []


def test_messages_in_messages_are_windows_of_one_file() -> None:
    data = data_field(2, data_field(7, data_field(1, "deep")))
    outer = next(message(data).messages(2))
    inner = next(outer.messages(7))
    assert inner.text(1) == "deep"
    assert (inner.start, inner.end, inner.size) == (4, 10, 6)
    assert inner.data is outer.data


def test_the_last_value_counts() -> None:
    data = number_field(1, 5) + data_field(2, "a") + number_field(1, 6) + data_field(2, "b")
    assert message(data).integer(1) == 6
    assert message(data).text(2) == "b"


def test_absent_fields_have_protobufs_defaults() -> None:
    assert message(b"").integer(1) == 0
    assert message(b"").text(1) == ""
    assert message(b"").last(1) is None


def test_a_field_of_another_wire_type_is_skipped() -> None:
    data = data_field(1, "text") + number_field(2, 3)
    assert message(data).integer(1) == 0
    assert message(data).text(2) == ""


@pytest.mark.parametrize("number", [0, 1, 127, 128, 2**31 - 1, -1, -(2**31), -(2**63)])
def test_numbers_keep_their_sign(number: int) -> None:
    assert message(number_field(1, number)).integer(1) == number


def test_bits_above_the_64th_are_dropped() -> None:
    number, end = read_varint(memoryview(b"\xff" * 9 + b"\x7f"), 0, 10)
    assert (signed(number), end) == (-1, 10)


def test_names_that_are_not_utf8_stay_readable() -> None:
    assert message(data_field(1, b"a\xffb")).text(1) == "a\\xffb"


@pytest.mark.parametrize(
    ("data", "offset", "what"),
    [
        (b"\x80", 0, "a number is cut off"),
        (b"\x08", 1, "a number is cut off"),
        (b"\x08" + b"\xff" * 11, 1, "a number is longer than 10 bytes"),
        (b"\x00\x01", 0, "a field has the number 0"),
        (varint(1 << 32) + b"\x01", 0, "a field has the number 536,870,912"),
        (b"\x0b\x0c", 0, "a field has the wire type 3"),
        (b"\x08\x01\x0c", 2, "a field has the wire type 4"),
        (b"\x0e", 0, "a field has the wire type 6"),
        (b"\x0f", 0, "a field has the wire type 7"),
        (b"\x0a\x05abcd", 1, "a field of 5 bytes has 4 left"),
        (b"\x0a" + varint(2**63), 1, "a field of 9,223,372,036,854,775,808 bytes has 0 left"),
        (b"\x09" + bytes(7), 1, "a fixed-size number is cut off"),
        (b"\x0d" + bytes(3), 1, "a fixed-size number is cut off"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, offset: int, what: str) -> None:
    with pytest.raises(BadWire) as caught:
        list(message(data).fields())
    assert (caught.value.offset, caught.value.what) == (offset, what)


def test_offsets_count_from_the_start_of_the_file() -> None:
    data = number_field(1, 1) + data_field(2, b"\x0b")
    with pytest.raises(BadWire, match="wire type 3 at byte 4"):
        next(message(data).messages(2)).integer(1)


def test_a_message_cannot_reach_behind_its_end() -> None:
    inner = next(message(data_field(1, b"\x0a\x02") + b"\x10\x01").messages(1))
    with pytest.raises(BadWire, match="a field of 2 bytes has 0 left"):
        inner.last(1)


def test_the_budget_counts_the_fields_of_all_messages_together() -> None:
    data = data_field(1, number_field(1, 1) * 3)
    outer = message(data, fields=3)
    inner = next(outer.messages(1))
    with pytest.raises(WireLimit, match="more than 3 protobuf fields"):
        inner.integer(1)


def test_an_absurd_name_is_not_copied() -> None:
    with pytest.raises(WireLimit, match="a name of 70,000 bytes"):
        message(data_field(1, b"a" * 70_000)).text(1)


def test_random_bytes_raise_nothing_else() -> None:
    source = random.Random(0)  # noqa: S311 # a seeded source repeats its failures
    valid = data_field(1, data_field(2, number_field(3, 4)) + data_field(5, b"\x08\x01")) * 3
    outcomes = {"read": 0, "bad": 0, "limit": 0}
    for _ in range(3000):
        data = bytearray(valid if source.random() < 0.7 else source.randbytes(60))
        for _ in range(source.randrange(3)):
            data[source.randrange(len(data))] = source.randrange(256)
        cut = source.choice([0, 0, 1, 9])
        waiting = [message(bytes(data[: len(data) - cut]), fields=source.choice([10, 100]))]
        try:
            while waiting:
                inner = waiting.pop()
                inner.text(2)
                waiting.extend(
                    value for _, _, value in inner.fields() if isinstance(value, Message)
                )
            outcomes["read"] += 1
        except BadWire as error:
            assert 0 <= error.offset <= len(data)
            outcomes["bad"] += 1
        except WireLimit:
            outcomes["limit"] += 1
    assert min(outcomes.values()) > 10, outcomes
