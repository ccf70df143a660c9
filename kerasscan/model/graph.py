"""Layers and how they are connected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kerasscan.model.address import Address
from kerasscan.model.objects import SavedObject

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True)
class Endpoint:
    """An output tensor of a layer: ``[layer name, node index, tensor index]``."""

    layer: str
    node_index: int = 0
    tensor_index: int = 0


@dataclass(frozen=True)
class Node:
    """One call of a layer (Keras: one inbound node) and the tensors it was called on."""

    inputs: tuple[Endpoint, ...]
    address: Address


@dataclass(frozen=True)
class Layer:
    """A layer inside a `LayerGraph`.

    Attributes:
        name: The name that connections use.
        path: Names from the root model down, joined by ``/``.
        saved: The object it was read from.
        nodes: Its calls, in order. A layer of a Sequential has one (the first: none).
        shape: The batch shape that the file tells (InputLayer, ``batch_input_shape``), with
            None for unknown axes; or None.
        dtype: The input's or the layer's dtype name where the file tells it.
        is_model: Whether it is itself a model with layers.
    """

    name: str
    path: str
    saved: SavedObject
    nodes: tuple[Node, ...]
    shape: tuple[int | None, ...] | None = None
    dtype: str | None = None
    is_model: bool = False

    @property
    def class_name(self) -> str:
        """The layer's class as the file writes it."""
        return self.saved.class_name

    @property
    def inbound(self) -> tuple[Endpoint, ...]:
        """Every tensor that any of its calls takes."""
        return tuple(end for node in self.nodes for end in node.inputs)


@dataclass(frozen=True)
class LayerGraph:
    """The layers of one model and their connections.

    Attributes:
        path: Layer path of the model; ``""`` is the root model.
        kind: ``sequential``, ``functional`` or ``subclassed`` (layers without connections).
        layers: In the file's order; names may repeat in a broken file.
        inputs: The model's inputs (``input_layers``).
        outputs: The model's outputs (``output_layers``).
        address: Where the model is.
    """

    path: str
    kind: str
    layers: tuple[Layer, ...]
    inputs: tuple[Endpoint, ...]
    outputs: tuple[Endpoint, ...]
    address: Address

    @cached_property
    def by_name(self) -> dict[str, Layer]:
        """The layers by name; of layers with one name, the first."""
        found: dict[str, Layer] = {}
        for layer in self.layers:
            found.setdefault(layer.name, layer)
        return found

    @cached_property
    def sources(self) -> dict[str, tuple[str, ...]]:
        """For each layer name the distinct names of the layers it takes tensors from."""
        sources: dict[str, dict[str, None]] = {}
        for layer in self.layers:
            sources.setdefault(layer.name, {}).update((end.layer, None) for end in layer.inbound)
        return {name: tuple(found) for name, found in sources.items()}

    @cached_property
    def targets(self) -> dict[str, tuple[str, ...]]:
        """For each layer name the distinct names of the layers that take its tensors."""
        targets: dict[str, dict[str, None]] = {layer.name: {} for layer in self.layers}
        for name, sources in self.sources.items():
            for source in sources:
                targets.setdefault(source, {})[name] = None
        return {name: tuple(found) for name, found in targets.items()}

    def upstream(self, name: str) -> list[Layer]:
        """Return every layer that ``name`` depends on, nearest first."""
        return self._reach([name], self.sources)

    def downstream(self, name: str) -> list[Layer]:
        """Return every layer that depends on ``name``, nearest first."""
        return self._reach([name], self.targets)

    def feeding(self, names: Iterable[str]) -> set[str]:
        """Return ``names`` and the names of all layers that they depend on."""
        names = list(names)
        return set(names) | {layer.name for layer in self._reach(names, self.sources)}

    def _reach(self, start: list[str], edges: dict[str, tuple[str, ...]]) -> list[Layer]:
        seen: dict[str, None] = {}
        front = list(start)
        while front:
            near = (each for name in front for each in edges.get(name, ()))
            front = list(dict.fromkeys(each for each in near if each not in seen))
            seen.update(dict.fromkeys(front))
        return [self.by_name[name] for name in seen if name in self.by_name]

    def network(self) -> networkx.MultiDiGraph[str]:
        """Return the graph for networkx' algorithms, an edge per tensor passed.

        Nodes are layer names with the `Layer` under ``layer``; edges carry ``node_index``
        and ``tensor_index`` of the tensor and ``call``, the index of the target's call.
        """
        import networkx  # slow to import, and most scans ask no path question

        network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        for layer in self.layers:
            network.add_node(layer.name, layer=layer)
        for layer in self.layers:
            for call, node in enumerate(layer.nodes):
                for end in node.inputs:
                    network.add_edge(
                        end.layer,
                        layer.name,
                        node_index=end.node_index,
                        tensor_index=end.tensor_index,
                        call=call,
                    )
        return network
