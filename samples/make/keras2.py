"""Write the samples that standalone Keras 2.2.4 saves: HDF5, weights only, JSON, YAML.

Run inside its environment (Python 3.7, TensorFlow 1.15): ``python samples/make/keras2.py OUTDIR``.
"""

from __future__ import annotations

from typing import Any

import keras
import kit
import numpy as np
import tensorflow as tf
from keras import backend, layers
from keras.models import Model, Sequential
from kit import neutral, sample

SHORT = "keras-" + keras.__version__


def two_inputs() -> Any:
    left = layers.Input((4,), name="left")
    right = layers.Input((4,), name="right")
    shared = layers.Dense(3, activation="relu", name="shared")
    joined = layers.Concatenate(name="join")([shared(left), shared(right)])
    output = layers.Dense(2, activation="softmax", name="probabilities")(joined)
    return Model([left, right], output, name="two_inputs")


def stack() -> Any:
    return Sequential(
        [
            layers.Conv2D(2, 3, activation="relu", input_shape=(8, 8, 1), name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(name="flat"),
            layers.Dense(2, name="scores"),
        ],
        name="stack",
    )


def tiny(*middle: Any, **inputs: Any) -> Any:
    first = layers.Input(inputs.get("shape", (3,)), name="features")
    value = first
    for layer in middle:
        value = layer(value)
    return Model(first, value, name="tiny")


@sample("clean/{short}-functional.h5", "two inputs, a shared layer, compiled, one training step")
def functional(path: str) -> None:
    model = two_inputs()
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    rows = np.ones((2, 4), "float32")
    model.train_on_batch([rows, rows], np.array([[0.0, 1.0], [1.0, 0.0]], "float32"))
    model.save(path)


@sample("clean/{short}-sequential.h5", "a convolutional Sequential model in HDF5")
def sequential(path: str) -> None:
    stack().save(path)


@sample("clean/{short}-functional.json", "to_json of a Functional model")
def to_json(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(two_inputs().to_json())


@sample("clean/{short}-sequential.json", "to_json of a Sequential model")
def sequential_json(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(stack().to_json())


@sample("clean/{short}-functional.yaml", "to_yaml of a Functional model")
def to_yaml(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(two_inputs().to_yaml())


@sample("clean/{short}-sequential.yaml", "to_yaml of a Sequential model")
def sequential_yaml(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(stack().to_yaml())


@sample("compatibility/{short}-recurrent.h5", "Bidirectional LSTM in TimeDistributed company")
def recurrent(path: str) -> None:
    tiny(
        layers.TimeDistributed(layers.Dense(2, name="step_dense"), name="each"),
        layers.Bidirectional(layers.LSTM(2, name="lstm"), name="both"),
        shape=(5, 3),
    ).save(path)


@sample("security/{short}-lambda.h5", "a Lambda layer with bytecode in list form")
def lambda_h5(path: str) -> None:
    tiny(layers.Lambda(neutral("lambda x: x * 2.0"), name="twice")).save(path)


@sample("file/weights-only.h5", "weights without a model, as save_weights writes them")
def weights_only(path: str) -> None:
    two_inputs().save_weights(path)


def _seed() -> None:
    backend.clear_session()
    np.random.seed(7)
    tf.compat.v1.set_random_seed(7)


if __name__ == "__main__":
    kit.run("keras==" + keras.__version__, SHORT, "keras2.py", _seed)
