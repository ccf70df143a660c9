"""The guides in docs/ are true: what they show is parsed, and run where it can be."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from kerasscan.cli import exits
from kerasscan.model.hazard import Effect

from . import guides, readme
from .ground import README, ROOT, SAMPLES, Done, run

GOOD = SAMPLES / "preprocessing" / "keras-3.15.1-adapted.keras"
BAD = SAMPLES / "security" / "keras-3.15.1-lambda.keras"

_TRIED = {"bash", "console", "json", "python", "toml", "yaml"}

_OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_DEPS": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # which turns isolation off: pip reads it upside down
}


def _shell(script: str, project: Path, **variables: str) -> Done:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return run(["bash", "-ec", script], cwd=project, env={"PATH": path, **variables})


def _blocks(language: str, name: str) -> list[str]:
    return [block for kind, block in guides.blocks(name) if kind == language]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with a good model and a bad one."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "models").mkdir()
    shutil.copyfile(GOOD, tmp_path / "models" / "good.keras")
    shutil.copyfile(BAD, tmp_path / "models" / "a bad.keras")
    return tmp_path


def test_each_block_is_of_a_kind_that_is_tried() -> None:
    shown = {language for name in guides.NAMES for language, _ in guides.blocks(name)}
    assert shown == _TRIED


@pytest.mark.parametrize("name", guides.NAMES)
def test_no_block_escapes_being_tried(name: str) -> None:
    fences = re.findall(r"^\s*(?:```|~~~).*$", guides.text(name), re.MULTILINE)
    assert len(fences) == 2 * len(guides.blocks(name))


def test_every_guide_is_tried() -> None:
    assert sorted(guides.NAMES) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("name", guides.NAMES)
def test_blocks_of_data_and_of_python_are_well_formed(name: str) -> None:
    parse: dict[str, Callable[[str], object]] = {
        "json": json.loads,
        "python": ast.parse,
        "toml": tomllib.loads,
        "yaml": yaml.safe_load,
    }
    for language, block in guides.blocks(name):
        if language in parse:
            parse[language](block)


@pytest.mark.parametrize("name", [name for name in guides.NAMES if _blocks("console", name)])
def test_who_follows_a_guide_sees_what_it_shows(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    guides.furnish(tmp_path)
    for language, block in guides.blocks(name):
        if path := guides.path_of(block):
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(block, encoding="utf-8")
        elif language == "bash" and block.startswith("pip install ./"):
            done = _shell(block, tmp_path, **_OFFLINE, PIP_TARGET=str(tmp_path / "site"))
            assert done.returncode == 0, done.stderr
        elif language == "console":
            said = _said(block, tmp_path)
            if request.config.getoption("--bless"):
                guides.put_console(name, block, said)
            else:
                assert block == said


def _said(console: str, folder: Path) -> str:
    """Run the commands of a block, and return what the block should be."""
    parts = []
    for command in readme.commands(console):
        program, *arguments = shlex.split(command.words)
        assert program == "kerasscan"
        words = [sys.executable, "-m", program, *arguments]
        done = run(words, cwd=folder, env={"PYTHONPATH": str(folder / "site")})
        assert not done.stderr
        parts.append(f"$ {command.words}\n{done.stdout.rstrip()}\n")
    return "\n".join(parts)


def test_the_settings_of_the_first_day_are_taken(tmp_path: Path) -> None:
    guides.furnish(tmp_path)
    (table,) = _blocks("toml", "my-teams-first-day.md")
    (tmp_path / "pyproject.toml").write_text(table, encoding="utf-8")
    written = _shell("kerasscan baseline update models", tmp_path)
    assert written.returncode == exits.CLEAN, written.stderr
    done = _shell("kerasscan scan --output-format json models", tmp_path)
    assert done.returncode == exits.CLEAN
    report = json.loads(done.stdout)
    assert report["target"]["requirements"] == tomllib.loads(table)["tool"]["kerasscan"]["target"]
    assert report["summary"]["suppressed"] > 0


def test_the_first_day_shows_what_the_other_guides_show() -> None:
    hook, workflow = _blocks("yaml", "my-teams-first-day.md")
    assert hook in _blocks("yaml", "in-pre-commit.md")
    assert workflow in _blocks("yaml", "in-github.md")


def test_every_effect_is_explained() -> None:
    rows = guides.table("is-it-safe-to-load.md", "effects")
    assert [row[0].strip("`") for row in rows] == [effect.value for effect in Effect]


@pytest.mark.parametrize("name", guides.NAMES)
def test_shell_blocks_are_bash(name: str, tmp_path: Path) -> None:
    for block in _blocks("bash", name):
        assert _shell(f"bash -n <<'END'\n{block}END", tmp_path).returncode == 0


def test_scans_of_the_guide_for_other_pipelines_find_what_is_bad(project: Path) -> None:
    scans = [block for block in _blocks("bash", "in-other-ci.md") if "kerasscan scan --no" in block]
    assert len(scans) == 3
    for block in scans:
        done = _shell(block, project)
        assert done.returncode in {exits.FINDINGS, 123}, done.stderr  # 123: how xargs says it
        assert "KC220" in done.stdout
    assert {"kerasscan.sarif", "kerasscan.xml"} <= {path.name for path in project.iterdir()}


def test_docker_commands_are_those_of_the_dockerfile() -> None:
    head = (ROOT / "integrations" / "Dockerfile").read_text(encoding="utf-8").split("\n\n")[0]
    said = re.sub(r"#\s+", "", head.replace("\\\n", ""))
    build, scan, report = [
        shlex.split(block) for block in _blocks("bash", "in-other-ci.md") if "docker" in block
    ]
    assert shlex.split(said.splitlines()[0])[1:] == build
    assert shlex.split(said.splitlines()[1])[1:] == scan
    *inside, arrow, file = report
    assert inside[: len(scan) - 1] == scan[:-1]
    assert inside[len(scan) - 1 :] == ["--output-format", "sarif", "."]
    assert (arrow, file) == (">", "kerasscan.sarif")


def test_github_accepts_the_workflows(tmp_path: Path) -> None:
    files = []
    for number, text in enumerate(guides.workflows()):
        file = tmp_path / f"{number}.yml"
        file.write_text(text, encoding="utf-8")
        files.append(str(file))
    assert len(files) == len(_blocks("yaml", "in-github.md")) > 1
    schema = ["--builtin-schema", "vendor.github-workflows"]
    done = run([sys.executable, "-m", "check_jsonschema", *schema, *files])
    assert done.returncode == 0, done.stdout


def test_workflows_give_the_action_what_it_takes() -> None:
    inputs: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    used = 0
    for text in [*guides.workflows(), *readme.blocks("yaml", "workflow")]:
        for job in yaml.safe_load(text)["jobs"].values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("kerasscan/kerasscan@"):
                    used += 1
                    assert set(step.get("with", {})) <= set(inputs)
    assert used == 4


def test_the_workflow_without_the_action_scans_and_annotates(project: Path) -> None:
    (workflow,) = [text for text in guides.workflows() if "pip install" in text]
    (line,) = re.findall(r"run: (kerasscan scan .*)", workflow)
    summary = project / "summary.md"
    done = _shell(line, project, GITHUB_STEP_SUMMARY=str(summary), GITHUB_ACTIONS="true")
    assert done.returncode == exits.FINDINGS
    assert "::error " in done.stdout
    assert summary.read_text(encoding="utf-8").startswith("## kerasscan")


def test_the_shown_step_behind_the_action_reads_the_report(project: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed here; GitHub's runners have it")
    steps = next(
        steps
        for steps in map(yaml.safe_load, _blocks("yaml", "in-github.md"))
        if isinstance(steps, list)
    )
    (project / "r.json").write_text(json.dumps({"summary": {"files": 2}}), encoding="utf-8")
    done = _shell(steps[1]["run"], project, REPORT="r.json")
    assert json.loads(done.stdout) == {"files": 2}


def test_gitlab_accepts_what_is_shown_for_it(tmp_path: Path) -> None:
    template = yaml.safe_load((ROOT / "integrations" / "gitlab-ci.yml").read_text("utf-8"))
    include, sarif = [yaml.safe_load(block) for block in _blocks("yaml", "in-other-ci.md")]
    assert set(include["kerasscan"]["variables"]) <= set(template["kerasscan"]["variables"])
    (remote,) = include["include"]
    assert (ROOT / remote["remote"].partition("/v0.1.0/")[2]).is_file()
    template["kerasscan"]["artifacts"]["reports"] |= sarif["kerasscan"]["artifacts"]["reports"]
    files = []
    for number, shown in enumerate([include, template]):
        files.append(tmp_path / f"{number}.yml")
        files[-1].write_text(yaml.safe_dump(shown), encoding="utf-8")
    schema = ["--builtin-schema", "vendor.gitlab-ci"]
    done = run([sys.executable, "-m", "check_jsonschema", *schema, *map(str, files)])
    assert done.returncode == 0, done.stdout


def test_settings_that_are_shown_are_taken(project: Path) -> None:
    (table,) = _blocks("toml", "in-pre-commit.md")
    (project / "pyproject.toml").write_text(table, encoding="utf-8")
    done = _shell("kerasscan scan --output-format json models/good.keras", project)
    wanted = tomllib.loads(table)["tool"]["kerasscan"]["target"]
    assert json.loads(done.stdout)["target"]["requirements"] == wanted


@pytest.mark.parametrize("name", ["README.md", *guides.NAMES])
def test_files_that_a_guide_links_to_exist(name: str) -> None:
    file = README if name == "README.md" else ROOT / "docs" / name
    links = re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8"))
    assert [link for link in links if not (file.parent / link).exists()] == []
