"""``kerasscan inspect``: what a file holds, as text and as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.samples.manifest import SAMPLES, Sample, load_samples

from .door import CUT, run

ALL = load_samples()


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.path)
def test_every_sample_can_be_inspected(sample: Sample) -> None:
    text = run("inspect", str(sample.file))
    shown = run("inspect", str(sample.file), "--output-format", "json")
    assert text.exit_code == shown.exit_code
    assert text.exit_code in (0, 3)
    document = json.loads(shown.stdout)
    assert sample.container in json.dumps(document)
    if sample.claimed_version and text.exit_code == 0:
        assert sample.claimed_version in text.stdout


def test_layers_are_shown_with_their_connections_and_shapes() -> None:
    shown = run("inspect", str(SAMPLES / "clean" / "keras-3.15.1-functional.keras")).stdout
    for word in ("Functional", "3.15.1", "Dense", "shared"):
        assert word in shown


def test_a_part_of_a_savedmodel_stands_for_the_whole() -> None:
    folder = SAMPLES / "clean" / "tf-2.10-savedmodel"
    assert run("inspect", str(folder / "saved_model.pb")).stdout == (
        run("inspect", str(folder)).stdout
    )


def test_what_cannot_be_read_exits_with_3(tmp_path: Path) -> None:
    assert run("inspect", CUT).exit_code == 3
    os.mkfifo(tmp_path / "pipe.keras")
    assert run("inspect", str(tmp_path / "pipe.keras")).exit_code == 3


@pytest.mark.parametrize("path", ["gone.keras", "-"])
def test_a_path_that_is_not_there_is_a_wrong_call(path: str) -> None:
    result = run("inspect", path)
    assert result.exit_code == 2
    assert "no such file or folder" in result.stderr
