"""HDF5 files by themselves, with attributes as releases and as strangers write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from kerasscan.model.saved import Container, ProblemKind, Purpose, Saved
from kerasscan.reader.reading import read

from .handmade import CONFIG, custom, kinds, layer, sequential

Fill = Callable[[h5py.File], None]


def made(folder: Path, fill: Fill) -> Saved:
    path = folder / "model.h5"
    with h5py.File(path, "w") as file:
        fill(file)
    return read(path)


def with_config(value: Any, **others: Any) -> Fill:
    def fill(file: h5py.File) -> None:
        file.attrs["model_config"] = value
        for name, other in others.items():
            file.attrs[name] = other

    return fill


@pytest.mark.parametrize(
    "value",
    [
        CONFIG,
        CONFIG.encode(),
        np.bytes_(CONFIG.encode() + b"\x00\x00"),
        np.array([CONFIG.encode()]),
        np.array([CONFIG], dtype=h5py.string_dtype()),
    ],
    ids=["str", "bytes", "padded", "array of one", "array of one str"],
)
def test_a_configuration_is_read_in_every_kind_of_text(tmp_path: Path, value: Any) -> None:
    saved = made(tmp_path, with_config(value, keras_version=b"2.4.0", backend="tensorflow"))
    assert saved.artifact.container is Container.H5_MODEL
    assert saved.problems == ()
    assert [found.class_name for found in saved.objects] == ["Sequential", "Dense"]
    assert (saved.provenance.claimed_version, saved.provenance.backend) == ("2.4.0", "tensorflow")


@pytest.mark.parametrize(
    "value",
    [
        7,
        2.5,
        True,
        np.array([[1, 2], [3, 4]]),
        np.array([b"{}", b"{}"]),
        np.void(b"\x01\x02"),
        h5py.Empty("f4"),
        b"\xff\xfe\xfd",
    ],
    ids=["int", "float", "bool", "matrix", "two texts", "opaque", "empty", "no UTF-8"],
)
def test_a_configuration_that_is_no_text_is_told(tmp_path: Path, value: Any) -> None:
    saved = made(tmp_path, with_config(value))
    assert saved.artifact.container is Container.H5_MODEL
    assert ProblemKind.ODD_ATTRIBUTE in kinds(saved)
    assert not saved.is_complete
    assert saved.root is None


def test_odd_bytes_of_variable_length_are_told(tmp_path: Path) -> None:
    dtype = h5py.vlen_dtype(np.uint8)
    value = np.empty(1, dtype=object)
    value[0] = np.frombuffer(b"\xff\x00", np.uint8)

    def fill(file: h5py.File) -> None:
        file.attrs.create("model_config", value, dtype=dtype)

    saved = made(tmp_path, fill)
    assert not saved.is_complete
    assert saved.root is None


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "7", '"text"'])
def test_a_configuration_that_is_no_model_has_no_root(tmp_path: Path, text: str) -> None:
    saved = made(tmp_path, with_config(text))
    assert saved.artifact.container is Container.H5_MODEL
    assert saved.root is None
    assert saved.is_complete is (text not in ("", "{"))


def test_a_training_configuration_is_walked(tmp_path: Path) -> None:
    training = json.dumps({"loss": "own", "optimizer_config": custom("Hidden")})
    saved = made(tmp_path, with_config(CONFIG, training_config=training))
    assert [document.purpose for document in saved.documents] == [Purpose.MODEL, Purpose.TRAINING]
    names = [found.class_name for found in saved.objects if found.document == 1]
    assert sorted(names) == ["Hidden", "own"]
    assert {found.address.member for found in saved.objects} == {
        "@attrs/model_config",
        "@attrs/training_config",
    }


def put_weights(file: h5py.File, *layers: str) -> h5py.Group:
    group = file.create_group("model_weights")
    group.attrs["layer_names"] = [name.encode() for name in layers]
    for name in layers:
        group.create_dataset(f"{name}/{name}/kernel:0", data=np.zeros((2, 3), "float32"))
    return group


def test_tensors_belong_to_the_layer_whose_group_they_are_in(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        with_config(CONFIG)(file)
        put_weights(file, "dense", "block/dense")

    saved = made(tmp_path, fill)
    owners = {tensor.address.layer: tensor for tensor in saved.tensors}
    assert sorted(owners) == ["block/dense", "dense"]
    tensor = owners["block/dense"]
    assert (tensor.shape, tensor.dtype, tensor.nbytes) == ((2, 3), "float32", 24)
    assert tensor.variable == "block/dense/kernel:0"


def test_names_in_chunks_are_joined(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        group = put_weights(file, "a", "b")
        del group.attrs["layer_names"]
        group.attrs["layer_names0"] = [b"a"]
        group.attrs["layer_names1"] = [b"b"]

    saved = made(tmp_path, fill)
    assert saved.artifact.container is Container.H5_WEIGHTS
    assert {tensor.address.layer for tensor in saved.tensors} == {"a", "b"}
    assert str(saved.provenance.fingerprint) == ">=2.1.6"


@pytest.mark.parametrize("names", [7, np.array([1, 2]), b"\xff", h5py.Empty("f4"), []])
def test_odd_layer_names_leave_the_tensors(tmp_path: Path, names: Any) -> None:
    def fill(file: h5py.File) -> None:
        put_weights(file, "a").attrs["layer_names"] = names

    saved = made(tmp_path, fill)
    assert saved.artifact.container is Container.H5_WEIGHTS
    assert [tensor.address.layer for tensor in saved.tensors] == [""]


def test_weights_by_attribute_path_are_weights(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file.create_dataset("layers/dense/vars/0", data=np.zeros(3, "float32"))
        file["layers/dense/vars"].attrs["name"] = "dense"

    saved = made(tmp_path, fill)
    assert saved.artifact.container is Container.H5_WEIGHTS
    assert str(saved.provenance.fingerprint) == ">=3.6"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_data_of_somebody_else_is_no_model(tmp_path: Path, count: int) -> None:
    def fill(file: h5py.File) -> None:
        file.attrs["title"] = "measurements"
        for number in range(count):
            file[f"series/{number}"] = np.zeros(3)

    saved = made(tmp_path, fill)
    assert saved.artifact.container is Container.HDF5_DATA
    assert f"{count} dataset" in saved.artifact.detail
    assert saved.problems == ()


def test_keras_0_weights_are_recognised(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file.attrs["nb_layers"] = 1
        file["layer_0/param_0"] = np.zeros((3, 4))

    assert made(tmp_path, fill).artifact.container is Container.H5_WEIGHTS


def test_bfloat16_is_called_by_its_name(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file["layers/dense/vars/0"] = np.zeros(3, "uint16")
        file["layers/dense/vars/0"].attrs["dtype"] = "bfloat16"

    (tensor,) = made(tmp_path, fill).tensors
    assert (tensor.dtype, tensor.itemsize) == ("bfloat16", 2)


def test_a_hidden_object_in_a_nested_model_has_its_path(tmp_path: Path) -> None:
    inner = sequential("inner", layer("Dense", "dense", x=custom("Hidden")))
    saved = made(tmp_path, with_config(json.dumps(sequential("model", inner))))
    assert saved.objects[-1].address.layer == "inner/dense"
    assert saved.objects[-1].address.member == "@attrs/model_config"


def test_a_tensor_tells_how_many_bytes_the_file_holds_of_it(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file["vars/0"] = np.zeros((2, 3), "f4")
        file.create_dataset("vars/1", (1_000, 1_000), "f4", chunks=(10, 10))[:10, :10] = 1
        file.create_dataset("vars/2", (1_000, 1_000), "f4")

    stored = {each.path: (each.nbytes, each.stored_bytes) for each in made(tmp_path, fill).tensors}
    assert stored == {"vars/0": (24, 24), "vars/1": (4_000_000, 400), "vars/2": (4_000_000, 0)}


def test_what_a_damaged_chunk_index_holds_is_not_known(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file.create_dataset("vars/0", (9,), "f4", chunks=(3,), maxshape=(None,))[:] = 1

    path = tmp_path / "model.h5"
    with h5py.File(path, "w", libver="latest") as file:
        fill(file)
    path.write_bytes(path.read_bytes().replace(b"EAIB", b"EAIX"))
    saved = read(path)
    assert not saved.is_complete
    assert [each.stored_bytes for each in saved.tensors] == [None]
