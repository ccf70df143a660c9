"""Classes and functions that are not Keras' own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.checks.custom import CUSTOM_FUNCTION, CUSTOM_OBJECT
from kerasscan.model.objects import Role
from kerasscan.reader.reading import read
from tests.reader.handmade import layer, read_json, sequential
from tests.samples.manifest import load_samples

from .asking import ask

ROLES = [str(role) for role in Role]


def objects(folder: Path, made: dict[str, Any], **options: Any) -> list[str]:
    saved = read_json(folder, sequential("model", made))
    return [seen.evidence for seen in ask(CUSTOM_OBJECT, saved, roles=ROLES, **options)]


def functions(folder: Path, **config: Any) -> list[str]:
    saved = read_json(folder, sequential("model", layer("Dense", "dense", **config)))
    return [seen.evidence for seen in ask(CUSTOM_FUNCTION, saved, roles=ROLES)]


def old(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": "x", **config}}


@pytest.mark.parametrize(
    "made",
    [
        layer("Dense", "dense"),
        old("Dense"),
        old("Convolution2D"),
        old("CuDNNLSTM"),
        old("TFOpLambda"),
        old("Lambda"),
        {**layer("Anything", "x"), "module": "keras.src.layers.own"},
        {**layer("Anything", "x"), "module": "tf_keras.src.layers"},
        old("Dense", kernel_initializer=old("VarianceScaling")),
        old("Dense", kernel_regularizer={"class_name": "L1L2", "config": {"l1": 0.1}}),
        old("Dense", dtype={"class_name": "Policy", "config": {"name": "float32"}}),
        old("Dense", shape={"class_name": "__tuple__", "items": [1]}),
        old("Dense", function={"class_name": "__lambda__", "config": {}}),
    ],
)
def test_what_keras_ships_is_not_custom(tmp_path: Path, made: dict[str, Any]) -> None:
    assert objects(tmp_path, made) == []


CLEAN = [sample for sample in load_samples() if sample.family in ("clean", "compatibility")]


@pytest.mark.parametrize("sample", CLEAN, ids=lambda sample: sample.path)
def test_a_clean_sample_has_nothing_custom(sample: Any) -> None:
    saved = read(sample.file)
    seen = ask(CUSTOM_OBJECT, saved, roles=ROLES) + ask(CUSTOM_FUNCTION, saved, roles=ROLES)
    assert [each.evidence for each in seen] == []


def test_a_class_without_a_module_is_custom(tmp_path: Path) -> None:
    assert objects(tmp_path, old("OwnDense")) == ["OwnDense"]


def test_a_class_of_another_module_is_custom_whatever_its_name(tmp_path: Path) -> None:
    assert objects(tmp_path, {**layer("Dense", "x"), "module": "own.layers"}) == ["Dense"]


@pytest.mark.parametrize("module", ["kerasown.layers", "own.keras", "keras_tuner"])
def test_a_module_that_only_sounds_like_keras_is_another(tmp_path: Path, module: str) -> None:
    assert objects(tmp_path, {**layer("Own", "x"), "module": module}) == ["Own"]


def test_registered_and_unregistered_classes_are_told_apart(tmp_path: Path) -> None:
    registered = {**layer("Own", "x"), "module": None, "registered_name": "pack>Own"}
    assert objects(tmp_path, registered, registered=True) == ["pack>Own"]
    assert objects(tmp_path, registered, registered=False) == []
    assert objects(tmp_path, old("pack>Own"), registered=True) == ["pack>Own"]
    assert objects(tmp_path, old("Own"), registered=True) == []
    assert objects(tmp_path, old("Own"), registered=False) == ["Own"]


def test_only_the_wanted_roles_are_seen(tmp_path: Path) -> None:
    made = old("OwnDense", kernel_initializer=old("OwnInitializer"))
    saved = read_json(tmp_path, sequential("model", made))
    seen = ask(CUSTOM_OBJECT, saved, roles=["initializer"])
    assert [each.evidence for each in seen] == ["OwnInitializer"]
    facts = seen[0].facts
    assert (facts["class_name"], facts["role"], facts["layer"]) == (
        "OwnInitializer",
        "initializer",
        "x",
    )


def test_the_module_is_told_in_words(tmp_path: Path) -> None:
    made = {**layer("Own", "x"), "module": "own.layers"}
    (seen,) = ask(CUSTOM_OBJECT, read_json(tmp_path, sequential("model", made)), roles=["layer"])
    assert seen.facts["origin"] == " from the module 'own.layers'"
    assert seen.address.layer == "x"


@pytest.mark.parametrize(
    "config",
    [
        {"activation": "relu"},
        {"activation": "linear"},
        {"kernel_initializer": "glorot_uniform"},
        {"kernel_regularizer": "l2"},
        {"activation": {"class_name": "function", "config": "relu", "module": "builtins"}},
        {"activation": {"class_name": "function", "config": "f", "module": "keras.activations"}},
        {"padding": "own", "units": 3},
    ],
)
def test_functions_that_keras_knows_are_not_custom(tmp_path: Path, config: dict[str, Any]) -> None:
    assert functions(tmp_path, **config) == []


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({"activation": "own_activation"}, "own_activation"),
        ({"activation": "pack>own"}, "pack>own"),
        ({"kernel_initializer": "relu"}, "relu"),
        ({"kernel_constraint": "own_limit"}, "own_limit"),
        ({"activation": {"class_name": "function", "config": "own", "module": "builtins"}}, "own"),
        ({"activation": {"class_name": "function", "config": "own", "module": "m"}}, "own"),
        ({"activation": {"class_name": "function", "config": "relu", "module": "m"}}, "relu"),
    ],
)
def test_other_functions_are_custom(tmp_path: Path, config: dict[str, Any], name: str) -> None:
    assert functions(tmp_path, **config) == [name]


def test_names_of_a_compile_config_are_looked_up_in_their_roles(tmp_path: Path) -> None:
    compiled = {"optimizer": "Adam", "loss": ["mse", "own_loss"], "metrics": {"a": ["accuracy"]}}
    saved = read_json(tmp_path, {**sequential("model"), "compile_config": compiled})
    assert [seen.evidence for seen in ask(CUSTOM_FUNCTION, saved, roles=ROLES)] == ["own_loss"]


def test_a_kernel_of_random_fourier_features_is_no_custom_initializer(tmp_path: Path) -> None:
    assert functions(tmp_path, kernel_initializer="gaussian") == []
    assert functions(tmp_path, kernel_initializer="own_gaussian") == ["own_gaussian"]
