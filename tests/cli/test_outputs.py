"""Reports on stdout and in files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import Result

import kerasscan
from kerasscan.report import FORMATS

from .door import BAD, CLEAN, run, start

ESCAPE = "\x1b["


def test_text_json_and_sarif_are_written_by_one_scan(tmp_path: Path) -> None:
    sarif, text, second = (tmp_path / name for name in ("r.sarif", "r.txt", "r.json"))
    outputs = [f"sarif={sarif}", f"json={second}", f"text={text}"]
    result = run("scan", BAD, *(word for output in outputs for word in ("--output", output)))
    assert result.exit_code == 1
    assert result.stdout == run("scan", BAD).stdout
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    (file,) = json.loads(second.read_text())["files"]
    assert file["sha256"]
    assert text.read_text() == result.stdout


@pytest.mark.parametrize("output_format", list(FORMATS))
def test_a_file_holds_what_stdout_shows(tmp_path: Path, output_format: str) -> None:
    path = tmp_path / "report=1"
    shown = run("scan", BAD, "--output-format", output_format).stdout
    assert run("scan", BAD, "--output", f"{output_format}={path}").exit_code == 1
    assert path.read_text() == shown


@pytest.mark.parametrize("arguments", [[], ["--output", "text=report.txt"]])
def test_a_report_without_hashes_reads_no_file_twice(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kerasscan.scanner.judge_file.digest", None)
    assert run("scan", BAD, *arguments).exit_code == 1
    with pytest.raises(TypeError):
        run("scan", BAD, "--output-format", "json")


def colors(**env: str) -> Result:
    return run("scan", BAD, env=env)


def test_a_pipe_has_no_colors_unless_they_are_forced() -> None:
    assert ESCAPE not in colors(FORCE_COLOR="", NO_COLOR="").stdout
    assert ESCAPE in colors(FORCE_COLOR="1", NO_COLOR="").stdout


def test_no_color_is_stronger() -> None:
    assert ESCAPE not in colors(FORCE_COLOR="1", NO_COLOR="1").stdout


def test_a_file_has_no_colors(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    run("scan", BAD, "--output", f"text={path}", env={"FORCE_COLOR": "1", "NO_COLOR": ""})
    assert ESCAPE not in path.read_text()


@pytest.mark.parametrize(("region", "count"), [("none", 0), ("line1", 1)])
def test_sarif_has_a_region_only_when_it_is_wanted(region: str, count: int) -> None:
    shown = run("scan", BAD, "--output-format", "sarif", "--sarif-region", region).stdout
    (result, *_) = json.loads(shown)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert len(place.get("region", {})) >= count
    assert ("region" in place) is bool(count)


def test_sarif_names_files_from_the_git_top(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / "models").mkdir(parents=True)
    (repository / ".git").mkdir()
    (repository / "models" / "my model.keras").write_bytes(Path(BAD).read_bytes())
    shown = run("scan", str(repository / "models"), "--output-format", "sarif").stdout
    results = json.loads(shown)["runs"][0]["results"]
    uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}
    assert uris == {"models/my%20model.keras"}


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told(option: str) -> None:
    result = run(option)
    assert (result.exit_code, result.stdout) == (0, f"kerasscan {kerasscan.__version__}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["scan", "-h"], ["rules", "list", "-h"]])
def test_help_is_told(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 0
    assert "Usage: " in result.stdout


def test_no_command_at_all_shows_the_help() -> None:
    result = run()
    assert result.exit_code in (0, 2)
    assert "Usage: " in result.output


def test_the_module_tells_its_own_name(tmp_path: Path) -> None:
    done = start("--help", cwd=tmp_path)
    assert b"Usage: kerasscan" in done.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_a_terminal_of_any_encoding_is_served(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "modèle-层.keras"
    path.write_bytes(Path(BAD).read_bytes())
    done = start("scan", str(path), cwd=tmp_path, env={"PYTHONIOENCODING": encoding})
    assert done.returncode == 1, done.stderr.decode()
    assert b"KS104" in done.stdout


def test_a_reader_that_leaves_early_is_no_accident(tmp_path: Path) -> None:
    import sys

    command = f'"{sys.executable}" -m kerasscan rules list | head -n 1; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(  # noqa: S603 - our own words
        ["/bin/bash", "-c", command], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert b"Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_a_clean_scan_says_so() -> None:
    assert run("scan", CLEAN).stdout.strip()


def test_annotations_come_with_a_job_summary_where_there_is_a_file_for_it(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    env = {"GITHUB_STEP_SUMMARY": str(summary)}
    assert "::" in run("scan", BAD, "--output-format", "github", env=env).stdout
    added = summary.read_text()
    assert added.startswith("before\n## kerasscan\n")
    run("scan", BAD, env=env)
    assert summary.read_text() == added


def test_a_job_summary_that_cannot_be_written_hides_no_annotation(tmp_path: Path) -> None:
    env = {"GITHUB_STEP_SUMMARY": str(tmp_path)}
    result = run("scan", BAD, "--output-format", "github", env=env)
    assert result.exit_code == 1
    assert "::" in result.stdout
    assert "the job summary was not written" in result.stderr


def test_the_full_profile_of_sarif_holds_the_configuration() -> None:
    words = ("scan", BAD, "--output-format", "sarif", "--sarif-profile", "full")
    artifacts = json.loads(run(*words).stdout)["runs"][0]["artifacts"]
    assert any("contents" in artifact for artifact in artifacts)


@pytest.mark.parametrize(("forced", "count"), [("1", 1), ("0", 0), ("", 0)])
def test_links_are_written_where_they_are_forced(forced: str, count: int) -> None:
    shown = colors(FORCE_COLOR="1", NO_COLOR="", FORCE_HYPERLINK=forced).stdout
    assert ("\x1b]8;;https://" in shown) is bool(count)
    assert "\x1b]8" not in colors(NO_COLOR="1", FORCE_HYPERLINK=forced).stdout
