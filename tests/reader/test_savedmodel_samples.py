"""SavedModels that TensorFlow wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.model.saved import Container, Purpose
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.savedmodel import read_savedmodel

SAMPLES = Path(__file__).parents[2] / "samples"
MODELS = sorted(
    found.parent
    for found in SAMPLES.rglob("saved_model.pb")
    if not found.is_relative_to(SAMPLES / "file")
)
CLEAN = [model for model in MODELS if model.is_relative_to(SAMPLES / "clean")]


def name_of(model: Path) -> str:
    return model.relative_to(SAMPLES).as_posix()


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_sample_of_keras_is_read_without_damage(model: Path) -> None:
    contents = read_savedmodel(model, DEFAULT_LIMITS)
    assert contents.container is Container.SAVEDMODEL
    assert contents.problems == ()
    assert contents.claims.producer is not None
    files = [found for found in model.rglob("*") if found.is_file()]
    assert len(contents.members) == len(files)
    assert sum(member.size for member in contents.members) == sum(
        found.stat().st_size for found in files
    )


@pytest.mark.parametrize("model", CLEAN, ids=name_of)
def test_a_clean_sample_is_whole(model: Path) -> None:
    contents = read_savedmodel(model, DEFAULT_LIMITS)
    assert contents.problems == ()
    assert contents.documents[0].purpose is Purpose.MODEL
    assert contents.claims.version is not None
    assert contents.signatures
    assert contents.tensors


@pytest.mark.parametrize("model", CLEAN, ids=name_of)
def test_the_weights_of_a_clean_sample_fill_its_data_file(model: Path) -> None:
    contents = read_savedmodel(model, DEFAULT_LIMITS)
    stored = sum(found.stat().st_size for found in model.glob("variables/*.data-*"))
    assert 0 < sum(tensor.nbytes for tensor in contents.tensors) <= stored


def test_keras_objects_are_found_wherever_tensorflow_keeps_them() -> None:
    """The same model, saved before and after ``keras_metadata.pb`` was introduced."""
    old, new = SAMPLES / "clean" / "tf-2.3-savedmodel", SAMPLES / "clean" / "tf-2.10-savedmodel"
    names = []
    for model in (old, new):
        documents = read_savedmodel(model, DEFAULT_LIMITS).documents
        names.append([document.member.partition("#")[2] for document in documents])
    assert names[0] == names[1]
    assert names[0][0] == "root"
