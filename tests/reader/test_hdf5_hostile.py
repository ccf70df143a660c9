"""Hostile HDF5 files end in little time and memory, with a problem for whatever was not seen.

Each is read in a process that the operating system ends after 10 seconds of processor time or
at 512 MiB of memory. The files are made by `hdf5_hostile`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

from tests.reader import hdf5_hostile as hostile
from tests.reader.hdf5_bytes import written

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs limits on a process")

REPOSITORY = Path(__file__).parents[2]
SECONDS = 120.0
"""Of the clock: the machine may be busy."""
OUTSIDE = h5py.ExternalLink(hostile.ELSEWHERE, "/x")
SOFT = h5py.SoftLink("/x")


@pytest.fixture
def confined(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def run(content: bytes, name: str = "model.h5") -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(content)
        told = subprocess.run(  # noqa: S603 - this very Python
            [sys.executable, "-m", "tests.reader.hdf5_confined", str(path)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        found: dict[str, Any] = json.loads(told.stdout)
        assert found["seconds"] < 10
        return found

    return run


Confined = Callable[..., dict[str, Any]]


def test_the_model_that_is_made_hostile_is_clean(confined: Confined) -> None:
    found = confined(hostile.model())
    assert (found["container"], found["problems"], found["complete"]) == ("h5-model", [], True)
    assert found["objects"] == ["Sequential", "Dense"]
    assert found["tensors"] == {hostile.WEIGHT: [24, 24]}


def test_a_shape_bomb_shows_in_what_is_stored(confined: Confined) -> None:
    content = hostile.shape_bomb()
    assert confined(content)["tensors"] == {hostile.WEIGHT: [2**42, 0]}
    inside = confined(hostile.archive(content), "model.keras")
    assert inside["tensors"] == {hostile.WEIGHT: [2**42, 0]}


# --- too many, too large, too deep ----------------------------------------------------------


def test_5000_attributes_are_read(confined: Confined) -> None:
    found = confined(hostile.attribute_bomb())
    assert (found["problems"], found["complete"]) == ([], True)


def test_20000_groups_are_read(confined: Confined) -> None:
    found = confined(hostile.many_groups())
    assert (found["problems"], found["complete"]) == ([], True)
    assert list(found["tensors"]) == [hostile.WEIGHT]


@pytest.mark.parametrize(
    ("made", "kind", "place", "said"),
    [
        (hostile.huge_attribute, "damaged-hdf5", "@attrs/a", "value of 100000000 bytes"),
        (hostile.stored_huge_attribute, "limit-exceeded", "@attrs/model_config", "attributes take"),
        (hostile.deep_groups, "limit-exceeded", "/model_weights" + "/g" * 64, "groups are nested"),
        (lambda: hostile.rank(33), "damaged-hdf5", "/vars/0", "dataspace of rank 33"),
        (lambda: hostile.rank(255), "damaged-hdf5", "/vars/0", "dataspace of rank 255"),
        (
            lambda: hostile.huge_index(4_000_000, sound=False),
            *("limit-exceeded", "/vars/0", "its structures overlap"),
        ),
    ],
    ids=["attribute", "stored attribute", "depth", "rank 33", "rank 255", "chunk index"],
)
def test_what_is_too_much_is_told_and_the_file_is_not_complete(
    made: Callable[[], bytes], kind: str, place: str, said: str, confined: Confined
) -> None:
    found = confined(made())
    assert not found["complete"]
    assert any(
        problem[:2] == [kind, place] and problem[2].startswith(said)
        for problem in found["problems"]
    ), found["problems"]


def test_the_highest_rank_is_read(confined: Confined) -> None:
    found = confined(hostile.rank(32))
    assert (found["problems"], found["tensors"]) == ([], {"vars/0": [1, 0]})


def test_a_large_chunk_index_is_added_up(confined: Confined) -> None:
    found = confined(hostile.huge_index(400_000))
    assert (found["problems"], found["tensors"]) == ([], {"vars/0": [400_000, 400_000]})


def test_headers_that_overlap_are_not_hashed_over_and_over(confined: Confined) -> None:
    found = confined(hostile.overlapping_headers())
    assert not found["complete"]
    assert ["limit-exceeded", ""] in [problem[:2] for problem in found["problems"]]


# --- what leads elsewhere -------------------------------------------------------------------


@pytest.mark.parametrize("place", hostile.PLACES)
@pytest.mark.parametrize(
    ("target", "kind", "said"),
    [
        (OUTSIDE, "external-link", f"an external link to /x in {hostile.ELSEWHERE}"),
        (SOFT, "soft-link", "a soft link to /x"),
    ],
    ids=["external", "soft"],
)
def test_a_link_is_told_at_every_level(
    place: str, target: Any, kind: str, said: str, confined: Confined
) -> None:
    content = hostile.linked(place, target)
    for found in (confined(content), confined(hostile.archive(content), "model.keras")):
        (problem,) = found["problems"]
        assert (problem[0], problem[2]) == (kind, said)
        assert problem[1].endswith(f"/{place}")
        assert found["tensors"] == {}


@pytest.mark.parametrize("name", ["layers", "model_weights", "vars"])
@pytest.mark.parametrize("target", [OUTSIDE, SOFT], ids=["external", "soft"])
def test_a_weights_file_that_is_only_a_link_is_a_weights_file(
    name: str, target: Any, confined: Confined
) -> None:
    def fill(file: h5py.File) -> None:
        file[name] = target

    found = confined(written(fill), "model.weights.h5")
    assert found["container"] == "h5-weights"
    assert [problem[1] for problem in found["problems"]] == [f"/{name}"]


def test_a_link_in_data_of_others_does_not_make_it_a_model(confined: Confined) -> None:
    def fill(file: h5py.File) -> None:
        file["entry/data"] = SOFT
        file["layers/old"] = OUTSIDE

    assert confined(written(fill))["container"] == "hdf5-data"


@pytest.mark.parametrize(
    ("made", "kind", "said"),
    [
        (
            hostile.external_storage,
            "external-storage",
            f"values in {hostile.ELSEWHERE}, {hostile.ELSEWHERE}2",
        ),
        (
            hostile.virtual_dataset,
            "virtual-dataset",
            f"a virtual dataset made of /data in {hostile.ELSEWHERE}",
        ),
    ],
    ids=["external storage", "virtual dataset"],
)
def test_values_in_other_files_are_told(
    made: Callable[[], bytes], kind: str, said: str, confined: Confined
) -> None:
    found = confined(made())
    assert found["problems"] == [[kind, f"/{hostile.WEIGHT}", said]]
    assert found["tensors"] == {hostile.WEIGHT: [24, 0]}


def test_soft_links_in_a_loop_are_told_and_not_followed(confined: Confined) -> None:
    found = confined(hostile.soft_loop())
    places = ["/model_weights/one", "/model_weights/two"]
    assert [problem[:2] for problem in found["problems"]] == [["soft-link", at] for at in places]


def test_hard_links_in_a_cycle_are_told_and_not_followed(confined: Confined) -> None:
    found = confined(hostile.link_cycle())
    assert found["problems"] == [
        ["link-cycle", "/model_weights/dense/again", "the group contains itself"]
    ]


# --- odd contents ---------------------------------------------------------------------------


def test_a_zip_archive_in_the_same_file_is_told(confined: Confined) -> None:
    kinds = {problem[0] for problem in confined(hostile.polyglot())["problems"]}
    assert "polyglot" in kinds


def test_a_user_block_hides_no_model(confined: Confined) -> None:
    found = confined(hostile.user_block())
    assert found["objects"] == ["Sequential", "Dense"]
    assert found["tensors"] == {hostile.WEIGHT: [24, 24]}


def test_references_in_the_place_of_a_weight_have_their_own_type(confined: Confined) -> None:
    found = confined(hostile.object_references())
    assert found["complete"]
    assert found["tensors"] == {hostile.WEIGHT: [48, 48]}


def test_a_datatype_in_the_place_of_a_weight_is_no_weight(confined: Confined) -> None:
    found = confined(hostile.named_datatype())
    assert found["tensors"] == {}


def test_a_heap_object_of_no_size_ends_the_heap(confined: Confined) -> None:
    found = confined(hostile.empty_heap_object())
    assert not found["complete"]
    told = {problem[1]: problem[2] for problem in found["problems"]}
    assert told["@attrs/model_config"].startswith("global heap without an object")
