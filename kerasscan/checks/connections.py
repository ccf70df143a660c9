"""Whether the layers of a model are connected to one another as a loader needs it."""

from __future__ import annotations

import graphlib
from collections import Counter
from collections.abc import Iterator

from kerasscan.checks.check import Check, Options
from kerasscan.model.address import Address
from kerasscan.model.finding import Case, Observation
from kerasscan.model.graph import Endpoint, Layer, LayerGraph

_SINKS = frozenset({"AddLoss", "AddMetric"})
"""Layers of tf.keras that end a branch without being an output (keras/engine/base_layer.py)."""


def _model(graph: LayerGraph) -> str:
    return f"the nested model '{graph.path}'" if graph.path else "the model"


def _duplicate_names(case: Case, options: Options) -> Iterator[Observation]:
    for graph in case.saved.graphs:
        counts = Counter(layer.name for layer in graph.layers)
        told: set[str] = set()
        for layer in graph.layers:
            if counts[layer.name] > 1 and layer.name in told:
                facts = {
                    "name": layer.name,
                    "count": str(counts[layer.name]),
                    "model": _model(graph),
                }
                yield Observation(layer.saved.address, facts, layer.name)
            told.add(layer.name)


DUPLICATE_LAYER_NAME = Check(
    name="duplicate-layer-name",
    summary="Two layers of one model have the same name.",
    run=_duplicate_names,
    facts={
        "name": "the name",
        "count": "how many layers have it",
        "model": "the model, in words",
    },
)


def _calls(layer: Layer) -> int:
    """Return how many node indices of a layer may be referred to.

    An InputLayer has node 0 without an inbound node. A nested model of Keras 1 and 2 counts
    its own construction as node 0, so that its calls begin at 1 (keras/engine/network.py).
    """
    return max(1, len(layer.nodes)) + layer.is_model


def _dangling(case: Case, options: Options) -> Iterator[Observation]:
    for graph in case.saved.graphs:
        if graph.kind != "functional":
            continue
        for layer in graph.layers:
            for node in layer.nodes:
                where = f"Layer '{layer.path}'"
                yield from _broken(graph, node.inputs, where, node.address)
        model = _model(graph).capitalize()
        for ends, key in ((graph.inputs, "input_layers"), (graph.outputs, "output_layers")):
            address = graph.address.down("config", key)
            yield from _broken(graph, ends, f"{model}, in {key},", address)


def _broken(
    graph: LayerGraph, ends: tuple[Endpoint, ...], where: str, address: Address
) -> Iterator[Observation]:
    for end in ends:
        target = graph.by_name.get(end.layer)
        if target is None:
            reason = "there is no such layer in the model"
        elif not 0 <= end.node_index < _calls(target):
            reason = f"call {end.node_index} of it does not exist (it has {len(target.nodes)})"
        else:
            continue
        facts = {"where": where, "source": end.layer, "reason": reason}
        yield Observation(address, facts, f"{end.layer}:{end.node_index}")


DANGLING_CONNECTION = Check(
    name="dangling-connection",
    summary="A connection leads to a layer, or to a call of a layer, that does not exist.",
    run=_dangling,
    facts={
        "where": "the layer or list that holds the connection, in words",
        "source": "the layer that the connection names",
        "reason": "what is missing, as a clause",
    },
)


def _first_calls(graph: LayerGraph) -> dict[str, int]:
    """Return the node index of each layer's first call: 1 for a nested model of Keras 1 and 2."""
    highest: dict[str, int] = {}
    for end in (*graph.outputs, *(end for layer in graph.layers for end in layer.inbound)):
        highest[end.layer] = max(end.node_index, highest.get(end.layer, 0))
    return {
        layer.name: int(layer.is_model and 0 < len(layer.nodes) <= highest.get(layer.name, 0))
        for layer in graph.layers
    }


def _cycles(case: Case, options: Options) -> Iterator[Observation]:
    for graph in case.saved.graphs:
        if graph.kind == "functional":
            names = _cycle(graph)
            if names:
                layer = graph.by_name[names[0]]
                shown = " -> ".join(f"'{name}'" for name in names)
                facts = {"cycle": shown, "model": _model(graph)}
                yield Observation(layer.saved.address, facts, ">".join(sorted(set(names))))


def _cycle(graph: LayerGraph) -> list[str]:
    """Return the names of layers whose calls wait for one another, or nothing.

    The order is over calls, not layers: a shared layer may well be called on its own output.
    """
    first = _first_calls(graph)
    sorter: graphlib.TopologicalSorter[tuple[str, int]] = graphlib.TopologicalSorter()
    for layer in graph.layers:
        for call, node in enumerate(layer.nodes):
            sources = [
                (end.layer, end.node_index - first[end.layer])
                for end in node.inputs
                if end.layer in first
            ]
            sorter.add((layer.name, call), *sources)
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        return [name for name, _ in error.args[1]]
    return []


CYCLE = Check(
    name="cycle",
    summary="Layers wait for one another's output, so that the model can never be built.",
    run=_cycles,
    facts={"cycle": "the layers in order", "model": "the model, in words"},
)


def _unreachable(case: Case, options: Options) -> Iterator[Observation]:
    for graph in case.saved.graphs:
        if graph.kind != "functional" or not graph.outputs:
            continue
        ends = {end.layer for end in graph.outputs}
        ends |= {layer.name for layer in graph.layers if layer.class_name in _SINKS}
        used = graph.feeding(ends)
        for layer in graph.layers:
            if layer.name not in used:
                facts = {
                    "name": layer.name,
                    "class_name": layer.class_name,
                    "model": _model(graph),
                }
                yield Observation(layer.saved.address, facts, layer.class_name)


UNREACHABLE_LAYER = Check(
    name="unreachable-layer",
    summary="A layer's output reaches no output of its model.",
    run=_unreachable,
    facts={
        "name": "the layer's name",
        "class_name": "its class",
        "model": "the model, in words",
    },
)
