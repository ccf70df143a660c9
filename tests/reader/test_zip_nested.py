"""Archives, HDF5 files and JSON in the members of an archive: read too, to a depth."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from kerasscan.model.saved import ProblemKind, Purpose, Saved
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.reading import read
from tests.samples.manifest import SAMPLES

from .handmade import CONFIG, METADATA, kinds, read_bytes
from .zip_maker import HIDDEN, Part, build, model

WEIGHTS = (SAMPLES / "clean" / "keras-3.15.1.weights.h5").read_bytes()
SECRET = HIDDEN.encode()
INNER = build([Part(b"config.json", SECRET), Part(b"metadata.json", METADATA.encode())])


def scan(
    folder: Path, name: str, data: bytes, limits: Limits = DEFAULT_LIMITS, method: int = 0
) -> Saved:
    """Read a whole model with one more member."""
    parts = model(Part(name.encode(), data, method), weights=WEIGHTS)
    return read_bytes(folder, build(parts), limits=limits)


def places(saved: Saved) -> list[str]:
    """Return where the hidden object is."""
    return [each.address.member for each in saved.objects if each.class_name == "Hidden"]


def model_h5(user_block: int = 0) -> bytes:
    """Return an HDF5 file with a whole model in it."""
    stream = io.BytesIO()
    with h5py.File(stream, "w", userblock_size=user_block) as file:
        file.attrs["model_config"] = HIDDEN
        file["a"] = np.zeros(3)
    return stream.getvalue()


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("name", ["assets/inner.keras", "assets/words.txt", "inner"])
def test_an_archive_in_a_member_is_read(tmp_path: Path, name: str, method: int) -> None:
    saved = scan(tmp_path, name, INNER, method=method)
    assert places(saved) == [f"{name}!config.json"]
    assert saved.problems == ()
    assert saved.root is not None
    assert saved.root.class_name == "Sequential"
    members = {each.name: each.content for each in saved.artifact.members}
    assert (members[name], members[f"{name}!config.json"]) == ("zip", "json")
    assert [each.purpose for each in saved.documents].count(Purpose.MODEL) == 1


def test_an_archive_behind_other_bytes_is_read(tmp_path: Path) -> None:
    saved = scan(tmp_path, "assets/words.txt", b"apple\n" * 3_000 + INNER)
    assert places(saved) == ["assets/words.txt!config.json"]


def test_an_end_record_by_chance_is_no_archive(tmp_path: Path) -> None:
    saved = scan(tmp_path, "assets/words.txt", b"apple PK\x05\x06" + b"\n" * 30)
    assert saved.problems == ()


def test_what_begins_like_an_archive_only_is_damage(tmp_path: Path) -> None:
    saved = scan(tmp_path, "assets/a.zip", INNER[:-22])
    assert (
        kinds(saved)
        == [ProblemKind.DAMAGED_ZIP, ProblemKind.ODD_ZIP, ProblemKind.ODD_ZIP][: len(kinds(saved))]
    )
    assert places(saved)
    assert not saved.is_complete


def test_problems_of_an_inner_archive_are_kept(tmp_path: Path) -> None:
    inner = build([Part(b"a.json", SECRET), Part(b"a.json", b"{")], comment=b"note")
    saved = scan(tmp_path, "inner", inner)
    found = {(each.kind, each.address.member) for each in saved.problems}
    assert found == {
        (ProblemKind.DUPLICATE_MEMBER, "inner!a.json"),
        (ProblemKind.ODD_ZIP, "inner"),
        (ProblemKind.DAMAGED_JSON, "inner!a.json"),
    }


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_archives_are_read_to_a_depth(tmp_path: Path, depth: int) -> None:
    data = INNER
    for _ in range(depth - 1):
        data = build([Part(b"in", data)])
    saved = scan(tmp_path, "in", data)
    assert bool(places(saved)) is (depth <= DEFAULT_LIMITS.nested_depth)
    assert saved.is_complete is (depth <= DEFAULT_LIMITS.nested_depth)
    assert kinds(saved) == ([] if saved.is_complete else [ProblemKind.LIMIT_EXCEEDED])


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("user_block", [0, 512, 2048])
@pytest.mark.parametrize("name", ["assets/a.bin", "assets/a.h5", "model.weights.h5"])
def test_a_model_in_an_hdf5_member_is_read(
    tmp_path: Path, name: str, method: int, user_block: int
) -> None:
    saved = scan(tmp_path, name, model_h5(user_block), method=method)
    assert places(saved) == [f"{name}!@attrs/model_config"]


def test_tensors_of_an_inner_archive_are_none_of_the_model(tmp_path: Path) -> None:
    inner = build([Part(b"config.json", SECRET), Part(b"model.weights.h5", WEIGHTS)])
    saved = scan(tmp_path, "inner", inner)
    assert {each.address.member for each in saved.tensors} == {"model.weights.h5"}


@pytest.mark.parametrize("name", ["assets/words.txt", "assets/vocabulary", "a.yaml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_json_by_another_name_is_read(tmp_path: Path, name: str, encoding: str) -> None:
    saved = scan(tmp_path, name, HIDDEN.encode(encoding))
    assert places(saved) == [name]


@pytest.mark.parametrize("text", ["[UNK]\nthe\n", "{the\n", '{"a"', "[1] one\n"])
def test_text_that_begins_like_json_is_no_damage(tmp_path: Path, text: str) -> None:
    assert scan(tmp_path, "assets/words.txt", text.encode()).problems == ()


def test_an_archive_in_a_folder_is_read(tmp_path: Path) -> None:
    for name, text in (("config.json", CONFIG), ("metadata.json", METADATA)):
        (tmp_path / name).write_text(text)
    (tmp_path / "model.weights.h5").write_bytes(WEIGHTS)
    (tmp_path / "words.txt").write_bytes(INNER)
    (tmp_path / "words.bin").write_text(json.dumps([json.loads(HIDDEN)]))
    saved = read(tmp_path)
    assert sorted(places(saved)) == ["words.bin", "words.txt!config.json"]
    assert saved.problems == ()


def test_inner_archives_share_the_budgets(tmp_path: Path) -> None:
    inner = build([Part(b"%d" % number, b"x" * 50_000, 8) for number in range(10)])
    limits = replace(DEFAULT_LIMITS, inflated_bytes=400_000)
    saved = scan(tmp_path, "inner", inner, limits)
    assert ProblemKind.LIMIT_EXCEEDED in kinds(saved)
    limits = replace(DEFAULT_LIMITS, archive_members=10)
    saved = scan(tmp_path, "inner", inner, limits)
    assert ProblemKind.LIMIT_EXCEEDED in kinds(saved)
    assert scan(tmp_path, "inner", inner).problems == ()


def test_an_archive_that_holds_itself_is_read_to_an_end(tmp_path: Path) -> None:
    """Every entry of the inner archive is the archive around it."""
    parts = [Part(b"a%d" % number, b"", listed={"offset": 0}) for number in range(30)]
    body = build(parts)
    whole = [
        Part(
            b"b%d" % number,
            b"",
            listed={"offset": 0, "packed": len(body) * 2, "size": len(body) * 2},
        )
        for number in range(30)
    ]
    saved = scan(tmp_path, "inner", build([Part(b"in", body), *whole]))
    assert not saved.is_complete
