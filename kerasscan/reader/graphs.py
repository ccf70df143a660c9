"""Layer graphs: which layers each model of a file has, and how they are connected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerasscan.model.graph import Endpoint, Layer, LayerGraph, Node
from kerasscan.model.json_value import get_list
from kerasscan.model.objects import Role, SavedObject
from kerasscan.reader.connections import endpoints, nodes_of


def graphs_of(objects: Sequence[SavedObject]) -> tuple[LayerGraph, ...]:
    """Return a graph for every model whose configuration lists layers, outermost first.

    Args:
        objects: All objects of the file, in the order of the walk.
    """
    children = _children(objects)
    graphs = []
    for saved in objects:
        if saved.role is Role.MODEL:
            for place in _lists_of_layers(saved):
                members = children.get((saved.document, saved.address.pointer + place))
                members = _own(saved, members or [])
                if members:
                    graphs.append(_graph(saved, members))
                    break
    return tuple(graphs)


def _children(objects: Sequence[SavedObject]) -> dict[tuple[int, str], list[SavedObject]]:
    """Group layer-like objects by the pointer of the list that they stand in."""
    found: dict[tuple[int, str], list[SavedObject]] = {}
    for saved in objects:
        if saved.is_layer_like:
            above, _, _ = saved.address.pointer.rpartition("/")
            found.setdefault((saved.document, above), []).append(saved)
    return found


def _own(model: SavedObject, members: list[SavedObject]) -> list[SavedObject]:
    """Leave out layers of a list that lost to a repeated key: they have the same pointers."""
    entries = [model.raw.get("config"), model.config.get("layers")]
    kept = {id(entry) for found in entries if isinstance(found, list) for entry in found}
    return [  # of Keras 0.x the configuration is the whole entry
        saved for saved in members if not kept.isdisjoint((id(saved.raw), id(saved.config)))
    ]


def _lists_of_layers(model: SavedObject) -> tuple[str, ...]:
    """Return where, below a model, its list of layers may stand."""
    if isinstance(model.raw.get("config"), list):
        return ("/config",)  # Sequential up to Keras 2.2.2
    if get_list(model.config, "layers"):
        return ("/config/layers", "/layers")  # the second: Keras 0.x
    return ()


def _graph(model: SavedObject, members: list[SavedObject]) -> LayerGraph:
    is_functional = any("inbound_nodes" in saved.raw for saved in members) or (
        "input_layers" in model.config
    )
    layers = _connected(members) if is_functional else _chained(members)
    known = frozenset(layer.name for layer in layers)
    if is_functional:
        inputs = endpoints(model.config.get("input_layers"), known)
        outputs = endpoints(model.config.get("output_layers"), known)
    else:
        inputs = (Endpoint(layers[0].name),)
        outputs = (Endpoint(layers[-1].name),)
    return LayerGraph(
        path="" if model.depth == 0 else model.address.layer,
        kind="functional" if is_functional else "sequential",
        layers=layers,
        inputs=inputs,
        outputs=outputs,
        address=model.address,
    )


def _connection_name(saved: SavedObject) -> str:
    """Return the name that connections use: the entry's own, else the configuration's."""
    name = saved.raw.get("name")
    return name if isinstance(name, str) else saved.name or saved.class_name


def _connected(members: list[SavedObject]) -> tuple[Layer, ...]:
    known = frozenset(_connection_name(saved) for saved in members)
    return tuple(
        _layer(
            saved,
            _connection_name(saved),
            nodes_of(saved.raw.get("inbound_nodes"), known, saved.address.down("inbound_nodes")),
        )
        for saved in members
    )


def _chained(members: list[SavedObject]) -> tuple[Layer, ...]:
    """Connect the layers of a Sequential one after the other."""
    layers: list[Layer] = []
    for saved in members:
        nodes: tuple[Node, ...] = ()
        if layers:
            nodes = (Node((Endpoint(layers[-1].name),), saved.address),)
        layers.append(_layer(saved, _connection_name(saved), nodes))
    return tuple(layers)


def _layer(saved: SavedObject, name: str, nodes: tuple[Node, ...]) -> Layer:
    dtype = saved.config.get("dtype")
    if isinstance(dtype, dict):  # DTypePolicy, Policy
        inner = dtype.get("config")
        dtype = inner.get("name") if isinstance(inner, dict) else None
    return Layer(
        name=name,
        path=saved.address.layer,
        saved=saved,
        nodes=nodes,
        shape=_shape(saved.config),
        dtype=dtype if isinstance(dtype, str) else None,
        is_model=saved.role is Role.MODEL,
    )


def _shape(config: dict[str, Any]) -> tuple[int | None, ...] | None:
    """Return the batch shape that a configuration tells, in any of its encodings."""
    for key in ("batch_shape", "batch_input_shape"):
        value = config.get(key)
        if isinstance(value, dict):  # json_utils of tf.keras: __tuple__ and TensorShape
            value = value.get("items")
        if isinstance(value, list) and all(
            axis is None or (isinstance(axis, int) and not isinstance(axis, bool)) for axis in value
        ):
            return tuple(value)
    return None
