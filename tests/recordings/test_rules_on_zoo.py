"""The rules on models that real releases saved: nothing of Keras is called custom or broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kerasscan
from kerasscan.model.finding import FileReport, Report, Severity
from tests.oracle.zoo.packing import extract

OWN_CODE = ("custom", "registered", "subclassed", "lambda")
"""Families of the zoo whose models hold code that is not Keras' own."""

COMPATIBILITY = "KC"
JUDGED_ELSEWHERE = ["KC2", "KD"]
"""Rules about what other releases make of a file: `test_agreement` and `test_changes`."""
EVERY = 7
"""One file in so many is scanned; the names spread them over savers and families."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A scan of a part of the zoo."""
    folder = tmp_path_factory.mktemp("zoo")
    extract(folder)
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".keras", ".h5"))
    return kerasscan.scan(files[::EVERY], hashes=False, ignore=JUDGED_ELSEWHERE)


def of(report: Report, *families: str) -> list[FileReport]:
    """Return the reports of some families of models."""
    return [file for file in report.files if Path(file.path).name.startswith(families)]


def _family(path: str) -> str:
    return Path(path).name.partition("-")[0]


def _bad(files: list[FileReport]) -> Iterator[tuple[str, str, str]]:
    for file in files:
        for finding in file.findings:
            if finding.severity is not Severity.NOTE:
                yield file.path, finding.rule, finding.message


def test_models_of_keras_own_parts_have_no_finding_above_note(report: Report) -> None:
    own = [file for file in report.files if _family(file.path) not in OWN_CODE]
    assert len(own) > 1_500
    assert [each for each in _bad(own) if not each[1].startswith(COMPATIBILITY)] == []


def test_every_model_is_read_to_its_end_as_what_it_is(report: Report) -> None:
    kinds = {(file.status.value, file.container) for file in report.files}
    assert kinds == {("scanned", "keras-zip"), ("scanned", "h5-model")}


def test_every_model_with_code_of_its_own_is_flagged(report: Report) -> None:
    files = of(report, "subclassed", "custom-layer", "registered-layer", "lambda-arguments")
    assert files
    assert [file.path for file in files if not file.findings] == []
