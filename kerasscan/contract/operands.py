"""Arithmetic that stands in a graph as a layer: which operation, with which constant.

Source: ``TFOpLambda`` (keras/layers/core/tf_op_layer.py), ``TensorFlowOpLayer``
(tensorflow/python/keras/engine/base_layer.py of 2.0 to 2.3), and the operations of
keras/src/ops/numpy.py, whose constants stand among the arguments of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from kerasscan.contract.values import Numbers
from kerasscan.model.graph import Layer

_NAMES: Final[Mapping[str, str]] = {
    "Add": "add",
    "AddV2": "add",
    "BiasAdd": "add",
    "Divide": "divide",
    "Mul": "multiply",
    "Multiply": "multiply",
    "RealDiv": "divide",
    "Sub": "subtract",
    "Subtract": "subtract",
    "TrueDivide": "divide",
    "__operators__.add": "add",
    "bias_add": "add",
    "math.add": "add",
    "math.divide": "divide",
    "math.multiply": "multiply",
    "math.subtract": "subtract",
    "math.truediv": "divide",
    "nn.bias_add": "add",
    "operators.add": "add",
}

_MOST: Final = 64
"""Channels of a constant that are looked at."""


@dataclass(frozen=True)
class Arithmetic:
    """One operation of a tensor and a constant.

    Attributes:
        name: ``add``, ``subtract``, ``multiply`` or ``divide``.
        constant: The constant.
        is_first: Whether the constant is the first operand: ``1 - x``.
    """

    name: str
    constant: Numbers
    is_first: bool

    @property
    def affine(self) -> tuple[Numbers, Numbers] | None:
        """Factor and summand that it amounts to; None where it is not affine."""
        numbers = self.constant
        minus = tuple(-number for number in numbers)
        match self.name:
            case "add":
                return (1.0,), numbers
            case "subtract":
                return ((-1.0,), numbers) if self.is_first else ((1.0,), minus)
            case "multiply":
                return numbers, (0.0,)
            case "divide" if not self.is_first and all(numbers):
                return tuple(1.0 / number for number in numbers), (0.0,)
        return None

    @property
    def says(self) -> str:
        """``x / 255``."""
        sign = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}[self.name]
        shown = ", ".join(f"{number:g}" for number in self.constant[:4])
        shown = (
            f"[{shown}{', ...' if len(self.constant) > 4 else ''}]"
            if len(self.constant) > 1
            else shown
        )
        return f"{shown} {sign} x" if self.is_first else f"x {sign} {shown}"


def operation(layer: Layer) -> str:
    """Return the name of what a layer computes, as TensorFlow or Keras 3 call it."""
    config = layer.saved.config
    function = config.get("function")
    if layer.class_name in ("TFOpLambda", "SlicingOpLambda") and isinstance(function, str):
        return function
    node = config.get("node_def")
    if layer.class_name == "TensorFlowOpLayer" and isinstance(node, dict):
        return str(node.get("op", ""))
    return layer.class_name


def arithmetic(layer: Layer) -> Arithmetic | None:
    """Return the operation with a constant that a layer is; None: it is none."""
    name = _NAMES.get(operation(layer))
    if name is None:
        return None
    found = _constant(layer)
    return Arithmetic(name, *found) if found is not None else None


def _constant(layer: Layer) -> tuple[Numbers, bool] | None:
    """Return the constant and whether it is the first operand."""
    raw = layer.saved.raw.get("inbound_nodes")
    node = raw[0] if isinstance(raw, list) and raw else None
    if layer.class_name == "TensorFlowOpLayer":
        constants = layer.saved.config.get("constants")
        pairs = list(constants.items()) if isinstance(constants, dict) else []
        found = numbers(pairs[0][1]) if len(pairs) == 1 else None
        return (found, pairs[0][0] == "0") if found else None
    if isinstance(node, dict):
        return _of_keras_3(node)
    return _of_keras_2(node)


def _of_keras_3(node: dict[str, Any]) -> tuple[Numbers, bool] | None:
    arguments = [*(node.get("args") or []), *(node.get("kwargs") or {}).values()]
    found = [(place, numbers(each)) for place, each in enumerate(arguments[:2])]
    constants = [(place, each) for place, each in found if each]
    return (constants[0][1] or (), constants[0][0] == 0) if len(constants) == 1 else None


def _of_keras_2(node: Any) -> tuple[Numbers, bool] | None:
    if isinstance(node, list) and len(node) == 1 and isinstance(node[0], list):
        node = node[0]
    if not isinstance(node, list) or len(node) != 4 or not isinstance(node[3], dict):
        return None
    if node[0] == "_CONSTANT_VALUE":
        found = numbers(node[2])
        return (found, True) if found else None
    for key in ("y", "bias"):
        found = numbers(node[3].get(key))
        if found:
            return found, False
    return None


def numbers(value: Any) -> Numbers | None:
    """Return a constant as numbers; None where it is a tensor of the graph, or no constant."""
    if isinstance(value, dict) and value.get("class_name") in ("__tensor__", "__numpy__"):
        inner = value.get("config")
        value = inner.get("value") if isinstance(inner, dict) else None
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (float(value),) if isfinite(value) else None
    if not isinstance(value, list) or not 0 < len(value) <= _MOST:
        return None
    found = [numbers(each) for each in value if not isinstance(each, list)]
    flat = [each[0] for each in found if each is not None and len(each) == 1]
    return tuple(flat) if len(flat) == len(value) else None
