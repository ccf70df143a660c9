"""The calls of a layer: what a node in the file passes, and what a layer refuses to be called on.

Source: `deserialize_node` in keras/src/models/functional.py, `Layer.__call__` in
keras/src/layers/layer.py; keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from typing import Any

from kerasscan.loading.keras3 import objects
from kerasscan.loading.paper import Call, PaperLayer, Ref, refs
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.outcome import ReasonKind, Stage


def call_of(
    replay: Replay,
    layer: PaperLayer,
    data: Any,
    created: dict[str, PaperLayer],
    count: dict[str, int],
) -> Call | None:
    """`deserialize_node`: the arguments of one call, or None where it must wait."""
    if isinstance(data, list):
        return _legacy_call(replay, layer, data, created, count)
    if not isinstance(data, dict):
        return Call(())
    at = layer.address.down("inbound_nodes")
    args = objects.deserialize(replay, data.get("args"), at)
    kwargs = objects.deserialize(replay, data.get("kwargs"), at)
    call = Call(
        tuple(args) if isinstance(args, list) else (args,),
        kwargs if isinstance(kwargs, dict) else {},
    )
    for ref in refs([call.args, call.kwargs]):
        if ref.layer not in created:
            _missing(replay, layer, ref.layer, f"Unknown layer: {shown(ref.layer)}")
        elif count[ref.layer] <= ref.node:
            return None
    return call


def _legacy_call(
    replay: Replay,
    layer: PaperLayer,
    data: list[Any],
    created: dict[str, PaperLayer],
    count: dict[str, int],
) -> Call | None:
    tensors: list[Any] = []
    kwargs: dict[str, Any] = {}
    for entry in data:
        ref = entry_ref(entry)
        if ref is None:
            _missing(replay, layer, "", "Cannot deserialize the model (invalid config data?)")
            continue
        if ref.layer not in created:
            message = f"Invalid Functional model configuration. Missing node: {shown(ref.layer)}"
            _missing(replay, layer, ref.layer, message)
            continue
        if count[ref.layer] <= ref.node:
            return None
        tensors.append(ref)
        kwargs = entry[3] if len(entry) > 3 and isinstance(entry[3], dict) else {}
    return Call((tensors[0] if len(tensors) == 1 else tensors,), dict(kwargs))


_MERGING = frozenset(
    ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")
)


def judge_call(replay: Replay, layer: PaperLayer, call: Call) -> None:
    """What `Layer.__call__` refuses: operations that are taken for layers of the same name."""
    if layer.kind != "layer" or layer.is_operation:
        return
    constants = [
        value for value in _leaves(call.args) if isinstance(value, (bool, int, float, str))
    ]
    if constants:
        message = (
            "Only input tensors may be passed as positional arguments. The following argument "
            f"value should be passed as a keyword argument: {shown(constants[0])}"
        )
        error = "ValueError"
    elif layer.class_name in _MERGING and len(call.args) > 1:
        message, error = "too many positional arguments", "TypeError"
    elif layer.class_name == "MultiHeadAttention" and not _has_value(call):
        message, error = (
            "build() missing 1 required positional argument: 'value_shape'",
            "TypeError",
        )
    else:
        return
    replay.stop(
        ReasonKind.GRAPH_REFUSED,
        Stage.CONNECT,
        layer.address.down("inbound_nodes"),
        message,
        subject=layer.class_name,
        argument="value" if layer.class_name == "MultiHeadAttention" else "inbound_nodes",
        error=error,
    )


def _has_value(call: Call) -> bool:
    return len(call.args) > 1 or isinstance(call.kwargs.get("value"), Ref)


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]


def entry_ref(entry: Any) -> Ref | None:
    """Return the tensor that ``[layer, node, tensor]``, maybe with kwargs, names."""
    if not isinstance(entry, list) or len(entry) not in (3, 4) or not isinstance(entry[0], str):
        return None
    if not all(isinstance(number, int) for number in entry[1:3]):
        return None
    return Ref(entry[0], entry[1], entry[2])


def _missing(replay: Replay, layer: PaperLayer, name: str, message: str) -> None:
    replay.stop(
        ReasonKind.GRAPH_REFUSED,
        Stage.CONNECT,
        layer.address.down("inbound_nodes"),
        message,
        subject=layer.class_name,
        argument=name,
        error="ValueError",
    )
