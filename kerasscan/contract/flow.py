"""Carries values from the model's inputs through preprocessing to what learns from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Final

from kerasscan.contract.transfer import Statistics, Visit, transfer
from kerasscan.contract.values import Kind, Value
from kerasscan.model.graph import Layer, LayerGraph
from kerasscan.model.saved import Saved

_DEEPEST: Final = 8
"""Models within models that are followed."""

_MOST_VALUES: Final = 64
"""Values on one edge that are followed: ways that come together again multiply them."""

_MOST_STEPS: Final = 64
"""Steps of preprocessing that are followed."""

_MERGING: Final = frozenset(
    {
        "Add",
        "Average",
        "Concatenate",
        "Maximum",
        "Minimum",
        "Multiply",
        "Subtract",
        "concat",
        "stack",
        "Stack",
    }
)


@dataclass(frozen=True)
class Meeting:
    """Where values of an input meet a layer that is no preprocessing.

    Attributes:
        layer: The layer.
        model: Layer path of the model that it stands in.
        value: What reaches it.
    """

    layer: Layer
    model: str
    value: Value


@dataclass
class Flow:
    """What was found while values were carried.

    Attributes:
        inputs: The layers that the model begins with, by name, in its order.
        meetings: Where preprocessing ends.
        reached: Values that reach each layer, by its path, the preprocessing layers too.
        leaving: Values that leave the model with nothing but preprocessing done to them.
    """

    inputs: dict[str, Layer] = field(default_factory=dict)
    meetings: list[Meeting] = field(default_factory=list)
    reached: dict[str, list[Value]] = field(default_factory=dict)
    leaving: tuple[Value, ...] = ()


def flow(saved: Saved, statistics: Mapping[str, Statistics]) -> Flow:
    """Carry the values of every input of a model as far as its preprocessing goes.

    Args:
        saved: The file.
        statistics: What Normalization layers have adapted to, by layer path.
    """
    found = Flow()
    graphs = {graph.path: graph for graph in saved.graphs}
    root = graphs.get("")
    if root is None:
        return found
    for layer in _beginnings(root):
        found.inputs[layer.name] = layer
    start = {name: (_raw(layer),) for name, layer in found.inputs.items()}
    found.leaving = _Walk(graphs, statistics, found).through(root, start, 0)
    return found


def _beginnings(graph: LayerGraph) -> list[Layer]:
    """Return the layers that take the model's inputs, in the order of the inputs."""
    if graph.kind == "sequential":
        return list(graph.layers[:1])
    named = [graph.by_name.get(end.layer) for end in graph.inputs]
    return [layer for layer in named if layer is not None]


def _raw(layer: Layer) -> Value:
    is_text = layer.dtype == "string"
    return Value(layer.name, Kind.STRING if is_text else Kind.NUMBER)


@dataclass
class _Walk:
    graphs: Mapping[str, LayerGraph]
    statistics: Mapping[str, Statistics]
    found: Flow

    def through(
        self, graph: LayerGraph, start: Mapping[str, tuple[Value, ...]], depth: int
    ) -> tuple[Value, ...]:
        """Carry values through one model and return those that leave it."""
        done: dict[str, tuple[Value, ...]] = {}
        for layer in _ordered(graph):
            reaching = self._reaching(graph, layer, start, done)
            distinct = tuple(dict.fromkeys(reaching))[:_MOST_VALUES]
            done[layer.name] = self._layer(graph, layer, distinct, depth)
        return self._leaving(graph, done)

    def _reaching(
        self,
        graph: LayerGraph,
        layer: Layer,
        start: Mapping[str, tuple[Value, ...]],
        done: Mapping[str, tuple[Value, ...]],
    ) -> tuple[Value, ...]:
        if layer.name in start and (layer.class_name == "InputLayer" or not layer.inbound):
            return start[layer.name]
        if graph.kind == "sequential" and not done:
            return next(iter(start.values()), ())
        names = dict.fromkeys(end.layer for end in layer.inbound)
        return tuple(value for name in names for value in done.get(name, ()))

    def _layer(
        self, graph: LayerGraph, layer: Layer, reaching: tuple[Value, ...], depth: int
    ) -> tuple[Value, ...]:
        if not reaching:
            return ()
        self.found.reached.setdefault(layer.path, []).extend(reaching)
        nested = self.graphs.get(layer.path) if layer.is_model else None
        if nested is not None and depth < _DEEPEST:
            beginnings = _beginnings(nested)
            if len(beginnings) == 1:
                return self.through(nested, {beginnings[0].name: reaching}, depth + 1)
            shares = dict(zip((each.name for each in beginnings), _shares(reaching), strict=False))
            return self.through(nested, shares, depth + 1)
        if layer.class_name in _MERGING and len(layer.inbound) > 1:
            return reaching
        leaving = []
        for value in reaching:
            visit = Visit(layer, value, self.statistics.get(layer.path))
            after = transfer(visit) if len(value.steps) < _MOST_STEPS else None
            if after is None:
                self.found.meetings.append(Meeting(layer, graph.path, value))
            else:
                leaving.append(after)
        return tuple(leaving)

    def _leaving(
        self, graph: LayerGraph, done: Mapping[str, tuple[Value, ...]]
    ) -> tuple[Value, ...]:
        if graph.kind == "sequential":
            return done.get(graph.layers[-1].name, ()) if graph.layers else ()
        return tuple(value for end in graph.outputs for value in done.get(end.layer, ()))


def _ordered(graph: LayerGraph) -> Iterator[Layer]:
    """Yield layers behind those that they take tensors from, otherwise in the file's order.

    Layers of a cycle, and behind one, are left out.
    """
    place = {name: index for index, name in enumerate(graph.by_name)}
    missing = {
        name: sum(each in place for each in graph.sources.get(name, ())) for name in graph.by_name
    }
    ready = [(place[name], name) for name, count in missing.items() if not count]
    heapify(ready)
    while ready:
        _, name = heappop(ready)
        yield graph.by_name[name]
        for target in graph.targets.get(name, ()):
            missing[target] -= 1
            if not missing[target]:
                heappush(ready, (place[target], target))


def _shares(values: Sequence[Value]) -> list[tuple[Value, ...]]:
    """Return the values one for each input of a nested model."""
    return [(value,) for value in values]
