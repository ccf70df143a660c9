"""The JSON report keeps to its schema, and the schema to the nouns."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kerasscan.model.excerpt import Excerpt
from kerasscan.model.finding import (
    Confidence,
    FileReport,
    Finding,
    Severity,
    Status,
    SuppressionKind,
)
from kerasscan.model.hazard import Effect
from kerasscan.model.saved import Container
from kerasscan.report.json_report import render_json, report_schema

from .reports import IGNORED, LAMBDA, everyday, file_report, finding, report


def valid(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    Draft202012Validator(report_schema()).validate(document)
    return document


def test_an_everyday_report_is_valid() -> None:
    document = valid(render_json(everyday()))
    assert document["schema"] == "kerasscan-report/1"
    assert document["version"] == "0.1.0"
    assert [file["path"] for file in document["files"]] == [file.path for file in everyday().files]


def test_the_summary_counts() -> None:
    assert json.loads(render_json(everyday()))["summary"] == {
        "files": 4,
        "files_with_findings": 3,
        "scanned": 2,
        "incomplete": 1,
        "not_a_model": 1,
        "errors": 2,
        "warnings": 2,
        "notes": 1,
        "suppressed": 0,
        "complete": False,
    }


def test_an_empty_report_is_valid() -> None:
    assert valid(render_json(report()))["files"] == []


def test_every_word_of_a_report_is_in_it() -> None:
    document = valid(render_json(everyday()))
    file = document["files"][0]
    elsewhere = {"asked_source", "parts"}  # said of the whole report; for SARIF
    assert list(file) == [field.name for field in fields(FileReport) if field.name not in elsewhere]
    assert list(file["findings"][0]) == [field.name for field in fields(Finding)]


def test_the_schema_is_a_schema_and_describes_every_value() -> None:
    schema = report_schema()
    Draft202012Validator.check_schema(schema)
    objects = [schema, schema["properties"]["summary"]]
    objects += [schema["$defs"]["file"], schema["$defs"]["finding"]]
    for described in objects:
        assert described["additionalProperties"] is False
        assert described["required"] == list(described["properties"])
        for name, value in described["properties"].items():
            assert len(value["description"]) > 10, name


def test_the_schema_knows_the_words_that_the_nouns_know() -> None:
    of_file = report_schema()["$defs"]["file"]["properties"]
    of_finding = report_schema()["$defs"]["finding"]["properties"]
    assert of_file["container"]["enum"] == [kind.value for kind in Container]
    assert of_file["status"]["enum"] == [status.value for status in Status]
    assert of_finding["severity"]["enum"] == [severity.value for severity in Severity]
    assert of_finding["confidence"]["enum"] == [confidence.value for confidence in Confidence]
    assert of_finding["effect"]["enum"] == [*(effect.value for effect in Effect), None]
    of_suppression = report_schema()["$defs"]["suppression"]["properties"]
    assert of_suppression["kind"]["enum"] == [kind.value for kind in SuppressionKind]


def test_suppressions_and_excerpts_keep_to_the_schema() -> None:
    full = replace(
        finding(LAMBDA, "Found.", pointer="/a"),
        suppression=IGNORED,
        excerpt=Excerpt(('"a": 1',), 0, 0),
        effect=Effect.CODE_ON_LOAD.value,
    )
    document = valid(render_json(report(file_report("a.keras", full)), show_suppressed=True))
    assert document["summary"]["suppressed"] == 1
    (found,) = document["files"][0]["findings"]
    assert found["suppression"]["kind"] == "ignored"
    assert found["excerpt"] == {"lines": ['"a": 1'], "first": 0, "last": 0}


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_json(everyday()) == render_json(everyday())


@pytest.mark.parametrize("name", ["käse 100%.keras", "../a\tb\n.keras", "\x1b[2J", "\u202e", "層"])
def test_hostile_names_come_back_as_they_were_and_leave_as_ascii(name: str) -> None:
    hostile = finding(LAMBDA, name, layer=name, pointer=f"/{name}", member=name)
    text = render_json(report(file_report(name, hostile)))
    file = valid(text)["files"][0]
    assert (file["path"], file["findings"][0]["pointer"]) == (name, f"/{name}")
    assert text.isascii()
    assert all(char.isprintable() for char in text.replace("\n", ""))


def test_half_a_surrogate_pair_is_spelt_out_because_strict_parsers_refuse_it() -> None:
    file = valid(render_json(report(file_report("caf\udce9.keras"))))["files"][0]
    assert file["path"] == r"caf\udce9.keras"
