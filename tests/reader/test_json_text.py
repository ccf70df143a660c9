"""JSON text: read as Python's reader does, with everything odd told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasscan.model.address import Address
from kerasscan.model.json_value import JsonValue
from kerasscan.model.saved import DuplicateKeys, Problem, ProblemKind
from kerasscan.reader.json_text import depth_exceeds, parse_json
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits

AT = Address("config.json")

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def parse(data: bytes | str) -> tuple[JsonValue, list[Problem]]:
    return parse_json(data, DEFAULT_LIMITS, AT)


@given(VALUES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"]))
def test_any_value_is_read_in_any_encoding(value: JsonValue, encoding: str) -> None:
    text = json.dumps(value, ensure_ascii=False)
    found, problems = parse(text.encode(encoding, "surrogatepass"))
    assert found == value
    assert {problem.kind for problem in problems} <= {ProblemKind.ODD_JSON}
    assert bool(problems) is (encoding != "utf-8")


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    value, problems = parse(data)
    assert value is not None or problems or json.loads(data) is None
    assert all(problem.address == AT for problem in problems)


@given(VALUES)
def test_text_and_bytes_are_read_alike(value: JsonValue) -> None:
    text = json.dumps(value)
    assert parse(text) == parse(text.encode()) == (value, [])


def test_a_byte_order_mark_in_text_is_told() -> None:
    value, (problem,) = parse('\ufeff{"a": 1}')
    assert value == {"a": 1}
    assert problem.kind is ProblemKind.ODD_JSON


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_constants_that_json_does_not_know_are_told(constant: str) -> None:
    value, (problem,) = parse(f'{{"a": [{constant}, {constant}]}}')
    assert isinstance(value, dict)
    assert (problem.kind, problem.incomplete) == (ProblemKind.ODD_JSON, False)
    assert constant in problem.detail


def test_an_integer_too_long_for_python_is_told() -> None:
    value, (problem,) = parse("[" + "9" * 5_000 + ", 1]")
    assert value == [float("inf"), 1]
    assert (problem.kind, problem.detail) == (
        ProblemKind.ODD_JSON,
        "holds an integer of 5,000 digits",
    )


def test_an_integer_that_python_reads_is_not_odd() -> None:
    assert parse("9" * 4_300) == (int("9" * 4_300), [])


def test_repeated_keys_are_kept() -> None:
    value, problems = parse('{"a": 1, "b": 2, "a": 3, "a": 4}')
    assert isinstance(value, DuplicateKeys)
    assert problems == []
    assert value == {"a": 4, "b": 2}
    assert value.shadowed == (("a", 1), ("a", 3))


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1', "line 1, column 8"),
        (b'{"a": 1}\n\n  x', "line 3, column 3"),
        (b"[1,]", "line 1, column"),
        (b"{'a': 1}", "line 1, column 2"),
        (b'"\x01"', "line 1, column 2"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, where: str) -> None:
    value, (problem,) = parse(data)
    assert value is None
    assert (problem.kind, problem.incomplete) == (ProblemKind.DAMAGED_JSON, True)
    assert where in problem.detail


@pytest.mark.parametrize("data", [b'{"a": "\xff"}', b"\xff\xfe{", b"\x00\x00\xfe\xff\x00"])
def test_text_in_no_encoding_is_damaged(data: bytes) -> None:
    value, problems = parse(data)
    assert value is None
    assert problems[-1].kind is ProblemKind.DAMAGED_JSON
    assert problems[-1].incomplete


@pytest.mark.parametrize("depth", [1, 2, 200])
def test_nesting_up_to_the_limit_is_read(depth: int) -> None:
    value, problems = parse("[" * depth + "]" * depth)
    assert isinstance(value, list)
    assert problems == []
    assert depth_exceeds(value, depth - 1)
    assert not depth_exceeds(value, depth)


@pytest.mark.parametrize("depth", [201, 990, 5_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_beyond_the_limit_is_a_limit(depth: int, opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    value, (problem,) = parse(opening * depth + "1" + closing * depth)
    assert value is None
    assert (problem.kind, problem.incomplete) == (ProblemKind.LIMIT_EXCEEDED, True)


@pytest.mark.parametrize(
    "limits",
    [replace(DEFAULT_LIMITS, json_bytes=20), replace(DEFAULT_LIMITS, json_nodes=5)],
)
@pytest.mark.parametrize("text", ["[[[[[[[[[[1]]]]]]]]]]   ", "[1, 2, 3, 4, 5, 6, 7, 8]"])
def test_size_is_judged_before_parsing(limits: Limits, text: str) -> None:
    value, (problem,) = parse_json(text, limits, AT)
    assert value is None
    assert (problem.kind, problem.incomplete) == (ProblemKind.LIMIT_EXCEEDED, True)


@given(VALUES)
def test_the_number_of_values_is_never_underestimated(value: JsonValue) -> None:
    count, stack = 0, [value]
    while stack:
        item = stack.pop()
        count += 1
        stack += item if isinstance(item, list) else []
        stack += item.values() if isinstance(item, dict) else []
    limits = replace(DEFAULT_LIMITS, json_nodes=count - 1)
    found, problems = parse_json(json.dumps(value), limits, AT)
    assert found is None
    assert problems[0].kind is ProblemKind.LIMIT_EXCEEDED
