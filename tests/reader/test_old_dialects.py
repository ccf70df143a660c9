"""Architectures as Keras 0.x, 1.x and early 2.x wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasscan.model.objects import Role
from kerasscan.model.saved import Container
from kerasscan.reader.reading import read
from tests.samples.manifest import SAMPLES

from .handmade import custom, layer, only, read_json

OLD: dict[str, Any] = {
    "name": "Sequential",
    "class_mode": "categorical",
    "loss": "mse",
    "optimizer": {"name": "SGD", "lr": 0.1},
    "layers": [
        {
            "name": "Dense",
            "custom_name": "dense_1",
            "activation": "relu",
            "W_regularizer": {"name": "WeightRegularizer", "l1": 0.1},
        },
        {"name": "Merge", "layers": [{"name": "Sequential", "layers": [{"name": "Own"}]}]},
    ],
}


def test_keras_0_names_its_classes_name(tmp_path: Path) -> None:
    saved = read_json(tmp_path, OLD)
    assert saved.artifact.container is Container.JSON
    assert saved.root is not None
    assert saved.root.class_name == "Sequential"
    dense = only(saved, "Dense")
    assert (dense.name, dense.address.layer) == ("dense_1", "dense_1")
    assert dense.config["activation"] == "relu"
    assert only(saved, "SGD").role is Role.OPTIMIZER
    assert only(saved, "WeightRegularizer").role is Role.REGULARIZER
    assert only(saved, "Own").address.layer == "Merge/Sequential/Own"


def test_keras_0_models_have_a_graph(tmp_path: Path) -> None:
    (graph,) = [found for found in read_json(tmp_path, OLD).graphs if found.path == ""]
    assert [found.name for found in graph.layers] == ["dense_1", "Merge"]
    assert graph.kind == "sequential"


def test_the_wiring_of_a_keras_0_graph_holds_no_classes(tmp_path: Path) -> None:
    value = {
        "name": "Graph",
        "input_config": [{"name": "in", "dtype": "float"}],
        "node_config": [{"name": "hidden", "input": "in", "inputs": []}],
        "output_config": [{"name": "out", "input": "hidden"}],
        "nodes": {"hidden": {"name": "Dense", "output_dim": 3, "init": "glorot_uniform"}},
    }
    saved = read_json(tmp_path, value)
    named = [(found.role, found.class_name) for found in saved.objects]
    assert named == [
        (Role.MODEL, "Graph"),
        (Role.LAYER, "Dense"),
        (Role.INITIALIZER, "glorot_uniform"),
    ]


def test_an_object_with_a_class_name_is_found_in_keras_0_too(tmp_path: Path) -> None:
    hidden = {"name": "Sequential", "layers": [{"name": "Dense", "x": custom("Hidden")}]}
    assert only(read_json(tmp_path, hidden), "Hidden").depth == 2


def test_a_name_is_no_class_in_later_releases(tmp_path: Path) -> None:
    value = {
        "class_name": "Model",
        "config": {"layers": [layer("Dense", "dense", x={"name": "A"})]},
    }
    classes = [found.class_name for found in read_json(tmp_path, value).objects]
    assert classes == ["Model", "Dense"]


def test_a_sequential_may_be_a_list(tmp_path: Path) -> None:
    value = {"class_name": "Sequential", "config": [layer("Dense", "a"), layer("Dense", "b")]}
    saved = read_json(tmp_path, value)
    (graph,) = saved.graphs
    assert [found.name for found in graph.layers] == ["a", "b"]
    assert [found.address.pointer for found in saved.objects[1:]] == ["/config/0", "/config/1"]
    assert len(saved.layers) == 2


def test_the_samples_of_keras_1_have_their_layers() -> None:
    saved = read(SAMPLES / "compatibility" / "keras-1.2.2-functional.json")
    assert saved.root is not None
    assert saved.root.class_name == "Model"
    assert {found.kind for found in saved.graphs} == {"functional"}
    assert all(found.role is not Role.OTHER for found in saved.objects)
