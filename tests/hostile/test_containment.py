"""What a scan of hostile files may cost, and that it touches nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.tricks import TRICKS

ROOT = Path(__file__).parents[2]
SECONDS = 10.0
"""Processor time that one file may take."""
MEMORY = 512 * 1024 * 1024
FORBIDDEN = (
    "dill",
    "h5py",
    "joblib",
    "keras",
    "numpy",
    "pickle",
    "tensorflow",
    "tf_keras",
    "torch",
)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """Return what the scanning process wrote: a line for each trick, and one about itself."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = []
    for number, trick in enumerate(TRICKS):
        room = folder / str(number)
        room.mkdir()
        paths.append(str(trick.make(room)))
    listed = folder / "paths.json"
    listed.write_text(json.dumps(paths), "utf-8")
    done = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "tests.hostile.watched", str(listed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    yield [json.loads(line) for line in done.stdout.splitlines()]


def test_every_file_is_scanned(outcome: list[dict[str, Any]]) -> None:
    assert len(outcome) == len(TRICKS) + 1


def test_nothing_but_the_file_is_touched(outcome: list[dict[str, Any]]) -> None:
    assert [(line["path"], line["seen"]) for line in outcome[:-1] if line["seen"]] == []


def test_no_file_takes_long(outcome: list[dict[str, Any]]) -> None:
    slow = [(line["path"], line["seconds"]) for line in outcome[:-1] if line["seconds"] > SECONDS]
    assert slow == []


def test_memory_is_bounded(outcome: list[dict[str, Any]]) -> None:
    assert outcome[-1]["peak"] < MEMORY


def test_nothing_that_runs_models_is_imported(outcome: list[dict[str, Any]]) -> None:
    loaded = {module.partition(".")[0] for module in outcome[-1]["modules"]}
    assert loaded & set(FORBIDDEN) == set()


def test_what_is_not_read_to_its_end_is_never_clean(outcome: list[dict[str, Any]]) -> None:
    """Exit code 0 is for files of which everything was seen and nothing found."""
    unsaid = [
        line["path"]
        for line in outcome[:-1]
        if line["code"] == 0 and line["status"] not in ("scanned", "not-a-model")
    ]
    assert unsaid == []
