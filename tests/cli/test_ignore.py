"""``kerasscan.ignore.toml``, and ``kerasscan ignore``, which adds to it."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasscan.cli.settings.ignore_file import with_entry

from .door import BAD, run

PRINT = "0123456789abcdef:1"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    shutil.copy(BAD, tmp_path / "models" / "bad.keras")
    return tmp_path


def ignored(project: Path, text: str) -> Path:
    file = project / "kerasscan.ignore.toml"
    file.write_text(text)
    return file


def fingerprints(path: str = "models") -> list[str]:
    told = json.loads(run("scan", path, "--isolated", "--output-format", "json").stdout)
    return [each["fingerprint"] for file in told["files"] for each in file["findings"]]


def test_without_a_file_findings_count(project: Path) -> None:
    assert run("scan", "models").exit_code == 1


def test_what_is_ignored_does_not_count_and_is_counted(project: Path) -> None:
    ignored(project, '[[ignore]]\nrule = "ALL"\npath = "bad.keras"\nreason = "Looked at."\n')
    result = run("scan", "models")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert f"{len(fingerprints())} findings are suppressed." in result.stdout
    assert "KS101" not in result.stdout


def test_it_is_shown_on_demand_with_the_reason(project: Path) -> None:
    ignored(project, '[[ignore]]\nrule = "ALL"\nreason = "Looked at."\n')
    result = run("scan", "models", "--show-suppressed")
    assert result.exit_code == 0
    assert "Looked at. (ignored, by kerasscan.ignore.toml)" in " ".join(result.stdout.split())


def test_isolated_ignores_nothing_that_is_not_named(project: Path) -> None:
    file = ignored(project, '[[ignore]]\nrule = "ALL"\nreason = "x"\n')
    assert run("scan", "models", "--isolated").exit_code == 1
    assert run("scan", "models", "--isolated", "--ignore-file", str(file)).exit_code == 0


def test_the_settings_name_a_file(project: Path) -> None:
    ignored(project, '[[ignore]]\nrule = "ALL"\nreason = "x"\n').rename(project / "other.toml")
    assert run("scan", "models").exit_code == 1
    (project / "kerasscan.toml").write_text('ignore-file = "other.toml"\n')
    assert run("scan", "models").exit_code == 0


def test_an_expired_entry_counts_no_more_and_is_told(project: Path) -> None:
    ignored(project, '\n[[ignore]]\nrule = "ALL"\nreason = "x"\nexpires = 2020-01-31\n')
    result = run("scan", "models")
    assert result.exit_code == 1
    assert "kerasscan.ignore.toml:2: expired on 2020-01-31" in result.stderr


def test_an_entry_of_no_use_is_told_when_all_was_scanned(project: Path) -> None:
    ignored(project, f'[[ignore]]\nfingerprint = "{PRINT}"\nreason = "Mended?"\n')
    assert "ignores nothing that was found: 0123456789abcdef:1 (Mended?)" in run("scan", ".").stderr
    assert run("scan", "models").stderr == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[ignore]]\nrule = "KS"\n', "1: ignore[0]: 'reason' is missing"),
        ('[[ignore]]\nreason = "x"\n', "1: ignore[0]: needs at least one of rule, path"),
        ('[[ignore]]\nrule = "KS"\nreason = " "\n', "3: ignore[0].reason: ' ' is not what"),
        ('[[ignore]]\nrules = "KS"\nreason = "x"\n', "2: ignore[0].rules: there is no such key"),
        ('[[ignore]]\nrule = "KX9"\nreason = "x"\n', "1: no rule answers to 'KX9'"),
        (
            'ignore = [{ fingerprint = "12", reason = "x" }]',
            "1: ignore[0].fingerprint: '12' is not",
        ),
        ('[[ignore]]\nrule="KS"\nreason="x"\nexpires = "soon"\n', "4: ignore[0].expires: 'soon'"),
        ('[[ignore]]\nrule="KS"\nreason="x"\nexpires = 2027-02-30\n', "not valid TOML"),
        ("[[ignored]]\n", "ignored: there is no such key; did you mean 'ignore'?"),
    ],
)
def test_wrong_entries_are_told_with_their_line(project: Path, text: str, said: str) -> None:
    ignored(project, text)
    result = run("scan", "models")
    assert result.exit_code == 2
    assert "kerasscan.ignore.toml:" in result.stderr
    assert said in result.stderr


def test_a_finding_is_added_and_does_not_count_any_more(project: Path) -> None:
    for fingerprint in fingerprints():
        done = run("ignore", fingerprint, "--reason", 'It is "ours".', "--expires", "2999-12-31")
        assert done.exit_code == 0
        assert done.stdout == f"Added {fingerprint} to kerasscan.ignore.toml.\n"
    assert run("scan", ".").exit_code == 0
    assert run("scan", ".").stderr == ""


def test_what_is_in_the_file_stays_as_it_is(project: Path) -> None:
    before = '# ours\r\n[[ignore]]\r\nrule   = "KR101"  # later\r\nreason = "x"\r\n'
    file = project / "kerasscan.ignore.toml"
    file.write_bytes(before.encode())
    run("ignore", PRINT, "--reason", "y")
    after = file.read_bytes().decode()
    assert after.startswith(before)
    added = f'\r\n[[ignore]]\r\nfingerprint = "{PRINT}"\r\nreason = "y"\r\n'
    assert after.removeprefix(before) == added


def test_a_finding_is_not_added_twice(project: Path) -> None:
    assert run("ignore", PRINT, "--reason", "x").exit_code == 0
    before = (project / "kerasscan.ignore.toml").read_bytes()
    again = run("ignore", PRINT, "--reason", "y")
    assert again.exit_code == 2
    assert f"kerasscan.ignore.toml:1: '{PRINT}' is there already" in again.stderr
    assert (project / "kerasscan.ignore.toml").read_bytes() == before


def test_the_file_is_the_one_that_a_scan_reads(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "kerasscan.toml").write_text('ignore-file = "known.toml"\n')
    monkeypatch.chdir(project / "models")
    run("ignore", PRINT, "--reason", "x")
    assert tomllib.loads((project / "known.toml").read_text())["ignore"][0]["reason"] == "x"
    (project / "kerasscan.toml").write_text("")
    run("ignore", PRINT, "--reason", "x")
    assert (project / "kerasscan.ignore.toml").exists()
    run("ignore", PRINT, "--reason", "x", "--file", "mine.toml")
    assert (project / "models" / "mine.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["0123", "--reason", "x"], "is no fingerprint"),
        (["0123456789ABCDEF:1", "--reason", "x"], "is no fingerprint"),
        ([PRINT, "--reason", " "], "say why"),
        ([PRINT], "reason"),
        ([PRINT, "--reason", "x", "--expires", "soon"], "expected a day"),
        ([PRINT, "--reason", "x", "--file", "no/such/folder.toml"], "cannot be written"),
    ],
)
def test_a_wrong_call_writes_nothing(project: Path, arguments: list[str], said: str) -> None:
    result = run("ignore", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (project / "kerasscan.ignore.toml").exists()


def test_a_list_that_is_written_inline_is_left_alone(project: Path) -> None:
    file = ignored(project, 'ignore = [{ rule = "KS", reason = "x" }]\n')
    before = file.read_bytes()
    assert run("ignore", PRINT, "--reason", "x").exit_code == 2
    assert file.read_bytes() == before


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1).filter(str.strip))
def test_any_reason_is_read_as_it_was_written(reason: str) -> None:
    text = with_entry(Path("k.toml"), "", PRINT, reason, None)
    (entry,) = tomllib.loads(text)["ignore"]
    assert entry == {"fingerprint": PRINT, "reason": reason}
