"""``.keras`` archives and folders: what is in them, and what of it is missing."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from kerasscan.model.saved import Container, ProblemKind, Purpose, Saved
from kerasscan.reader.reading import read
from kerasscan.reader.window import Window
from tests.samples.manifest import SAMPLES

from .handmade import CONFIG, METADATA, keras_zip, kinds, read_bytes

CLEAN = SAMPLES / "clean"
WEIGHTS = (CLEAN / "keras-3.15.1.weights.h5").read_bytes()
WHOLE = {"model.weights.h5": WEIGHTS}


def repacked(source: Path, method: int, prefix: bytes = b"") -> bytes:
    """Return a sample's members in an archive with another compression."""
    stream = io.BytesIO(prefix)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stream, "a", method) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return stream.getvalue()


def essence(saved: Saved) -> object:
    return (
        [(found.class_name, found.address) for found in saved.objects],
        saved.tensors,
        saved.provenance,
        [member.name for member in saved.artifact.members],
    )


def test_a_deflated_archive_reads_like_a_stored_one(tmp_path: Path) -> None:
    source = CLEAN / "keras-3.15.1-functional.keras"
    saved = read_bytes(tmp_path, repacked(source, zipfile.ZIP_DEFLATED))
    assert saved.problems == ()
    assert essence(saved) == essence(read(source))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_of_another_method_is_not_unpacked(tmp_path: Path, method: int) -> None:
    saved = read_bytes(tmp_path, repacked(CLEAN / "keras-3.15.1-functional.keras", method))
    assert kinds(saved) == [ProblemKind.ODD_ZIP] * 3
    assert not saved.is_complete


def test_a_prefix_changes_nothing(tmp_path: Path) -> None:
    source = CLEAN / "keras-3.15.1-sequential.keras"
    data = repacked(source, zipfile.ZIP_STORED, prefix=b"#!/usr/bin/env python\n")
    assert essence(read_bytes(tmp_path, data)) == essence(read(source))


def test_a_folder_reads_like_an_archive() -> None:
    saved = read(CLEAN / "keras-3.15.1-directory")
    assert saved.artifact.container is Container.KERAS_DIR
    assert saved.problems == ()
    assert {document.purpose for document in saved.documents} == {Purpose.MODEL, Purpose.METADATA}
    assert saved.tensors
    assert saved.artifact.size == sum(member.size for member in saved.artifact.members)


def test_metadata_is_claimed(tmp_path: Path) -> None:
    provenance = read_bytes(tmp_path, keras_zip(WHOLE)).provenance
    assert provenance.claimed_version == "3.15.1"
    assert provenance.date_saved == "2026-01-01@00:00:00"


@pytest.mark.parametrize("metadata", ["[]", '"3.0"', '{"keras_version": 3}', "null"])
def test_odd_metadata_claims_nothing(tmp_path: Path, metadata: str) -> None:
    saved = read_bytes(tmp_path, keras_zip({**WHOLE, "metadata.json": metadata}))
    assert saved.provenance.claimed_version is None
    assert saved.root is not None


def test_missing_weights_are_told(tmp_path: Path) -> None:
    (problem,) = read_bytes(tmp_path, keras_zip()).problems
    assert (problem.kind, problem.incomplete) == (ProblemKind.MISSING_PART, False)
    assert "model.weights" in problem.detail


def test_a_missing_configuration_is_told(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("model.weights.h5", WEIGHTS)
    saved = read_bytes(tmp_path, stream.getvalue())
    assert saved.artifact.container is Container.KERAS_ZIP
    assert any("config.json" in problem.detail for problem in saved.problems)
    assert saved.tensors


def test_another_zip_is_no_model(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("data.txt", "text")
    saved = read_bytes(tmp_path, stream.getvalue())
    assert saved.artifact.container is Container.UNKNOWN
    assert "without a config.json" in saved.artifact.detail


def test_an_object_in_any_json_member_is_found(tmp_path: Path) -> None:
    hidden = '[{"class_name": "Hidden", "config": {}}]'
    saved = read_bytes(tmp_path, keras_zip({**WHOLE, "assets/Extra.JSON": hidden}))
    found = [each for each in saved.objects if each.class_name == "Hidden"]
    assert [(each.address.member, each.address.pointer) for each in found] == [
        ("assets/Extra.JSON", "/0")
    ]


def test_weights_that_are_no_hdf5_are_told(tmp_path: Path) -> None:
    saved = read_bytes(tmp_path, keras_zip({"model.weights.h5": b"text"}))
    assert kinds(saved) == [ProblemKind.DAMAGED_HDF5]
    assert saved.problems[0].address.member == "model.weights.h5"
    assert not saved.is_complete


def folder(path: Path) -> Path:
    (path / "config.json").write_text(CONFIG)
    (path / "metadata.json").write_text(METADATA)
    (path / "model.weights.h5").write_bytes(WEIGHTS)
    return path


def test_a_link_in_a_folder_is_told_and_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"class_name": "Secret"}')
    inside = tmp_path / "model"
    inside.mkdir()
    (folder(inside) / "assets.json").symlink_to(secret)
    saved = read(inside)
    assert kinds(saved) == [ProblemKind.SYMBOLIC_LINK]
    assert not saved.is_complete
    assert "Secret" not in {found.class_name for found in saved.objects}


def test_a_pipe_in_a_folder_is_told(tmp_path: Path) -> None:
    os.mkfifo(folder(tmp_path) / "assets.json")
    saved = read(tmp_path)
    assert kinds(saved) == [ProblemKind.UNREADABLE_FILE]
    assert saved.problems[0].address.member == "assets.json"
    assert len(saved.objects) == 2


def test_a_window_is_a_file_of_its_own() -> None:
    window = Window(io.BytesIO(b"0123456789"), 3, 4)
    assert (window.readable(), window.seekable(), window.read()) == (True, True, b"3456")
    assert (window.seek(-3, io.SEEK_END), window.read(2), window.tell()) == (1, b"45", 3)
    assert (window.seek(1, io.SEEK_CUR), window.read()) == (4, b"")
    assert (window.seek(-9), window.read(100)) == (0, b"3456")
    assert (window.seek(9), window.read(1)) == (9, b"")


def test_a_window_beyond_the_end_is_short() -> None:
    assert Window(io.BytesIO(b"0123"), 2, 100).read() == b"23"
