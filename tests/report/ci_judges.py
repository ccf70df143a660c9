"""Judges of the formats for CI systems: schemas and readers that are not ours."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any
from xml.etree import ElementTree

from jsonschema import Draft202012Validator
from junitparser import JUnitXml

ISSUES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32,64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""The table "Code Quality report format" of GitLab's documentation, for which GitLab publishes no
schema: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

_SEVERITY = {"enum": ["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"]}
_NAMED = {"type": "object", "properties": {"name": {"type": "string"}, "url": {"type": "string"}}}
DIAGNOSTICS: dict[str, Any] = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "additionalProperties": False,
    "properties": {
        "source": {**_NAMED, "additionalProperties": False},
        "severity": _SEVERITY,
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location", "severity", "code"],
                "additionalProperties": False,
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "severity": _SEVERITY,
                    "location": {
                        "type": "object",
                        "required": ["path"],
                        "additionalProperties": False,
                        "properties": {"path": {"type": "string", "minLength": 1}},
                    },
                    "code": {
                        "type": "object",
                        "required": ["value"],
                        "additionalProperties": False,
                        "properties": {"value": {"type": "string"}, "url": {"type": "string"}},
                    },
                },
            },
        },
    },
}
"""The messages of reviewdog's ``proto/rdf/reviewdog.proto`` that kerasscan writes."""

_INSIDE = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped", "system-out"},
}
_ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}


def check_issues(text: str) -> list[dict[str, Any]]:
    """Return GitLab's issues after a check that they are ones, each with its own fingerprint."""
    issues: list[dict[str, Any]] = json.loads(text)
    Draft202012Validator(ISSUES).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return issues


def check_diagnostics(text: str) -> list[dict[str, Any]]:
    """Return reviewdog's diagnostics after a check that they are ones."""
    document = json.loads(text)
    Draft202012Validator(DIAGNOSTICS).validate(document)
    found: list[dict[str, Any]] = document["diagnostics"]
    return found


def check_suites(text: str) -> list[ElementTree.Element]:
    """Return the suites after a check of elements, attributes and counts, and by junitparser."""
    assert text.isascii()
    root = ElementTree.fromstring(text)  # noqa: S314 - written by us a moment ago
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) == _ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= _INSIDE.get(element.tag, set())
    for suite in root:
        cases = list(suite)
        counts = [len(cases)]
        counts += [len(suite.findall(f"*/{tag}")) for tag in ("failure", "error", "skipped")]
        names = ("tests", "failures", "errors", "skipped")
        assert [int(suite.attrib[name]) for name in names] == counts
        assert cases
    parsed = JUnitXml.fromroot(JUnitXml.fromstring(text.encode())._elem)
    assert parsed.tests == int(root.attrib["tests"])
    assert StringIO(text).readline().startswith("<?xml")
    return list(root)
