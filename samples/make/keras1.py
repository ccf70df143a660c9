"""Write the samples that Keras 1.2.2 saves: HDF5 and JSON with the names of arguments of its time.

Run inside its environment (Python 3.7, TensorFlow 1.15): ``python samples/make/keras1.py OUTDIR``.
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


def stack() -> Any:
    model = Sequential(name="stack")
    size = {"border_mode": "valid", "input_shape": (8, 8, 1), "dim_ordering": "tf"}
    model.add(layers.Convolution2D(2, 3, 3, activation="relu", name="conv", **size))
    model.add(layers.Flatten(name="flat"))
    model.add(layers.Dense(2, name="scores"))
    return model


def two_inputs() -> Any:
    left = layers.Input((4,), name="left")
    right = layers.Input((4,), name="right")
    shared = layers.Dense(3, activation="relu", name="shared")
    joined = layers.merge([shared(left), shared(right)], mode="concat", name="join")
    output = layers.Dense(2, activation="softmax", name="probabilities")(joined)
    return Model([left, right], output, name="two_inputs")


@sample(
    "compatibility/{short}-sequential.h5", "a model of Keras 1: nb_filter, border_mode, output_dim"
)
def sequential(path: str) -> None:
    stack().save(path)


@sample("compatibility/{short}-functional.json", "to_json of Keras 1 with a Merge layer")
def to_json(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(two_inputs().to_json())


@sample("security/{short}-lambda.json", "a Lambda layer with bytecode in to_json of Keras 1")
def lambda_json(path: str) -> None:
    model = Sequential(name="stack")
    model.add(layers.Lambda(neutral("lambda x: x * 2.0"), input_shape=(3,), name="twice"))
    with open(path, "w") as stream:
        stream.write(model.to_json())


def _seed() -> None:
    backend.clear_session()
    np.random.seed(7)
    tf.compat.v1.set_random_seed(7)


if __name__ == "__main__":
    kit.run("keras==" + keras.__version__, SHORT, "keras1.py", _seed)
