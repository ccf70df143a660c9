"""The published schema of a card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.error import URLError

import pytest
from jsonschema import Draft202012Validator
from referencing.exceptions import Unresolvable

from kerasscan.rulebook.schema import card_schema, faults, schema_fault


def _values(schema: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema that describes a value."""
    if not isinstance(schema, dict) or "$ref" in schema or set(schema) == {"required"}:
        return
    yield path, schema
    for key in ("properties", "$defs"):
        for name, below in schema.get(key, {}).items():
            yield from _values(below, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        yield from _values(schema.get(key), f"{path}.{key}")


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(card_schema())


def test_every_value_of_the_schema_is_described() -> None:
    values = list(_values(card_schema()))
    assert len(values) > 25
    assert [path for path, value in values if not value.get("description")] == []


def test_every_table_of_the_schema_refuses_unknown_keys() -> None:
    tables = [
        (path, value) for path, value in _values(card_schema()) if value.get("type") == "object"
    ]
    free = {path for path, value in tables if "additionalProperties" not in value}
    assert len(tables) == 7
    assert free == {"$.options"}


def test_a_value_that_satisfies_its_schema_has_no_fault() -> None:
    assert faults({"a": 1}, {"properties": {"a": {"type": "integer"}}}) == []


def test_all_faults_are_told_with_their_paths() -> None:
    schema = {"properties": {"a": {"type": "integer"}, "b": {"items": {"enum": ["x"]}}}}
    assert faults({"a": "1", "b": ["x", "y"]}, schema, "$.options") == [
        ("$.options.a", "'1' is not of type 'integer'"),
        ("$.options.b[1]", "'y' is not one of ['x']"),
    ]


def test_an_unknown_key_is_told_with_the_one_that_was_meant() -> None:
    schema = {"properties": {"severity": {}}, "additionalProperties": False}
    assert faults({"sevrity": 1, "zzz": 2}, schema) == [
        ("$", "'sevrity' is unknown here; did you mean 'severity'?"),
        ("$", "'zzz' is unknown here"),
    ]


def test_a_text_that_is_too_long_is_told_by_its_length_and_not_repeated() -> None:
    assert faults("x" * 5000, {"maxLength": 10}) == [
        ("$", "is 5000 characters long; at most 10 fit")
    ]


@pytest.mark.parametrize(("word", "says"), [("oneOf", "exactly"), ("anyOf", "at least")])
def test_a_choice_of_keys_is_told_by_the_keys(word: str, says: str) -> None:
    schema = {word: [{"required": ["text"]}, {"required": ["hex"]}]}
    assert faults({"text": 1}, schema) == []
    assert faults({}, schema) == [("$", f"needs {says} one of text, hex")]


def test_a_reference_to_elsewhere_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def urlopen(address: object, *_: object, **__: object) -> None:
        asked.append(address)
        raise URLError("nothing is fetched")

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    with pytest.raises(Unresolvable):
        faults({}, {"$ref": "https://example.org/schema.json"})
    assert asked == []


def test_a_condition_that_is_no_schema_is_a_fault_of_the_card() -> None:
    schema = {"$ref": "https://json-schema.org/draft/2020-12/schema"}
    assert faults({"properties": {"rate": {"minimum": 1}}}, schema) == []
    assert faults({"properties": {"rate": {"minimum": "x"}}}, schema) == [
        ("$.properties.rate.minimum", "'x' is not of type 'number'")
    ]
    assert faults({"pattern": "(("}, schema) == [("$.pattern", "'((' is not a 'regex'")]


@pytest.mark.parametrize("schema", [{"type": "objct"}, 3])
def test_a_schema_that_is_none_is_told(schema: Any) -> None:
    assert schema_fault({"type": "object"}) is None
    assert schema_fault(schema) is not None
