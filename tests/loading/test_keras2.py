"""What Keras 2 does with a file, told by small configs."""

from __future__ import annotations

from typing import Any

import pytest

from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Saved
from tests.loading.made_by_hand import (
    ACTIVATION,
    PLAIN,
    Value,
    archive,
    called,
    first,
    functional,
    hdf5,
    layer,
    load,
    new,
    sequential,
)


@pytest.mark.parametrize("requirement", ["keras==2.2.4", "tensorflow==2.3", "tf-keras==2.18.0"])
def test_a_model_that_every_release_knows_loads_everywhere(requirement: str) -> None:
    assert load(requirement, hdf5(PLAIN)).loads is True


def test_the_input_layer_of_keras_3_is_refused() -> None:
    model = sequential(ACTIVATION)
    model["config"]["layers"][0] = layer("InputLayer", "a", batch_shape=[None, 4], optional=False)
    outcome = load("tensorflow==2.15", hdf5(model))
    assert first(outcome) == (ReasonKind.ARGUMENT_REFUSED, "InputLayer")
    assert outcome.first is not None
    assert outcome.first.argument == "batch_shape, optional"


def test_functional_has_its_name_since_tensorflow_2_3() -> None:
    model = functional(called(ACTIVATION, [["a", 0, 0, {}]]), output="act")
    assert first(load("tensorflow==2.2", hdf5(model))) == (ReasonKind.CLASS_UNKNOWN, "Functional")
    assert load("tensorflow==2.3", hdf5(model)).loads is True
    model["class_name"] = "Model"
    assert load("tensorflow==2.2", hdf5(model)).loads is True


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        ("keras==2.2.4", "Unable to open file (file signature not found)"),
        ("tensorflow==2.7", "SavedModel file does not exist at"),
        ("tensorflow==2.8", "Unable to synchronously open file (file signature not found)"),
    ],
)
def test_an_archive_is_no_file_for_releases_before_2_12(requirement: str, message: str) -> None:
    outcome = load(requirement, archive(new(PLAIN, "keras")))
    assert outcome.first is not None
    assert outcome.first.message.startswith(message)
    assert outcome.first.stage is Stage.CONTAINER


def test_an_archive_needs_its_name() -> None:
    assert load("tensorflow==2.15", archive(new(PLAIN, "keras"))).loads is True
    assert load("tensorflow==2.15", archive(new(PLAIN, "keras"), ".zip")).loads is False


@pytest.mark.parametrize("requirement", ["tensorflow==2.4", "tensorflow==2.15", "keras==2.3.1"])
def test_hdf5_is_told_by_its_content(requirement: str) -> None:
    assert load(requirement, hdf5(PLAIN, extension=".keras")).loads is True


@pytest.mark.parametrize(
    ("module", "requirement", "loads"),
    [
        ("keras.engine.functional", "tensorflow==2.12", True),
        ("keras.engine.functional", "tensorflow==2.13", False),
        ("keras.src.engine.functional", "tensorflow==2.15", True),
        ("keras.src.engine.functional", "tf-keras==2.18.0", True),
        ("tf_keras.src.engine.functional", "tensorflow==2.15", False),
        ("keras.src.models.functional", "tf-keras==2.18.0", False),
    ],
)
def test_the_module_of_functional_decides(module: str, requirement: str, loads: bool) -> None:
    model = functional(called(new(ACTIVATION), [["a", 0, 0, {}]]), output="act")
    outcome = load(requirement, archive(new(model, module)))
    assert outcome.loads is loads
    if not loads:
        assert first(outcome) == (ReasonKind.MODULE_GONE, "Functional")


def test_below_the_root_modules_are_not_read() -> None:
    nested = new(sequential(new(ACTIVATION, "keras.src.nowhere")), "keras.src.nowhere")
    outcome = load("tensorflow==2.15", archive(new(sequential(nested, name="outer"), "keras")))
    assert outcome.loads is True


def test_a_class_without_module_must_be_registered() -> None:
    own = {**layer("Own", "own"), "module": None, "registered_name": "Own"}
    saved = archive(new(sequential(own), "keras"))
    outcome = load("tensorflow==2.15", saved)
    assert first(outcome) == (ReasonKind.CUSTOM_OBJECT, "Own")
    assert outcome.first is not None
    assert outcome.first.message.startswith("Cannot deserialize object of type `Own`")
    assert load("tensorflow==2.15", saved, frozenset({"Own"})).loads is True


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        ("tensorflow==2.4", "Unknown layer: Own"),
        ("tensorflow==2.10", "Unknown layer: Own. Please ensure this object is passed"),
        ("tensorflow==2.11", "Unknown layer: 'Own'. Please ensure you are using"),
    ],
)
def test_an_unknown_class_is_told_in_the_words_of_the_release(
    requirement: str, message: str
) -> None:
    outcome = load(requirement, hdf5(sequential(layer("Own", "own"))))
    assert first(outcome) == (ReasonKind.CUSTOM_OBJECT, "Own")
    assert outcome.first is not None
    assert outcome.first.message.startswith(message)


def test_the_config_of_a_function_is_taken_for_a_class_in_hdf5() -> None:
    own = {"module": "builtins", "class_name": "function", "config": "own"}
    saved = hdf5(sequential(layer("Activation", "act", activation=own)))
    outcome = load("tensorflow==2.15", saved, frozenset({"own"}))
    assert first(outcome) == (ReasonKind.ARGUMENT_VALUE, "function")


def test_a_sequential_was_a_list_until_2_2_2() -> None:
    only = layer("Activation", "act", activation="relu", batch_input_shape=[None, 4])
    old = {"class_name": "Sequential", "config": [only]}
    for requirement in ("keras==2.1.6", "keras==2.2.4", "tensorflow==1.15", "tensorflow==2.15"):
        assert load(requirement, hdf5(old)).loads is True
    assert load("tensorflow==2.1", hdf5(old)).loads is False
    assert load("keras==2.2.2", hdf5(PLAIN)).loads is False


class TestOptimizers:
    """Two families under the same names."""

    @staticmethod
    def training(class_name: str, /, **config: Any) -> Value:
        """Return a training config as releases up to 2.2 write it."""
        return {
            "loss": "mse",
            "metrics": None,
            "weighted_metrics": None,
            "sample_weight_mode": None,
            "loss_weights": None,
            "optimizer_config": {"class_name": class_name, "config": config},
        }

    def compiled(self, class_name: str, /, **config: Any) -> Saved:
        """Return a compiled model."""
        return hdf5(PLAIN, self.training(class_name, **config))

    def test_a_registered_name_is_known_since_2_8(self) -> None:
        saved = self.compiled("Custom>Adam", learning_rate=0.1)
        outcome = load("tensorflow==2.7", saved)
        assert first(outcome) == (ReasonKind.CLASS_UNKNOWN, "Custom>Adam")
        assert outcome.loads_without_compile is True
        assert load("tensorflow==2.8", saved).loads is True

    def test_a_config_that_does_not_tell_means_the_legacy_family(self) -> None:
        assert load("tensorflow==2.15", self.compiled("Adam", decay=0.1)).loads is True
        modern = self.compiled("Adam", is_legacy_optimizer=False, weight_decay=None)
        assert load("tensorflow==2.15", modern).loads is True
        outcome = load("tensorflow==2.15", self.compiled("Adam", weight_decay=None))
        assert outcome.first is not None
        assert (outcome.first.argument, outcome.first.stage) == ("weight_decay", Stage.COMPILE)

    def test_legacy_optimizers_in_archives_need_2_15(self) -> None:
        model = new(PLAIN, "keras")
        model["compile_config"] = {
            "optimizer": new(
                {"class_name": "Adam", "config": {"decay": 0.0}}, "keras.optimizers.legacy"
            ),
            "loss": "mse",
        }
        assert load("tensorflow==2.14", archive(model)).loads is False
        assert load("tensorflow==2.14", archive(model)).loads_without_compile is True
        assert load("tensorflow==2.15", archive(model)).loads is True

    def test_early_releases_ask_for_a_sample_weight_mode(self) -> None:
        training = self.training("SGD", learning_rate=0.1)
        del training["sample_weight_mode"]
        late = hdf5(PLAIN, training)
        assert first(load("tensorflow==2.2", late)) == (ReasonKind.ARGUMENT_MISSING, "compile")
        assert load("tensorflow==2.3", late).loads is True

    def test_an_unknown_metric_matters_only_when_compiling(self) -> None:
        training = {**self.training("SGD"), "metrics": ["accuracy", "own"]}
        outcome = load("tensorflow==2.10", hdf5(PLAIN, training))
        assert outcome.custom_objects == ("own",)
        assert outcome.loads_without_compile is True
