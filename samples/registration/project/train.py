"""Training of the sample project; read by kerasscan, never run."""

import keras
from layers import Scale


class Distance(keras.losses.Loss):
    def call(self, expected, found):
        return keras.ops.abs(expected - found)


def restore(path):
    return keras.models.load_model(path, custom_objects={"Distance": Distance, "Scale": Scale})
