"""What Keras 3 does with a file, told by small configs."""

from __future__ import annotations

from typing import Any

import pytest

from kerasscan.loading.keras3.legacy import repaired
from kerasscan.model.outcome import ReasonKind, Stage
from tests.loading.made_by_hand import Value, archive, first, hdf5, layer, load, replay

INPUT: Value = {
    "module": "keras.layers",
    "class_name": "InputLayer",
    "config": {"name": "a", "batch_shape": [None, 4], "dtype": "float32"},
    "registered_name": None,
}
OLD_INPUT: Value = {
    "class_name": "InputLayer",
    "config": {"name": "a", "batch_input_shape": [None, 4], "dtype": "float32"},
}


def made(
    class_name: str, name: str, /, module: str | None = "keras.layers", **config: Any
) -> Value:
    """Return a layer as archives of Keras 3 hold it."""
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": name, **config},
        "registered_name": None,
    }


def tensor(name: str, node: int = 0) -> Value:
    """Return a tensor in the arguments of a call."""
    history = {"shape": [None, 4], "dtype": "float32", "keras_history": [name, node, 0]}
    return {"class_name": "__keras_tensor__", "config": history}


def call(*args: Any, **kwargs: Any) -> Value:
    """Return a node in the form of Keras 3."""
    return {"args": list(args), "kwargs": kwargs}


def called(one: Value, *nodes: Any) -> Value:
    """Return a layer with its calls."""
    return {**one, "name": one["config"]["name"], "inbound_nodes": list(nodes)}


def sequential(*layers: Value) -> Value:
    """Return a Sequential model of Keras 3."""
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "model", "layers": [INPUT, *layers]},
        "registered_name": None,
    }


def functional(*layers: Value, output: Any, **more: Any) -> Value:
    """Return a functional model of Keras 3 from the input ``a``."""
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": "model",
            "layers": [called(INPUT), *layers],
            "input_layers": [["a", 0, 0]],
            "output_layers": output,
        },
        "registered_name": "Functional",
        **more,
    }


RELU = made("Activation", "act", activation="relu")
NEWEST = "keras==3.15.1"


class TestContainers:
    """Which reader is chosen."""

    def test_an_archive_needs_its_name(self) -> None:
        assert load(NEWEST, archive(sequential(RELU))).loads is True
        outcome = load(NEWEST, archive(sequential(RELU), extension=".zip"))
        assert first(outcome) == (ReasonKind.FORMAT_REFUSED, "")
        assert outcome.stage is Stage.CONTAINER

    def test_hdf5_needs_its_name_too(self) -> None:
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [OLD_INPUT]}}
        assert load(NEWEST, hdf5(model)).loads is True
        outcome = load(NEWEST, hdf5(model, extension=".keras"))
        assert outcome.first is not None
        assert outcome.first.message.startswith("File not found")
        assert "rename" in outcome.first.remedy


class TestRetrieving:
    """From names to classes."""

    def test_a_module_that_is_gone_stops_the_load(self) -> None:
        model = {**sequential(RELU), "module": "keras.src.engine.sequential"}
        assert first(load(NEWEST, archive(model))) == (ReasonKind.MODULE_GONE, "Sequential")

    def test_a_class_that_came_later_is_unknown_before(self) -> None:
        model = archive(sequential(made("RandomInvert", "n", factor=1.0)))
        assert first(load("keras==3.8.0", model)) == (ReasonKind.CLASS_UNKNOWN, "RandomInvert")
        assert load("keras==3.9.0", model).loads is True

    def test_somebodys_own_class_is_custom_until_it_is_given(self) -> None:
        own = {**made("Scale", "s", module="train"), "registered_name": "mine>Scale"}
        model = archive(sequential(own))
        outcome = load(NEWEST, model)
        assert first(outcome) == (ReasonKind.CUSTOM_OBJECT, "Scale")
        assert outcome.custom_objects == ("mine>Scale",)
        assert load(NEWEST, model, frozenset({"mine>Scale"})).loads is True
        assert load(NEWEST, model, frozenset({"Scale"})).loads is False

    def test_a_registered_name_on_a_class_of_keras_is_refused_since_3_15(self) -> None:
        odd = {**made("Dropout", "d", rate=0.5), "registered_name": "mine>Dropout"}
        model = archive(sequential(odd))
        assert load("keras==3.14.1", model).loads is True
        assert load("keras==3.15.0", model).loads is False

    def test_functions_that_load_something_are_denied_where_the_release_denies_them(self) -> None:
        function = {
            "module": "keras.utils",
            "class_name": "function",
            "config": "get_file",
            "registered_name": "get_file",
        }
        model = archive(sequential(made("Activation", "act", activation=function)))
        outcome = load(NEWEST, model)
        assert outcome.first is not None
        assert outcome.first.message.startswith("Cannot deserialize `keras.utils.get_file`")

    def test_a_module_of_pythons_own_was_imported_until_3_8(self) -> None:
        function = {
            "module": "operator",
            "class_name": "function",
            "config": "neg",
            "registered_name": "neg",
        }
        model = archive(sequential(made("Lambda", "l", function=function)))
        assert load("keras==3.8.0", model).loads is True
        assert load("keras==3.10.0", model).loads is False


class TestConstructing:
    """Arguments."""

    def test_an_argument_that_came_later_is_refused_before(self) -> None:
        dense = made("Dense", "d", units=2, quantization_config=None)
        outcome = load("keras==3.12.4", archive(sequential(dense)))
        assert outcome.first is not None
        assert outcome.first.kind is ReasonKind.ARGUMENT_REFUSED
        assert (outcome.first.subject, outcome.first.argument) == ("Dense", "quantization_config")
        assert "{'quantization_config': None}" in outcome.first.message

    def test_a_missing_argument_is_told(self) -> None:
        outcome = load(NEWEST, archive(sequential(made("Dense", "d"))))
        assert outcome.first is not None
        assert outcome.first.kind is ReasonKind.ARGUMENT_MISSING
        assert outcome.first.argument == "units"

    def test_what_a_wrapper_holds_is_made_too(self) -> None:
        inner = made("LSTM", "lstm", units=2, time_major=False)
        outcome = load(NEWEST, archive(sequential(made("Bidirectional", "both", layer=inner))))
        assert first(outcome) == (ReasonKind.ARGUMENT_REFUSED, "LSTM")

    def test_an_initializer_is_found_in_its_table_whatever_its_module(self) -> None:
        zeros = made("Zeros", "z", module="gone.initializers")
        del zeros["config"]["name"]
        model = archive(sequential(made("Dense", "d", units=2, kernel_initializer=zeros)))
        reasons = load("keras==3.8.0", model).reasons
        assert [each for each in reasons if each.stage is not Stage.WEIGHTS] == []

    def test_a_slash_in_a_name_is_refused(self) -> None:
        outcome = load(NEWEST, archive(sequential(made("Dropout", "a/b", rate=0.5))))
        assert outcome.first is not None
        assert outcome.first.argument == "name"


class TestOldHdf5:
    """Configs without modules."""

    def test_the_shape_of_an_old_first_layer_has_one_axis_too_many(self) -> None:
        conv = layer("Conv1D", "c", filters=2, kernel_size=[2], batch_input_shape=[None, 8, 3])
        layers = [conv, layer("Flatten", "f")]
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": layers}}
        outcome = load(NEWEST, hdf5(model))
        assert outcome.stage is Stage.CONNECT

    def test_an_integer_axis_was_dropped_until_3_8(self) -> None:
        config = {"name": "c", "axis": 1}
        assert "axis" not in repaired(replay("keras==3.8.0"), "Concatenate", config)
        assert repaired(replay("keras==3.9.0"), "Concatenate", config)["axis"] == 1
        assert repaired(replay("keras==3.8.0"), "Softmax", {"axis": [2]})["axis"] == 2

    def test_a_nested_model_of_keras_2_is_waited_for(self) -> None:
        old_input = called(OLD_INPUT)
        inner: Value = {
            "class_name": "Sequential",
            "config": {"name": "inner", "layers": [OLD_INPUT]},
        }
        nested = called(inner, [["a", 0, 0, {}]])
        last = called(layer("Flatten", "f"), [["inner", 1, 0, {}]])
        model = {
            "class_name": "Functional",
            "config": {
                "name": "m",
                "layers": [old_input, nested, last],
                "input_layers": [["a", 0, 0]],
                "output_layers": [["f", 0, 0]],
            },
        }
        hangs = load("keras==3.14.0", hdf5(model))
        assert first(hangs)[0] is ReasonKind.NEVER_ENDS
        assert hangs.first is not None
        assert "by one" in hangs.first.remedy
        assert first(load("keras==3.14.1", hdf5(model)))[0] is ReasonKind.GRAPH_REFUSED

    def test_an_attention_mode_was_taken_for_a_function_since_3_14(self) -> None:
        attention = layer("Attention", "att", score_mode="dot")
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [attention]}}
        assert load("keras==3.13.2", hdf5(model)).loads is True
        assert load("keras==3.14.0", hdf5(model)).loads is False


class TestConnecting:
    """Calls between layers."""

    def test_a_call_on_a_tensor_loads(self) -> None:
        model = functional(called(RELU, call(tensor("a"))), output=[["act", 0, 0]])
        assert load(NEWEST, archive(model)).loads is True

    def test_outputs_without_a_list_are_read_since_3_4(self) -> None:
        model = archive(functional(called(RELU, call(tensor("a"))), output=["act", 0, 0]))
        assert load("keras==3.4.0", model).loads is True
        outcome = load("keras==3.3.3", model)
        assert outcome.first is not None
        assert outcome.first.argument == "input_layers"

    def test_a_layer_that_does_not_exist_is_missed(self) -> None:
        model = functional(called(RELU, call(tensor("ghost"))), output=[["act", 0, 0]])
        assert first(load(NEWEST, archive(model)))[0] is ReasonKind.GRAPH_REFUSED


class TestCompiling:
    """Optimizer, loss, metrics."""

    @staticmethod
    def compiled(**config: Any) -> Value:
        return {**sequential(RELU), "compile_config": config}

    def test_a_loss_that_nobody_registered_stops_compiling_only(self) -> None:
        loss = {**made("Own", "own", module="train"), "registered_name": "mine>Own"}
        outcome = load(NEWEST, archive(self.compiled(optimizer="adam", loss=loss)))
        assert outcome.loads is False
        assert outcome.loads_without_compile is True
        assert outcome.stage is Stage.COMPILE

    def test_compile_false_did_not_reach_hdf5_files_until_3_2(self) -> None:
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [OLD_INPUT]}}
        training = {"optimizer_config": {"class_name": "Adam", "config": {"lr": 0.1}}}
        saved = hdf5(model, {**training, "loss": None, "loss_weights": None})
        assert load("keras==3.2.1", saved).loads_without_compile is False
        assert load("keras==3.3.0", saved).loads_without_compile is True

    def test_short_names_of_losses_are_lost_in_hdf5_files(self) -> None:
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [OLD_INPUT]}}
        adam = {"class_name": "Adam", "config": {"learning_rate": 0.1}}
        training = {"optimizer_config": adam, "loss": "mse", "loss_weights": None}
        outcome = load(NEWEST, hdf5(model, training))
        assert outcome.first is not None
        assert outcome.first.subject == "mse"
        assert "mean_squared_error" in outcome.first.remedy


class TestSafeMode:
    """Stored code and files outside."""

    def test_a_lambda_is_refused_and_loads_unsafe_under_its_python(self) -> None:
        code = {"class_name": "__lambda__", "config": {"code": "", "defaults": None}}
        model = archive(sequential(made("Lambda", "l", function=code)))
        outcome = load(NEWEST, model)
        assert first(outcome)[0] is ReasonKind.LAMBDA_REFUSED
        assert outcome.loads is False
        assert outcome.loads_unsafe is None  # the Python is not told

    def test_a_vocabulary_outside_is_refused_since_3_12(self) -> None:
        model = archive(sequential(made("StringLookup", "s", vocabulary="words.txt")))
        assert load("keras==3.11.3", model).loads is None
        outcome = load("keras==3.12.0", model)
        assert (outcome.loads, outcome.loads_unsafe) == (False, True)


@pytest.mark.parametrize(
    ("policy", "mode", "is_made"),
    [
        ("QuantizedDTypePolicy", "int8", True),
        ("Int4DTypePolicy", "int4/128", True),
        ("GPTQDTypePolicy", "gptq/4/-1", True),
        ("Int4DTypePolicy", "int4", False),
        ("Int4DTypePolicy", "int4/x", False),
        ("QuantizedDTypePolicy", "int4/128", False),
    ],
)
def test_a_policy_may_have_a_group_size_in_its_mode(policy: str, mode: str, is_made: bool) -> None:
    dtype = {
        "module": "keras.dtype_policies",
        "class_name": policy,
        "config": {"mode": mode, "source_name": "float32"},
        "registered_name": None,
    }
    outcome = load(NEWEST, archive(sequential(made("Dense", "d", units=2, dtype=dtype))))
    assert (outcome.stage is not Stage.CONSTRUCT) is is_made


@pytest.mark.parametrize("odd", [None, 3, "x", [], [[]], {}, {"class_name": 1, "config": 2}])
@pytest.mark.parametrize("requirement", ["keras==3.0.0", "keras==3.8.0", NEWEST])
def test_odd_values_do_no_harm(odd: Any, requirement: str) -> None:
    for model in (
        odd,
        sequential(odd),
        functional(odd, output=odd),
        sequential(made("Dense", "d", units=odd)),
    ):
        assert load(requirement, archive(model)).loads is not None
        load(requirement, hdf5(model))
