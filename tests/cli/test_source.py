"""``--source``: what the project's own Python files say of the custom objects of a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.samples.manifest import SAMPLES

from .door import run

MODEL = SAMPLES / "registration" / "keras-3.15.1-project.keras"
PROJECT = SAMPLES / "registration" / "project"
SCALE = (
    "import keras\n\n@keras.saving.register_keras_serializable('shop')\n"
    "class Scale(keras.layers.Layer):\n    pass\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a model in a folder, and one module."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m.keras").write_bytes(MODEL.read_bytes())
    (tmp_path / "parts.py").write_text(SCALE, encoding="utf-8")
    return tmp_path


def rules(*arguments: str) -> dict[str, set[str]]:
    """Return the layers that each rule of the family finds something in."""
    result = run("scan", "--output-format", "json", "--select", "registration", *arguments)
    found: dict[str, set[str]] = {}
    for file in json.loads(result.stdout)["files"]:
        for finding in file["findings"]:
            found.setdefault(finding["rule"], set()).add(finding["layer"])
    return found


def test_each_custom_object_is_found_where_the_project_has_it() -> None:
    assert rules(str(MODEL), "--source", str(PROJECT)) == {
        "KR115": {"shift"},
        "KR130": {"", "scale"},
        "KR131": {"shift"},
        "KR133": {"clip", "scores"},
        "KR135": {"shift"},
        "KR137": {"clip"},
    }


def test_without_source_they_are_unregistered_or_registered_elsewhere() -> None:
    found = rules(str(MODEL), "--no-source")
    assert found.keys() == {"KR101", "KR104", "KR105", "KR110", "KR115"}


def test_the_project_around_the_model_is_looked_at(project: Path) -> None:
    (project / "pyproject.toml").write_text("")
    assert rules(str(project / "models"))["KR130"] == {"scale"}
    assert "KR130" not in rules(str(project / "models"), "--no-source")


def test_a_project_sets_its_source(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.kerasscan]\nsource = ["."]\n')
    assert rules(str(project / "models" / "m.keras"))["KR130"] == {"scale"}
    (project / "pyproject.toml").write_text("[tool.kerasscan]\nsource = []\n")
    assert "KR130" not in rules(str(project / "models" / "m.keras"))


def test_the_report_says_what_was_read_and_what_could_not_be(project: Path) -> None:
    (project / "bad.py").write_text("import keras\n\ndef f(:\n")
    arguments = ["scan", str(project / "models"), "--source", str(project)]
    text = run(*arguments).stdout
    assert "Custom objects were looked for in 2 Python files below" in text
    assert "bad.py:3: " in text
    assert "KR130" in text
    document = json.loads(run(*arguments, "--output-format", "json").stdout)["source"]
    assert (document["files"], len(document["problems"])) == (2, 1)
    sarif = json.loads(run(*arguments, "--output-format", "sarif").stdout)
    (invocation,) = sarif["runs"][0]["invocations"]
    told = [each["descriptor"]["id"] for each in invocation["toolExecutionNotifications"]]
    assert told == ["unread-source"]


def test_a_model_of_keras_own_classes_has_no_file_read(project: Path) -> None:
    clean = SAMPLES / "clean" / "keras-3.15.1-functional.keras"
    (project / "models" / "m.keras").write_bytes(clean.read_bytes())
    result = run("scan", str(project / "models"), "--output-format", "json")
    assert json.loads(result.stdout)["source"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--source", "gone"], "gone: no such file or folder"),
        (["--source", ".", "--no-source"], "only one of them"),
    ],
)
def test_a_wrong_source_is_a_wrong_call(arguments: list[str], said: str) -> None:
    result = run("scan", str(MODEL), *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_source_that_is_set_and_not_there_is_told_with_its_file(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.kerasscan]\nsource = ["gone"]\n')
    result = run("scan", str(project / "models"))
    assert result.exit_code == 2
    assert "pyproject.toml:2: source[0]: there is no" in result.stderr


def test_compat_takes_what_the_source_registers_as_given(project: Path) -> None:
    text = SCALE + "".join(
        f"\nkeras.saving.get_custom_objects()['{name}'] = Scale\n"
        for name in ("Shift", "Clip", "gate", "Distance")
    )
    arguments = ["compat", str(MODEL), "--target", "keras==3.15.1", "--output-format", "json"]
    assert run(*arguments).exit_code == 1
    assert run(*arguments, "--source", str(project)).exit_code == 1
    (project / "parts.py").write_text(text, encoding="utf-8")
    assert run(*arguments, "--source", str(project)).exit_code == 0
