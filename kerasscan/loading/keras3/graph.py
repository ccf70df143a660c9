"""Calling the layers of a model in the order that its nodes allow, as Keras 3 does.

Source: keras/src/models/functional.py (`functional_from_config`, `deserialize_node`), keras 3.0.0
to 3.15.1. A layer's node exists once the layer was called; a node that refers to one that does not
exist yet is tried again later: for ever, where the release has no guard.
"""

from __future__ import annotations

from typing import Any

from kerasscan.loading.keras3.calls import call_of, entry_ref, judge_call
from kerasscan.loading.keras3.tensors import single, tensors_of
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
                call = call_of(replay, layer, data, created, count)
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
    made.inputs = tensors_of(replay, made, made.config.get("input_layers"), created, count, at)
    if replay.has("single-input-unwrapped"):
        made.inputs = single(made.inputs)
    made.outputs = tensors_of(replay, made, made.config.get("output_layers"), created, count, at)
    if replay.has("single-output-unwrapped"):
        made.outputs = single(made.outputs)
    judge_connection(replay, made, at)


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
