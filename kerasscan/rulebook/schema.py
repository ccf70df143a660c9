"""JSON Schema: does a value satisfy it, and if not, said so that an author can mend it.

The only module that imports jsonschema, and only when something is validated. References go
to the specifications that ship with jsonschema and nowhere else: nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasscan.rulebook.bad_cards import suggestion

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_LONGEST_MESSAGE = 300


@cache
def card_schema() -> Mapping[str, Any]:
    """Return the published schema of a card."""
    text = Path(__file__).with_name("card.schema.json").read_text(encoding="utf-8")
    schema: Mapping[str, Any] = json.loads(text)
    return schema


def faults(value: Any, schema: Mapping[str, Any], root: str = "$") -> list[tuple[str, str]]:
    """Return (JSON path, message) for everything in ``value`` that the schema refuses.

    Args:
        value: What is judged.
        schema: A valid JSON Schema, draft 2020-12.
        root: JSON path of the value itself.
    """
    found: list[tuple[str, str]] = []
    for error in _validator(schema).iter_errors(value):
        deepest = _deepest(error)
        path = root + deepest.json_path.removeprefix("$")
        found.extend((path, _short(message)) for message in _messages(deepest))
    return sorted(found)


def schema_fault(schema: Any) -> str | None:
    """Return why something is no JSON Schema of draft 2020-12, or None when it is one."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"{error.json_path}: {_short(error.message)}"
    return None


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    from jsonschema import Draft202012Validator
    from jsonschema_specifications import REGISTRY

    return Draft202012Validator(
        schema, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def _deepest(error: ValidationError) -> ValidationError:
    """Return the part of a failed ``anyOf`` or ``oneOf`` that says most."""
    if _keys_to_choose(error):
        return error
    from jsonschema.exceptions import best_match

    return best_match([error]) or error


def _messages(error: ValidationError) -> Iterator[str]:
    instance: Any = error.instance
    keys = _keys_to_choose(error)
    if keys:
        count = "exactly" if error.validator == "oneOf" else "at least"
        yield f"needs {count} one of {', '.join(keys)}"
    elif error.validator == "additionalProperties" and isinstance(error.schema, dict):
        known = error.schema.get("properties", {})
        for key in instance:
            if key not in known:
                yield f"'{key}' is unknown here{suggestion(key, known)}"
    elif error.validator == "maxLength":
        yield f"is {len(instance)} characters long; at most {error.validator_value} fit"
    elif error.validator == "pattern" and isinstance(error.schema, dict):
        manual = str(error.schema.get("description", "")).partition(". ")[0]
        yield f"{error.message} ({manual})" if manual else error.message
    else:
        yield error.message


def _keys_to_choose(error: ValidationError) -> list[str]:
    """Return the keys of a ``oneOf`` or ``anyOf`` whose branches only ask for keys."""
    if error.validator not in {"oneOf", "anyOf"}:
        return []
    branches: Any = error.validator_value
    if not all(isinstance(branch, dict) and set(branch) == {"required"} for branch in branches):
        return []
    return [key for branch in branches for key in branch["required"]]


def _short(message: str) -> str:
    if len(message) <= _LONGEST_MESSAGE:
        return message
    half = _LONGEST_MESSAGE // 2
    return f"{message[:half]} … {message[-half:]}"
