"""``kerasscan stub``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.samples.manifest import SAMPLES

from .door import CLEAN, CUT, run

LAYER = str(SAMPLES / "registration" / "keras-3.15.1-custom-layer.keras")
OLD = str(SAMPLES / "registration" / "tf-2.15-custom-layer.keras")


def test_the_module_goes_to_stdout() -> None:
    result = run("stub", LAYER)
    assert result.exit_code == 0
    assert result.stderr == ""
    names = [each.name for each in ast.parse(result.stdout).body if hasattr(each, "name")]
    assert names == ["Scale", "load"]


def test_the_module_goes_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    result = run("stub", LAYER, "--style", "custom-objects", "-o", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "custom_objects=CUSTOM_OBJECTS" in file.read_text(encoding="utf-8")


def test_a_model_that_needs_nothing_is_told() -> None:
    result = run("stub", CLEAN)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "needs nothing beside Keras" in result.stderr


def test_what_stops_the_load_all_the_same_is_told() -> None:
    result = run("stub", OLD, "--target", "keras==3.15.1")
    assert "keras==3.15.1 does not load it even so: Could not deserialize" in result.stderr
    assert run("stub", OLD, "--target", "tensorflow==2.15").stderr == ""


def test_for_a_tensorflow_of_its_own_keras_the_module_imports_that() -> None:
    assert "from tensorflow import keras" in run("stub", OLD, "--target", "tensorflow<2.16").stdout


def test_a_file_that_cannot_be_read_to_its_end_exits_with_3() -> None:
    result = run("stub", CUT)
    assert result.exit_code == 3
    assert "warning: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gone.keras"], "gone.keras: no such file or folder"),
        ([str(SAMPLES / "file" / "lfs-pointer.keras")], "is no model (lfs-pointer)"),
        ([LAYER, "--style", "odd"], "odd"),
        ([LAYER, "-o", "gone/folder/own.py"], "cannot be written"),
        ([LAYER, "--source", "gone"], "gone: no such file or folder"),
        ([LAYER, "--target", "keras==99"], "keras==99"),
    ],
)
def test_a_wrong_call_exits_with_2_and_a_word(arguments: list[str], said: str) -> None:
    result = run("stub", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
