"""One spelling for all releases of Keras."""

# mypy: ignore-errors

import functools

try:
    from keras.saving import register_keras_serializable as _register
except ImportError:
    from tensorflow.keras.utils import register_keras_serializable as _register

from .naming import PACKAGE

export = functools.partial(_register, PACKAGE)
