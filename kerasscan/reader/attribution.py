"""Which stored tensors belong to which layer.

Each container says it in its own way: the legacy HDF5 layout by the group's name, the
``.weights.h5`` layout by attribute paths in which a layer is its class in snake case and a
number, a SavedModel by the path of its node, TensorFlow.js by the variable's name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from kerasscan.model.graph import LayerGraph
from kerasscan.model.json_value import get_dict, get_str
from kerasscan.model.saved import Container, Purpose, Saved
from kerasscan.model.tensors import Tensor

_LISTS = ("layers", "_layer_checkpoint_dependencies")
"""What the list of layers is called in attribute paths: Keras 2.15+, Keras 2.12 to 2.14."""


def tensors_by_layer(saved: Saved) -> dict[str, list[Tensor]]:
    """Return the tensors of each layer path; those of no known layer stand under ``""``."""
    find = _finder(saved)
    found: dict[str, list[Tensor]] = {}
    for tensor in saved.tensors:
        found.setdefault(tensor.address.layer or find(tensor.path) or "", []).append(tensor)
    return found


def _finder(saved: Saved) -> Callable[[str], str | None]:
    """Return how a tensor's path tells its layer in this container."""
    if saved.artifact.container is Container.SAVEDMODEL:
        prefixes = _node_prefixes(saved)
    elif saved.artifact.container is Container.TFJS:
        prefixes = {layer.name: layer.path for graph in saved.graphs for layer in graph.layers}
    else:
        prefixes = _attribute_prefixes(saved)

    def find(path: str) -> str | None:
        parts = path.split("/")
        heads = ("/".join(parts[:count]) for count in range(len(parts), 0, -1))
        return next((prefixes[head] for head in heads if head in prefixes), None)

    return find


def _node_prefixes(saved: Saved) -> dict[str, str]:
    """Return layer names by the path of their node: ``layer_with_weights-0`` -> ``dense``."""
    found = {}
    for document in saved.documents:
        _, _, node = document.member.partition("#root.")
        if node and document.purpose is Purpose.NODE and isinstance(document.value, dict):
            name = get_str(get_dict(document.value, "config"), "name")
            if name:
                found[node.replace(".", "/")] = name
    return found


def _attribute_prefixes(saved: Saved) -> dict[str, str]:
    """Return layer paths by attribute path: ``layers/dense_1`` -> ``encoder``."""
    stored = {
        "/".join(parts[:count])
        for tensor in saved.tensors
        for parts in [tensor.path.split("/")]
        for count in range(1, len(parts))
    }
    prefixes: dict[str, str] = {}
    places = {"": ""}  # layer path of a model -> attribute path of the model
    for graph in saved.graphs:
        if graph.path in places:
            for layer, place in _places(graph, places[graph.path], stored):
                prefixes[place] = layer
                places[layer] = f"{place}/"
    return prefixes


def _places(graph: LayerGraph, above: str, stored: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each layer's path with its attribute path below the model ``above``.

    A class's n-th layer is ``dense_n`` (keras/src/saving/saving_lib.py,
    ``_save_container_state``); Keras 2.12 and 2.13 count each layer twice, so that the second
    is ``dense_2`` and the third ``dense_4``.
    """
    seen: Counter[str] = Counter()
    for layer in graph.layers:
        name = snake_case(layer.class_name.rpartition(">")[2])
        number = seen[name]
        seen[name] += 1
        for count in (number, number * 2):
            numbered = f"{name}_{count}" if count else name
            places = [f"{above}{each}/{numbered}" for each in _LISTS]
            place = next((each for each in places if each in stored), None)
            if place is not None:
                yield layer.path, place
                break


def snake_case(class_name: str) -> str:
    """Return a class name as Keras writes it into weight paths.

    Source: ``to_snake_case`` in keras/src/utils/naming.py (3.x): ``Conv2DTranspose`` becomes
    ``conv2d_transpose``.
    """
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
