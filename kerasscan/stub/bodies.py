"""The bodies of classes and functions, by role: as little as a loader needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kerasscan.model.objects import Role


@dataclass(frozen=True)
class Skeleton:
    """What a class of a role looks like.

    Attributes:
        base: Class of Keras that it descends from.
        method: Signature of the method that does its work; ``""``: it has none to fill in.
        body: What stands in for the work until somebody fills it in.
        takes_keywords: Whether the base's constructor takes keywords.
        writes_config: Whether the base's ``get_config`` writes some.
    """

    base: str
    method: str = ""
    body: str = ""
    takes_keywords: bool = True
    writes_config: bool = True


_LAYER = Skeleton("keras.layers.Layer", "call(self, inputs)", "return inputs")

_BY_ROLE = {
    Role.MODEL: Skeleton("keras.Model", "call(self, inputs)", "return inputs"),
    Role.LAYER: _LAYER,
    Role.ACTIVATION: _LAYER,
    Role.CELL: Skeleton(
        "keras.layers.Layer", "call(self, inputs, states)", "return states[0], states"
    ),
    Role.OPERATION: Skeleton("keras.Operation", "call(self, inputs)", "return inputs"),
    Role.INITIALIZER: Skeleton(
        "keras.initializers.Initializer",
        "__call__(self, shape, dtype=None, **kwargs)",
        "return keras.initializers.Zeros()(shape, dtype=dtype)",
        takes_keywords=False,
        writes_config=False,
    ),
    Role.REGULARIZER: Skeleton(
        "keras.regularizers.Regularizer",
        "__call__(self, x)",
        "return 0.0",
        takes_keywords=False,
        writes_config=False,
    ),
    Role.CONSTRAINT: Skeleton(
        "keras.constraints.Constraint",
        "__call__(self, w)",
        "return w",
        takes_keywords=False,
        writes_config=False,
    ),
    Role.DTYPE_POLICY: Skeleton("keras.DTypePolicy"),
    Role.QUANTIZER: Skeleton("keras.quantizers.Quantizer"),
}

_OBJECT = Skeleton("object", takes_keywords=False, writes_config=False)

_FUNCTIONS = {
    Role.ACTIVATION: ("x", "return x"),
    Role.INITIALIZER: (
        "shape, dtype=None, **kwargs",
        "return keras.initializers.Zeros()(shape, dtype=dtype)",
    ),
    Role.REGULARIZER: ("x", "return 0.0"),
    Role.CONSTRAINT: ("w", "return w"),
}


def skeleton(role: Role) -> Skeleton:
    """Return what a class of a role looks like."""
    return _BY_ROLE.get(role, _OBJECT)


def wrapper() -> Skeleton:
    """Return what a layer around another one looks like."""
    return Skeleton("keras.layers.Wrapper", "call(self, inputs)", "return self.layer(inputs)")


def function(role: Role) -> tuple[str, str]:
    """Return parameters and body of a function of a role."""
    return _FUNCTIONS.get(role, ("inputs, *args, **kwargs", "return inputs"))


def compute_output_spec() -> Iterator[str]:
    """Yield the method that an operation of Keras 3 needs beside ``call``."""
    yield "    def compute_output_spec(self, inputs):"
    yield "        return keras.KerasTensor(inputs.shape, inputs.dtype)"
