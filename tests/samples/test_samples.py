"""Every sample is read as its manifest says, and scanned as the text beside it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import kerasscan
from kerasscan.cli.exits import exit_code
from kerasscan.model.finding import Severity
from kerasscan.model.saved import Purpose
from kerasscan.reader.reading import read
from kerasscan.report.text import render_text
from tests.samples.manifest import SAMPLES, Sample, load_samples

ALL = load_samples()

JUDGED_FOR = "keras==3.15.1"
"""Named, so that the texts stay the same when the catalog learns of a newer release."""


def _name(sample: Sample) -> str:
    return sample.path


@pytest.fixture(autouse=True)
def _in_the_samples_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES)


@pytest.mark.parametrize("sample", ALL, ids=_name)
def test_a_sample_is_read_as_the_manifest_says(sample: Sample) -> None:
    saved = read(sample.file)
    assert saved.artifact.container.value == sample.container
    assert saved.provenance.claimed_version == sample.claimed_version or not saved.is_complete
    root = saved.root.class_name if saved.root else None
    assert root == sample.root_class or not saved.is_complete


@pytest.mark.parametrize("sample", [each for each in ALL if each.layers is not None], ids=_name)
def test_the_walk_finds_every_layer_that_another_reader_counted(sample: Sample) -> None:
    """The manifest's number comes from readers that share nothing with this one."""
    assert sample.layers is not None
    saved = read(sample.file)
    purposes = {Purpose.MODEL} if saved.graphs else {Purpose.MODEL, Purpose.NODE}
    found = [
        each
        for each in saved.objects
        if each.is_layer_like and saved.documents[each.document].purpose in purposes
    ]
    count = len(found) - (saved.root is not None)
    assert count == sample.layers or (count < sample.layers and not saved.is_complete)


@pytest.mark.parametrize("sample", ALL, ids=_name)
def test_a_scan_prints_the_text_beside_the_sample(
    sample: Sample, request: pytest.FixtureRequest
) -> None:
    source = [sample.source] if sample.source else []
    report = kerasscan.scan([sample.path], jobs=1, hashes=False, target=[JUDGED_FOR], source=source)
    code = exit_code(report, Severity.WARNING)
    text = f"{render_text(report, color=False, width=100)}exit code {code}\n"
    if request.config.getoption("--bless"):
        sample.expected.write_text(text, encoding="utf-8", newline="\n")
    assert sample.expected.read_text(encoding="utf-8") == text


def test_every_expected_text_belongs_to_a_sample() -> None:
    kept = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*.expected.txt")}
    assert kept == {f"{sample.path}.expected.txt" for sample in ALL}


def test_the_files_are_those_of_the_manifest() -> None:
    report = kerasscan.scan([sample.path for sample in ALL], jobs=1)
    digests = {Path(file.path).as_posix(): file.sha256 for file in report.files}
    assert digests == {os.path.normpath(sample.path): sample.sha256 for sample in ALL}


_SAVERS = ("keras==", "tensorflow==", "tf-keras==")


def _made_by(sample: Sample) -> str:
    """Return the release that saved a sample; of what no Keras saved, the usual one."""
    return sample.made_by if sample.made_by.startswith(_SAVERS) else JUDGED_FOR


@pytest.mark.parametrize("sample", [each for each in ALL if each.family == "clean"], ids=_name)
def test_a_clean_sample_has_no_finding_above_note_in_its_own_release(sample: Sample) -> None:
    report = kerasscan.scan([sample.path], jobs=1, hashes=False, target=[_made_by(sample)])
    assert [
        (finding.rule, finding.message)
        for finding in report.findings
        if finding.severity is not Severity.NOTE
    ] == []
