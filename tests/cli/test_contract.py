"""``kerasscan contract``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kerasscan.report.contract.json_form import contract_schema
from tests.samples.manifest import SAMPLES

from .door import CLEAN, CUT, run

BACKBONE = str(SAMPLES / "preprocessing" / "keras-3.15.1-mobilenetv2-raw.json")
POINTER = str(SAMPLES / "file" / "lfs-pointer.keras")


def test_a_person_reads_what_to_do() -> None:
    result = run("contract", BACKBONE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "feeds    MobileNetV2" in result.stdout
    assert "expects  values of -1 to 1" in result.stdout
    assert "do       x = x.astype('float32') / 127.5 - 1.0" in result.stdout


def test_a_program_reads_the_same() -> None:
    (file,) = json.loads(run("contract", BACKBONE, "--output-format", "json").stdout)["files"]
    (found,) = file["inputs"]
    assert (found["backbone"], found["expects"]) == ("MobileNetV2", {"low": -1.0, "high": 1.0})


def test_a_model_card_gets_markdown() -> None:
    text = run("contract", BACKBONE, "--output-format", "markdown").stdout
    assert text.startswith("### Inputs of `")
    assert "```python\nx = x.astype('float32') / 127.5 - 1.0\n```" in text


def test_inspect_tells_it_too() -> None:
    assert "expects  values of -1 to 1" in run("inspect", BACKBONE).stdout
    document = json.loads(run("inspect", BACKBONE, "--output-format", "json").stdout)
    assert document["inputs"][0]["backbone"] == "MobileNetV2"


def test_files_beside_the_model_are_named(tmp_path: Path) -> None:
    shutil.copy(CLEAN, tmp_path / "model.keras")
    (tmp_path / "scaler.pkl").write_bytes(b"")
    assert "scaler.pkl: a fitted scaler, pickled" in run("contract", str(tmp_path)).stdout


TRAIN = """
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras import models

generator = ImageDataGenerator(rescale=1.0 / 255)
model = models.Sequential()
model.fit(generator.flow_from_directory("data"))
"""
SERVE = """
import cv2
from tensorflow.keras.models import load_model

model = load_model("model.h5")
print(model.predict(cv2.imread("image.png")[None]))
"""


@pytest.fixture
def scripts(tmp_path: Path) -> str:
    """Return a folder with a script that trains and one that predicts."""
    (tmp_path / "train.py").write_text(TRAIN, encoding="utf-8")
    (tmp_path / "serve.py").write_text(SERVE, encoding="utf-8")
    return str(tmp_path)


def test_what_the_project_does_to_data_is_told(scripts: str) -> None:
    text = run("contract", BACKBONE, "--source", scripts).stdout
    assert text.endswith(
        "What the project's Python files do to data:\n"
        "  before model.predict at serve.py:6:\n"
        "    reads images as BGR (cv2.imread) (serve.py:6)\n"
        "  before model.fit at train.py:7:\n"
        "    x / 255 (train.py:5)\n"
    )
    markdown = run("contract", BACKBONE, "--source", scripts, "--output-format", "markdown").stdout
    assert markdown.endswith("- before model.fit at train.py:7: x / 255 (train.py:5)\n")


def test_a_program_reads_what_the_project_does(scripts: str) -> None:
    result = run("contract", BACKBONE, "--source", scripts, "--output-format", "json")
    document = json.loads(result.stdout)
    assert list(Draft202012Validator(contract_schema()).iter_errors(document)) == []
    assert [each["use"] for each in document["project"]] == ["predict", "fit"]
    assert document["project"][1]["steps"] == [
        {"kind": "rescale", "says": "x / 255", "where": "train.py:5"}
    ]


def test_a_project_without_calls_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("", encoding="utf-8")
    text = run("contract", BACKBONE, "--source", str(tmp_path)).stdout
    assert "no file trains a model or predicts with one" in text
    assert run("contract", BACKBONE, "--source", str(tmp_path / "gone")).exit_code == 2


def test_a_file_that_cannot_be_read_to_its_end_exits_with_3() -> None:
    result = run("contract", CUT)
    assert result.exit_code == 3
    assert "could not be read to its end" in result.stderr


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("gone.keras", 2, "gone.keras: no such file or folder"),
        (POINTER, 0, "lfs-pointer.keras: holds no layers (lfs-pointer)"),
    ],
)
def test_what_has_no_layers_is_told(path: str, code: int, said: str) -> None:
    result = run("contract", path)
    assert (result.exit_code, result.stdout.strip()) == (code, "")
    assert said in result.stderr
