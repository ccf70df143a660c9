"""The custom objects of the second zoo: a class or a function for every role.

Savers and loaders execute this text anew for each way of saving, as ``__main__`` or as the module
``zoo_parts``, so that each has classes of its own. Plain arithmetic only: it runs under tf.keras
2.4 as under Keras 3.15.
"""

# mypy: disable-error-code="misc"
# (which release's classes these are based on is known when they run)

from __future__ import annotations

import importlib
import os
from typing import Any

import numpy as np

keras: Any = importlib.import_module(os.environ.get("CUSTOMS_API", "keras"))
layers: Any = keras.layers
_ops: Any = getattr(keras, "ops", None)
_sum: Any = _ops.sum if hasattr(_ops, "sum") else keras.backend.sum
_saving: Any = getattr(keras, "saving", None)


def _find(name: str) -> Any:
    return getattr(_saving, name, None) or getattr(keras.utils, name)


_write = _find("serialize_keras_object")
_read = _find("deserialize_keras_object")


# ------------------------------------------------------------------------------------ layers


class Scale(layers.Layer):
    """Multiplies."""

    def __init__(self, factor: float = 2.0, **others: Any) -> None:
        super().__init__(**others)
        self.factor = factor

    def call(self, value: Any) -> Any:
        return value * self.factor

    def compute_output_shape(self, shape: Any) -> Any:
        return shape

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), factor=self.factor)


class Weighted(layers.Layer):
    """Has a weight, and an initializer in its configuration."""

    def __init__(self, initializer: Any = "ones", **others: Any) -> None:
        super().__init__(**others)
        self.initializer = keras.initializers.get(initializer)

    def build(self, shape: Any) -> None:
        self.gain = self.add_weight(
            name="gain", shape=(int(shape[-1]),), initializer=self.initializer
        )
        super().build(shape)

    def call(self, value: Any) -> Any:
        return value * self.gain

    def get_config(self) -> dict[str, Any]:
        written = keras.initializers.serialize(self.initializer)
        return dict(super().get_config(), initializer=written)


class Around(layers.Wrapper):
    """A wrapper that doubles what its layer gives."""

    def build(self, shape: Any = None) -> None:
        if not self.layer.built:
            self.layer.build(shape)
            self.layer.built = True
        self.built = True

    def call(self, value: Any) -> Any:
        return self.layer(value) * 2.0


class Holder(layers.Layer):
    """Holds another layer under a key that Keras uses too."""

    def __init__(self, layer: Any, **others: Any) -> None:
        super().__init__(**others)
        self.held = layer

    def call(self, value: Any) -> Any:
        return self.held(value)

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), layer=layers.serialize(self.held))

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        config = dict(config)
        layer = layers.deserialize(config.pop("layer"), custom_objects=custom_objects)
        return cls(layer, **config)


class Keeper(layers.Layer):
    """Holds another object under a key of its own."""

    def __init__(self, treasure: Any, **others: Any) -> None:
        super().__init__(**others)
        self.treasure = treasure

    def call(self, value: Any) -> Any:
        return self.treasure(value)

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), treasure=_write(self.treasure))

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        config = dict(config)
        kept = config.pop("treasure")
        if custom_objects is not None:
            return cls(_read(kept, custom_objects=custom_objects), **config)
        return cls(layers.deserialize(kept) if _saving is None else _read(kept), **config)


class Activated(layers.Layer):
    """Has an activation of its own."""

    def __init__(self, activation: Any = None, **others: Any) -> None:
        super().__init__(**others)
        self.activation = keras.activations.get(activation)

    def call(self, value: Any) -> Any:
        return self.activation(value)

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), activation=keras.activations.serialize(self.activation))


class FixedDropout(layers.Dropout):
    """A layer of Keras with another behaviour, as in efficientnet."""

    def call(self, value: Any, training: Any = None) -> Any:
        return value * 1.0


class Attention(layers.Layer):
    """Named like a layer of Keras, with an argument that that one has too."""

    def __init__(self, dropout: float = 0.0, **others: Any) -> None:
        super().__init__(**others)
        self.dropout = dropout

    def call(self, value: Any) -> Any:
        return value * 0.5

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), dropout=self.dropout)


class Rescaling(layers.Layer):
    """Named like a layer of Keras, with an argument that that one does not have."""

    def __init__(self, power: float = 2.0, **others: Any) -> None:
        super().__init__(**others)
        self.power = power

    def call(self, value: Any) -> Any:
        return value * self.power

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), power=self.power)


class UnitNormalization(layers.Layer):
    """Named like a layer that came with Keras 2.8; it has nothing but what all layers have."""

    def call(self, value: Any) -> Any:
        return value + 1.0


class Quantized(layers.Layer):
    """Has a quantizer in its configuration."""

    def __init__(self, kernel_quantizer: Any = None, **others: Any) -> None:
        super().__init__(**others)
        self.kernel_quantizer = kernel_quantizer

    def call(self, value: Any) -> Any:
        return value * 1.0

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), kernel_quantizer=_write(self.kernel_quantizer))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        config = dict(config)
        return cls(_read(config.pop("kernel_quantizer")), **config)


class PlainCell(layers.Layer):
    """A recurrent cell."""

    def __init__(self, units: int, **others: Any) -> None:
        super().__init__(**others)
        self.units = units
        self.state_size = units
        self.output_size = units

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(
            name="kernel", shape=(int(shape[-1]), self.units), initializer="ones"
        )
        self.built = True

    def call(self, value: Any, states: Any, training: Any = None) -> Any:
        state = states[0] if isinstance(states, (list, tuple)) else states
        found = value @ self.kernel + state * 0.5
        return found, [found]

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), units=self.units)


# ------------------------------------------------------------------------------------ models


class Perceptron(keras.Model):
    """A subclassed model with a configuration."""

    def __init__(self, units: int = 2, **others: Any) -> None:
        super().__init__(**others)
        self.units = units
        self.scores = layers.Dense(units, name="scores")

    def build(self, shape: Any) -> None:
        if not self.scores.built:
            self.scores.build(shape)
            self.scores.built = True
        self.built = True

    def call(self, value: Any) -> Any:
        return self.scores(value)

    def get_config(self) -> dict[str, Any]:
        return {"units": self.units, "name": self.name}


class OwnFunctional(keras.Model):
    """A Functional model of another name: the way of a custom training step."""


class OwnSequential(keras.Sequential):
    """A Sequential model of another name."""


# ----------------------------------------------------------------------------- parts of layers


def soft_step(value: Any) -> Any:
    return value / (1.0 + abs(value))


def relu(value: Any) -> Any:
    """Is named like an activation of Keras."""
    return value * 0.25


class Halves(keras.initializers.Initializer):
    """An initializer."""

    def __init__(self, value: float = 0.5) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None, **others: Any) -> Any:
        return np.full(tuple(shape), self.value, "float32")

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value}


def quarters(shape: Any, dtype: Any = None, **others: Any) -> Any:
    return np.full(tuple(shape), 0.25, "float32")


class Gentle(keras.regularizers.Regularizer):
    """A regularizer."""

    def __init__(self, rate: float = 0.125) -> None:
        self.rate = rate

    def __call__(self, weight: Any) -> Any:
        return _sum(weight * weight) * self.rate

    def get_config(self) -> dict[str, Any]:
        return {"rate": self.rate}


def gentle(weight: Any) -> Any:
    return _sum(weight * weight) * 0.125


class Bounded(keras.constraints.Constraint):
    """A constraint."""

    def __init__(self, bound: float = 2.0) -> None:
        self.bound = bound

    def __call__(self, weight: Any) -> Any:
        return weight / self.bound

    def get_config(self) -> dict[str, Any]:
        return {"bound": self.bound}


def bounded(weight: Any) -> Any:
    return weight / 2.0


# ------------------------------------------------------------------------------------ training


class Squared(keras.losses.Loss):
    """A loss."""

    def __init__(self, weight: float = 0.5, **others: Any) -> None:
        others.setdefault("name", "squared")
        super().__init__(**others)
        self.weight = weight

    def call(self, truth: Any, guess: Any) -> Any:
        return (truth - guess) ** 2 * self.weight

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config(), weight=self.weight)


def squared(truth: Any, guess: Any) -> Any:
    return (truth - guess) ** 2


def mse(truth: Any, guess: Any) -> Any:
    """Is named like a loss of Keras."""
    return (truth - guess) ** 4


class Spread(keras.metrics.Mean):
    """A metric."""

    def __init__(self, name: str = "spread", dtype: Any = None, **others: Any) -> None:
        super().__init__(name=name, dtype=dtype, **others)

    def update_state(self, truth: Any, guess: Any, sample_weight: Any = None) -> Any:
        return super().update_state(abs(truth - guess))


def spread(truth: Any, guess: Any) -> Any:
    return abs(truth - guess)


class SlowSGD(keras.optimizers.SGD):
    """An optimizer."""


class SlowDecay(keras.optimizers.schedules.LearningRateSchedule):
    """A learning-rate schedule."""

    def __init__(self, start: float = 0.125) -> None:
        self.start = start

    def __call__(self, step: Any) -> Any:
        return self.start

    def get_config(self) -> dict[str, Any]:
        return {"start": self.start}


# ------------------------------------------------------------------------------- Keras 3 alone

if hasattr(keras, "KerasTensor") and hasattr(keras, "Operation"):

    class Doubled(keras.Operation):
        """An operation that is no layer."""

        def call(self, value: Any) -> Any:
            return value * 2.0

        def compute_output_spec(self, value: Any) -> Any:
            return keras.KerasTensor(value.shape, dtype=value.dtype)

    class OwnPolicy(keras.DTypePolicy):
        """A dtype policy."""


if hasattr(keras, "quantizers"):  # since 3.2

    class Rounding(keras.quantizers.Quantizer):
        """A quantizer."""

        def __init__(self, steps: int = 8) -> None:
            super().__init__()
            self.steps = steps

        def __call__(self, value: Any) -> Any:
            return value

        def get_config(self) -> dict[str, Any]:
            return {"steps": self.steps}
