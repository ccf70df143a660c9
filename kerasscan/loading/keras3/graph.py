"""Calling the layers of a model in the order that its nodes allow, as Keras 3 does.

Source: keras/src/models/functional.py (`functional_from_config`, `deserialize_node`), keras 3.0.0
to 3.15.1. A layer's node exists once the layer was called; a node that refers to one that does not
exist yet is tried again later: for ever, where the release has no guard.
"""

from __future__ import annotations

from typing import Any

from kerasscan.loading.keras3 import objects
from kerasscan.loading.paper import Call, PaperLayer, Ref, refs
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage


def connect(replay: Replay, made: PaperLayer, nodes: dict[str, list[Any]], at: Address) -> None:
    """Replay every call of every layer, then find the model's inputs and outputs."""
    created = {layer.name: layer for layer in made.layers}
    count = {name: int(layer.class_name == "InputLayer") for name, layer in created.items()}
    todo = {name: list(data) for name, data in nodes.items() if data}
    is_legacy = False
    while todo:
        progress = False
        for layer in made.layers:
            left = todo.get(layer.name)
            if left is None:
                continue
            done = 0
            for data in left:
                is_legacy |= isinstance(data, list)
                call = _call(replay, layer, data, created, count)
                if call is None:
                    break
                judge_call(replay, layer, call)
                layer.calls.append(call)
                count[layer.name] += 1
                done += 1
            progress |= done > 0
            if done == len(left):
                del todo[layer.name]
            else:
                todo[layer.name] = left[done:]
        if not progress:
            _unresolved(replay, made, todo, created, at)
            break
    made.inputs = _tensors(replay, made, made.config.get("input_layers"), created, count, at)
    if replay.has("single-input-unwrapped"):
        made.inputs = _single(made.inputs)
    made.outputs = _tensors(replay, made, made.config.get("output_layers"), created, count, at)
    if replay.has("single-output-unwrapped"):
        made.outputs = _single(made.outputs)
    judge_connection(replay, made, at)


def _call(
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
    constants = [value for value in _leaves(call.args) if isinstance(value, (bool, int, float, str))]
    if constants:
        message = (
            "Only input tensors may be passed as positional arguments. The following argument value "
            f"should be passed as a keyword argument: {shown(constants[0])}"
        )
        error = "ValueError"
    elif layer.class_name in _MERGING and len(call.args) > 1:
        message, error = "too many positional arguments", "TypeError"
    elif layer.class_name == "MultiHeadAttention" and not _has_value(call):
        message, error = "build() missing 1 required positional argument: 'value_shape'", "TypeError"
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
    """Return the tensor that ``[layer, node, tensor]`` or ``[layer, node, tensor, kwargs]`` names."""
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


def _unresolved(
    replay: Replay,
    made: PaperLayer,
    todo: dict[str, list[Any]],
    created: dict[str, PaperLayer],
    at: Address,
) -> None:
    """Nodes that wait for nodes that never come: an error or an endless loop."""
    names = ", ".join(shown(name) for name in list(todo)[:3])
    first = created[next(iter(todo))]
    is_v3 = any(isinstance(data, dict) for data in todo[first.name][:1])
    nested = _nested_reference(todo, created)
    remedy = (
        f"lower the node index of the references to the nested model '{shown(nested)}' by one"
        if nested
        else ""
    )
    if is_v3 and not replay.has("node-index-requeued"):
        kind, error = ReasonKind.GRAPH_REFUSED, "ValueError"
        message = "Layer node index out of bounds."
    elif replay.has("graph-loop-guarded"):
        kind, error = ReasonKind.GRAPH_REFUSED, "ValueError"
        message = (
            "Invalid Functional model configuration. The graph of the Functional model either has "
            "loops or disconnected nodes. The following nodes failed to be resolved: " + names
        )
    else:
        kind, error = ReasonKind.NEVER_ENDS, ""
        message = f"load_model never returns: it waits for a node before it calls {names}"
    replay.stop(
        kind, Stage.CONNECT, first.address, message, subject=first.class_name, error=error,
        argument="inbound_nodes", remedy=remedy,
    )  # fmt: skip


def _nested_reference(todo: dict[str, list[Any]], created: dict[str, PaperLayer]) -> str:
    """Return the nested model that Keras 2 refers to from node 1 on, if that is the cause."""
    for data in todo.values():
        for node in data:
            for entry in node if isinstance(node, list) else ():
                ref = entry_ref(entry)
                if ref and ref.node > 0 and ref.layer in created and created[ref.layer].is_model:
                    return ref.layer
    return ""


def _tensors(
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


def _single(tensors: Any) -> Any:
    return tensors[0] if isinstance(tensors, list) and len(tensors) == 1 else tensors


def _inner(replay: Replay, made: PaperLayer, each: Any, *rest: Any) -> Any:
    if replay.has("flat-tensors-read"):
        return _tensors(replay, made, each, *rest)
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
    if layer.class_name in ("Functional", "Model") and replay.has("built-in-node-subtracted"):
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


def judge_connection(replay: Replay, made: PaperLayer, at: Address) -> None:
    """An input that no layer is called on (keras/src/ops/function.py of 3.10.0 to 3.13.2)."""
    if not replay.has("unused-input-refused"):
        return
    used = {ref.layer for layer in made.layers for call in layer.calls for ref in _all_refs(call)}
    unused = [ref.layer for ref in refs(made.inputs) if ref.layer not in used]
    if unused and not replay.stopped:
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at,
            "`inputs` not connected to `outputs`",
            subject=made.class_name,
            argument=unused[0],
            error="ValueError",
        )


def _all_refs(call: Call) -> list[Ref]:
    return list(refs([call.args, call.kwargs]))


def refuse_list_output(replay: Replay, made: PaperLayer) -> None:
    """A functional model that gives a list of one tensor, before another layer of a Sequential.

    Keras up to 3.10 writes ``output_layers`` of one tensor as a list of one; 3.11 and newer take
    the file at its word, and the next layer is called on a list. A Dense layer that its own
    ``build_config`` has built already does not mind.
    """
    if len(made.layers) < 2:
        return
    before, after = made.layers[-2], made.layers[-1]
    is_list = before.kind == "functional" and isinstance(before.outputs, list)
    is_built = after.class_name == "Dense" and after.build_shape is not None
    if is_list and not is_built:
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            after.address,
            "Cannot convert '(...)' to a shape. Found invalid dimension of type 'tuple'",
            subject=after.class_name,
            argument="output_layers",
            error="ValueError",
            remedy=f"write output_layers of '{shown(before.name)}' without the outer list",
        )


def refuse_element(replay: Replay, layer: Any, config: Any, at: Address, owner: str) -> None:
    """What stands in a list of layers and is none."""
    if getattr(layer, "is_broken", False):
        return
    what = config.get("class_name") if isinstance(config, dict) else config
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        "Unexpected object from deserialization, expected a layer or operation"
        if owner == "Functional"
        else "Only instances of `keras.Layer` can be added to a Sequential model.",
        subject=str(what)[:80],
        argument="layers",
        error="ValueError",
    )
