"""Layer graphs: their layers, connections, shapes and names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.model.graph import Endpoint, LayerGraph
from kerasscan.reader.reading import read
from tests.samples.manifest import SAMPLES

from .handmade import called, functional, layer, node, read_json, read_text, sequential


def graph_of(folder: Path, value: Any) -> LayerGraph:
    graphs = read_json(folder, value).graphs
    assert graphs
    return graphs[0]


INPUT = called(layer("InputLayer", "in", batch_shape=[None, 8], dtype="float32"))


def test_a_sequential_is_a_chain(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, sequential("model", *(layer("Dense", name) for name in "abc")))
    assert (graph.kind, graph.path) == ("sequential", "")
    assert graph.sources == {"a": (), "b": ("a",), "c": ("b",)}
    assert (graph.inputs, graph.outputs) == ((Endpoint("a"),), (Endpoint("c"),))


def test_a_functional_model_has_its_connections(tmp_path: Path) -> None:
    layers = [INPUT, called(layer("Dense", "d"), node(("in", 0, 0)))]
    graph = graph_of(tmp_path, functional("model", layers, [["in", 0, 0]], [["d", 0, 0]]))
    assert graph.kind == "functional"
    assert graph.sources == {"in": (), "d": ("in",)}
    assert graph.targets == {"in": ("d",), "d": ()}
    assert (graph.inputs, graph.outputs) == ((Endpoint("in"),), (Endpoint("d"),))


@pytest.mark.parametrize("ends", [["d", 0, 0], [["d", 0, 0]], {"y": ["d", 0, 0]}, [[["d", 0, 0]]]])
def test_outputs_may_have_any_structure(tmp_path: Path, ends: Any) -> None:
    layers = [called(layer("Dense", "d"), node(("d", 0, 0)))]
    assert graph_of(tmp_path, functional("model", layers, [], ends)).outputs == (Endpoint("d"),)


def test_a_shared_layer_has_a_node_for_every_call(tmp_path: Path) -> None:
    shared = called(layer("Dense", "d"), node(("in", 0, 0)), node(("d", 0, 0)))
    graph = graph_of(tmp_path, functional("model", [INPUT, shared], [], [["d", 1, 0]]))
    assert [each.inputs for each in graph.by_name["d"].nodes] == [
        (Endpoint("in"),),
        (Endpoint("d"),),
    ]
    assert graph.outputs == (Endpoint("d", 1, 0),)


def test_a_nested_model_has_a_graph_of_its_own(tmp_path: Path) -> None:
    inner = sequential("inner", layer("Dense", "a"))
    layers = [INPUT, called(inner, node(("in", 0, 0)), node(("inner", 1, 0)))]
    outer, nested = read_json(tmp_path, functional("model", layers, [], [["inner", 2, 0]])).graphs
    assert outer.by_name["inner"].is_model
    assert (nested.path, nested.kind, [each.path for each in nested.layers]) == (
        "inner",
        "sequential",
        ["inner/a"],
    )


def test_a_model_in_a_wrapper_has_a_graph(tmp_path: Path) -> None:
    wrapper = layer("TimeDistributed", "td", layer=sequential("inner", layer("Dense", "a")))
    graphs = read_json(tmp_path, sequential("model", wrapper)).graphs
    assert [graph.path for graph in graphs] == ["", "td/inner"]


def test_connections_use_the_name_beside_the_configuration(tmp_path: Path) -> None:
    renamed = {**called(layer("Dense", "own")), "name": "alias"}
    graph = graph_of(tmp_path, functional("model", [renamed], [], [["alias", 0, 0]]))
    assert [each.name for each in graph.layers] == ["alias"]


@pytest.mark.parametrize(
    ("config", "shape"),
    [
        ({"batch_shape": [None, 3]}, (None, 3)),
        ({"batch_input_shape": [8, 3]}, (8, 3)),
        ({"batch_input_shape": {"class_name": "__tuple__", "items": [None, 3]}}, (None, 3)),
        ({"batch_input_shape": {"class_name": "TensorShape", "items": [None]}}, (None,)),
        ({"batch_shape": [None, True]}, None),
        ({"batch_shape": "wide"}, None),
        ({"units": 3}, None),
    ],
)
def test_a_shape_is_read_in_every_encoding(
    tmp_path: Path, config: dict[str, Any], shape: tuple[int | None, ...] | None
) -> None:
    (only,) = graph_of(tmp_path, sequential("model", layer("Any", "a", **config))).layers
    assert only.shape == shape


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        ("float32", "float32"),
        ({"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}, "mixed_float16"),
        ({"class_name": "DTypePolicy", "config": None}, None),
        (3, None),
    ],
)
def test_a_dtype_is_read_in_every_encoding(tmp_path: Path, dtype: Any, name: str | None) -> None:
    (only,) = graph_of(tmp_path, sequential("model", layer("Any", "a", dtype=dtype))).layers
    assert only.dtype == name


@pytest.mark.parametrize("layers", [None, {}, "many", [], [1, None, "Dense"]])
def test_a_model_without_layers_has_no_graph(tmp_path: Path, layers: Any) -> None:
    value = {"class_name": "Functional", "config": {"name": "model", "layers": layers}}
    assert read_json(tmp_path, value).graphs == ()


def test_layers_that_lost_to_a_repeated_key_are_not_connected(tmp_path: Path) -> None:
    text = '{"class_name": "Sequential", "config": {"layers": [{"class_name": "Lost"},'
    text += '{"class_name": "Lost"}], "layers": [{"class_name": "Dense", "config": {}}]}}'
    saved = read_text(tmp_path, text)
    assert [each.class_name for each in saved.graphs[0].layers] == ["Dense"]
    assert sum(found.class_name == "Lost" for found in saved.objects) == 2


def test_a_keras_3_sample_has_named_connections() -> None:
    graph = read(SAMPLES / "clean" / "keras-3.15.1-functional.keras").graphs[0]
    assert graph.kind == "functional"
    assert {end.layer for end in (*graph.inputs, *graph.outputs)} <= set(graph.by_name)
    assert any(len(each.nodes) == 2 for each in graph.layers)


def test_networkx_sees_an_edge_for_every_tensor(tmp_path: Path) -> None:
    layers = [INPUT, called(layer("Add", "sum"), node(("in", 0, 0), ("in", 0, 0)))]
    network = graph_of(tmp_path, functional("model", layers, [], [])).network()
    assert network.number_of_edges("in", "sum") == 2
    assert network.nodes["sum"]["layer"].class_name == "Add"
