"""Recurrent layers and their cells."""

from __future__ import annotations

from collections.abc import Callable

from kerasscan.loading.paper import PaperLayer, Shape, Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.cells import (
    CELLS,
    cell_weights,
    output_size,
    state_sizes,
)
from kerasscan.loading.shapes.order import owned, snake_case
from kerasscan.loading.shapes.unwrapping import lists_its_output
from kerasscan.loading.shapes.visits import (
    UNKNOWN,
    InputSpec,
    Known,
    Refused,
    Rule,
    Visit,
    Weights,
    unknown,
)

_BIDIRECTIONAL = (3, 3, 3)
"""First release whose ``Bidirectional`` is no ``Wrapper``, and can return states."""


def _sequence_spec(visit: Visit) -> InputSpec:
    """Return the check of a sequence; Keras 2 takes states in the same list."""
    return InputSpec(ndim=3, many=not visit.dialect.keras3)


def _step(visit: Visit) -> Shape:
    """Return the shape of one step of the sequence."""
    shape = visit.first
    if shape is None or len(shape) < 3:
        return None
    return (shape[0], *shape[2:])


def _layer_weights(cell_class: str) -> Callable[[Visit], Weights]:
    """Return the answer for a layer whose settings are those of its cell."""

    def weights(visit: Visit) -> Weights:
        step = _step(visit)
        depth = None if step is None else step[-1]
        found = cell_weights(cell_class, visit.config, visit.dialect, depth)
        if found is not None and visit.dialect.keras3 and step is not None and depth is None:
            _undefined(visit, snake_case(cell_class), found[0])
        _check_stateful(visit)
        return _in_cell(found)

    return weights


def _undefined(visit: Visit, cell: str, kernel: Weight) -> None:
    raise Refused(
        "Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
        f"Received: shape={kernel.shape} for variable path="
        f"'{visit.layer.name}/{cell}/{kernel.name}'"
    )


def _check_stateful(visit: Visit) -> None:
    """Check that states that are kept have a length to be made for, in Keras 3."""
    shape = visit.first
    if shape and shape[0] is None and visit.dialect.keras3 and visit.config.get("stateful") is True:
        raise Refused(
            "When using `stateful=True` in a RNN, the batch size must be static. Found dynamic "
            f"batch size: sequence.shape={shape}",
            argument="stateful",
        )


def _in_cell(weights: Weights) -> Weights:
    if weights is None:
        return None
    return tuple(Weight("cell", each.name, each.shape, each.trainable) for each in weights)


def _returned(visit: Visit, size: int, states: tuple[int, ...] | None) -> tuple[Shape, ...]:
    """Return the shapes of the outputs: the sequence or its end, and the states."""
    shape = visit.first
    sequences = settings.flag(visit.config, "return_sequences", False)
    state = settings.flag(visit.config, "return_state", False)
    time_major = settings.flag(visit.config, "time_major", False)
    if shape is None or len(shape) < 2 or sequences is None or state is None or time_major:
        return UNKNOWN
    out: Known = (*shape[:2], size) if sequences else (shape[0], size)
    if not state or states is None:
        return (out,)
    return (out, *((shape[0], each) for each in states))


def _layer_outputs(cell_class: str) -> Callable[[Visit], tuple[Shape, ...]]:
    def outputs(visit: Visit) -> tuple[Shape, ...]:
        units = settings.positive(visit.config, "units")
        if units is None:
            return UNKNOWN
        return _returned(visit, units, CELLS[cell_class].states(units))

    return outputs


def _cell_rule(cell_class: str) -> Rule:
    def weights(visit: Visit) -> Weights:
        shape = visit.first
        depth = shape[-1] if shape else None
        return cell_weights(cell_class, visit.config, visit.dialect, depth)

    return Rule(unknown, weights)


def _rnn_weights(visit: Visit) -> Weights:
    cell = visit.layer.parts.get("cell")
    if cell is None:
        return None
    weights = owned("cell", cell, visit.inner.build(cell, (_step(visit),)))
    _check_stateful(visit)
    return weights


def _rnn_outputs(visit: Visit) -> tuple[Shape, ...]:
    cell = visit.layer.parts.get("cell")
    size = None if cell is None else output_size(cell)
    if cell is None or size is None:
        return UNKNOWN
    return _returned(visit, size, state_sizes(cell))


def _stack_weights(visit: Visit) -> Weights:
    """Build the cells of a stack one after the other, each on the output of the last."""
    shape = visit.first
    found: list[Weight] = []
    seen: dict[str, int] = {}
    for index in range(len(visit.layer.parts)):
        cell = visit.layer.parts.get(f"cells/{index}")
        if cell is None:
            return None
        name = _numbered(cell, seen)
        weights = owned(f"cells/{name}", cell, visit.inner.build(cell, (shape,)))
        if weights is None:
            return None
        found += weights
        size = output_size(cell)
        shape = None if shape is None or size is None else (shape[0], size)
    return tuple(found)


def _numbered(cell: PaperLayer, seen: dict[str, int]) -> str:
    name = snake_case(cell.class_name)
    count = seen.get(name, 0)
    seen[name] = count + 1
    return f"{name}_{count}" if count else name


def _cudnn_weights(visit: Visit, gates: int) -> Weights:
    units = settings.positive(visit.config, "units")
    step = _step(visit)
    if units is None:
        return None
    depth = None if step is None else step[-1]
    return (
        Weight("", "kernel", (depth, gates * units)),
        Weight("", "recurrent_kernel", (units, gates * units)),
        Weight("", "bias", (2 * gates * units,)),
    )


def _bidirectional_weights(visit: Visit) -> Weights:
    forward = visit.layer.parts.get("layer")
    if forward is None:
        return None
    backward = visit.layer.parts.get("backward_layer", forward)
    sequence = (visit.first,)
    one = owned("forward_layer", forward, visit.inner.build(forward, sequence))
    other = owned("backward_layer", backward, visit.inner.build(backward, sequence))
    if one is None or other is None:
        return None
    return (*_third(visit, forward), *one, *other)


def _third(visit: Visit, layer: PaperLayer) -> tuple[Weight, ...]:
    """Return the variables of the wrapped layer itself, which both directions are copies of.

    Up to Keras 3.3.2 they count, once the layer is built: its file then has a ``build_config``.
    """
    dialect = visit.dialect
    if not dialect.keras3 or dialect.since(*_BIDIRECTIONAL) or layer.build_shape is None:
        return ()
    return owned("layer", layer, visit.inner.build(layer, (visit.first,))) or ()


def _bidirectional_outputs(visit: Visit) -> tuple[Shape, ...]:
    forward = visit.layer.parts.get("layer")
    if forward is None:
        return UNKNOWN
    merge = visit.config.get("merge_mode", "concat")
    out, *states = visit.inner.outputs(forward, (visit.first,))
    if states and visit.dialect.keras3 and not visit.dialect.since(*_BIDIRECTIONAL):
        raise Refused('can only concatenate list (not "tuple") to list', "TypeError")
    if not out or out[-1] is None or not (merge is None or isinstance(merge, str)):
        return UNKNOWN
    both = states + states
    if merge is None:
        return (out, out, *both)
    if merge == "concat":
        return ((*out[:-1], 2 * out[-1]), *both)
    return (out, *both) if merge in ("sum", "mul", "ave") else UNKNOWN


def _child(visit: Visit) -> Shape:
    """Return the shape of one time step for the layer in a ``TimeDistributed``."""
    shape = visit.shape
    if shape is None:
        return None
    if len(shape) < 3 and visit.dialect.keras3:
        raise Refused(
            "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 "
            f"dimensions, received: {shape}"
        )
    return (shape[0], *shape[2:]) if len(shape) >= 3 else None


def _distributed_weights(visit: Visit) -> Weights:
    inner = visit.layer.parts.get("layer")
    if inner is None:
        return None
    weights = owned("layer", inner, visit.inner.build(inner, (_child(visit),)))
    return None if _loses_sequential(visit, inner) else weights


def _loses_sequential(visit: Visit, inner: PaperLayer) -> bool:
    """Whether a wrapped ``Sequential`` may have no variables: seen in Keras 3.2, cause unknown."""
    return visit.dialect.keras3 and not visit.dialect.since(3, 3) and inner.kind == "sequential"


def _distributed_outputs(visit: Visit) -> tuple[Shape, ...]:
    inner = visit.layer.parts.get("layer")
    shape, child = visit.shape, _child(visit)
    if inner is None or shape is None or child is None:
        return UNKNOWN
    if lists_its_output(inner, visit.dialect):
        if visit.dialect.since(3, 11) and shape[1] is not None:
            raise Refused(f"Cannot convert '{shape[1]}' to a shape.")
        return UNKNOWN
    outputs = visit.inner.outputs(inner, (child,))
    return tuple(None if not out else (out[0], shape[1], *out[1:]) for out in outputs)


def _cudnn_rule(gates: int, states: int) -> Rule:
    def outputs(visit: Visit) -> tuple[Shape, ...]:
        units = settings.positive(visit.config, "units")
        return UNKNOWN if units is None else _returned(visit, units, (units,) * states)

    return Rule(outputs, lambda visit: _cudnn_weights(visit, gates), _sequence_spec)


def _layer_rule(cell_class: str) -> Rule:
    return Rule(_layer_outputs(cell_class), _layer_weights(cell_class), _sequence_spec)


RULES: dict[str, Rule] = {
    **{name: _cell_rule(name) for name in CELLS},
    **{name.removesuffix("Cell"): _layer_rule(name) for name in CELLS},
    "GRUV1": _layer_rule("GRUCell"),
    "GRUV2": _layer_rule("GRUCell"),
    "LSTMV1": _layer_rule("LSTMCell"),
    "LSTMV2": _layer_rule("LSTMCell"),
    "CuDNNLSTM": _cudnn_rule(4, 2),
    "CuDNNGRU": _cudnn_rule(3, 1),
    "RNN": Rule(_rnn_outputs, _rnn_weights),
    "StackedRNNCells": Rule(unknown, _stack_weights),
    "Bidirectional": Rule(_bidirectional_outputs, _bidirectional_weights),
    "TimeDistributed": Rule(_distributed_outputs, _distributed_weights),
}
