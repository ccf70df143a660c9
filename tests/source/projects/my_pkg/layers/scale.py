"""Multiplication by a number that is learned."""

# mypy: ignore-errors
# ruff: noqa: N812

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers as L

from ..compat import export


@export()
class Scale(L.Layer):
    """Multiplies its input."""

    def __init__(self, factor, *, clip=None, **kwargs):
        """Take the first factor."""
        super().__init__(**kwargs)
        self.factor = factor
        self.clip = clip

    def build(self, input_shape):
        """Make the weight."""
        self.weight = self.add_weight(
            name="weight", shape=(), initializer=keras.initializers.Constant(self.factor)
        )

    def call(self, inputs):
        """Multiply."""
        return tf.multiply(inputs, self.weight)

    def get_config(self):
        """Say what it was made with."""
        config = super().get_config()
        config.update({"factor": self.factor, "clip": self.clip})
        return config
