"""Loads that are given custom objects; recorded in ``tests/recordings/customs``."""

from __future__ import annotations

from typing import Any

import pytest

from kerasscan.model.outcome import ReasonKind

from .made_by_hand import archive, called, functional, hdf5, layer, load, sequential

NEWEST = "keras==3.15.1"
OWN = frozenset({"Own"})


def made(class_name: str, name: str, /, module: Any = "keras.layers", **config: Any) -> Any:
    return {**layer(class_name, name, **config), "module": module, "registered_name": None}


def new(*layers: Any) -> Any:
    first = made("InputLayer", "a", batch_shape=[None, 4], dtype="float32")
    model = {**sequential(*layers), "module": "keras", "registered_name": None}
    model["config"]["layers"][0] = first
    return model


def function(name: str) -> dict[str, Any]:
    found = {"module": "builtins", "class_name": "function", "config": name}
    return {**found, "registered_name": "function"}


def custom(**config: Any) -> dict[str, Any]:
    return {**made("Own", "s", module=None, **config), "registered_name": "Own"}


def kind(requirement: str, *arguments: Any, **more: Any) -> ReasonKind | None:
    outcome = load(requirement, *arguments, **more)
    return outcome.first.kind if outcome.first else None


def test_keras_before_3_3_does_not_pass_objects_on_to_hdf5_files() -> None:
    model = hdf5(sequential({"class_name": "Own", "config": {"name": "s"}}))
    assert load("keras==3.3.0", model, OWN).loads is True
    assert load("keras==3.2.1", model, OWN).loads is False
    assert load("keras==3.2.1", model, registered=OWN).loads is True


@pytest.mark.parametrize(
    ("requirement", "loads"),
    [("keras==3.6.0", True), ("keras==3.8.0", False), ("keras==3.9.0", True)],
)
def test_a_registered_function_that_was_saved_by_its_bare_name(
    requirement: str, loads: bool
) -> None:
    model = archive(new(made("Lambda", "l", function=function("own"))))
    given = frozenset({"zoo>own"})
    assert load(requirement, model, registered=given).loads is loads


def test_only_keras_up_to_3_8_imports_what_the_program_could() -> None:
    model = archive(new({**custom(), "module": "train"}))
    importable = frozenset({"train.Own"})
    assert load("keras==3.8.0", model, importable=importable).loads is True
    assert load("keras==3.9.0", model, importable=importable).loads is False


def test_a_function_in_the_config_of_an_hdf5_file_is_no_json_before_3_11_3() -> None:
    model = hdf5(sequential(layer("Activation", "d", activation="Own")))
    assert kind("keras==3.10.0", model, OWN) is ReasonKind.ARGUMENT_VALUE
    assert kind("keras==3.11.3", model, OWN) is None


def test_a_function_is_no_regularizer_from_3_1_to_3_14() -> None:
    model = archive(new(made("Dense", "d", units=2, kernel_regularizer=function("Own"))))
    kinds = [kind(f"keras==3.{minor}", model, OWN) for minor in ("0.5", "14.1", "15.0")]
    assert [found is ReasonKind.ARGUMENT_VALUE for found in kinds] == [False, True, False]


def test_a_subclass_of_a_model_is_built_from_its_list_of_layers() -> None:
    model = functional(called(layer("Dense", "d", units=2)), output="a", class_name="Own")
    wrong = functional(called(layer("Dense", "d", unknown=2)), output="a", class_name="Own")
    assert kind(NEWEST, hdf5(model), OWN) is None
    assert kind(NEWEST, hdf5(wrong), OWN) is ReasonKind.ARGUMENT_REFUSED
