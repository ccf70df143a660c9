"""``kerasscan.toml`` and ``[tool.kerasscan]``: which file counts, and what it may say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.reader.handmade import CONFIG
from tests.samples.manifest import SAMPLES
from tests.scanner.packs import put_card

from .door import BAD, CLEAN, run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a pack of its own and a model two folders below."""
    put_card(tmp_path / "cards", options='classes = ["Dense"]')
    (tmp_path / "models" / "deep").mkdir(parents=True)
    (tmp_path / "models" / "deep" / "m.json").write_text(CONFIG)
    return tmp_path


def settings(project: Path, text: str) -> Path:
    path = project / "pyproject.toml"
    path.write_text(text)
    return path


def scan(path: Path) -> tuple[int, str]:
    result = run("scan", str(path), "--ignore", "KC2")
    return result.exit_code, result.output


@pytest.mark.parametrize("below", ["", "models", "models/deep", "models/deep/m.json"])
def test_a_pack_of_the_project_is_asked(project: Path, below: str) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    code, output = scan(project / below)
    assert code == 1
    assert "ZZ101" in output


def test_a_relative_path_finds_its_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    monkeypatch.chdir(project / "models")
    assert scan(Path("deep"))[0] == scan(Path("deep/m.json"))[0] == scan(Path())[0] == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.other]\nrules = 3\n",
        "not even TOML",
        "[tool.kerasscan]\n",
        "tool = 3 # no [tool.kerasscan]\n",
    ],
)
def test_a_project_without_packs_sets_nothing(project: Path, text: str) -> None:
    settings(project, text)
    assert scan(project)[0] == 0


def test_the_nearest_settings_count(project: Path) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    settings(project / "models", "[tool.other]\n")
    assert scan(project / "models")[0] == 1
    settings(project / "models", "[tool.kerasscan]\nrules = []\n")
    assert scan(project / "models")[0] == 0


def test_an_own_file_comes_before_pyproject(project: Path) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    assert scan(project)[0] == 1
    (project / "kerasscan.toml").write_text("rules = []\n")
    assert scan(project)[0] == 0


def test_a_pyproject_without_a_table_is_passed_over(project: Path) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    settings(project / "models", '[project]\ndependencies = ["kerasscan"]\n')
    assert scan(project / "models")[0] == 1


def test_a_file_can_be_named(project: Path) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    other = project / "other.toml"
    other.write_text('select = ["KF"]\n')
    assert run("scan", str(project), "--config", str(other)).exit_code == 0
    named = run("scan", str(project), "--config", str(project / "gone.toml"))
    assert named.exit_code == 2
    assert "gone.toml: cannot be read" in named.stderr


def test_isolated_looks_at_no_file(project: Path) -> None:
    settings(project, '[tool.kerasscan]\nrules = ["cards"]\n')
    assert run("scan", str(project), "--isolated", "--ignore", "KC2").exit_code == 0
    both = run("scan", str(project), "--isolated", "--config", str(project / "pyproject.toml"))
    assert both.exit_code == 2


def test_a_file_that_came_with_the_models_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "models" / "kerasscan.toml").write_text('ignore = ["ALL"]\n')
    monkeypatch.chdir(project)
    assert "models/kerasscan.toml is in force" in run("scan", "models").stderr
    monkeypatch.chdir(project / "models")
    assert run("scan", ".").stderr == ""
    assert run("scan", "deep").stderr == ""


@pytest.mark.parametrize(
    ("key", "option", "code"),
    [
        ('fail-on = "never"', ["--fail-on", "error"], (0, 1)),
        ('severity = { ZZ101 = "note" }', [], (0, 0)),
        ('severity = { ZZ101 = "off" }', [], (0, 0)),
        ('severity = { acme = "note", ZZ101 = "warning" }', [], (1, 1)),
        ('ignore = ["ZZ101"]', ["--select", "ZZ101"], (0, 1)),
        ('select = ["KS"]', ["--select", "own-class"], (0, 1)),
        ('per-file-ignores = { "m.json" = ["ZZ"] }', [], (0, 0)),
        ('per-file-ignores = { "models/*/m.json" = ["ZZ"] }', [], (0, 0)),
        ('per-file-ignores = { "deep/*" = ["ZZ"] }', [], (1, 1)),
        ('exclude = ["deep"]', ["--exclude", "other"], (0, 1)),
    ],
)
def test_keys_do_what_options_do_and_options_beat_them(
    project: Path, key: str, option: list[str], code: tuple[int, int]
) -> None:
    put_card(project / "acme", options='classes = ["Dense"]')
    clean = (SAMPLES / "clean" / "keras-3.15.1-functional.json").read_text()
    (project / "models" / "deep" / "m.json").write_text(clean)
    given = 'rules = ["acme"]\ninclude = ["*.json"]\n'
    (project / "kerasscan.toml").write_text(f"{given}{key}\n")
    assert run("scan", str(project)).exit_code == code[0]
    assert run("scan", str(project), *option).exit_code == code[1]


def test_paths_start_at_the_folder_of_the_file(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "kerasscan.toml").write_text('output = ["json=report.json"]\n')
    monkeypatch.chdir(project / "models")
    run("scan", "deep")
    assert json.loads((project / "report.json").read_text())["schema"] == "kerasscan-report/1"


def test_own_reports_are_no_models(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "kerasscan.toml").write_text('output = ["json=report.json"]\nrules = ["cards"]\n')
    monkeypatch.chdir(project)
    first, second = run("scan", "."), run("scan", ".")
    assert "class_name" in (project / "report.json").read_text()
    assert first.stdout == second.stdout


def test_limits_reach_the_reader(project: Path) -> None:
    (project / "kerasscan.toml").write_text("limits = { json-depth = 2 }\n")
    assert scan(project)[0] == 1
    assert run("scan", str(project), "--isolated", "--ignore", "KC2").exit_code == 0


@pytest.mark.parametrize(
    ("said", "severity"), [("error", "error"), ("warn", "warning"), ("ignore", None)]
)
def test_a_pointer_is_as_bad_as_asked(project: Path, said: str, severity: str | None) -> None:
    pointer = str(SAMPLES / "file" / "lfs-pointer.keras")
    told = run("scan", pointer, "--lfs-pointers", said).stdout
    assert (f"{severity}[KF101]" in told) if severity else ("KF101" not in told)
    (project / "kerasscan.toml").write_text(f'lfs-pointers = "{said}"\n')
    assert run("scan", pointer, "--config", str(project / "kerasscan.toml")).stdout == told


def test_only_sure_rules_are_asked() -> None:
    report = json.loads(
        run("scan", BAD, "--min-confidence", "certain", "--output-format", "json").stdout
    )
    kinds = {finding["confidence"] for finding in report["files"][0]["findings"]}
    assert kinds == {"certain"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('rule = ["cards"]', "2: rule: there is no such key; did you mean 'rules'?"),
        ("extend_select = []", "2: extend_select: there is no such key; did you mean 'extend-s"),
        ("rules = 3", "2: rules: must be a list of strings"),
        ("rules = [\n  3]", "3: rules[0]: must be a string"),
        ('rules = ["gone"]', "gone"),
        ("rules = [", "not valid TOML"),
        ("jobs = -1", "2: jobs: must be at least 0"),
        ("jobs = true", "2: jobs: must be a whole number"),
        ("timeout = inf", "2: timeout: must be at most 31536000"),
        ("timeout = nan", "2: timeout: must be"),
        ('fail-on = "bad"', "2: fail-on: must be one of note, warning, error, never"),
        ('python = "three"', "2: python: 'three' is not what is expected"),
        ('ignore = ["KS1",\n"no-rule"]', "3: no rule answers to 'no-rule'"),
        ('[tool.kerasscan.severity]\nKX1 = "off"', "3: no rule answers to 'KX1'"),
        ('[tool.kerasscan.per-file-ignores]\na = ["KX1"]', "3: no rule answers to 'KX1'"),
        ("[tool.kerasscan.limits]\njson-dept = 3", "3: limits.json-dept: there is no such key"),
        ('output = ["pdf=x"]', "2: output[0]: 'pdf=x' is not what is expected"),
    ],
)
def test_wrong_settings_are_told_with_their_line(project: Path, text: str, said: str) -> None:
    path = settings(project, f"[tool.kerasscan]\n{text}\n")
    result = run("scan", str(project / "models"))
    assert result.exit_code == 2
    assert said in result.stderr
    assert str(path) in result.stderr or "gone" in said


def test_a_table_that_is_none_is_told(project: Path) -> None:
    settings(project, "[[tool.kerasscan]]\n")
    code, output = scan(project)
    assert code == 2
    assert "pyproject.toml:1: tool.kerasscan: must be a table" in output


def test_all_mistakes_are_told_at_once(project: Path) -> None:
    (project / "kerasscan.toml").write_text('selct = []\njobs = "x"\n\nfail-on = 1\n')
    lines = run("scan", str(project)).stderr.splitlines()[-3:]
    assert [line.partition("kerasscan.toml:")[2][:1] for line in lines] == ["1", "2", "4"]


def test_bytes_that_are_no_text_are_told(project: Path) -> None:
    (project / "kerasscan.toml").write_bytes(b"ignore = ['\xff']")
    assert "not UTF-8 at byte 11" in run("scan", str(project)).stderr


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 100_000 + " = 1",
        "[" + "a." * 100_000 + "a]",
        "x = " + "[" * 5_000 + "]" * 5_000,
        "x" * 1_000_000 + " = 1",
        f'fail-on = "{"x" * 1_000_000}"',
        "jobs = 1" + "0" * 5_000,
    ],
    ids=["dotted key", "dotted table", "nested", "long key", "long value", "long number"],
)
def test_settings_of_a_stranger_are_refused_in_a_moment(project: Path, text: str) -> None:
    (project / "kerasscan.toml").write_text(f"{text}\n")
    result = run("scan", str(project))
    assert result.exit_code == 2
    assert "kerasscan.toml" in result.stderr
    assert len(result.stderr) < 5_000


@pytest.mark.parametrize(
    "option", [["--max-memory", "9" * 30], ["--timeout", "inf"], ["--timeout", "nan"]]
)
def test_limits_beyond_the_system_s_own_are_none(option: list[str]) -> None:
    assert run("scan", CLEAN, *option).exit_code == 0
