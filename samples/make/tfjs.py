"""Write the TensorFlow.js layers model with the tensorflowjs converter (3.18.0, TensorFlow 2.10).

``python samples/make/tfjs.py OUTDIR``: one ``model.json`` and the weight file it refers to.
"""

from __future__ import annotations

import os

import kit
import numpy as np
import tensorflow as tf
import tensorflowjs as tfjs
from kit import sample


@sample("clean/tensorflowjs-layers/model.json", "a layers model of the tensorflowjs converter")
def layers_model(path: str) -> None:
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(3, activation="relu", input_shape=(4,), name="hidden"),
            tf.keras.layers.Dense(2, activation="softmax", name="probabilities"),
        ],
        name="stack",
    )
    tfjs.converters.save_keras_model(model, os.path.dirname(path))


def _seed() -> None:
    np.random.seed(7)
    tf.random.set_seed(7)


if __name__ == "__main__":
    kit.run("tensorflowjs==" + tfjs.__version__, "tfjs", "tfjs.py", _seed)
