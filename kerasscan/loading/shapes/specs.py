"""Checks that every layer makes: its ``input_spec``, and that variables have known shapes."""

from __future__ import annotations

from kerasscan.loading.shapes.dialect import Dialect
from kerasscan.loading.shapes.visits import InputSpec, Known, Refused, Visit, Weights

_NAMED_INPUTS = (3, 13)
"""First release of Keras 3 whose messages name the input."""


def check(spec: InputSpec | None, visit: Visit) -> None:
    """Check the first argument of a call.

    Raises:
        Refused: It is not what the layer takes.
    """
    if spec is None:
        return
    inputs = visit.inputs
    if len(inputs) != 1:
        if inputs and not spec.many and visit.dialect.keras3:
            raise Refused(
                f'Layer "{visit.layer.name}" expects 1 input(s), but it received {len(inputs)} '
                "input tensors."
            )
        if not inputs or not spec.many:
            return
    shape = inputs[0]
    if shape is not None and (says := _complaint(spec, shape)):
        raise Refused(_intro(visit.layer.name, visit.dialect) + says)


def _complaint(spec: InputSpec, shape: Known) -> str:
    rank = len(shape)
    if spec.ndim is not None and rank != spec.ndim:
        return f"expected ndim={spec.ndim}, found ndim={rank}. Full shape received: {shape}"
    if spec.min_ndim is not None and rank < spec.min_ndim:
        return f"expected min_ndim={spec.min_ndim}, found ndim={rank}. Full shape received: {shape}"
    for axis, length in spec.axes:
        if length is None or not -rank <= axis < rank:
            continue
        if shape[axis] not in (length, None):
            return (
                f"expected axis {axis} of input shape to have value {length}, but received "
                f"input with shape {shape}"
            )
    return ""


def _intro(name: str, dialect: Dialect) -> str:
    if dialect.keras3 and dialect.since(*_NAMED_INPUTS):
        return f"Input 0 with name 'None' of layer '{name}' is incompatible with the layer: "
    if dialect.keras3 or dialect.line == "tf-keras" or dialect.since(2, 7):
        return f'Input 0 of layer "{name}" is incompatible with the layer: '
    if dialect.multi_backend:
        return f"Input 0 is incompatible with layer {name}: "
    return f"Input 0 of layer {name} is incompatible with the layer: "


def check_variables(weights: Weights, visit: Visit, scope: list[str]) -> None:
    """Check that no variable has an axis of any length, which only Keras 3 says so plainly.

    Raises:
        Refused: There is one.
    """
    if weights is None or not visit.dialect.keras3:
        return
    inputs = visit.inputs
    if not inputs or any(shape is None for shape in inputs):
        return
    for weight in weights:
        if None in weight.shape and not weight.owner:
            path = "/".join([*scope, visit.layer.name, weight.name])
            raise Refused(
                "Shapes used to initialize variables must be fully-defined (no `None` dimensions)."
                f" Received: shape={weight.shape} for variable path='{path}'"
            )
