"""What Keras 3 does with a file under another backend than TensorFlow."""

from __future__ import annotations

from typing import Any

import pytest

from kerasscan.model.outcome import Outcome, ReasonKind, Stage
from kerasscan.model.saved import Artifact, Container, Document, Purpose, Saved
from tests.loading.made_by_hand import Value, hdf5, layer, load, sequential

BACKENDS = ("tensorflow", "jax", "torch", "numpy")
OTHERS = ("jax", "torch", "numpy")
VALUE, GRAPH = ReasonKind.ARGUMENT_VALUE, ReasonKind.GRAPH_REFUSED


def made(class_name: str, name: str, /, **config: Any) -> Value:
    """Return a layer as archives of Keras 3 hold it."""
    return {
        "module": "keras.layers",
        "class_name": class_name,
        "config": {"name": name, **config},
        "registered_name": None,
    }


def model(*layers: Value, name: str = "model", **given: Any) -> Value:
    """Return a Sequential model of Keras 3; `given` goes to its InputLayer."""
    first = made("InputLayer", "a", batch_shape=[None, 4], dtype="float32", **given)
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": name, "layers": [first, *layers]},
        "registered_name": None,
    }


def loaded(backend: str, config: Value, release: str = "keras==3.15.1") -> Outcome:
    """Load an architecture: there are no weights to read."""
    artifact = Artifact("model.json", Container.JSON, 1, (), ".json")
    saved = Saved(artifact, documents=(Document("", Purpose.MODEL, config),), stored_layers=None)
    return load(release, saved, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_ordinary_model_loads_with_every_backend(backend: str) -> None:
    outcome = loaded(backend, model(made("Dense", "b", units=2), made("BatchNormalization", "c")))
    assert outcome.loads


@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize(
    "one",
    (
        made("Hashing", "b", num_bins=3),
        made("HashedCrossing", "b", num_bins=3),
        made("IntegerLookup", "b", vocabulary=[1, 2]),
        made("StringLookup", "b", vocabulary=["x"]),
        made("TextVectorization", "b"),
    ),
    ids=lambda one: str(one["class_name"]),
)
def test_text_layers_need_tensorflow_beside_the_backend(backend: str, one: Value) -> None:
    outcome = loaded(backend, model(one))
    assert outcome.loads is None
    assert outcome.doubts == (
        f"{one['class_name']} needs TensorFlow installed beside the {backend} backend",
    )
    assert loaded("tensorflow", model(one)).doubts == ()


@pytest.mark.parametrize(
    ("release", "backend", "loads"),
    (
        ("keras==3.15.1", "tensorflow", True),
        ("keras==3.15.1", "jax", True),
        ("keras==3.15.1", "torch", False),
        ("keras==3.8.0", "numpy", False),
        ("keras==3.0.5", "jax", True),
        ("keras==3.0.4", "jax", False),
    ),
)
def test_sparse_inputs_are_for_tensorflow_and_jax(release: str, backend: str, loads: bool) -> None:
    outcome = loaded(backend, model(sparse=True), release)
    assert outcome.loads is loads
    if not loads:
        assert outcome.first is not None
        assert (outcome.first.kind, outcome.first.argument) == (VALUE, "sparse")
        assert outcome.first.message.startswith("`sparse=True` is not supported with ")
        assert backend in outcome.first.message
        assert outcome.first.remedy == "load it with the TensorFlow backend"


@pytest.mark.parametrize("backend", BACKENDS)
def test_ragged_inputs_are_for_tensorflow(backend: str) -> None:
    outcome = loaded(backend, model(ragged=True))
    assert outcome.loads is (backend == "tensorflow")
    assert loaded(backend, model(ragged=False)).loads


@pytest.mark.parametrize("backend", BACKENDS)
def test_synchronized_batch_normalization_is_for_tensorflow(backend: str) -> None:
    outcome = loaded(backend, model(made("BatchNormalization", "b", synchronized=True)))
    assert outcome.loads is (backend == "tensorflow")


@pytest.mark.parametrize(
    ("release", "backend", "loads"),
    (
        ("keras==3.4.0", "jax", True),
        ("keras==3.4.0", "torch", False),
        ("keras==3.3.3", "jax", False),
        ("keras==3.3.3", "tensorflow", True),
    ),
)
def test_sparse_output_of_discretization(release: str, backend: str, loads: bool) -> None:
    one = made("Discretization", "b", num_bins=3, output_mode="one_hot", sparse=True)
    assert loaded(backend, model(one), release).loads is loads


@pytest.mark.parametrize("argument", ("sparse", "ragged"))
def test_text_layers_give_sparse_and_ragged_output_with_tensorflow_only(argument: str) -> None:
    one = made("TextVectorization", "b", **{argument: True})
    outcome = loaded("jax", model(one))
    assert outcome.first is not None
    assert outcome.first.message == (
        f"`{argument}=True` can only be used with the TensorFlow backend."
    )
    old = loaded("jax", model(one), "keras==3.1.1").first
    assert old is not None
    assert old.message == f"`{argument}` can only be set to True with the TensorFlow backend."


def test_a_saved_model_as_a_layer_is_for_tensorflow() -> None:
    one = made("TFSMLayer", "b", filepath="somewhere")
    assert loaded("tensorflow", model(one), "keras==3.8.0").loads is None
    outcome = loaded("torch", model(one), "keras==3.8.0")
    assert outcome.first is not None
    assert (outcome.first.kind, outcome.first.error) == (VALUE, "NotImplementedError")


def test_where_safe_mode_refuses_it_nothing_but_tensorflow_helps() -> None:
    one = made("TFSMLayer", "b", filepath="somewhere")
    first = loaded("torch", model(one)).first
    assert first is not None
    assert first.kind is ReasonKind.LAMBDA_REFUSED
    assert loaded("torch", model(one)).loads_unsafe is False


@pytest.mark.parametrize(
    ("release", "backend", "works"),
    (
        ("keras==3.15.1", "jax", True),
        ("keras==3.15.1", "tensorflow", True),
        ("keras==3.15.1", "torch", False),
        ("keras==3.8.0", "jax", True),
        ("keras==3.8.0", "tensorflow", False),
    ),
)
def test_layers_of_jax_need_jax(release: str, backend: str, works: bool) -> None:
    outcome = loaded(backend, model(made("JaxLayer", "b", call_fn="f")), release)
    messages = [reason.message for reason in outcome.reasons]
    assert any("is only supported with the JAX" in message for message in messages) is not works


def test_type_specifications_are_classes_of_tensorflow() -> None:
    kind = {
        "class_name": "__typespec__",
        "spec_name": "TensorSpec",
        "module": "tensorflow.python.framework.tensor",
        "registered_name": None,
        "config": [[None, 2], "float32", None],
    }
    function = {"module": "keras.activations", "class_name": "function", "config": "relu"}
    one = made("Lambda", "b", function=function, arguments={"spec": kind})
    assert "TensorSpec" in loaded("jax", model(one), "keras==3.8.0").doubts[0]
    assert loaded("tensorflow", model(one), "keras==3.8.0").doubts == ()
    newer = loaded("tensorflow", model(one), "keras==3.9.0").first
    assert newer is not None
    assert newer.message == "Could not locate class 'TensorSpec'."


DOTTED = made("Dense", "b.c", units=2)
BUILT = {**made("Dense", "b", units=2), "build_config": {"input_shape": [None, 4]}}


@pytest.mark.parametrize("release", ("keras==3.4.0", "keras==3.15.1"))
def test_torch_takes_no_dot_in_the_name_of_a_layer_with_parameters(release: str) -> None:
    outcome = loaded("torch", model(DOTTED), release)
    assert outcome.first is not None
    assert (outcome.first.kind, outcome.first.stage) == (GRAPH, Stage.CONNECT)
    assert (outcome.first.error, outcome.first.argument) == ("KeyError", "name")
    assert outcome.first.message == 'parameter name can\'t contain "."'
    assert "b.c" in outcome.first.remedy


@pytest.mark.parametrize(
    ("backend", "release", "config"),
    (
        ("jax", "keras==3.15.1", model(DOTTED)),
        ("torch", "keras==3.3.3", model(DOTTED)),
        ("torch", "keras==3.15.1", model(made("Dropout", "b.c", rate=0.5))),
        ("torch", "keras==3.15.1", model(BUILT, name="my.model")),
    ),
    ids=("another backend", "older", "no parameters", "built before"),
)
def test_a_dot_elsewhere_does_no_harm(backend: str, release: str, config: Value) -> None:
    assert loaded(backend, config, release).loads


def test_a_dot_in_the_name_of_a_sequential_is_in_the_names_of_its_parameters() -> None:
    old = sequential(layer("Dense", "b", units=2), name="my.model")
    outcome = load("keras==3.15.1", hdf5(old), backend="torch")
    assert outcome.first is not None
    assert outcome.first.error == "KeyError"
    assert "'my.model/b'" in outcome.first.remedy


def test_keras_2_has_no_choice_of_backends() -> None:
    old = sequential(layer("Hashing", "b", num_bins=3))
    assert load("tensorflow==2.15", hdf5(old), backend="jax").doubts == ()
