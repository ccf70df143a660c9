"""What a file is, by its content."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path

import pytest

from kerasscan.model.saved import Container, ProblemKind
from kerasscan.reader.sniff import hdf5_offset, sniff, sniff_directory
from tests.samples.manifest import SAMPLES

from .handmade import CONFIG, keras_zip, kinds, read_bytes, sequential

H5 = (SAMPLES / "clean" / "tf-2.10-functional.h5").read_bytes()
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 1234\n" % (b"ab" * 32)


def kind(data: bytes | bytearray) -> Container | str:
    found = sniff(io.BytesIO(data), len(data))
    return found.container or found.format


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (H5, "hdf5"),
        (bytes(512) + H5, "hdf5"),
        (bytes(2048) + H5, "hdf5"),
        (keras_zip(), "zip"),
        (b"#!/bin/sh\n" + keras_zip(), "zip"),
        (keras_zip()[:-30], Container.TRUNCATED_ZIP),
        (b"", Container.EMPTY),
        (b"\x89HDF", Container.TRUNCATED_HDF5),
        (POINTER, Container.LFS_POINTER),
        (b"version https://hawser.github.com/spec/v1\n", Container.LFS_POINTER),
        (b"\n <!DOCTYPE HTML><title>Sign in</title>", Container.HTML),
        (b"<html>", Container.HTML),
        (pickle.dumps({"a": 1}), Container.PICKLE),
        (b'model_checkpoint_path: "m"', Container.TF_CHECKPOINT),
        (b' {"a": 1}', "json"),
        (b"[]", "json"),
        (b'"{}"', "json"),
        (b"\xef\xbb\xbf\n{}", "json"),
        ("{}".encode("utf-16"), "json"),
        ("{}".encode("utf-16-le"), "json"),
        ("{}".encode("utf-16-be"), "json"),
        ("{}".encode("utf-32"), "json"),
        (b"\x00\x00\xfe\xff" + "{}".encode("utf-32-be"), "json"),
        (b"backend: tensorflow\nclass_name: Model\n", "yaml"),
        (b"- class_name: Dense\n", "yaml"),
        (b"\x00" * 600, Container.UNKNOWN),
        (b"plain text", Container.UNKNOWN),
        (b"\x80\x04 not a pickle", Container.UNKNOWN),
    ],
)
def test_a_file_is_told_by_its_content(data: bytes, expected: Container | str) -> None:
    assert kind(data) == expected


def test_the_superblock_is_looked_for_where_hdf5_looks() -> None:
    assert hdf5_offset(io.BytesIO(bytes(1024) + H5), 1024 + len(H5)) == 1024
    assert hdf5_offset(io.BytesIO(bytes(700) + H5), 700 + len(H5)) is None


def test_a_pointer_tells_what_is_missing() -> None:
    detail = sniff(io.BytesIO(POINTER), len(POINTER)).detail
    assert "1,234 bytes" in detail
    assert "abababababab" in detail


def test_a_page_tells_its_title() -> None:
    data = b"<html><head><title> 404 \n</title>"
    assert sniff(io.BytesIO(data), len(data)).detail == "its title is '404'"


def test_a_model_behind_the_words_of_a_pointer_is_read(tmp_path: Path) -> None:
    saved = read_bytes(tmp_path, POINTER + keras_zip())
    assert saved.artifact.container is Container.KERAS_ZIP
    assert [found.class_name for found in saved.objects] == ["Sequential", "Dense"]


def test_weights_in_a_zip_that_begin_where_hdf5_looks_hide_no_model(tmp_path: Path) -> None:
    padding = 2048 - keras_zip({"pad": "", "model.weights.h5": H5}).index(H5)
    data = keras_zip({"pad": b" " * padding, "model.weights.h5": H5})
    assert data.index(H5) == 2048
    saved = read_bytes(tmp_path, data)
    assert saved.artifact.container is Container.KERAS_ZIP
    assert [found.class_name for found in saved.graphs[0].layers] == ["Dense"]


def test_both_models_of_a_file_that_is_zip_and_hdf5_are_walked(tmp_path: Path) -> None:
    hidden = json.dumps(sequential("model", {"class_name": "Hidden", "config": {}}))
    saved = read_bytes(tmp_path, H5 + keras_zip({"config.json": hidden}))
    assert saved.artifact.container is Container.H5_MODEL
    assert "Hidden" in {found.class_name for found in saved.objects}
    assert ProblemKind.ODD_ZIP in kinds(saved)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["saved_model.pb"], Container.SAVEDMODEL),
        (["keras_metadata.pb", "variables"], Container.SAVEDMODEL),
        (["config.json", "metadata.json"], Container.KERAS_DIR),
        (["config.json", "model.weights.npz"], Container.KERAS_DIR),
        (["config.json"], Container.UNKNOWN),
        (["checkpoint"], Container.TF_CHECKPOINT),
        (["m.index", "m.data-00000-of-00001"], Container.TF_CHECKPOINT),
        (["search.index"], Container.UNKNOWN),
        (["model.keras"], Container.UNKNOWN),
        ([], Container.UNKNOWN),
    ],
)
def test_a_folder_is_told_by_its_names(
    tmp_path: Path, names: list[str], expected: Container
) -> None:
    for name in names:
        (tmp_path / name).write_text(CONFIG)
    assert sniff_directory(tmp_path) is expected


def test_a_folder_called_checkpoint_is_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    assert sniff_directory(tmp_path) is Container.UNKNOWN
