"""SavedModel directories, hand-built and damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kerasscan.model.saved import Container, Problem, ProblemKind, Purpose, Signature
from kerasscan.reader.contents import Claims, Contents
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.savedmodel import read_savedmodel

from .test_tensor_index import BIAS, KERNEL, entry_proto, index_of, shape_proto
from .test_wire import data_field, number_field

ROOT = {
    "class_name": "Sequential",
    "config": {"name": "sequential", "layers": []},
    "keras_version": "2.10.0",
    "backend": "tensorflow",
    "training_config": {"loss": "mse"},
}
DENSE = {"class_name": "Dense", "config": {"name": "dense", "units": 2}}
DATA = "variables/variables.data-00000-of-00001"


def metadata_node(number: int, path: str, identifier: str, metadata: Any) -> bytes:
    """Write a node of SavedMetadata."""
    text = metadata if isinstance(metadata, (str, bytes)) else json.dumps(metadata)
    names = data_field(3, path) + data_field(4, identifier)
    return data_field(1, number_field(2, number) + names + data_field(5, text))


def graph_node(identifier: str, metadata: Any = None, **children: int) -> bytes:
    """Write a node of a SavedObjectGraph."""
    links = b"".join(
        data_field(1, number_field(1, number) + data_field(2, name))
        for name, number in children.items()
    )
    text = b"" if metadata is None else data_field(3, json.dumps(metadata))
    return data_field(1, links + data_field(4, data_field(1, identifier) + text))


def map_entry(field: int, key: str, value: bytes) -> bytes:
    return data_field(field, data_field(1, key) + data_field(2, value))


def tensor_info(dtype: int, shape: bytes | None) -> bytes:
    return number_field(2, dtype) + (b"" if shape is None else data_field(3, shape))


def graph_file(*nodes: bytes, signatures: bytes = b"", version: str = "2.10.1") -> bytes:
    """Write saved_model.pb."""
    info = data_field(1, data_field(4, "serve") + data_field(5, version))
    graph = data_field(2, b"never read \xff")
    meta_graph = info + graph + signatures + data_field(7, b"".join(nodes))
    return number_field(1, 1) + data_field(2, meta_graph)


SERVING = map_entry(5, "serving_default", map_entry(1, "x", tensor_info(1, shape_proto(-1, 3))))
NODES = (
    graph_node("_tf_keras_sequential", variables=2, layer=1),
    graph_node("_tf_keras_layer"),
    graph_node("trackable_list_wrapper"),
)
PARTS = {
    "saved_model.pb": graph_file(*NODES, signatures=SERVING),
    "keras_metadata.pb": metadata_node(1, "root.layer", "_tf_keras_layer", DENSE)
    + metadata_node(0, "root", "_tf_keras_sequential", ROOT),
    "variables/variables.index": index_of(
        {
            "_CHECKPOINTABLE_OBJECT_GRAPH": entry_proto(7, offset=32, size=9),
            "save_counter/.ATTRIBUTES/VARIABLE_VALUE": entry_proto(9, offset=41, size=8),
            KERNEL: entry_proto(1, 3, 2, size=24),
            BIAS: entry_proto(1, 2, offset=24, size=8),
        }
    ),
    DATA: bytes(49),
}


def model_at(path: Path, **changes: bytes | None) -> Path:
    """Write a SavedModel; None leaves a part out."""
    for name, data in {**PARTS, **changes}.items():
        if data is not None:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    return path


def kinds(contents: Contents) -> list[ProblemKind]:
    return [problem.kind for problem in contents.problems]


def only_problem(contents: Contents) -> Problem:
    assert len(contents.problems) == 1, contents.problems
    return contents.problems[0]


def read(path: Path, limits: Limits = DEFAULT_LIMITS) -> Contents:
    return read_savedmodel(path, limits)


def test_a_whole_model_has_no_problems(tmp_path: Path) -> None:
    contents = read(model_at(tmp_path))
    assert contents.problems == ()
    assert contents.container is Container.SAVEDMODEL
    assert contents.claims == Claims("2.10.0", "tensorflow", None, "TensorFlow 2.10.1")
    assert contents.marks == {"keras-metadata-file"}
    assert [(member.name, member.size) for member in contents.members] == [
        (name, len(PARTS[name])) for name in sorted(PARTS)
    ]


def test_the_model_comes_first_and_its_training_is_a_document_of_its_own(tmp_path: Path) -> None:
    documents = read(model_at(tmp_path)).documents
    assert [(document.member, document.purpose) for document in documents] == [
        ("keras_metadata.pb#root", Purpose.MODEL),
        ("keras_metadata.pb#root", Purpose.TRAINING),
        ("keras_metadata.pb#root.layer", Purpose.NODE),
    ]
    model = {key: value for key, value in ROOT.items() if key != "training_config"}
    assert [document.value for document in documents] == [model, {"loss": "mse"}, DENSE]


def test_tensors_are_listed_without_lone_strings(tmp_path: Path) -> None:
    tensors = read(model_at(tmp_path)).tensors
    assert [(tensor.path, tensor.shape, tensor.dtype, tensor.itemsize) for tensor in tensors] == [
        (BIAS, (2,), "float32", 4),
        (KERNEL, (3, 2), "float32", 4),
        ("save_counter/.ATTRIBUTES/VARIABLE_VALUE", (), "int64", 8),
    ]
    assert {tensor.address.member for tensor in tensors} == {"variables/variables.index"}


def test_signatures_are_inputs_of_functions(tmp_path: Path) -> None:
    inputs = map_entry(1, "a", tensor_info(7, b"")) + map_entry(1, "b", tensor_info(3, None))
    inputs += map_entry(1, "c", tensor_info(1, number_field(3, 1)))
    outputs = map_entry(2, "out", tensor_info(1, b""))
    signatures = map_entry(5, "f", inputs + outputs) + map_entry(5, "__saved_model_init_op", inputs)
    contents = read(model_at(tmp_path, **{"saved_model.pb": graph_file(signatures=signatures)}))
    assert contents.problems == ()
    assert contents.signatures == (
        Signature("f", "a", (), "string"),
        Signature("f", "b", None, "int32"),
        Signature("f", "c", None, "float32"),
    )


def test_old_models_keep_their_metadata_in_the_object_graph(tmp_path: Path) -> None:
    nodes = (
        graph_node("_tf_keras_network", ROOT, layer=1, keras_api=2),
        graph_node("_tf_keras_layer", DENSE),
        graph_node("_generic_user_object", metrics=3),
        graph_node("_tf_keras_metric", {"class_name": "Mean", "config": {}}, back=0),
        graph_node("_tf_keras_layer", {"class_name": "Lost", "config": {}}),
    )
    changes = {"keras_metadata.pb": None, "saved_model.pb": graph_file(*nodes, version="2.3.4")}
    contents = read(model_at(tmp_path, **changes))
    assert contents.problems == ()
    assert contents.marks == {"keras-metadata-in-graph"}
    assert contents.claims.version == "2.10.0"
    assert [document.member for document in contents.documents] == [
        "saved_model.pb#root",
        "saved_model.pb#root",
        "saved_model.pb#root.layer",
        "saved_model.pb#root.keras_api.metrics",
        "saved_model.pb#node-4",
    ]


def test_paths_take_the_way_that_keras_takes(tmp_path: Path) -> None:
    """The last child is entered first; the first way found names an object."""
    shared = {"class_name": "Shared", "config": {}}
    nodes = (
        graph_node("_tf_keras_model", ROOT, first=1, second=2),
        graph_node("_generic_user_object", through_first=3),
        graph_node("_generic_user_object", through_second=3),
        graph_node("_tf_keras_layer", shared),
    )
    changes = {"keras_metadata.pb": None, "saved_model.pb": graph_file(*nodes)}
    last = read(model_at(tmp_path, **changes)).documents[-1]
    assert last.member == "saved_model.pb#root.second.through_second"


def test_children_out_of_range_are_ignored(tmp_path: Path) -> None:
    nodes = graph_node("_tf_keras_model", ROOT, missing=7, negative=-1, itself=0)
    changes = {"keras_metadata.pb": None, "saved_model.pb": graph_file(nodes)}
    contents = read(model_at(tmp_path, **changes))
    assert contents.problems == ()
    assert len(contents.documents) == 2


def test_paths_too_long_or_too_deep_get_a_stand_in(tmp_path: Path) -> None:
    chain = [graph_node("_generic_user_object", next=number + 1) for number in range(300)]
    nodes = [graph_node("_tf_keras_model", ROOT, next=1), *chain[1:]]
    nodes.append(graph_node("_tf_keras_layer", DENSE))
    changes = {"keras_metadata.pb": None, "saved_model.pb": graph_file(*nodes)}
    deep = read(model_at(tmp_path / "deep", **changes))
    assert deep.documents[-1].member == "saved_model.pb#node-300"
    metadata = metadata_node(5, "root." + "x" * 5000, "_tf_keras_layer", DENSE)
    long = read(model_at(tmp_path / "long", **{"keras_metadata.pb": metadata}))
    assert long.documents[-1].member == "keras_metadata.pb#node-5"


def test_an_export_without_keras_metadata_says_so(tmp_path: Path) -> None:
    contents = read(model_at(tmp_path / "a", **{"keras_metadata.pb": None}))
    problem = only_problem(contents)
    assert (problem.kind, problem.incomplete) == (ProblemKind.MISSING_METADATA, False)
    assert "saved_model.pb has 2 Keras objects without metadata" in problem.detail
    assert "tf.saved_model.save" in problem.detail
    assert contents.documents == ()
    assert contents.claims == Claims(None, "tensorflow", None, "TensorFlow 2.10.1")
    changes = {"keras_metadata.pb": None, "saved_model.pb": graph_file(graph_node("module"))}
    other = only_problem(read(model_at(tmp_path / "b", **changes)))
    assert "saved_model.pb has no Keras objects" in other.detail


def test_empty_metadata_is_a_missing_part(tmp_path: Path) -> None:
    problem = only_problem(read(model_at(tmp_path, **{"keras_metadata.pb": b""})))
    assert problem.kind is ProblemKind.MISSING_METADATA
    assert problem.detail == "the Keras objects: keras_metadata.pb names none"


def test_parts_of_a_tensor_are_not_tensors(tmp_path: Path) -> None:
    whole = entry_proto(1, 4, 2, shard=9, size=1, more=data_field(7, b""))
    index = index_of({"\x00\x01emb": entry_proto(1, 2, 2, size=16), "emb": whole})
    contents = read(model_at(tmp_path, **{"variables/variables.index": index}))
    assert contents.problems == ()
    assert [tensor.path for tensor in contents.tensors] == ["emb"]


def test_metadata_that_is_no_object_stays_a_document(tmp_path: Path) -> None:
    metadata = metadata_node(0, "root", "_tf_keras_model", [1, 2])
    contents = read(model_at(tmp_path, **{"keras_metadata.pb": metadata}))
    assert [document.value for document in contents.documents] == [[1, 2]]
    assert contents.claims.version is None
