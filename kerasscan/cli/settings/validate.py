"""A value against one of our own schemas, with the path of everything that is wrong in it.

The few words of JSON Schema that the two schemas use; a test compares the verdicts with those of
jsonschema, whose import would cost every scan of a project with settings a good part of its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kerasscan.cli.settings.toml_lines import Path

_LONGEST = 100
"""Letters of a wrong key that are compared with the right ones."""

_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "a string"),
    "array": ((list,), "a list"),
    "object": ((dict,), "a table"),
    "integer": ((int,), "a whole number"),
    "number": ((int, float), "a number"),
}


def faults(value: Any, schema: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield path and message of everything in a value that a schema refuses, in no order."""
    if "enum" in schema:
        if value not in schema["enum"]:
            yield path, f"must be one of {', '.join(schema['enum'])}"
        return
    if schema.get("format") == "date" and type(value) is date:
        return  # TOML has days of its own, JSON Schema knows them as text
    types, name = _TYPES[schema["type"]]
    if not isinstance(value, types) or isinstance(value, bool):
        yield path, f"must be {_of(schema, name)}"
    elif isinstance(value, dict):
        yield from _table_faults(value, schema, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from faults(item, schema["items"], (*path, index))
    elif isinstance(value, str):
        yield from ((path, message) for message in _text_faults(value, schema))
    elif isinstance(value, int | float):
        yield from ((path, message) for message in _number_faults(value, schema))


def _of(schema: Mapping[str, Any], name: str) -> str:
    items = schema.get("items", {})
    return f"{name} of {_TYPES[items['type']][1].removeprefix('a ')}s" if "type" in items else name


def _table_faults(
    table: dict[str, Any], schema: Mapping[str, Any], path: Path
) -> Iterator[tuple[Path, str]]:
    known: Mapping[str, Any] = schema.get("properties", {})
    for key, value in table.items():
        if key in known:
            yield from faults(value, known[key], (*path, key))
        elif other := schema["additionalProperties"]:
            yield from faults(value, other, (*path, key))
        else:
            yield (*path, key), f"there is no such key{_nearest(key, known)}"
    for key in schema.get("required", ()):
        if key not in table:
            yield path, f"'{key}' is missing"
    needed = [key for branch in schema.get("anyOf", ()) for key in branch["required"]]
    if needed and not table.keys() & needed:
        yield path, f"needs at least one of {', '.join(needed)}"


def _text_faults(text: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if len(text) < schema.get("minLength", 0):
        yield "is empty"
    if "pattern" in schema and not re.search(schema["pattern"], text):
        manual = schema.get("description", schema["pattern"])
        yield f"'{text[:_LONGEST]}' is not what is expected: {manual}"
    if schema.get("format") == "date" and not _is_date(text):
        yield f"'{text[:_LONGEST]}' is not a day such as 2027-01-31"


def _number_faults(number: float, schema: Mapping[str, Any]) -> Iterator[str]:
    least, most = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
    if not least <= number <= most:  # which nan is not either
        yield f"must be at least {least}" if number < least else f"must be at most {most}"


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _nearest(key: str, known: Mapping[str, Any]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key[:_LONGEST].lower().replace("_", "-"), known, n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; there are {', '.join(known)}"
