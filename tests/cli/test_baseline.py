"""``--baseline``, and ``kerasscan baseline update``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.samples.manifest import SAMPLES

from .door import BAD, run

NESTED = SAMPLES / "security" / "keras-3.15.1-lambda-nested.keras"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(BAD, tmp_path / "bad.keras")
    return tmp_path


def test_what_is_in_the_baseline_does_not_count(project: Path) -> None:
    assert run("scan", ".").exit_code == 1
    done = run("baseline", "update", ".", "--baseline", "known.json")
    assert done.exit_code == 0
    assert done.stdout.startswith("Wrote ")
    result = run("scan", ".", "--baseline", "known.json")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "suppressed" in result.stdout


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_any_earlier_report_is_a_baseline(project: Path, form: str) -> None:
    run("scan", ".", "--output", f"{form}=known")
    assert run("scan", ".", "--baseline", "known").exit_code == 0


def test_what_is_new_counts(project: Path) -> None:
    run("baseline", "update", ".", "--baseline", "known.json")
    shutil.copy(NESTED, project / "new.keras")
    result = run("scan", ".", "--baseline", "known.json")
    assert result.exit_code == 1
    assert "new.keras" in result.stdout
    assert "bad.keras" not in result.stdout


def test_a_renamed_model_is_known(project: Path) -> None:
    run("baseline", "update", ".", "--baseline", "known.json")
    (project / "deep").mkdir()
    (project / "bad.keras").rename(project / "deep" / "good.keras")
    assert run("scan", ".", "--baseline", "known.json").exit_code == 0


def test_what_is_gone_is_told(project: Path) -> None:
    run("baseline", "update", ".", "--baseline", "known.json")
    shutil.copy(SAMPLES / "clean" / "keras-3.15.1-sequential.keras", project / "bad.keras")
    result = run("scan", ".", "--baseline", "known.json")
    assert result.exit_code == 0
    assert "of the baseline are gone: known.json" in result.stderr


def test_an_update_keeps_what_an_earlier_one_knew(project: Path) -> None:
    (project / "kerasscan.toml").write_text('baseline = "known.json"\n')
    (project / "known.json").write_text('{"schema": "kerasscan-report/1", "files": []}')
    assert run("scan", ".").exit_code == 1
    run("baseline", "update", ".")
    first = (project / "known.json").read_bytes()
    assert run("scan", ".").exit_code == 0
    run("baseline", "update", ".")
    assert (project / "known.json").read_bytes() == first


def test_a_baseline_holds_neither_digests_nor_quotations(project: Path) -> None:
    run("baseline", "update", ".", "--baseline", "known.json")
    (file,) = json.loads((project / "known.json").read_text())["files"]
    assert file["sha256"] is None
    assert {each["excerpt"] for each in file["findings"]} == {None}


def test_what_is_ignored_is_no_part_of_it(project: Path) -> None:
    (project / "kerasscan.ignore.toml").write_text('[[ignore]]\nrule = "KS"\nreason = "x"\n')
    run("baseline", "update", ".", "--baseline", "known.json")
    (file,) = json.loads((project / "known.json").read_text())["files"]
    assert file["findings"]
    assert not [each for each in file["findings"] if each["rule"].startswith("KS")]


def test_what_could_not_be_read_still_exits_with_3(project: Path) -> None:
    shutil.copy(SAMPLES / "file" / "wrong-crc.keras", project)
    done = run("baseline", "update", ".", "--baseline", "known.json")
    assert "not every file was read to its end" in done.stderr
    assert run("scan", ".", "--baseline", "known.json").exit_code == 3


def test_it_never_reaches_github(project: Path) -> None:
    run("baseline", "update", ".", "--baseline", "known.json")
    told = run("scan", ".", "--baseline", "known.json", "--output-format", "sarif").stdout
    assert json.loads(told)["runs"][0]["results"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1, column 2"),
        ("{}", "$.schema: is not"),
        ('{"schema": "kerasscan-report/1", "files": [{}]}', "$.files[0].path"),
    ],
)
def test_a_wrong_baseline_is_a_wrong_call(project: Path, text: str, said: str) -> None:
    (project / "known.json").write_text(text)
    result = run("scan", ".", "--baseline", "known.json")
    assert result.exit_code == 2
    assert f"known.json: {said}" in result.stderr


def test_an_update_needs_a_name(project: Path) -> None:
    result = run("baseline", "update", ".")
    assert result.exit_code == 2
    assert "--baseline" in result.stderr


def test_statistics_count_what_counts(project: Path) -> None:
    run("baseline", "update", ".", "--baseline", "known.json")
    assert "1  error    KC220" in run("scan", ".", "--statistics").stdout
    assert "KC220" not in run("scan", ".", "--statistics", "--baseline", "known.json").stdout
