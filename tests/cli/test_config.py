"""``kerasscan config``, and ``scan --show-settings``."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kerasscan.cli.settings.choices import KEYS
from tests.house import readme

from .door import run


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "kerasscan.toml").write_text(
        'fail-on = "error"\nselect = [\n  "KS"]\n\n[limits]\njson-depth = 20\n'
    )
    return tmp_path


def shown(*arguments: str) -> dict[str, tuple[object, str]]:
    told = json.loads(run("config", "show", *arguments, "--output-format", "json").stdout)
    return {each["key"]: (each["value"], each["origin"]) for each in told["settings"]}


def test_every_key_is_shown_with_its_origin(project: Path) -> None:
    told = shown("models")
    assert list(told) == [key.replace("_", "-") for key in KEYS]
    assert told["fail-on"] == ("error", "kerasscan.toml:1")
    assert told["select"] == (["KS"], "kerasscan.toml:2")
    assert told["limits"] == ({"json-depth": 20}, "kerasscan.toml:5")
    assert told["jobs"] == (0, "default")


def test_isolated_shows_the_defaults(project: Path) -> None:
    assert {origin for _, origin in shown("--isolated").values()} == {"default"}


def test_a_file_can_be_named(project: Path) -> None:
    (project / "other.toml").write_text("jobs = 3\n")
    assert shown("--config", "other.toml")["jobs"] == (3, "other.toml:1")


def test_text_says_the_same_and_is_toml_for_what_is_set(project: Path) -> None:
    lines = run("config", "show").stdout.splitlines()
    assert lines[0] == "# settings file: kerasscan.toml"
    table = tomllib.loads("\n".join(line for line in lines if "(not set)" not in line))
    told = shown()
    assert table == {key: value for key, (value, _) in told.items() if value is not None}
    assert [line.rpartition("# ")[2] for line in lines[1:]] == [each[1] for each in told.values()]


def test_options_of_a_scan_are_shown_as_such(project: Path) -> None:
    result = run("scan", "models", "--show-settings", "--select", "KR101", "-j", "2")
    assert result.exit_code == 0
    origins = {
        line.partition(" =")[0]: line.rpartition("# ")[2] for line in result.stdout.splitlines()[1:]
    }
    assert origins["select"] == origins["jobs"] == "command line"
    assert origins["fail-on"] == "kerasscan.toml:1"
    assert origins["timeout"] == "default"


def test_an_option_that_says_the_default_beats_the_file_too(project: Path) -> None:
    told = run("scan", "models", "--show-settings", "--fail-on", "warning").stdout
    (line,) = [line for line in told.splitlines() if line.startswith("fail-on")]
    assert line.split() == ["fail-on", "=", '"warning"', "#", "command", "line"]


def test_the_schema_is_printed(project: Path) -> None:
    schema = json.loads(run("config", "schema").stdout)
    Draft202012Validator.check_schema(schema)
    settings = tomllib.loads((project / "kerasscan.toml").read_text())
    Draft202012Validator(schema).validate(settings)


def test_a_wrong_file_is_told(project: Path) -> None:
    (project / "kerasscan.toml").write_text("selct = []\n")
    result = run("config", "show")
    assert result.exit_code == 2
    assert "kerasscan.toml:1: selct: there is no such key" in result.stderr


def test_the_readme_s_settings_are_right(project: Path) -> None:
    (table,) = readme.blocks("toml", "settings")
    (project / "kerasscan.toml").unlink()
    (project / "pyproject.toml").write_text(table)
    told = shown()
    assert told["fail-on"][0] == "error"
    assert told["severity"][1] == "pyproject.toml:8"
    (project / "models" / "kerasscan.ignore.toml").write_text(readme.blocks("toml", "ignored")[0])
    (project / "kerasscan.baseline.json").write_text(
        '{"schema": "kerasscan-report/1", "files": []}'
    )
    assert run("scan", "models", "--output", "text=report.txt").exit_code == 0
