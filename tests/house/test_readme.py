"""The README is true: its commands are run, its tables and texts compared.

``pytest tests/house --bless`` writes the generated parts anew.
"""

from __future__ import annotations

import doctest
import re
import shlex
import stat
import sys
from pathlib import Path

import pytest

from kerasscan.cli import exits
from kerasscan.model.saved import Container

from . import readme
from .ground import ROOT, SAMPLES, kerasscan, run


def _same_or_blessed(request: pytest.FixtureRequest, name: str, expected: str) -> None:
    if request.config.getoption("--bless"):
        readme.put_part(name, expected)
    assert readme.part(name) == expected


def test_the_rule_table_is_current(request: pytest.FixtureRequest) -> None:
    done = kerasscan("rules", "list", "--output-format", "markdown")
    assert done.returncode == 0, done.stderr
    _same_or_blessed(request, "rules", f"\n{done.stdout}\n")


def test_the_options_of_scan_are_current(request: pytest.FixtureRequest) -> None:
    done = kerasscan("scan", "--help")
    _same_or_blessed(request, "help", f"\n```text\n{done.stdout.strip()}\n```\n\n")


def test_the_options_of_compat_are_current(request: pytest.FixtureRequest) -> None:
    done = kerasscan("compat", "--help")
    _same_or_blessed(request, "compat help", f"\n```text\n{done.stdout.strip()}\n```\n\n")


def test_the_options_of_stub_are_current(request: pytest.FixtureRequest) -> None:
    done = kerasscan("stub", "--help")
    _same_or_blessed(request, "stub help", f"\n```text\n{done.stdout.strip()}\n```\n\n")


def test_the_options_of_contract_are_current(request: pytest.FixtureRequest) -> None:
    done = kerasscan("contract", "--help")
    _same_or_blessed(request, "contract help", f"\n```text\n{done.stdout.strip()}\n```\n\n")


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """Return a folder with the samples and with the README's pack of cards in it."""
    (tmp_path / "samples").symlink_to(SAMPLES, target_is_directory=True)
    for card in readme.blocks("toml", "pack"):
        path = tmp_path / card.splitlines()[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(card, encoding="utf-8")
    return tmp_path


def test_commands_print_what_is_shown(workshop: Path, request: pytest.FixtureRequest) -> None:
    for console in readme.blocks("console"):
        shown = ""
        for command in readme.commands(console):
            program, *arguments = shlex.split(command.words)
            assert program == "kerasscan"
            done = kerasscan(*arguments, cwd=workshop)
            assert not done.stderr
            shown += f"$ {command.words}\n{done.stdout.rstrip()}\n\n"
        shown = shown.rstrip("\n") + "\n"
        if request.config.getoption("--bless"):
            readme.put_console(console, shown)
        else:
            assert console == shown


def test_the_python_example_does_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    example = doctest.DocTestParser().get_doctest(readme.text(), {}, "README.md", None, 0)
    said: list[str] = []
    results = doctest.DocTestRunner().run(example, out=said.append)
    assert results.attempted > 0
    assert results.failed == 0, "".join(said)


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    rows = re.findall(r"^\| (\d) \| ", readme.part("exit codes"), re.MULTILINE)
    known = (exits.CLEAN, exits.FINDINGS, exits.USAGE, exits.INCOMPLETE)
    assert [int(row) for row in rows] == sorted(known)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (exits.CLEAN, ["clean/keras-3.15.1-functional.keras"]),
        (exits.CLEAN, ["--fail-on", "never", "registration/keras-3.15.1-custom-layer.keras"]),
        (exits.FINDINGS, ["--no-source", "registration/keras-3.15.1-custom-layer.keras"]),
        (exits.FINDINGS, ["file/truncated.keras"]),
        (exits.USAGE, ["--select", "no-such-rule", "clean/keras-3.15.1-functional.keras"]),
        (exits.USAGE, ["no-such-file.keras"]),
        (exits.INCOMPLETE, ["--fail-on", "never", "file/wrong-crc.keras"]),
    ],
)
def test_exit_codes_mean_what_the_readme_says(code: int, arguments: list[str]) -> None:
    assert kerasscan("scan", *arguments, cwd=SAMPLES).returncode == code


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (exits.CLEAN, ["clean/keras-3.15.1-functional.keras"]),
        (exits.CLEAN, ["--target", "keras==3.15.1", "clean/keras-3.15.1-functional.keras"]),
        (exits.FINDINGS, ["--target", "keras==3.0.0", "clean/keras-3.15.1-functional.keras"]),
        (exits.FINDINGS, ["file/lfs-pointer.keras"]),
        (exits.USAGE, ["--target", "keras==99", "clean/keras-3.15.1-functional.keras"]),
    ],
)
def test_exit_codes_of_compat_mean_what_the_readme_says(code: int, arguments: list[str]) -> None:
    assert kerasscan("compat", *arguments, cwd=SAMPLES).returncode == code


def test_every_container_is_named() -> None:
    shown = readme.part("containers")
    assert [kind for kind in Container if f"`{kind}`" not in shown] == []


def test_the_configuration_example_is_one_that_works(workshop: Path) -> None:
    (table,) = readme.blocks("toml", "configuration")
    (workshop / "pyproject.toml").write_text(table, encoding="utf-8")
    done = kerasscan("scan", "--output-format", "json", "samples/clean", cwd=workshop)
    assert "ACME101" in done.stdout


def test_the_workflows_are_ones_that_github_accepts(tmp_path: Path) -> None:
    (workflow,) = readme.blocks("yaml", "workflow")
    shown = tmp_path / "kerasscan.yml"
    shown.write_text(workflow, encoding="utf-8")
    files = [shown, *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]
    schema = ["--builtin-schema", "vendor.github-workflows"]
    done = run([sys.executable, "-m", "check_jsonschema", *schema, *map(str, files)])
    assert done.returncode == 0, done.stdout


def test_ci_runs_the_readme_s_test_command(tmp_path: Path) -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    (command,) = readme.blocks("bash", "test")
    (assignment,) = [line for line in script.read_text().splitlines() if line.startswith("tests=")]
    assert 'bash -c "$tests"' in script.read_text()
    done = run(["bash", "-c", f'{assignment}; printf %s "$tests"'])
    assert done.stdout == command.rstrip("\n")
