"""The list of built-in checks keeps the promises that cards rely on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import kerasscan.checks
from kerasscan.checks.check import Check
from kerasscan.checks.registry import BUILTIN_CHECKS

CHECKS = list(BUILTIN_CHECKS.values())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_describes_itself(check: Check) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", check.name)
    assert check.summary.endswith(".")
    assert all(check.facts.values())
    Draft202012Validator.check_schema(dict(check.options_schema))
    assert check.options_schema["additionalProperties"] is False
    properties = check.options_schema.get("properties", {})
    assert all(each.get("description") for each in properties.values())


def test_the_list_is_sorted_and_without_repetition() -> None:
    names = [check.name for check in CHECKS]
    assert names == sorted(set(names))


def test_every_check_that_is_written_is_on_the_list() -> None:
    folder = Path(kerasscan.checks.__file__).parent
    written = sum(len(re.findall(r"^[A-Z_]+ = Check\(", path.read_text(), re.MULTILINE))
                  for path in folder.glob("*.py"))  # fmt: skip
    assert len(CHECKS) == written


def test_a_check_knows_no_rule() -> None:
    folder = Path(kerasscan.checks.__file__).parent
    for path in folder.glob("*.py"):
        assert not re.search(r"\bK[A-Z]\d{3}\b|Severity", path.read_text()), path.name
