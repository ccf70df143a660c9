"""action.yml: its shell steps are run, its text is linted."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kerasscan.cli import exits

from . import guides, readme
from .ground import ROOT, SAMPLES, run
from .runner import ACTION, Runner, obeyed, step_of

GOOD = SAMPLES / "preprocessing" / "keras-3.15.1-adapted.keras"
BAD = SAMPLES / "security" / "keras-3.15.1-lambda.keras"
BROKEN = SAMPLES / "file" / "wrong-crc.keras"

_PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a repository with a good model in it."""
    folder = tmp_path / "workspace"
    (folder / ".git").mkdir(parents=True)
    shutil.copyfile(GOOD, folder / "good.keras")
    return folder


def _runner(workspace: Path, **inputs: str) -> Runner:
    """Return a runner whose steps use the kerasscan of this tree."""
    named = {name.replace("_", "-"): value for name, value in inputs.items()}
    own = {"python": {"python-path": sys.executable}, "install": {"python": sys.executable}}
    return Runner(workspace, workspace.parent / "runner temp", named, own)


def test_a_good_model_passes(workspace: Path) -> None:
    runner = _runner(workspace)
    said = runner.run("scan")
    assert said.returncode == 0, said.stderr
    assert runner.outputs["scan"]["exit-code"] == "0"
    assert runner.run("judge").returncode == 0
    assert list(obeyed(said.stdout)) == []


@pytest.mark.parametrize(
    ("model", "fail_on", "code"),
    [
        (BAD, "warning", exits.FINDINGS),
        (BAD, "never", exits.CLEAN),
        (BROKEN, "never", exits.INCOMPLETE),
    ],
)
def test_the_verdict_comes_after_the_reports(
    workspace: Path, model: Path, fail_on: str, code: int
) -> None:
    shutil.copyfile(model, workspace / "model.keras")
    runner = _runner(workspace, paths="model.keras", fail_on=fail_on)
    assert runner.run("scan").returncode == 0
    outputs = runner.outputs["scan"]
    assert outputs["exit-code"] == str(code)
    sarif = json.loads(Path(outputs["sarif-file"]).read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"
    report = json.loads(Path(outputs["json-file"]).read_text(encoding="utf-8"))
    assert report["schema"].startswith("kerasscan-report/")
    assert runner.run("judge").returncode == code


def test_findings_are_annotated_summed_up_and_logged(workspace: Path) -> None:
    shutil.copyfile(BAD, workspace / "bad.keras")
    runner = _runner(workspace)
    said = runner.run("scan")
    commands = list(obeyed(said.stdout))
    assert any(line.startswith("::error ") and "file=bad.keras" in line for line in commands)
    assert "bad.keras" in runner.summary.read_text(encoding="utf-8")
    report = said.stdout[said.stdout.index("::stop-commands::") :]
    assert "error[KC220]" in report, "people read the log"
    assert next(obeyed(runner.run("judge").stdout)).startswith("::error title=kerasscan::")


def test_a_wrong_call_has_no_report_and_fails(workspace: Path) -> None:
    runner = _runner(workspace, paths="no-such-file.keras", upload_sarif="true")
    said = runner.run("scan")
    assert said.returncode == 0
    assert "no-such-file.keras: no such file" in said.stdout
    assert runner.outputs["scan"] == {"exit-code": "2", "sarif-file": "", "json-file": ""}
    assert not _uploads(runner, event="", repository="")
    assert runner.run("judge").returncode == exits.USAGE


def test_a_crash_is_not_taken_for_findings(workspace: Path) -> None:
    runner = _runner(workspace)
    runner.outputs["install"]["python"] = shutil.which("false") or ""
    runner.run("scan")
    assert runner.outputs["scan"]["exit-code"] == "2"


def test_paths_may_hold_blanks_dashes_and_any_letter(workspace: Path) -> None:
    names = [
        "a model.keras",
        "-x.keras",
        "größe 模型.keras",
        "--output=json=x.keras",
        "$HOME.keras",
    ]
    for name in names:
        shutil.copyfile(GOOD, workspace / name)
    runner = _runner(workspace, paths="\n".join(names) + "\n", args="--jobs=1\n--no-source\n")
    runner.run("scan")
    assert runner.outputs["scan"]["exit-code"] == "0"
    report = json.loads(Path(runner.outputs["scan"]["json-file"]).read_text(encoding="utf-8"))
    assert sorted(file["path"] for file in report["files"]) == sorted(names)


def test_paths_start_from_the_working_directory(workspace: Path) -> None:
    (workspace / "some models").mkdir()
    shutil.copyfile(BAD, workspace / "some models" / "bad.keras")
    runner = _runner(workspace, working_directory="some models")
    said = runner.run("scan")
    assert "file=some models/bad.keras" in said.stdout, "GitHub names files from the top"


def test_target_and_select_are_handed_over(workspace: Path) -> None:
    runner = _runner(workspace, target="keras==3.0.0\ntf-keras\n", select="compatibility")
    runner.run("scan")
    report = json.loads(Path(runner.outputs["scan"]["json-file"]).read_text(encoding="utf-8"))
    assert report["target"]["requirements"] == ["keras==3.0.0", "tf-keras"]
    rules = {finding["rule"][:2] for file in report["files"] for finding in file["findings"]}
    assert rules <= {"KC"}


_HOSTILE = (
    "; touch {canary}",
    "$(touch {canary})",
    "`touch {canary}`",
    '"; touch {canary}; "',
    "'; touch {canary}; '",
    "x\ntouch {canary}\n",
    "x & touch {canary} #",
    "${{IFS:-x}}$(touch {canary})",
    "END\ntouch {canary}\nEND",
)


@pytest.mark.parametrize("text", _HOSTILE)
def test_what_an_input_holds_is_never_run(workspace: Path, text: str) -> None:
    canary = workspace.parent / "canary"
    runner = _runner(workspace)
    named = ("paths", "target", "fail-on", "select", "args", "version")
    runner.inputs = {name: text.format(canary=canary) for name in named}
    assert runner.run("scan").returncode == 0
    assert runner.outputs["scan"] == {"exit-code": "2", "sarif-file": "", "json-file": ""}
    assert runner.run("judge").returncode == 2
    assert runner.run("install").returncode == 2
    assert not canary.exists()


def test_names_in_a_model_are_no_commands_to_the_runner(workspace: Path) -> None:
    names = ["::set-output name=exit-code::0", "##[set-output name=exit-code;]0", "a\n::error::b"]
    layers = [
        {"class_name": "Unheard", "config": {"name": name}, "name": name, "inbound_nodes": []}
        for name in names
    ]
    model = {"class_name": "Functional", "config": {"name": "m", "layers": layers}}
    (workspace / "##[error]x.json").write_text(json.dumps(model), encoding="utf-8")
    said = _runner(workspace).run("scan")
    commands = list(obeyed(said.stdout))
    assert said.stdout.count("Unheard") > len(names), "they are told of"
    assert commands, "they are annotated"
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands)


def test_python_files_of_the_repository_are_not_run(workspace: Path) -> None:
    canary = workspace.parent / "canary"
    for name in ("kerasscan", "typer", "json", "encodings", "sitecustomize", "multiprocessing"):
        text = f"open({str(canary)!r}, 'w')\n"
        (workspace / f"{name}.py").write_text(text, encoding="utf-8")
    for number in range(40):  # enough for several processes
        shutil.copyfile(GOOD, workspace / f"{number}.keras")
    runner = _runner(workspace, args="--jobs=2")
    runner.run("scan", PYTHONPATH=str(workspace))
    assert runner.outputs["scan"]["exit-code"] == "0"
    assert not canary.exists()


@pytest.mark.usefixtures("registry")
def test_what_is_installed_scans(workspace: Path, tmp_path: Path) -> None:
    canary = workspace.parent / "canary"
    for name in ("pip", "venv", "ensurepip", "kerasscan"):
        text = f"open({str(canary)!r}, 'w')\n"
        (workspace / f"{name}.py").write_text(text, encoding="utf-8")
    action = tmp_path / "an action"
    action.mkdir()
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copyfile(ROOT / name, action / name)
    for name in ("kerasscan", "rules"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, action / name, ignore=ignore)
    runner = _runner(workspace)
    runner.action = action
    said = runner.run("install")
    assert said.returncode == 0, said.stdout + said.stderr
    assert Path(runner.outputs["install"]["python"]).is_relative_to(runner.temporary)
    runner.run("scan")
    assert runner.outputs["scan"]["exit-code"] == "0"
    assert not canary.exists()


def _uploads(runner: Runner, *, event: str, repository: str) -> bool:
    """Return whether the upload step would run; bash reads such conditions as GitHub does."""
    (step,) = [each for each in ACTION["runs"]["steps"] if "upload-sarif@" in each.get("uses", "")]
    values = {
        "inputs.upload-sarif": runner.value("${{ inputs.upload-sarif }}"),
        "steps.scan.outputs.sarif-file": runner.value("${{ steps.scan.outputs.sarif-file }}"),
        "github.event.pull_request.head.repo.full_name": repository,
        "github.event.pull_request": event,
        "github.repository": "somebody/models",
        "null": "",
    }
    condition = step["if"]
    for name, value in values.items():
        condition = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", f"'{value}'", condition)
    return run(["bash", "-c", f"[[ {condition} ]]"]).returncode == 0


@pytest.mark.parametrize(
    ("wish", "event", "repository", "is_uploaded"),
    [
        ("true", "", "", True),
        ("true", "Object", "somebody/models", True),
        ("true", "Object", "a-stranger/models", False),
        ("true", "Object", "", False),  # the fork was deleted
        ("false", "", "", False),
        ("", "", "", False),
    ],
)
def test_the_upload_is_for_who_asks_and_not_for_forks(
    workspace: Path, wish: str, event: str, repository: str, is_uploaded: bool
) -> None:
    runner = _runner(workspace, upload_sarif=wish)
    runner.outputs["scan"] = {"sarif-file": "kerasscan.sarif"}
    assert _uploads(runner, event=event, repository=repository) is is_uploaded


def test_no_script_holds_an_expression() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 3
    assert [script for script in scripts if "${{" in script] == []


def test_every_action_that_is_used_is_pinned_by_its_commit() -> None:
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert len(used) == 2
    assert [each for each in used if not _PINNED.match(each)] == []


def test_every_input_is_used_and_has_a_default() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    unused = [name for name in ACTION["inputs"] if f"inputs.{name}" not in text]
    assert unused == []
    assert all({"description", "default"} <= set(each) for each in ACTION["inputs"].values())


def test_the_guide_lists_inputs_and_outputs() -> None:
    rows = guides.table("in-github.md", "inputs")
    shown = {row[0].strip("`"): row[1].strip("`") for row in rows}
    assert shown == {name: each["default"] for name, each in ACTION["inputs"].items()}
    rows = guides.table("in-github.md", "outputs")
    assert [row[0].strip("`") for row in rows] == list(ACTION["outputs"])


def test_the_scan_step_starts_no_other_program_by_a_name_of_the_repository() -> None:
    script = step_of("scan")["run"]
    assert '"$KERASSCAN_PYTHON" -I -m kerasscan scan "${options[@]}" -- "${paths[@]}"' in script


def test_github_accepts_the_action() -> None:
    schema = ["--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")]
    done = run([sys.executable, "-m", "check_jsonschema", *schema])
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing_in_actions_and_workflows(tmp_path: Path) -> None:
    workflows = guides.workflows()
    assert len(workflows) > 1
    for number, text in enumerate([*readme.blocks("yaml", "workflow"), *workflows]):
        folder = tmp_path / ".github" / "workflows"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"shown-{number}.yml").write_text(text, encoding="utf-8")
    done = zizmor(ROOT / "action.yml", ROOT / ".github", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_would_find_an_input_in_a_script(tmp_path: Path) -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    changed = text.replace('"--fail-on=$KERASSCAN_FAIL_ON"', '"--fail-on=${{ inputs.fail-on }}"')
    assert changed != text
    (tmp_path / "action.yml").write_text(changed, encoding="utf-8")
    assert "template-injection" in zizmor(tmp_path / "action.yml").stdout


def zizmor(*places: Path) -> subprocess.CompletedProcess[str]:
    """Run zizmor over workflows and actions, without asking the network."""
    program = Path(sys.executable).with_name("zizmor")
    config = ["--config", str(ROOT / ".github" / "zizmor.yml")]
    return run([str(program), "--offline", "--no-progress", *config, *map(str, places)])
