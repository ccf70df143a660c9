"""Layers of the sample project; read by kerasscan, never run."""

import keras


@keras.saving.register_keras_serializable(package="shop")
class Scale(keras.layers.Layer):
    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Shift(keras.layers.Layer):
    def __init__(self, offset, axis, **kwargs):
        super().__init__(**kwargs)
        self.offset = offset
        self.axis = axis

    def get_config(self):
        return {**super().get_config(), "offset": self.offset}


@keras.saving.register_keras_serializable("shop", "Clip")
class Clip(keras.layers.Layer):
    def __init__(self):
        super().__init__()


@keras.saving.register_keras_serializable(package="shop")
def gate(value):
    return keras.ops.sigmoid(value)
