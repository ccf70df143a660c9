"""What Keras 2 does with connections, stored code, SavedModels and odd values."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind
from kerasscan.model.saved import Document, Purpose
from tests.loading.made_by_hand import (
    ACTIVATION,
    Value,
    archive,
    called,
    directory,
    first,
    functional,
    hdf5,
    layer,
    load,
    new,
    sequential,
)


class TestGraphs:
    """Connections in the list form."""

    NESTED = called(sequential(ACTIVATION, name="inner"), [["a", 0, 0, {}]])

    def test_a_nested_model_is_its_own_first_node(self) -> None:
        last = called(layer("Flatten", "flat"), [["inner", 1, 0, {}]])
        model = functional(self.NESTED, last, output="flat")
        assert load("tensorflow==2.10", hdf5(model)).loads is True

    def test_a_node_that_never_comes_is_waited_for(self) -> None:
        last = called(layer("Flatten", "flat"), [["inner", 2, 0, {}]])
        outcome = load("tensorflow==2.10", hdf5(functional(self.NESTED, last, output="flat")))
        assert first(outcome) == (ReasonKind.NEVER_ENDS, "Flatten")

    def test_layers_may_come_in_any_order(self) -> None:
        last = called(layer("Flatten", "flat"), [["inner", 1, 0, {}]])
        model = functional(last, self.NESTED, output="flat")
        assert load("tensorflow==2.10", hdf5(model)).loads is True

    def test_a_layer_that_is_missing_is_an_error(self) -> None:
        last = called(layer("Flatten", "flat"), [["gone", 0, 0, {}]])
        outcome = load("tensorflow==2.10", hdf5(functional(last, output="flat")))
        assert first(outcome) == (ReasonKind.GRAPH_REFUSED, "Flatten")

    def test_the_nodes_of_keras_3_are_refused(self) -> None:
        node = {"args": [{"class_name": "__keras_tensor__", "config": {}}], "kwargs": {}}
        model = functional(called(layer("Flatten", "flat"), node), output="flat")
        outcome = load("tensorflow==2.10", hdf5(model))
        assert outcome.first is not None
        assert outcome.first.message.endswith("object has no attribute 'as_list'")

    def test_constants_are_no_references_since_2_4(self) -> None:
        node = [["_CONSTANT_VALUE", -1, 3, {}]]
        model = functional(called(layer("Flatten", "flat"), node), output="flat")
        assert load("tensorflow==2.3", hdf5(model)).first is not None
        outcome = load("tensorflow==2.4", hdf5(model))
        assert outcome.first is None or outcome.first.message != "'_CONSTANT_VALUE'"


class TestLambdas:
    """Stored bytecode."""

    @staticmethod
    def stored(code: bytes, closure: Any = None) -> Value:
        function = [base64.b64encode(code).decode(), None, closure]
        return layer(
            "Lambda",
            "own",
            function=function,
            function_type="lambda",
            output_shape=None,
            output_shape_type="raw",
        )

    CODE = b"\xe3" + b"\0" * 24 + b"s" + b"\x01\0\0\0" + b"\x97" + b"\0" * 40

    def test_archives_are_safe(self) -> None:
        model = archive(new(sequential(new(self.stored(self.CODE))), "keras"))
        outcome = load("tensorflow==2.15", model, python=(3, 10))
        assert first(outcome) == (ReasonKind.LAMBDA_REFUSED, "Lambda")
        assert outcome.loads_unsafe is True

    def test_hdf5_files_are_not(self) -> None:
        saved = hdf5(sequential(self.stored(self.CODE)))
        assert load("tensorflow==2.15", saved, python=(3, 10)).loads is True
        outcome = load("tensorflow==2.15", saved, python=(3, 12))
        assert first(outcome) == (ReasonKind.LAMBDA_BYTECODE, "Lambda")

    def test_a_wrapper_of_tensorflow_lost_what_it_wraps(self) -> None:
        code = self.CODE + b"error_handler _process_traceback_frames"
        saved = hdf5(sequential(self.stored(code, ["relu"])))
        outcome = load("tensorflow==2.15", saved, python=(3, 10))
        assert first(outcome) == (ReasonKind.LAMBDA_BYTECODE, "Lambda")


class TestSavedModels:
    """Directories."""

    @staticmethod
    def node(**more: Any) -> Document:
        """Return what a SavedModel tells of one layer."""
        value = {"class_name": "Own", "name": "own", "config": {"name": "own"}, **more}
        return Document("keras_metadata.pb#root.layer-0", Purpose.NODE, value)

    def test_keras_alone_does_not_read_them(self) -> None:
        assert first(load("keras==2.3.1", directory()))[0] is ReasonKind.FORMAT_REFUSED

    def test_metadata_in_a_file_of_its_own_came_with_2_5(self) -> None:
        outcome = load("tensorflow==2.4", directory(self.node()))
        assert outcome.first is not None
        assert outcome.first.error == "JSONDecodeError"
        assert load("tensorflow==2.5", directory(self.node())).loads is True

    def test_a_class_may_insist_on_its_code(self) -> None:
        outcome = load("tensorflow==2.10", directory(self.node(must_restore_from_config=True)))
        assert first(outcome) == (ReasonKind.CUSTOM_OBJECT, "Own")

    def test_a_wrong_argument_is_survived_since_2_12(self) -> None:
        value = {"class_name": "Flatten", "name": "f", "config": {"name": "f", "own": 1}}
        found = directory(self.node(**value))
        assert first(load("tensorflow==2.11", found)) == (ReasonKind.ARGUMENT_REFUSED, "Flatten")
        assert load("tensorflow==2.12", found).loads is True

    def test_an_older_runtime_lacks_an_op(self) -> None:
        found = directory(self.node(), producer="TensorFlow 2.12.0")
        assert first(load("tensorflow==2.9", found))[1] == "DisableCopyOnRead"
        assert load("tensorflow==2.10", found).loads is True

    def test_objects_without_metadata_are_refused(self) -> None:
        with_objects = directory(problem="saved_model.pb has 3 Keras objects without metadata")
        assert first(load("tensorflow==2.10", with_objects))[0] is ReasonKind.PART_MISSING
        without = directory(problem="saved_model.pb has no Keras objects")
        assert load("tensorflow==2.10", without).loads is True


@pytest.mark.parametrize(
    ("made", "argument", "refusing", "taking"),
    [
        (
            layer("UpSampling2D", "up", interpolation="bicubic", batch_input_shape=[1, 2, 2, 1]),
            "interpolation",
            "tensorflow==2.8",
            "tensorflow==2.9",
        ),
        (
            layer("StringLookup", "look", dtype="int64", vocabulary=["a"]),
            "dtype",
            "tensorflow==2.7",
            "tensorflow==2.8",
        ),
        (
            layer("RandomRotation", "turn", factor=0.1, fill_mode="nearest"),
            "fill_mode",
            "tensorflow==2.3",
            "tensorflow==2.4",
        ),
    ],
)
def test_values_that_only_newer_releases_know(
    made: Value, argument: str, refusing: str, taking: str
) -> None:
    model = {"class_name": "Sequential", "config": {"name": "model", "layers": [made]}}
    outcome = load(refusing, hdf5(model))
    assert outcome.first is not None
    assert (outcome.first.kind, outcome.first.argument) == (ReasonKind.ARGUMENT_VALUE, argument)
    assert not any(each.argument == argument for each in load(taking, hdf5(model)).reasons)


def test_a_tuple_of_ngrams_does_not_survive_json() -> None:
    made = layer("TextVectorization", "text", ngrams=[1, 2], dtype="string")
    outcome = load("tensorflow==2.15", hdf5(sequential(made)))
    assert "ngrams" in {reason.argument for reason in outcome.reasons}


def test_attention_wants_the_shapes_that_2_5_began_to_store() -> None:
    made = layer("MultiHeadAttention", "att", num_heads=1, key_dim=2)
    assert first(load("tensorflow==2.5", hdf5(sequential(made)))) == (
        ReasonKind.ARGUMENT_MISSING,
        "MultiHeadAttention",
    )


@pytest.mark.parametrize("odd", [None, 3, "x", [], {}, [None], {"class_name": None}])
@pytest.mark.parametrize("requirement", ["keras==2.3.1", "tensorflow==2.2", "tf-keras==2.18.0"])
def test_odd_values_are_refused_and_do_no_harm(odd: Any, requirement: str) -> None:
    for model in (odd, sequential(odd), {"class_name": "Functional", "config": odd}):
        assert load(requirement, hdf5(model, odd)).loads is not None
        assert load(requirement, archive(model)).loads is not None


def test_reasons_tell_where_they_stand() -> None:
    outcome = load("tensorflow==2.10", hdf5(sequential(layer("Own", "own"))))
    assert outcome.first is not None
    assert outcome.first.address == Address("@attrs/model_config", "/config/layers/1", "own")
