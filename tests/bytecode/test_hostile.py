"""Bytes that no compiler wrote: mutants, bombs, and code that points outside itself."""

from __future__ import annotations

import random
import time

import pytest

from kerasscan.bytecode import decode, reach, read_code
from kerasscan.model.bytecode import Rank, StoredCode, Unreadable
from tests.bytecode.handmade import (
    NONE,
    code,
    code_of_3_14,
    number,
    octets,
    reference,
    row,
    word,
)
from tests.bytecode.test_payloads import PAYLOADS

MUTANTS_EACH = 500
SLOWEST = 5.0
"""Seconds of processor time; what was measured is below one."""


def readable(data: bytes) -> StoredCode:
    """Read what has to be readable."""
    found = read_code(data)
    assert isinstance(found, StoredCode), found
    return found


def why_not(data: bytes) -> str:
    """Return why data is unreadable, which it has to be, and never NUMERIC."""
    found = read_code(data)
    assert isinstance(found, Unreadable)
    assert reach(found).rank is Rank.UNKNOWN
    return found.detail


def test_a_code_written_by_hand_is_read() -> None:
    found = readable(code(names=row(word("relu"))))
    assert (found.name, found.names, found.python) == ("f", ("relu",), ((3, 8), (3, 10)))
    assert (found.trailing, found.size) == (0, len(code(names=row(word("relu")))))


def test_bytes_after_the_code_are_counted() -> None:
    assert readable(code() + b"more").trailing == 4


def test_python_3_14_has_a_layout_and_slices_among_constants() -> None:
    # RESUME, LOAD_FAST_BORROW x, LOAD_ATTR shape with its cache, RETURN_VALUE
    steps = bytes([128, 0, 86, 0, 80, 0, *[0] * 18, 35, 0])
    constants = row(b":" + number(1).join([b"i", b"i", b""]) + NONE, word("text"))
    found = readable(code_of_3_14(steps, row(word("shape")), constants))
    assert found.python == ((3, 14), (3, 14))
    assert (found.qualname, found.arguments, found.strings) == ("outer.f", ("x",), ("text",))
    assert found.is_followed
    assert reach(found).rank is Rank.NUMERIC


@pytest.mark.parametrize("version", PAYLOADS)
def test_mutants_are_read_or_unreadable(version: str) -> None:
    chance = random.Random(f"mutants of {version}")  # noqa: S311  # a seed, not a secret
    texts = [each["stored"] for each in PAYLOADS[version] if len(each["stored"]) < 2000]
    ranks = set()
    start = time.process_time()
    for _ in range(MUTANTS_EACH):
        data = bytearray(decode(chance.choice(texts)))  # type: ignore[arg-type]  # all are bytes
        for _ in range(chance.choice((1, 1, 1, 2, 8))):
            where = chance.randrange(len(data))
            data[where] = chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        found = read_code(bytes(data))
        assert isinstance(found, (StoredCode, Unreadable))
        ranks.add(reach(found).rank)
    assert ranks == set(Rank)
    assert time.process_time() - start < SLOWEST


class TestBombs:
    """Small data that asks for much."""

    def test_depth_is_bounded(self) -> None:
        deep = (b"(" + number(1)) * 10_000 + NONE
        assert "deeper than 64" in why_not(code(constants=deep))
        nested = code()
        for _ in range(70):
            nested = code(constants=row(nested))
        assert "deeper than 64" in why_not(nested)

    @pytest.mark.parametrize("count", [2**31 - 1, 100_000_000, 90])
    def test_a_count_beyond_the_last_byte_reserves_nothing(self, count: int) -> None:
        assert "announced before the last byte" in why_not(
            code(constants=b"(" + number(count) + NONE)[:60]
        )

    def test_a_length_beyond_the_last_byte_reserves_nothing(self) -> None:
        assert "past the end" in why_not(code(bytecode=b"s" + number(2**31 - 1)))

    def test_no_length_is_negative(self) -> None:
        assert why_not(code(constants=b"(" + number(-5))) == "a length is -5"

    def test_objects_are_counted(self) -> None:
        assert "more than 200,000 objects" in why_not(code(constants=row(*[NONE] * 300_000)))

    def test_integers_are_bounded(self) -> None:
        big = b"l" + number(-4096) + b"\1\0" * 4096
        assert readable(code(constants=row(big))).strings == ()
        big = b"l" + number(4097) + b"\1\0" * 4097
        assert "4,097 digits" in why_not(code(constants=row(big)))

    def test_nothing_holds_itself(self) -> None:
        assert "itself" in why_not(code(constants=row(reference(0)), flag=True))
        assert "itself" in why_not(code(constants=b"\xa8" + number(1) + reference(1), flag=True))

    def test_a_reference_to_nothing_is_damage(self) -> None:
        assert "object 7 of 1" in why_not(code(constants=row(reference(7)), flag=True))

    def test_doubling_references_are_walked_once(self) -> None:
        doubled = [b"\xa8" + number(1) + word("once")]
        doubled += [b"\xa8" + number(2) + reference(k) * 2 for k in range(1, 60)]
        assert readable(code(constants=row(*doubled), flag=True)).all_strings == ("once",)

    def test_a_code_in_two_places_is_met_once(self) -> None:
        inner = code(flag=True, names=row(word("inner")))
        # object 0 is the outer code, object 1 the inner one
        middle = code(constants=row(reference(1), reference(1)))
        found = readable(code(constants=row(inner, middle, reference(1)), flag=True))
        assert [len(each.codes) for each in found.walk()] == [2, 0, 1]
        assert found.all_names == ("inner",)

    @pytest.mark.parametrize("part", ["names", "constants", "inner", "bytecode", "bytes"])
    def test_what_many_codes_share_is_bounded(self, part: str) -> None:
        start = time.process_time()
        if part in ("names", "constants"):
            shared = b"\xa8" + number(60_000) + word("a") * 60_000
            each = code(**{part: reference(1)})  # type: ignore[arg-type]  # both are bytes
        elif part == "inner":
            shared = b"\xa8" + number(60_000) + NONE * 60_000
            each = code(constants=row(reference(1)))
        elif part == "bytecode":
            shared = b"\xf3" + number(200_000) + b"d\0" * 100_000
            each = code(bytecode=reference(1))
        else:
            shared = b"\xf3" + number(200_000) + b"q" * 200_000
            each = code(constants=row(reference(1)))
        found = read_code(code(constants=row(shared, *[each] * 3000), flag=True))
        if part != "bytes":
            assert reach(found).rank is Rank.UNKNOWN
        assert time.process_time() - start < SLOWEST

    @pytest.mark.parametrize("piece", ["__a", "import ", "import\t", "_", "a", "os", "__os__"])
    def test_long_strings_take_linear_time(self, piece: str) -> None:
        text = piece.encode() * (600_000 // len(piece))
        start = time.process_time()
        reach(read_code(code(constants=row(b"a" + number(len(text)) + text))))
        assert time.process_time() - start < SLOWEST


class TestOutside:
    """Instructions that mean something outside the code's own tables."""

    def test_a_constant_that_is_not_there(self) -> None:
        found = readable(code(bytecode=octets(b"d\1S\0")))
        assert not found.is_followed
        assert reach(found).rank is Rank.UNKNOWN

    def test_a_constant_that_an_extended_argument_moves_away(self) -> None:
        assert not readable(code(bytecode=octets(b"\x90\1d\0S\0"))).is_followed

    def test_an_instruction_that_no_python_knows(self) -> None:
        assert not readable(code(bytecode=octets(b"d\0\xff\0S\0"))).is_followed

    def test_an_instruction_that_is_cut(self) -> None:
        assert not readable(code(bytecode=octets(b"d\0S"))).is_followed

    def test_what_hides_in_the_cache_of_an_instruction(self) -> None:
        steps = [128, 0, 86, 0, 80, 0, *[0] * 18, 35, 0]
        steps[10] = 73
        found = readable(code_of_3_14(bytes(steps), row(word("shape"))))
        assert not found.is_followed

    def test_imports_are_then_guessed_from_the_names(self) -> None:
        found = readable(code(bytecode=octets(b"d\1S\0"), names=row(word("os"), word("relu"))))
        assert found.imports == ("os",)

    def test_byte_strings_are_no_names_after_python_2(self) -> None:
        assert "names are no text" in why_not(code(names=row(octets(b"os"))))

    def test_names_that_are_no_text_are_damage(self) -> None:
        assert "no tuple" in why_not(code(names=NONE))
        assert "no text" in why_not(code(names=row(NONE)))


def test_a_value_that_is_no_code_is_unreadable() -> None:
    assert why_not(row(NONE)) == "it holds no code object"
    assert why_not(b"") == "it is empty"
    assert "no type of marshal's" in why_not(b"hello, this is no code at all, only text")
