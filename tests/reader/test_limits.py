"""Budgets: exceeding any one of them is told, and the file is never taken for whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from kerasscan.model.saved import ProblemKind, Saved
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.reading import read
from tests.samples.manifest import SAMPLES, Sample, load_samples

from .handmade import custom, keras_zip, kinds, layer, read_bytes, read_json, read_text, sequential

MODEL = sequential("model", *(layer("Dense", f"dense_{number}") for number in range(9)))
TEXT = json.dumps(MODEL)
ZIP = keras_zip({"assets/a.txt": "text"})
PACKED = keras_zip({"config.json": TEXT, "assets/a.txt": "a" * 900}, compress=True)
KERAS = SAMPLES / "clean" / "keras-3.15.1-functional.keras"
H5 = SAMPLES / "clean" / "keras-3.15.1-functional.h5"
YAML = SAMPLES / "clean" / "keras-2.2.4-functional.yaml"
FOLDER = SAMPLES / "clean" / "keras-3.15.1-directory"

CASES: list[tuple[str, int, Callable[[Path, Limits], Saved]]] = [
    ("archive_members", 2, lambda folder, limits: read_bytes(folder, ZIP, limits=limits)),
    ("archive_members", 2, lambda folder, limits: read(FOLDER, limits)),
    ("name_bytes", 10, lambda folder, limits: read_bytes(folder, ZIP, limits=limits)),
    ("name_bytes", 10, lambda folder, limits: read(H5, limits)),
    ("json_bytes", 100, lambda folder, limits: read_text(folder, TEXT, limits)),
    ("json_bytes", 40, lambda folder, limits: read_bytes(folder, ZIP, limits=limits)),
    ("json_bytes", 100, lambda folder, limits: read(H5, limits)),
    ("json_bytes", 40, lambda folder, limits: read(FOLDER, limits)),
    ("json_nodes", 20, lambda folder, limits: read_text(folder, TEXT, limits)),
    ("json_nodes", 20, lambda folder, limits: read(YAML, limits)),
    ("json_depth", 4, lambda folder, limits: read_text(folder, TEXT, limits)),
    ("json_depth", 4, lambda folder, limits: read(YAML, limits)),
    ("yaml_bytes", 100, lambda folder, limits: read(YAML, limits)),
    ("inflated_bytes", 300, lambda folder, limits: read_bytes(folder, PACKED, limits=limits)),
    ("inflated_bytes", 1_600, lambda folder, limits: read_bytes(folder, PACKED, limits=limits)),
    ("inflated_bytes", 300, lambda folder, limits: read_text(folder, TEXT, limits)),
    ("objects", 9, lambda folder, limits: read_text(folder, TEXT, limits)),
    ("objects", 3, lambda folder, limits: read(KERAS, limits)),
    ("hdf5_objects", 5, lambda folder, limits: read(H5, limits)),
    ("hdf5_depth", 1, lambda folder, limits: read(KERAS, limits)),
    ("hdf5_attribute_bytes", 100, lambda folder, limits: read(H5, limits)),
]


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES}))
def test_the_files_are_within_the_usual_budgets(tmp_path: Path, name: str) -> None:
    for case, _, make in CASES:
        if case == name:
            assert make(tmp_path, DEFAULT_LIMITS).is_complete


@pytest.mark.parametrize(("name", "budget", "make"), CASES)
def test_a_budget_that_is_exceeded_is_told(
    tmp_path: Path, name: str, budget: int, make: Callable[[Path, Limits], Saved]
) -> None:
    saved = make(tmp_path, replace(DEFAULT_LIMITS, **{name: budget}))
    assert ProblemKind.LIMIT_EXCEEDED in kinds(saved)
    assert not saved.is_complete


def test_as_many_objects_as_allowed_are_no_excess(tmp_path: Path) -> None:
    limits = replace(DEFAULT_LIMITS, objects=10)
    saved = read_json(tmp_path, MODEL, limits)
    assert (len(saved.objects), saved.problems) == (10, ())


def test_objects_up_to_the_budget_are_kept(tmp_path: Path) -> None:
    saved = read_json(tmp_path, MODEL, replace(DEFAULT_LIMITS, objects=4))
    assert len(saved.objects) == 4


def test_long_names_of_many_places_are_an_excess(tmp_path: Path) -> None:
    many: Any = [custom("Hidden")] * 3_000
    value = sequential("model", layer("Dense", "dense", **{"k" * 30_000: many}))
    saved = read_json(tmp_path, value)
    assert kinds(saved) == [ProblemKind.LIMIT_EXCEEDED]
    assert 100 < len(saved.objects) < 3_000


def test_a_long_list_of_numbers_under_a_long_name_is_no_excess(tmp_path: Path) -> None:
    value = sequential("model", layer("Dense", "dense", **{"k" * 30_000: [1] * 30_000}))
    assert read_json(tmp_path, value).problems == ()


@pytest.mark.parametrize("sample", load_samples(), ids=lambda sample: sample.path)
def test_budgets_of_one_hurt_no_sample(sample: Sample) -> None:
    """Every budget alone, and all at once: a `Saved`, whatever is in it."""
    smallest = {field.name: 1 for field in fields(Limits)}
    assert isinstance(read(sample.file, Limits(**smallest)), Saved)
    for name in smallest:
        saved = read(sample.file, replace(DEFAULT_LIMITS, **{name: 1}))
        excess = [each for each in saved.problems if each.kind is ProblemKind.LIMIT_EXCEEDED]
        assert all(problem.incomplete for problem in excess), name
