"""All samples in one report: valid in every format, and the same bytes every time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import kerasscan
from kerasscan.model.finding import Report
from kerasscan.report import FORMATS, Manner, render
from kerasscan.report.json_report import report_schema
from kerasscan.rulebook.page import markdown
from tests.report.sarif_schema import run_of
from tests.samples.manifest import SAMPLES

MANNER = Manner(root=SAMPLES.parent, help_markdown=markdown)


@pytest.fixture(scope="module")
def report() -> Report:
    """One scan of everything."""
    return kerasscan.scan([SAMPLES], jobs=1)


def test_a_folder_is_searched_for_every_sample_that_is_called_like_a_model(report: Report) -> None:
    found = {Path(file.path).relative_to(SAMPLES).as_posix() for file in report.files}
    called = {
        path.relative_to(SAMPLES).as_posix()
        for path in SAMPLES.rglob("*")
        if path.is_file() and path.suffix in (".keras", ".h5") and "directory" not in str(path)
    }
    assert called - found == set()


def test_sarif_over_all_samples_is_valid(report: Report) -> None:
    run = run_of(render(report, "sarif", MANNER))
    assert len(run["results"]) == len(report.findings)


def test_json_over_all_samples_is_valid(report: Report) -> None:
    document = json.loads(render(report, "json", MANNER))
    assert [
        error.message for error in Draft202012Validator(report_schema()).iter_errors(document)
    ] == []
    assert len(document["files"]) == len(report.files)


@pytest.mark.parametrize("output_format", sorted(FORMATS))
def test_two_scans_and_two_processes_print_the_same_bytes(
    report: Report, output_format: str
) -> None:
    again = kerasscan.scan([SAMPLES], jobs=2)
    assert render(again, output_format, MANNER) == render(report, output_format, MANNER)


def test_fingerprints_are_unique_within_a_file(report: Report) -> None:
    for file in report.files:
        keys = [(finding.rule, finding.fingerprint) for finding in file.findings]
        assert len(keys) == len(set(keys)), file.path
