"""Calling the layers of a functional model in the order that its nodes allow, as Keras 2 does.

Source: `Network.from_config` (keras/engine/network.py up to 2.3 and TensorFlow 2.0) and
`reconstruct_from_config` (network.py, functional.py). A node that refers to one that does not
exist yet is tried again later; no release has a guard against waiting for ever.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.loading.paper import Call, PaperLayer, Ref
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

CONSTANT: Final = "_CONSTANT_VALUE"


class _Graph:
    """The layers of a model and how often each was called so far."""

    def __init__(self, replay: Replay, made: PaperLayer) -> None:
        self.replay = replay
        self.made = made
        self.layers = {layer.name: layer for layer in made.layers}
        self.failed = False

    def refuse(self, at: Address, message: str, subject: str, argument: str, error: str) -> None:
        """Note a connection that cannot be made."""
        self.failed = True
        self.replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at,
            message,
            subject=subject,
            argument=argument,
            error=error,
        )

    def exists(self, ref: Ref) -> bool:
        """Whether a node, counted from the layer's first call, was made already."""
        layer = self.layers[ref.layer]
        return layer.class_name == "InputLayer" or 0 <= ref.node < len(layer.calls)

    def ref(self, entry: list[Any], owner: PaperLayer) -> Ref | None:
        """Return the tensor that ``[layer, node, tensor, ...]`` names, or None."""
        name, node, tensor = entry[:3]
        at = owner.address.down("inbound_nodes")
        if not isinstance(name, str) or name not in self.layers:
            self.refuse(at, f"'{shown(name)}'", owner.class_name, shown(name), "KeyError")
            return None
        if not isinstance(node, int) or not isinstance(tensor, int):
            self.refuse(
                at, "list indices must be integers", owner.class_name, shown(name), "TypeError"
            )
            return None
        layer = self.layers[name]
        if layer.class_name == "InputLayer":
            return Ref(name, 0, tensor)
        return Ref(name, node - int(has_own_node(self.replay, layer)), tensor)


def has_own_node(replay: Replay, layer: PaperLayer) -> bool:
    """`_should_skip_first_node`: a model that was built when it was made is its own first node."""
    if layer.kind == "functional":
        return True
    if layer.kind != "sequential":
        return False
    is_built = layer.build_shape is not None and replay.has("sequential-built-as-graph")
    return is_built or knows_input(layer)


def knows_input(layer: PaperLayer) -> bool:
    """Whether a Sequential is connected while layers are added: its first layer tells a shape."""
    if layer.kind == "functional":
        return True
    if layer.kind == "sequential":
        return bool(layer.layers) and knows_input(layer.layers[0])
    keys = ("batch_input_shape", "input_shape", "input_dim")
    return layer.class_name == "InputLayer" or any(
        layer.config.get(key) is not None for key in keys
    )


def connect(
    replay: Replay, made: PaperLayer, nodes: list[tuple[PaperLayer, Any]], at: Address
) -> None:
    """Replay every call of every layer, then find the model's inputs and outputs."""
    graph = _Graph(replay, made)
    todo = [(layer, list(data)) for layer, data in nodes if isinstance(data, list) and data]
    while todo:
        left = [(layer, _process(graph, layer, data)) for layer, data in todo]
        left = [(layer, data) for layer, data in left if data]
        if graph.failed:
            break
        if left and sum(len(d) for _, d in left) == sum(len(d) for _, d in todo):
            _never_ends(replay, left)
            break
        todo = left
    made.inputs = _tensors(graph, made.config.get("input_layers"), at.down("input_layers"))
    made.outputs = _tensors(graph, made.config.get("output_layers"), at.down("output_layers"))


def _process(graph: _Graph, layer: PaperLayer, nodes: list[Any]) -> list[Any]:
    """Call a layer on its nodes; return those that must wait."""
    waiting: list[Any] = []
    for index, node in enumerate(nodes):
        call = _call(graph, layer, node)
        if call is not None:
            layer.calls.append(call)
            continue
        if graph.failed:
            return []
        if graph.replay.has("node-order-kept"):
            return nodes[index:]
        waiting.append(node)
    return waiting


def _call(graph: _Graph, layer: PaperLayer, node: Any) -> Call | None:
    """`process_node`: the arguments of one call, or None where it must wait or fails."""
    kwargs: dict[str, Any] = {}
    waits = [False]
    tensors = _structure(graph, layer, node, kwargs, waits)
    if graph.failed or waits[0]:
        return None
    if isinstance(tensors, list) and len(tensors) == 1:
        tensors = tensors[0]
    return Call((tensors,), kwargs)


def _is_data(value: Any) -> bool:
    """`_is_serialized_node_data`."""
    return isinstance(value, list) and len(value) in (3, 4) and isinstance(value[0], str)


def _structure(
    graph: _Graph, layer: PaperLayer, node: Any, kwargs: dict[str, Any], waits: list[bool]
) -> Any:
    if _is_data(node):
        return _entry(graph, layer, node, kwargs, waits)
    if isinstance(node, list):
        return [_structure(graph, layer, each, kwargs, waits) for each in node]
    if isinstance(node, dict):
        return {
            key: _structure(graph, layer, each, kwargs, waits) for key, each in sorted(node.items())
        }
    graph.refuse(
        layer.address.down("inbound_nodes"),
        f"'{type(node).__name__}' object has no attribute 'as_list'",
        layer.class_name,
        "inbound_nodes",
        "AttributeError",
    )
    return None


def _entry(
    graph: _Graph, layer: PaperLayer, entry: list[Any], kwargs: dict[str, Any], waits: list[bool]
) -> Any:
    if len(entry) == 4 and isinstance(entry[3], dict):
        kwargs.clear()
        kwargs.update({key: _argument(graph, layer, v, waits) for key, v in entry[3].items()})
    if entry[0] == CONSTANT and graph.replay.has("constants-in-nodes"):
        return entry[2]
    ref = graph.ref(entry, layer)
    if ref is not None and not graph.exists(ref):
        waits[0] = True
    return ref


def _argument(graph: _Graph, layer: PaperLayer, value: Any, waits: list[bool]) -> Any:
    """`_deserialize_keras_tensors`: lists that look like references are tensors."""
    if graph.replay.release.line == "keras2":
        return value
    if _is_data(value):
        ref = graph.ref(value, layer)
        if ref is not None and not graph.exists(ref):
            waits[0] = True
        return ref
    if isinstance(value, list):
        return [_argument(graph, layer, each, waits) for each in value]
    if isinstance(value, dict):
        return {key: _argument(graph, layer, each, waits) for key, each in value.items()}
    return value


def _never_ends(replay: Replay, left: list[tuple[PaperLayer, list[Any]]]) -> None:
    first = left[0][0]
    replay.stop(
        ReasonKind.NEVER_ENDS,
        Stage.CONNECT,
        first.address,
        "load_model never returns: it waits for a node before it calls "
        + ", ".join(shown(layer.name) for layer, _ in left[:3]),
        subject=first.class_name,
        argument="inbound_nodes",
        error="",
    )


def _tensors(graph: _Graph, value: Any, at: Address) -> Any:
    """The model's inputs or outputs as a structure of `Ref`."""
    if _is_data(value):
        return _model_tensor(graph, value, at)
    if isinstance(value, list):
        return [_tensors(graph, each, at) for each in value]
    if isinstance(value, dict):
        return {key: _tensors(graph, each, at) for key, each in value.items()}
    return None


def _model_tensor(graph: _Graph, entry: list[Any], at: Address) -> Ref | None:
    if entry[0] not in graph.layers:
        if not graph.failed:
            graph.refuse(at, "", graph.made.class_name, shown(entry[0]), "AssertionError")
        return None
    ref = graph.ref(entry, graph.made)
    if ref is not None and not graph.exists(ref) and not graph.replay.stopped:
        graph.refuse(
            at,
            "list indices must be integers or slices, not NoneType",
            graph.made.class_name,
            at.pointer.rpartition("/")[2],
            "TypeError",
        )
    return ref
