"""The schemas of the settings, and the judge that stands in for jsonschema."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kerasscan.cli import app
from kerasscan.cli.settings.choices import KEYS, Choices
from kerasscan.cli.settings.document import schema
from kerasscan.cli.settings.toml_lines import key_lines, line_of
from kerasscan.cli.settings.validate import faults
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.report import FORMATS

PROPERTIES = schema("settings")["properties"]


def _key(name: str) -> str:
    return name.replace("_", "-")


@pytest.mark.parametrize("name", ["settings", "ignore"])
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(dict(schema(name)))


def test_every_key_has_its_field_and_its_default() -> None:
    assert list(PROPERTIES) == [_key(key) for key in KEYS]
    for field in fields(Choices):
        value = getattr(Choices(), field.name)
        told = PROPERTIES[_key(field.name)].get("default")
        assert (list(value) if isinstance(value, tuple) else value) == told


def test_the_limits_are_those_of_the_reader_but_for_time_and_memory() -> None:
    told = {key: each["default"] for key, each in PROPERTIES["limits"]["properties"].items()}
    known = {_key(field.name): getattr(DEFAULT_LIMITS, field.name) for field in fields(Limits)}
    assert told == {key: known[key] for key in known if key not in {"seconds", "memory-bytes"}}


def test_choices_are_those_of_the_options() -> None:
    assert PROPERTIES["output-format"]["enum"] == list(FORMATS) == list(app.OutputFormat)
    assert f"({'|'.join(FORMATS)})" in PROPERTIES["output"]["items"]["pattern"]
    assert PROPERTIES["fail-on"]["enum"] == list(app.FailOn)
    assert PROPERTIES["min-confidence"]["enum"] == list(app.MinConfidence)
    assert PROPERTIES["lfs-pointers"]["enum"] == list(app.LfsPointers)


def test_everything_is_described() -> None:
    entry = schema("ignore")["properties"]["ignore"]["items"]["properties"]
    for part in (
        *PROPERTIES.values(),
        *PROPERTIES["limits"]["properties"].values(),
        *entry.values(),
    ):
        assert part["description"].endswith(".")


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.floats(allow_nan=False).filter(lambda number: not number.is_integer())
    | st.sampled_from(["", " ", "error", "off", "3.11", "json=x", "json=", "0" * 16 + ":1", "x"])
    | st.sampled_from(["2027-01-31", "2027-02-31", "2027-1-1", "20270131"])
)
INNER_KEYS = st.sampled_from(
    ["rule", "path", "layer", "fingerprint", "reason", "expires", "json-depth", "KR101"]
)
VALUES = st.recursive(
    SCALARS,
    lambda each: st.lists(each, max_size=2) | st.dictionaries(INNER_KEYS, each, max_size=4),
    max_leaves=6,
)
SETTINGS = st.dictionaries(st.sampled_from([*PROPERTIES, "selct"]), VALUES, max_size=4)
IGNORED = st.dictionaries(st.just("ignore"), st.lists(VALUES, max_size=2))


@settings(max_examples=400, deadline=None)
@given(SETTINGS | IGNORED)
def test_the_judge_refuses_what_jsonschema_refuses(value: dict[str, Any]) -> None:
    for name in ("settings", "ignore"):
        validator = Draft202012Validator(
            dict(schema(name)), format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        ours = {path for path, _ in faults(value, schema(name))}
        assert bool(ours) != validator.is_valid(value)


def test_lines_are_found_wherever_a_value_stands() -> None:
    text = "\n".join(
        [
            "a = 1 # [not] = a header",  # 1
            'b.c = """',  # 2
            "x = 1",
            '"""',
            "d = [ 'x',",  # 5
            "  # comment",
            "  { e = 1, 'f g' = [",  # 7
            "    2 ] } ]",
            "[t.'u.v']",  # 9
            'w = "]"',
            "[[list]]",  # 11
            "k = 1",
            "[[list]]",
            "k.l = 2",  # 14
            "[list.sub]",
            "m = 3",  # 16
        ]
    )
    tomllib.loads(text)
    lines = key_lines(text)
    assert lines["a",] == 1
    assert lines["b", "c"] == 2
    assert lines["d",] == lines["d", 0] == 5
    assert lines["d", 1, "e"] == lines["d", 1, "f g"] == 7
    assert lines["d", 1, "f g", 0] == 8
    assert lines["t", "u.v"] == 9
    assert lines["t", "u.v", "w"] == 10
    assert lines["list", 0, "k"] == 12
    assert lines["list", 1, "k", "l"] == 14
    assert lines["list", 1, "sub", "m"] == 16
    assert ("x",) not in lines
    assert line_of(lines, ("d", 1, "e", "deeper")) == 7
    assert line_of(lines, ("nothing",)) == 1


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = {path} if path else set()
    for key, each in inner:
        below = (*path, key)
        found |= _paths(each, below) if isinstance(each, dict | list) else {below}
    return found


def test_every_value_of_a_real_file_has_a_line() -> None:
    for file in (Path("pyproject.toml"), *sorted(Path("rules/security").glob("*.toml"))):
        text = (Path(__file__).parents[2] / file).read_text(encoding="utf-8")
        known = _paths(tomllib.loads(text))
        lines = key_lines(text)
        assert known == set(lines)
        assert all(1 <= line <= text.count("\n") for line in lines.values())


def test_a_day_may_be_written_as_one() -> None:
    entry = {"rule": "KS", "reason": "x", "expires": date(2027, 1, 31).isoformat()}
    assert not list(faults({"ignore": [entry]}, schema("ignore")))
