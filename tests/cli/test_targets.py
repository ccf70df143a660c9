"""``kerasscan scan --target``, and what a project pins without it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import kerasscan
from tests.samples.manifest import SAMPLES

from .door import CLEAN, run

LSTM = SAMPLES / "compatibility" / "tf-2.10-bidirectional.h5"
ASK = ("--select", "KC2")


def scanned(*arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        run("scan", *arguments, *ASK, "--output-format", "json").stdout
    )
    return document


def rules(document: dict[str, Any]) -> list[str]:
    return [finding["rule"] for file in document["files"] for finding in file["findings"]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    shutil.copyfile(LSTM, tmp_path / "m.h5")
    return tmp_path


def test_without_any_pin_the_newest_keras_is_the_target(project: Path) -> None:
    document = scanned(str(project))
    assert document["target"] == {
        "requirements": [],
        "releases": ["keras==3.15.1"],
        "source": "default",
        "python": None,
        "notes": [],
    }
    assert rules(document) == ["KC201", "KC202"]


def test_the_releases_asked_for_are_the_target(project: Path) -> None:
    (project / "requirements.txt").write_text("keras==3.8.0\n")
    document = scanned(str(project), "--target", "keras>=3.14", "--python", "3.11")
    assert document["target"]["source"] == "asked"
    assert document["target"]["python"] == [3, 11]
    assert document["target"]["releases"][0] == "keras==3.14.0"
    assert "keras 3.14.0-3.15.1" in document["files"][0]["findings"][1]["message"]


def test_a_pin_of_the_project_is_the_target(project: Path) -> None:
    (project / "requirements.txt").write_text("keras>=3.6,<3.9\n")
    document = scanned(str(project))
    assert document["target"]["requirements"] == ["keras>=3.6,<3.9"]
    assert document["target"]["releases"] == ["keras==3.8.0"]
    assert document["target"]["source"] == str(project / "requirements.txt")


def test_a_setting_of_the_project_goes_before_its_pins(project: Path) -> None:
    (project / "requirements.txt").write_text("keras==3.8.0\n")
    (project / "pyproject.toml").write_text('[tool.kerasscan]\ntarget = ["keras>=3.15"]\n')
    document = scanned(str(project))
    assert document["target"]["releases"] == ["keras==3.15.0", "keras==3.15.1"]
    assert document["target"]["source"] == str(project / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('target = "keras"\n', "target: must be a list of strings"),
        ('target = ["keras==99"]\n', "allows no release that is known"),
    ],
)
def test_a_wrong_setting_is_told_with_its_file(project: Path, text: str, said: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.kerasscan]\n{text}")
    done = run("scan", str(project))
    assert done.exit_code == 2
    assert said in done.stderr
    assert "pyproject.toml" in done.stderr


def test_a_wrong_target_is_a_wrong_call() -> None:
    done = run("scan", CLEAN, "--target", "numpy")
    assert done.exit_code == 2
    assert "known: keras, tensorflow, tf-keras" in done.stderr


def test_a_pin_that_nobody_knows_is_a_note_and_the_newest_keras_the_target(project: Path) -> None:
    (project / "requirements.txt").write_text("keras==99\n")
    document = scanned(str(project))
    assert document["target"]["source"] == "default"
    (note,) = document["target"]["notes"]
    assert "requirements.txt: 'keras==99' allows no release that is known" in note


def test_the_text_ends_with_the_target_and_why(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    Path("requirements.txt").write_text("keras>=3.6,<3.9\n")
    last = run("scan", ".", *ASK).stdout.rstrip().rpartition("file.\n")[2]
    words = " ".join(last.split())
    assert words == "Judged for keras 3.8.0, because of keras>=3.6,<3.9 in requirements.txt."


def test_rules_that_ask_for_no_release_need_no_target(project: Path) -> None:
    done = run("scan", str(project), "--select", "KF", "--output-format", "json")
    assert json.loads(done.stdout)["target"] is None


def test_sarif_tells_the_target_and_nothing_of_the_machine(project: Path) -> None:
    (project / "requirements.txt").write_text("keras==3.8.0\n")
    done = run("scan", str(project), *ASK, "--output-format", "sarif")
    properties = json.loads(done.stdout)["runs"][0]["properties"]
    assert properties["target"] == {
        "requirements": ["keras==3.8.0"],
        "releases": ["keras==3.8.0"],
        "source": "requirements.txt",
    }


def test_several_processes_judge_for_the_same_target(project: Path) -> None:
    for number in range(4):
        shutil.copyfile(LSTM, project / f"{number}.h5")
    (project / "requirements.txt").write_text("keras==3.8.0\n")
    one, two = (kerasscan.scan([project], select=["KC2"], jobs=jobs) for jobs in (1, 2))
    assert one == two
    assert one.target is not None
    assert one.target.releases == ("keras==3.8.0",)
    assert len(one.findings) > 4
