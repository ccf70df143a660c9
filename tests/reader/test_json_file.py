"""JSON files: architectures, TensorFlow.js models, indexes of shards, and other people's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kerasscan.model.saved import Container, ProblemKind, Purpose
from kerasscan.reader.reading import read
from tests.samples.manifest import SAMPLES

from .handmade import CONFIG, custom, kinds, layer, only, read_json, read_text, sequential

MODEL = sequential("model", layer("Dense", "dense"))
MANIFEST = [{"paths": ["a.bin"], "weights": [{"name": "k", "shape": [2, 3], "dtype": "float32"}]}]


def test_an_architecture_is_json(tmp_path: Path) -> None:
    saved = read_json(tmp_path, {**MODEL, "keras_version": "2.2.4", "backend": "theano"})
    assert saved.artifact.container is Container.JSON
    assert (saved.provenance.claimed_version, saved.provenance.backend) == ("2.2.4", "theano")
    assert saved.problems == ()


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_architecture_may_be_encoded_again(tmp_path: Path, times: int) -> None:
    text = CONFIG
    for _ in range(times):
        text = json.dumps(text)
    saved = read_text(tmp_path, text)
    assert saved.artifact.container is Container.JSON
    assert [found.address.pointer for found in saved.objects] == ["", "/config/layers/0"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-be"])
def test_an_architecture_in_another_encoding_is_odd_and_read(tmp_path: Path, encoding: str) -> None:
    saved = read_text(tmp_path, CONFIG.encode(encoding))
    assert saved.artifact.container is Container.JSON
    assert kinds(saved) == [ProblemKind.ODD_JSON]
    assert len(saved.objects) == 2


def test_a_mark_of_utf_32_is_understood(tmp_path: Path) -> None:
    saved = read_text(tmp_path, b"\x00\x00\xfe\xff" + CONFIG.encode("utf-32-be"))
    assert saved.artifact.container is Container.JSON


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        7,
        "text",
        None,
        {"class_name": "A"},
        {"class_name": 3, "config": {}},
        {"name": "Sequential"},
        {"name": "Other", "layers": [1]},
        {"weight_map": {}},
    ],
)
def test_other_json_is_no_model(tmp_path: Path, value: Any) -> None:
    saved = read_json(tmp_path, value)
    assert saved.artifact.container is Container.UNKNOWN
    assert saved.is_complete
    assert saved.artifact.detail


def test_a_model_that_cannot_be_parsed_is_still_a_model(tmp_path: Path) -> None:
    saved = read_text(tmp_path, CONFIG[:-3])
    assert saved.artifact.container is Container.JSON
    assert kinds(saved) == [ProblemKind.DAMAGED_JSON]


@pytest.mark.parametrize("nested", [True, False])
def test_a_tensorflow_js_model_is_read(tmp_path: Path, nested: bool) -> None:
    topology: dict[str, Any] = {"keras_version": "2.1.6", "backend": "tensorflow"}
    topology |= {"model_config": MODEL} if nested else MODEL
    training = {"loss": "own_loss", "optimizer_config": custom("Own")}
    value = {"modelTopology": {**topology, "training_config": training}, "generatedBy": "keras v1"}
    saved = read_json(tmp_path, {**value, "weightsManifest": MANIFEST})
    assert saved.artifact.container is Container.TFJS
    assert saved.provenance.claimed_version == "2.1.6"
    assert saved.provenance.producer == "keras v1"
    place = "/modelTopology/model_config" if nested else "/modelTopology"
    assert only(saved, "Dense").address.pointer == f"{place}/config/layers/0"
    assert only(saved, "Own").address.pointer == "/modelTopology/training_config/optimizer_config"
    (tensor,) = saved.tensors
    assert (tensor.path, tensor.shape, tensor.nbytes) == ("k", (2, 3), 24)
    assert tensor.address.pointer == "/weightsManifest/0/weights/0"


def test_a_training_configuration_of_tensorflow_js_itself_is_walked(tmp_path: Path) -> None:
    training = {"loss": "own_loss", "optimizer_config": custom("Own")}
    saved = read_json(tmp_path, {"modelTopology": MODEL, "trainingConfig": training})
    assert only(saved, "Own").address.pointer == "/trainingConfig/optimizer_config"
    assert only(saved, "own_loss").depth == 0


@pytest.mark.parametrize("topology", [None, [], "text", 3])
def test_a_tensorflow_js_model_without_topology_is_told(tmp_path: Path, topology: Any) -> None:
    value = {"format": "layers-model", "modelTopology": topology, "weightsManifest": MANIFEST}
    saved = read_json(tmp_path, value)
    assert saved.artifact.container is Container.TFJS
    assert kinds(saved) == [ProblemKind.MISSING_PART]
    assert len(saved.tensors) == 1


@pytest.mark.parametrize(
    "manifest",
    [
        3,
        [3],
        [{}],
        [{"weights": 3}],
        [{"weights": [3, {}, {"name": 1, "dtype": "float32", "shape": []}]}],
        [{"weights": [{"name": "k", "dtype": "float32", "shape": ["a"]}]}],
        [{"weights": [{"name": "k", "dtype": "float32", "shape": None}]}],
    ],
)
def test_an_odd_manifest_has_no_tensors(tmp_path: Path, manifest: Any) -> None:
    saved = read_json(tmp_path, {"modelTopology": MODEL, "weightsManifest": manifest})
    assert saved.tensors == ()
    assert saved.root is not None


def test_a_tensorflow_js_graph_is_no_layers_model(tmp_path: Path) -> None:
    value = {"format": "graph-model", "modelTopology": {"node": [{}, {}], "library": {}}}
    saved = read_json(tmp_path, value)
    assert saved.artifact.container is Container.TFJS_GRAPH
    assert "2 operations" in saved.artifact.detail


@pytest.mark.parametrize(
    "others",
    [
        {"modelTopology": {}},
        {"format": "graph-model"},
        {"weight_map": {}, "metadata": {}},
    ],
)
def test_an_architecture_does_not_hide_behind_other_keys(
    tmp_path: Path, others: dict[str, Any]
) -> None:
    hidden = sequential("model", layer("Dense", "dense", x=custom("Hidden")))
    saved = read_json(tmp_path, {**hidden, **others})
    assert saved.artifact.container is Container.JSON
    assert only(saved, "Hidden").address.layer == "dense"
    assert len(saved.graphs) == 1


def test_the_index_of_shards_is_weights() -> None:
    saved = read(SAMPLES / "clean" / "keras-3.15.1-sharded" / "model.weights.json")
    assert saved.artifact.container is Container.H5_WEIGHTS
    assert "2 shards" in saved.artifact.detail
    assert saved.documents[0].purpose is Purpose.OTHER


@pytest.mark.parametrize("files", [[[1]], [{}], [None], 3, {"a": "b"}, None])
def test_an_odd_index_of_shards_does_no_harm(tmp_path: Path, files: Any) -> None:
    saved = read_json(tmp_path, {"metadata": {}, "weight_map": {"/a/vars": files}})
    assert saved.artifact.container is Container.H5_WEIGHTS
    assert "0 shards" in saved.artifact.detail
