"""Inputs and outputs of a functional model: the structure in the file, with tensors in it.

Source: `map_tensors` and `get_tensor` in keras/src/models/functional.py, keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from typing import Any

from kerasscan.loading.paper import PaperLayer, Ref
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage


def tensors_of(
    replay: Replay,
    made: PaperLayer,
    tensors: Any,
    created: dict[str, PaperLayer],
    count: dict[str, int],
    at: Address,
) -> Any:
    """`map_tensors`: the model's inputs or outputs as a structure of `Ref`."""
    if replay.has("flat-tensors-read") and _is_leaf(tensors):
        return _tensor(replay, made, tensors, created, count, at)
    if isinstance(tensors, dict):
        return {
            key: _inner(replay, made, each, created, count, at) for key, each in tensors.items()
        }
    if not isinstance(tensors, list):
        return []
    if not replay.has("flat-tensors-read"):
        return [_leaf_only(replay, made, each, created, count, at) for each in tensors]
    return [_inner(replay, made, each, created, count, at) for each in tensors]


def single(tensors: Any) -> Any:
    """Return the one tensor of a list of one, and anything else as it is."""
    return tensors[0] if isinstance(tensors, list) and len(tensors) == 1 else tensors


def _inner(replay: Replay, made: PaperLayer, each: Any, *rest: Any) -> Any:
    if replay.has("flat-tensors-read"):
        return tensors_of(replay, made, each, *rest)
    return _leaf_only(replay, made, each, *rest)


def _is_leaf(tensors: Any) -> bool:
    return isinstance(tensors, list) and len(tensors) == 3 and isinstance(tensors[0], str)


def _leaf_only(
    replay: Replay,
    made: PaperLayer,
    each: Any,
    created: dict[str, PaperLayer],
    count: dict[str, int],
    at: Address,
) -> Any:
    """`get_tensor(*v)`: anything but three values is a wrong call."""
    values = list(each) if isinstance(each, (list, str, dict)) else []
    if isinstance(each, list) and len(values) == 3 and isinstance(values[0], str):
        return _tensor(replay, made, values, created, count, at)
    if len(values) > 3:
        message = (
            "functional_from_config.<locals>.get_tensor() takes 3 positional arguments but "
            f"{len(values)} were given"
        )
    elif len(values) == 3:
        message = f"get_tensor() found no layer {shown(values[0])}"
    else:
        lacking = ("'layer_name'", "'node_index'", "'tensor_index'")[len(values) :]
        message = (
            f"functional_from_config.<locals>.get_tensor() missing {len(lacking)} required "
            f"positional arguments: {' and '.join(lacking)}"
        )
    replay.stop(
        ReasonKind.GRAPH_REFUSED,
        Stage.CONNECT,
        at.down("input_layers"),
        message,
        subject=made.class_name,
        argument="input_layers",
        remedy="nest the names in input_layers and output_layers in one more list",
    )
    return None


def _tensor(
    replay: Replay,
    made: PaperLayer,
    leaf: list[Any],
    created: dict[str, PaperLayer],
    count: dict[str, int],
    at: Address,
) -> Any:
    name, node, tensor = leaf
    layer = created.get(name)
    if layer is None or not isinstance(node, int) or not isinstance(tensor, int):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at,
            f"Internal error: could not find layer {shown(name)}.",
            subject=made.class_name,
            argument="output_layers",
            error="RuntimeError" if replay.has("missing-tensor-explained") else "AssertionError",
        )
        return None
    is_functional = layer.kind == "functional" or layer.class_name == "Model"
    if is_functional and replay.has("built-in-node-subtracted"):
        node -= 1
    if not -count[name] <= node < count[name] and not replay.stopped:
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at.down("output_layers"),
            "list index out of range",
            subject=made.class_name,
            argument="output_layers",
            error="IndexError",
            remedy="lower the node index of references to nested models by one",
        )
    return Ref(name, node % max(count[name], 1), tensor)
