"""SavedModel directories with parts missing, damaged, outside or too large."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits

from .test_savedmodel import (
    DATA,
    DENSE,
    PARTS,
    ROOT,
    SERVING,
    graph_file,
    graph_node,
    kinds,
    metadata_node,
    model_at,
    only_problem,
    read,
)
from .test_tensor_index import BIAS, KERNEL, entry_proto, index_of
from .test_wire import data_field


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("saved_model.pb", "saved_model.pb, which holds the functions"),
        ("variables/variables.index", "variables/variables.index, which lists the weights"),
        (DATA, f"{DATA}, which holds weights"),
    ],
)
def test_a_missing_part_is_named(tmp_path: Path, name: str, detail: str) -> None:
    problem = only_problem(read(model_at(tmp_path, **{name: None})))
    assert (problem.kind, problem.incomplete) == (ProblemKind.MISSING_PART, False)
    assert problem.detail == detail


def test_without_saved_model_the_metadata_is_still_read(tmp_path: Path) -> None:
    contents = read(model_at(tmp_path, **{"saved_model.pb": None}))
    assert len(contents.documents) == 3
    assert contents.claims.producer is None


def test_another_form_of_the_graph_is_not_silently_left_out(tmp_path: Path) -> None:
    changes = {"saved_model.pb": None, "saved_model.pbtxt": b"saved_model_schema_version: 1"}
    problem = only_problem(read(model_at(tmp_path, **changes)))
    assert problem.incomplete
    assert problem.detail == "saved_model.pb, in whose place saved_model.pbtxt is not read"


def test_a_graph_of_tensorflow_1_needs_no_variables(tmp_path: Path) -> None:
    frozen = data_field(2, data_field(1, data_field(5, "1.15.0")))
    changes = {"saved_model.pb": frozen, "variables/variables.index": None, DATA: None}
    assert kinds(read(model_at(tmp_path, **changes))) == []


def test_many_missing_shards_are_one_problem(tmp_path: Path) -> None:
    index = index_of({KERNEL: entry_proto(1, 3, 2, size=24)}, shards=2**31 - 1)
    limits = replace(DEFAULT_LIMITS, archive_members=50)
    problem = only_problem(read(model_at(tmp_path, **{"variables/variables.index": index}), limits))
    assert problem.detail.startswith("variables/variables.data-00000-of-2147483647, ")
    assert problem.detail.endswith(" and 47 more, which hold weights")


def test_a_short_data_file_is_told(tmp_path: Path) -> None:
    problem = only_problem(read(model_at(tmp_path, **{DATA: bytes(40)})))
    assert (problem.kind, problem.address.member) == (ProblemKind.DAMAGED_ARRAY, DATA)
    assert problem.detail == "40 bytes, its index names bytes up to 49"


def test_bytes_that_do_not_fit_the_shape_are_told(tmp_path: Path) -> None:
    index = index_of({KERNEL: entry_proto(1, 3, 2, size=25), BIAS: entry_proto(1, 2, size=7)})
    problem = only_problem(read(model_at(tmp_path, **{"variables/variables.index": index})))
    assert problem.kind is ProblemKind.DAMAGED_ARRAY
    assert problem.detail == (
        f"{BIAS} is float32 of shape (2,), 8 bytes, and 7 are stored, and 1 more do not fit"
    )


def test_damage_keeps_what_was_read_before(tmp_path: Path) -> None:
    metadata = PARTS["keras_metadata.pb"] + b"\x0b"
    contents = read(model_at(tmp_path, **{"keras_metadata.pb": metadata}))
    problem = only_problem(contents)
    assert (problem.kind, problem.incomplete) == (ProblemKind.DAMAGED_PROTOBUF, True)
    assert problem.address.member == "keras_metadata.pb"
    assert problem.detail == f"a field has the wire type 3 at byte {len(metadata) - 1:,}"
    assert len(contents.documents) == 3


@pytest.mark.parametrize("name", ["saved_model.pb", "variables/variables.index"])
def test_a_damaged_part_leaves_the_others(tmp_path: Path, name: str) -> None:
    contents = read(model_at(tmp_path, **{name: PARTS[name][:-1]}))
    problem = only_problem(contents)
    assert (problem.kind, problem.address.member) == (ProblemKind.DAMAGED_PROTOBUF, name)
    assert len(contents.documents) == 3


def test_an_empty_graph_is_damaged(tmp_path: Path) -> None:
    problem = only_problem(read(model_at(tmp_path, **{"saved_model.pb": b""})))
    assert (problem.kind, problem.detail) == (
        ProblemKind.DAMAGED_PROTOBUF,
        "there is no MetaGraph at byte 0",
    )


@pytest.mark.parametrize("text", ["", "{", b"\xff\xfe\xff"])
def test_bad_json_is_told_with_its_object(tmp_path: Path, text: str | bytes) -> None:
    metadata = PARTS["keras_metadata.pb"] + metadata_node(2, "root.bad", "_tf_keras_layer", text)
    contents = read(model_at(tmp_path, **{"keras_metadata.pb": metadata}))
    damaged = [found for found in contents.problems if found.kind is ProblemKind.DAMAGED_JSON]
    assert [problem.address.member for problem in damaged] == ["keras_metadata.pb#root.bad"]
    assert len(contents.documents) == 3


@pytest.mark.parametrize("name", ["saved_model.pb", "keras_metadata.pb"])
def test_a_git_lfs_pointer_is_no_part(tmp_path: Path, name: str) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    problem = only_problem(read(model_at(tmp_path, **{name: pointer})))
    assert (problem.kind, problem.incomplete) == (ProblemKind.MISSING_PART, True)
    assert problem.detail == f"{name}, of which only a Git LFS pointer is there"


@pytest.mark.parametrize(
    ("limits", "member"),
    [
        (replace(DEFAULT_LIMITS, archive_members=2), ""),
        (replace(DEFAULT_LIMITS, inflated_bytes=100), "keras_metadata.pb"),
        (replace(DEFAULT_LIMITS, protobuf_nodes=1), "keras_metadata.pb"),
        (replace(DEFAULT_LIMITS, protobuf_bytes=100), "keras_metadata.pb"),
        (replace(DEFAULT_LIMITS, name_bytes=20), "variables/variables.index"),
        (replace(DEFAULT_LIMITS, json_bytes=90), "keras_metadata.pb#root"),
    ],
)
def test_every_budget_is_told(tmp_path: Path, limits: Limits, member: str) -> None:
    contents = read(model_at(tmp_path), limits)
    assert {(found.kind, found.incomplete) for found in contents.problems} == {
        (ProblemKind.LIMIT_EXCEEDED, True)
    }
    assert member in {problem.address.member for problem in contents.problems}


def test_a_directory_that_is_none_is_unreadable(tmp_path: Path) -> None:
    problem = only_problem(read(tmp_path / "nowhere"))
    assert (problem.kind, problem.incomplete) == (ProblemKind.UNREADABLE_FILE, True)


def test_a_directory_in_a_files_place_is_a_missing_part(tmp_path: Path) -> None:
    model_at(tmp_path, **{"saved_model.pb": None})
    (tmp_path / "saved_model.pb").mkdir()
    assert kinds(read(tmp_path)) == [ProblemKind.MISSING_PART]


def linked(path: Path, name: str, target: Path) -> None:
    try:
        (path / name).symlink_to(target)
    except OSError:
        pytest.skip("links cannot be made here")


def test_a_link_to_the_outside_is_listed_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.pb"
    outside.write_bytes(PARTS["keras_metadata.pb"])
    model = model_at(tmp_path / "model", **{"keras_metadata.pb": None})
    linked(model, "keras_metadata.pb", Path("../outside.pb"))
    contents = read(model)
    problem = only_problem(contents)
    assert (problem.kind, problem.incomplete) == (ProblemKind.SYMBOLIC_LINK, True)
    assert problem.detail == "a symbolic link to ../outside.pb; it is not followed"
    assert problem.address.member == "keras_metadata.pb"
    assert contents.documents == ()
    assert "keras_metadata.pb" in {member.name for member in contents.members}


def test_a_folder_behind_a_link_to_the_outside_is_not_read(tmp_path: Path) -> None:
    elsewhere = model_at(tmp_path / "elsewhere")
    changes = {"variables/variables.index": None, DATA: None}
    model = model_at(tmp_path / "model", **changes)
    linked(model, "variables", elsewhere / "variables")
    contents = read(model)
    problem = only_problem(contents)
    assert (problem.kind, problem.incomplete) == (ProblemKind.SYMBOLIC_LINK, True)
    assert contents.tensors == ()


def test_an_asset_behind_a_link_leaves_the_scan_complete(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a")
    model = model_at(tmp_path / "model")
    linked(model, "words.txt", tmp_path / "words.txt")
    assert not only_problem(read(model)).incomplete


def test_a_link_inside_the_directory_is_followed(tmp_path: Path) -> None:
    model_at(tmp_path, **{"keras_metadata.pb": None})
    (tmp_path / "real.pb").write_bytes(PARTS["keras_metadata.pb"])
    linked(tmp_path, "keras_metadata.pb", Path("real.pb"))
    contents = read(tmp_path)
    assert contents.problems == ()
    assert len(contents.documents) == 3


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    model_at(tmp_path, **{"saved_model.pb": None})
    linked(tmp_path, "saved_model.pb", Path("saved_model.pb"))
    linked(tmp_path, "again", Path())
    assert kinds(read(tmp_path)) == [ProblemKind.MISSING_PART]


def mutated(source: random.Random, data: bytes) -> bytes:
    """Change up to three bytes, and cut off up to 16."""
    changed = bytearray(data)
    for _ in range(source.randrange(4)):
        changed[source.randrange(len(changed))] = source.randrange(256)
    return bytes(changed[: len(changed) - source.randrange(3) * source.randrange(9)])


@pytest.mark.parametrize("is_old", [False, True])
def test_damaged_models_never_raise(tmp_path: Path, is_old: bool) -> None:
    source = random.Random(2)  # noqa: S311 # a seeded source repeats its failures
    nodes = (graph_node("_tf_keras_model", ROOT, layer=1), graph_node("_tf_keras_layer", DENSE))
    parts = {name: data for name, data in PARTS.items() if name != DATA}
    if is_old:
        del parts["keras_metadata.pb"]
        parts["saved_model.pb"] = graph_file(*nodes, signatures=SERVING)
    model_at(tmp_path, **{"keras_metadata.pb": None, **parts})
    limits = replace(DEFAULT_LIMITS, protobuf_nodes=40)
    damaged = 0
    for _ in range(500):
        name = source.choice(list(parts))
        (tmp_path / name).write_bytes(mutated(source, parts[name]))
        contents = read(tmp_path, limits)
        damaged += ProblemKind.DAMAGED_PROTOBUF in kinds(contents)
        (tmp_path / name).write_bytes(parts[name])
    assert 150 < damaged < 500
