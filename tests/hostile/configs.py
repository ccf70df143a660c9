"""Configs as Keras writes them, by hand: layers, models, references, lambdas.

A layout serves every release from tensorflow 2.4 to keras 3.15.1 unless its docstring says
otherwise; ``batch_input_shape`` is what both dialects of InputLayer take.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from tests.hostile.payloads import LAMBDA

Json: TypeAlias = dict[str, Any]

PYTHON = "3.11"
FEATURES = 4
UNITS = 2


def layer(class_name: str, name: str, module: str | None = "keras.layers", **config: Any) -> Json:
    """Write a layer."""
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": name, **config},
        "registered_name": None,
    }


def entrance(*shape: int | None, dtype: str = "float32", name: str = "entrance") -> Json:
    """Write an InputLayer."""
    return layer("InputLayer", name, batch_input_shape=[None, *shape], dtype=dtype)


def dense(name: str = "dense", **config: Any) -> Json:
    """Write the Dense layer whose weights `containers` stores."""
    return layer("Dense", name, **{"units": UNITS, "activation": "linear", **config})


def sequential(*layers: Json, name: str = "sequential", shape: tuple[int, ...] = ()) -> Json:
    """Write a Sequential of an input and the layers given."""
    first = entrance(*(shape or (FEATURES,)), name=f"entrance_of_{name}")
    return layer("Sequential", name, module="keras", layers=[first, *layers])


def plain(*before: Json, **model: Any) -> Json:
    """Write the usual model: what is given, then a Dense."""
    return sequential(*before, dense(), **model)


def functional(*layers: Json, name: str = "functional", kwargs: Json | None = None) -> Json:
    """Write a Functional chain of Keras 3; the last layer is called with ``kwargs``."""
    chain = [entrance(FEATURES)]
    chain[0] |= {"name": "entrance", "inbound_nodes": []}
    for each in layers:
        before = chain[-1]["name"]
        tensor = {
            "class_name": "__keras_tensor__",
            "config": {
                "shape": [None, FEATURES],
                "dtype": "float32",
                "keras_history": [before, 0, 0],
            },
        }
        called = kwargs if each is layers[-1] and kwargs else {}
        node = {"args": [tensor], "kwargs": called}
        chain.append({**each, "name": each["config"]["name"], "inbound_nodes": [node]})
    ends = {"input_layers": [["entrance", 0, 0]], "output_layers": [[chain[-1]["name"], 0, 0]]}
    return layer("Functional", name, module="keras.src.models.functional", layers=chain, **ends)


def functional_2(*layers: Json, name: str = "functional") -> Json:
    """Write a Functional chain as Keras 2 does: nodes are lists."""
    made = functional(*layers, name=name)
    del made["module"]
    for before, each in zip(made["config"]["layers"], made["config"]["layers"][1:], strict=False):
        each["inbound_nodes"] = [[[before["name"], 0, 0, {}]]]
    return made


def code(python: str = PYTHON, text: str | None = None) -> Json:
    """Write a code object as the ``function`` of a Lambda."""
    value = text if text is not None else LAMBDA[python]
    return {
        "class_name": "__lambda__",
        "config": {"code": value, "value": value, "defaults": None, "closure": None},
    }


def lambda_layer(function: Any = None, name: str = "lambda", **config: Any) -> Json:
    """Write a Lambda of Keras 3."""
    config = {"function": function if function is not None else code(), "arguments": {}, **config}
    return layer("Lambda", name, **config)


def lambda_2(function: Any = None, kind: str = "lambda", name: str = "lambda", **more: Any) -> Json:
    """Write a Lambda of Keras 2: code in a list, and beside it what it is."""
    config: Json = {
        "function": function if function is not None else [LAMBDA[PYTHON], None, None],
        "function_type": kind,
        "module": "__main__",
        "output_shape": None,
        "output_shape_type": "raw",
        "output_shape_module": None,
        "arguments": {},
    }
    return {"class_name": "Lambda", "config": {"name": name, **config, **more}}


def reference(path: str, registered: str | None = None) -> Json:
    """Write a reference to a function or a class, by its dotted path."""
    module, _, name = path.rpartition(".")
    return {
        "module": module,
        "class_name": "function",
        "config": name,
        "registered_name": registered if registered is not None else name,
    }


def compiled(**parts: Any) -> Json:
    """Write a ``compile_config``."""
    usual = {
        "optimizer": "sgd",
        "loss": "mean_squared_error",
        "loss_weights": None,
        "metrics": None,
    }
    rest = {"weighted_metrics": None, "run_eagerly": False, "steps_per_execution": 1}
    return {**usual, **rest, "jit_compile": False, **parts}
