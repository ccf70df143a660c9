"""Questions about the file as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.checks.files import (
    CONTAINER,
    EXTENSION,
    PROBLEM,
    VERSION_CONTRADICTED,
    VERSION_MISSING,
)
from kerasscan.checks.yaml_tags import YAML_PYTHON_OBJECT
from kerasscan.model.saved import Container, ProblemKind
from kerasscan.reader.reading import read
from tests.reader.handmade import keras_zip, layer, read_bytes, read_json, read_text, sequential
from tests.samples.manifest import SAMPLES, Sample, load_samples

from .asking import ask

NO_MODELS = [str(kind) for kind in Container if not kind.is_model]
KINDS = [str(kind) for kind in ProblemKind]
WEIGHTS = (SAMPLES / "clean" / "keras-3.15.1.weights.h5").read_bytes()
CLEAN = [sample for sample in load_samples() if sample.family == "clean"]


@pytest.mark.parametrize("sample", CLEAN, ids=lambda sample: sample.path)
def test_a_clean_sample_is_a_model_without_problems(sample: Sample) -> None:
    saved = read(sample.file)
    assert ask(CONTAINER, saved, containers=NO_MODELS) == []
    assert ask(PROBLEM, saved, kinds=KINDS) == []
    assert ask(EXTENSION, saved) == []
    assert ask(VERSION_MISSING, saved) == []
    assert ask(VERSION_CONTRADICTED, saved) == []
    assert ask(YAML_PYTHON_OBJECT, saved) == []


NOT_CLEAN = [sample for sample in load_samples() if sample.container in NO_MODELS]


@pytest.mark.parametrize("sample", NOT_CLEAN, ids=lambda sample: sample.path)
def test_what_is_no_model_is_seen_as_what_it_is(sample: Sample) -> None:
    saved = read(sample.file)
    seen = ask(CONTAINER, saved, containers=[sample.container])
    others = ask(
        CONTAINER, saved, containers=[each for each in NO_MODELS if each != sample.container]
    )
    assert others == []
    if saved.is_complete or sample.container != "unknown":
        assert [each.facts["container"] for each in seen] == [sample.container]
        assert seen[0].facts["file"] == sample.file.name
    else:
        assert ask(PROBLEM, saved, kinds=KINDS)


@pytest.mark.parametrize("name", ["m.keras"])
def test_an_archive_has_the_extension_that_keras_3_wants(tmp_path: Path, name: str) -> None:
    assert ask(EXTENSION, read_bytes(tmp_path, keras_zip(), name)) == []


@pytest.mark.parametrize("name", ["m.h5", "m.zip", "m.keras.bak", "m", "m.KERAS", "keras"])
def test_another_extension_is_seen(tmp_path: Path, name: str) -> None:
    (seen,) = ask(EXTENSION, read_bytes(tmp_path, keras_zip(), name))
    assert seen.facts["expected"] == ".keras"
    assert seen.facts["extension"] == (Path(name).suffix or "no extension")


@pytest.mark.parametrize(("name", "count"), [("w.h5", 0), ("w.hdf5", 0), ("w.keras", 1)])
def test_hdf5_may_have_two_extensions(tmp_path: Path, name: str, count: int) -> None:
    assert len(ask(EXTENSION, read_bytes(tmp_path, WEIGHTS, name))) == count


def test_the_extension_of_text_does_not_matter(tmp_path: Path) -> None:
    assert ask(EXTENSION, read_bytes(tmp_path, b'{"class_name": "A", "config": {}}', "m.txt")) == []


def test_only_the_wanted_problems_are_seen(tmp_path: Path) -> None:
    saved = read_text(tmp_path, '{"class_name": "A", "config": {"x": NaN}, "config": 1}')
    assert len(ask(PROBLEM, saved, kinds=KINDS)) == 2
    (seen,) = ask(PROBLEM, saved, kinds=["duplicate-key"])
    assert (seen.address.pointer, seen.facts["place"]) == ("/config", "#/config")
    assert seen.evidence == "duplicate-key:#/config"
    (odd,) = ask(PROBLEM, saved, kinds=["odd-json"])
    assert odd.facts["place"] == odd.facts["file"] == "model.json"


def with_metadata(folder: Path, metadata: str, config: dict[str, Any] | None = None) -> Any:
    import json

    members: dict[str, bytes | str] = {"metadata.json": metadata, "model.weights.h5": WEIGHTS}
    if config is not None:
        members["config.json"] = json.dumps(config)
    return read_bytes(folder, keras_zip(members))


def test_a_missing_version_is_seen(tmp_path: Path) -> None:
    (seen,) = ask(VERSION_MISSING, with_metadata(tmp_path, "{}"))
    assert seen.facts == {"what": "a .keras zip archive", "fingerprint": "Keras >=3.6"}


def test_json_has_no_room_for_a_version(tmp_path: Path) -> None:
    assert ask(VERSION_MISSING, read_json(tmp_path, sequential("m"))) == []


def test_of_a_damaged_file_no_version_is_missed(tmp_path: Path) -> None:
    assert ask(VERSION_MISSING, with_metadata(tmp_path, '{"keras_version": "3.')) == []


@pytest.mark.parametrize("version", ["3.6.0", "3.15.1", "4.0", "words", "", "3.9.0.dev2025"])
def test_a_version_that_fits_is_not_contradicted(tmp_path: Path, version: str) -> None:
    saved = with_metadata(tmp_path, f'{{"keras_version": "{version}"}}')
    assert ask(VERSION_CONTRADICTED, saved) == []


@pytest.mark.parametrize("version", ["2.15.0", "3.0", "1.2.2", "2.2.4-tf"])
def test_a_version_that_does_not_fit_is_contradicted(tmp_path: Path, version: str) -> None:
    saved = with_metadata(tmp_path, f'{{"keras_version": "{version}"}}')
    (seen,) = ask(VERSION_CONTRADICTED, saved)
    assert seen.facts["claimed"] == version
    assert (seen.facts["fingerprint"], seen.facts["clue"]) == (
        "Keras >=3.6",
        "the attribute name on groups of weights",
    )


def test_content_of_no_release_contradicts_every_version(tmp_path: Path) -> None:
    config = {"batch_input_shape": [None], "batch_shape": [None], "optional": False}
    model = sequential("m", {"class_name": "InputLayer", "config": config})
    (seen,) = ask(
        VERSION_CONTRADICTED, with_metadata(tmp_path, '{"keras_version": "3.15.1"}', model)
    )
    assert seen.facts["fingerprint"] == "no Keras at all"
    assert seen.address.layer == "InputLayer"


@pytest.mark.parametrize("version", ["9" * 5_000, "1." * 5_000, "-1", "\u0663.\u0661"])
def test_a_version_made_to_hurt_does_not(tmp_path: Path, version: str) -> None:
    saved = with_metadata(tmp_path, f'{{"keras_version": "{version}"}}')
    assert len(ask(VERSION_CONTRADICTED, saved)) <= 1


YAML = "class_name: A\nconfig:\n"


@pytest.mark.parametrize("tag", ["!!python/tuple", "!!python/unicode", "!own", "!!python/nameless"])
def test_tags_that_build_nothing_are_left_alone(tmp_path: Path, tag: str) -> None:
    saved = read_bytes(tmp_path, f"{YAML}  a: {tag} [x]\n".encode(), "m.yaml")
    assert len(saved.yaml_tags) == 1
    assert ask(YAML_PYTHON_OBJECT, saved) == []


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object:own.Class",
        "!!python/object/new:own.Class",
        "!!python/object/apply:own.call",
        "!!python/name:own.name",
        "!!python/module:own",
        "!<tag:yaml.org,2002:python/object:own.Class>",
        "!!python%2Fobject:own.Class",
    ],
)
def test_tags_that_build_objects_are_seen(tmp_path: Path, tag: str) -> None:
    saved = read_bytes(tmp_path, f"{YAML}  a: 1\n  b: {tag} [x]\n".encode(), "m.yaml")
    (seen,) = ask(YAML_PYTHON_OBJECT, saved)
    assert seen.facts["line"] == "4"
    assert "python/" in seen.facts["tag"]


def test_layers_do_not_matter_to_the_file(tmp_path: Path) -> None:
    saved = read_json(tmp_path, sequential("m", layer("Own", "own")))
    assert ask(PROBLEM, saved, kinds=KINDS) == ask(CONTAINER, saved, containers=NO_MODELS) == []
