"""``kerasscan scan``: exit codes, refusals, selections."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.reader.handmade import CONFIG, keras_zip
from tests.scanner.packs import put_card

from .door import BAD, CLEAN, CUT, run, start


def test_a_clean_file_exits_with_0() -> None:
    result = run("scan", CLEAN)
    assert result.exit_code == 0
    assert "KS" not in result.stdout


def test_a_finding_exits_with_1() -> None:
    result = run("scan", BAD)
    assert result.exit_code == 1
    assert "KS104" in result.stdout
    assert result.stderr == ""


def test_what_cannot_be_read_exits_with_3(tmp_path: Path) -> None:
    result = run("scan", CUT, "--fail-on", "never")
    assert result.exit_code == 3
    (tmp_path / "gone.keras").symlink_to("nowhere")
    assert run("scan", str(tmp_path), "--select", "KS104").exit_code == 3


def test_a_finding_is_worse_than_something_unread() -> None:
    assert run("scan", CUT, BAD, "--select", "KS104").exit_code == 1
    assert run("scan", CUT, BAD, "--select", "KS104", "--fail-on", "never").exit_code == 3


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("note", "note", 1),
        ("note", "warning", 0),
        ("warning", "warning", 1),
        ("warning", "error", 0),
        ("error", "error", 1),
        ("error", "never", 0),
    ],
)
def test_fail_on_sets_the_weakest_severity_that_counts(
    tmp_path: Path, severity: str, fail_on: str, code: int
) -> None:
    pack = put_card(tmp_path / "pack", severity=severity, options='classes = ["Dense"]')
    (tmp_path / "m.json").write_text(CONFIG)
    arguments = ["--rules", str(pack), "--select", "ZZ101", "--fail-on", fail_on]
    result = run("scan", str(tmp_path / "m.json"), *arguments)
    assert result.exit_code == code
    assert "ZZ101" in result.stdout


def test_warnings_count_by_default(tmp_path: Path) -> None:
    pack = put_card(tmp_path / "pack", severity="warning", options='classes = ["Dense"]')
    (tmp_path / "m.json").write_text(CONFIG)
    arguments = ["scan", str(tmp_path), "--rules", str(pack), "--select", "ZZ101"]
    assert run(*arguments).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "standard input"),
        ([CLEAN, "-"], "standard input"),
        (["gone.keras"], "gone.keras: no such file or folder"),
        ([CLEAN, "--select", "KS10l"], "KS10"),
        ([CLEAN, "--ignore", "lambda-bytecod"], "did you mean 'lambda-bytecode'"),
        ([CLEAN, "--extend-select", "secruity"], "did you mean 'security'?"),
        ([CLEAN, "--select", "KS101,nonsense"], "no rule answers to 'nonsense'"),
        ([CLEAN, "--fail-on", "always"], "always"),
        ([CLEAN, "--output-format", "xml"], "xml"),
        ([CLEAN, "--output", "xml=a"], "expected FORMAT=FILE"),
        ([CLEAN, "--output", "json"], "expected FORMAT=FILE"),
        ([CLEAN, "--output", "json="], "expected FORMAT=FILE"),
        ([CLEAN, "--output", "json=gone/folder/report.json"], "cannot be written"),
        ([CLEAN, "--rules", "gone"], "gone"),
        ([CLEAN, "--jobs", "-1"], "--jobs"),
        ([CLEAN, "--nonsense"], "nonsense"),
        ([], "PATHS"),
    ],
)
def test_a_wrong_call_exits_with_2_and_a_word(arguments: list[str], said: str) -> None:
    result = run("scan", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_wrong_card_is_told_with_its_place(tmp_path: Path) -> None:
    pack = put_card(tmp_path / "pack", severity="deadly", options='clases = ["Dense"]')
    result = run("scan", CLEAN, "--rules", str(pack))
    assert result.exit_code == 2
    assert "zz101-own-class.toml" in result.stderr
    assert "$.severity" in result.stderr
    assert "$.options" in result.stderr


def test_rules_are_selected_with_commas_and_repetition(tmp_path: Path) -> None:
    pack = str(put_card(tmp_path / "pack", options='classes = ["Lambda"]'))
    select = ["--rules", pack, "--select", "KS104, ZZ101"]
    both = run("scan", BAD, *select).stdout
    assert "KS104" in both
    assert "ZZ101" in both
    assert "KS104" not in run("scan", BAD, *select, "--ignore", "KS104").stdout
    assert run("scan", BAD, "--select", "security", "--ignore", "KS").exit_code == 0
    added = run("scan", BAD, "--rules", pack, "--select", "KF", "--extend-select", "ZZ101")
    assert "ZZ101" in added.stdout
    assert "KS104" not in added.stdout


def test_a_folder_without_models_is_warned_of(tmp_path: Path) -> None:
    result = run("scan", str(tmp_path))
    assert result.exit_code == 0
    assert "no model files found" in result.stderr


def test_globs_choose_the_files_of_a_folder(tmp_path: Path) -> None:
    for name in ("a.keras", "b.bin", "old/c.keras"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(keras_zip())

    def scanned(*arguments: str) -> list[str]:
        result = run("scan", str(tmp_path), "--output-format", "json", *arguments)
        return [Path(file["path"]).name for file in json.loads(result.stdout)["files"]]

    assert scanned() == ["a.keras", "c.keras"]
    assert scanned("--exclude", "old") == ["a.keras"]
    assert scanned("--include", "*.bin,*.keras", "--exclude", "old/*") == ["a.keras", "b.bin"]


@pytest.mark.parametrize("arguments", [[], ["--jobs", "2"], ["--no-progress"], ["-j", "1"]])
def test_processes_and_progress_change_nothing(arguments: list[str]) -> None:
    result = run("scan", BAD, CLEAN, CUT, *arguments)
    assert result.stdout == run("scan", CUT, BAD, CLEAN).stdout
    assert result.stderr == ""


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = start("scan", BAD, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.decode() == run("scan", BAD).stdout
    assert done.stderr == b""


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.keras")
    done = start("scan", "pipe.keras", "--output-format", "json", cwd=tmp_path)
    assert done.returncode in (1, 3)
    assert json.loads(done.stdout)["files"][0]["status"] == "incomplete"
