"""``kerasscan contract``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

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
