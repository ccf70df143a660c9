"""Paths to a report."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

import kerasscan
from kerasscan.model.finding import Report, Severity, Status
from kerasscan.model.saved import Container
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.rulebook.selection import UnknownSelector
from kerasscan.scanner.digest import digest
from kerasscan.scanner.discover import NoSuchPath
from kerasscan.scanner.scanning import choose_rules, scan
from tests.reader.handmade import CONFIG, custom, layer, sequential
from tests.samples.manifest import SAMPLES

from .packs import put_card

LAMBDAS = [SAMPLES / "security" / f"keras-3.15.1-lambda.{suffix}" for suffix in ("keras", "json")]


def own(*names: str) -> str:
    made = [{**layer("Own", name), "module": None} for name in names]
    return json.dumps(sequential("model", *made))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three models, of which one has an object of its own, and a file that is no model."""
    (tmp_path / "a.json").write_text(CONFIG)
    (tmp_path / "b.json").write_text(own("second", "first"))
    (tmp_path / "c.json").write_text(json.dumps({"class_name": "only words"}))
    (tmp_path / "d.keras").write_text("")
    return tmp_path


@pytest.fixture
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_card(tmp_path_factory.mktemp("pack"))


def test_a_clean_model_has_no_finding(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(CONFIG)
    report = scan([tmp_path], jobs=1, ignore=["KC2"])
    assert (len(report.files), report.findings, report.is_complete) == (1, (), True)
    assert report.version == kerasscan.__version__


def test_files_are_reported_by_path_with_what_they_are(folder: Path) -> None:
    report = scan([folder / "d.keras", folder], jobs=1)
    assert [(Path(file.path).name, file.container, file.status) for file in report.files] == [
        ("a.json", "json", Status.SCANNED),
        ("b.json", "json", Status.SCANNED),
        ("c.json", "unknown", Status.NOT_A_MODEL),
        ("d.keras", "empty", Status.NOT_A_MODEL),
    ]
    first = report.files[0]
    assert (first.root_class, first.layer_count, first.size) == ("Sequential", 1, len(CONFIG))
    assert first.sha256 == digest(folder / "a.json")


def test_findings_are_sorted_by_severity_rule_and_place(folder: Path, pack: Path) -> None:
    put_card(pack, number=102, name="own-note", severity="note")
    report = scan([folder / "b.json"], rules=[pack], select=["ZZ"], jobs=1)
    assert [(each.severity, each.rule, each.layer) for each in report.findings] == [
        (Severity.ERROR, "ZZ101", "first"),
        (Severity.ERROR, "ZZ101", "second"),
        (Severity.NOTE, "ZZ102", "first"),
        (Severity.NOTE, "ZZ102", "second"),
    ]
    assert [rule.id for rule in report.rules] == ["ZZ101", "ZZ102"]


def test_rules_are_chosen(pack: Path) -> None:
    assert [rule.id for rule in choose_rules(select=["KS101"])] == ["KS101"]
    assert [rule.id for rule in choose_rules([pack], ["KS101"], (), ["own-class"])] == [
        "KS101",
        "ZZ101",
    ]
    everything = {rule.id for rule in choose_rules([pack])}
    assert everything - {rule.id for rule in choose_rules([pack], ignore=["KS101"])} == {"KS101"}
    with pytest.raises(UnknownSelector):
        choose_rules(select=["KS101", "nonsense"])


def test_a_path_that_is_not_there_stops_the_scan(folder: Path) -> None:
    with pytest.raises(NoSuchPath):
        scan([folder, folder / "gone"])


def test_hashes_are_computed_only_when_wanted(folder: Path) -> None:
    assert {file.sha256 for file in scan([folder], jobs=1, hashes=False).files} == {None}


def test_progress_is_told_after_every_file(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    scan([folder], jobs=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_limits_reach_the_reader_and_the_rules(folder: Path, pack: Path) -> None:
    small = replace(DEFAULT_LIMITS, objects=1)
    assert not scan([folder / "b.json"], limits=small, jobs=1).is_complete
    few = replace(DEFAULT_LIMITS, findings_per_rule=1)
    report = scan([folder / "b.json"], rules=[pack], select=["ZZ101"], limits=few, jobs=1)
    assert len(report.findings) == 2
    assert "1 more place" in report.findings[0].message


def test_a_file_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.keras").symlink_to("gone")
    os.mkfifo(tmp_path / "b.h5")
    (tmp_path / "c.json").write_text(CONFIG)
    report = scan([tmp_path], jobs=1)
    assert [file.status for file in report.files] == [
        Status.INCOMPLETE,
        Status.INCOMPLETE,
        Status.SCANNED,
    ]
    assert report.files[0].container == Container.UNKNOWN
    assert [file.sha256 is None for file in report.files] == [True, True, False]
    assert not report.is_complete


def test_a_hidden_object_is_found_through_the_whole_way(tmp_path: Path, pack: Path) -> None:
    inner = sequential("inner", layer("Dense", "dense", kernel_initializer=custom("Own")))
    deep = sequential("model", layer("TimeDistributed", "td", layer=inner))
    (tmp_path / "m.json").write_text(json.dumps(deep))
    (finding,) = scan([tmp_path], rules=[pack], select=["ZZ101"], jobs=1).findings
    assert finding.layer == "td/inner/dense"
    assert finding.message == "Own in 'td/inner/dense'."
    assert finding.pointer.endswith("/kernel_initializer")


@pytest.mark.parametrize("path", LAMBDAS, ids=lambda path: path.name)
def test_bytecode_in_a_sample_is_found(path: Path) -> None:
    report = scan([path], select=["KS104"], jobs=1)
    assert {finding.rule for finding in report.findings} == {"KS104"}


def everything(jobs: int) -> Report:
    return scan([SAMPLES / "clean", SAMPLES / "file"], jobs=jobs)


def test_two_processes_report_the_same_as_one() -> None:
    alone = everything(1)
    assert len(alone.files) > 40
    assert everything(2) == alone


def test_a_digest_covers_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b").write_text("2")
    before = digest(tmp_path)
    (tmp_path / "link").symlink_to("a")
    assert digest(tmp_path) == before
    (tmp_path / "sub" / "b").rename(tmp_path / "sub" / "c")
    assert digest(tmp_path) != before


def test_what_cannot_be_read_has_no_digest(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert digest(tmp_path / "pipe") is None
    assert digest(tmp_path / "gone") is None
