"""Room test of the HDF5 reader: what it does not follow, files cut short, budgets."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import BinaryIO, cast

import h5py
import numpy as np
import pytest

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5 import NotHdf5, snapshot
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from tests.reader.hdf5_bytes import SIGNATURE, problems, read, written
from tests.reader.hdf5_judge import differences, judge

# --- what is not followed -----------------------------------------------------------------


def test_links_that_are_not_followed_say_where_they_lead() -> None:
    def fill(file: h5py.File) -> None:
        file["soft"] = h5py.SoftLink("/etc/x")
        file["outside"] = h5py.ExternalLink("other.h5", "/secret")
        group = file.create_group("group")
        group["again"] = file["/"]
        file.create_dataset("spread", (10,), "f4", external=[("data.bin", 0, 40)])
        layout = h5py.VirtualLayout((2, 4), "f4")
        layout[0] = h5py.VirtualSource("first.h5", "/a", (4,))
        layout[1] = h5py.VirtualSource("second.h5", "/b", (4,))
        file.create_virtual_dataset("virtual", layout)

    for library in ("earliest", "latest"):
        found = read(written(fill, libver=library))
        assert problems(found, ProblemKind.SOFT_LINK) == [("/soft", "a soft link to /etc/x")]
        assert problems(found, ProblemKind.LINK_CYCLE) == [
            ("/group/again", "the group contains itself")
        ]
        assert problems(found, ProblemKind.EXTERNAL_LINK) == [
            ("/outside", "an external link to /secret in other.h5")
        ]
        assert problems(found, ProblemKind.EXTERNAL_STORAGE) == [("/spread", "values in data.bin")]
        assert problems(found, ProblemKind.VIRTUAL_DATASET) == [
            ("/virtual", "a virtual dataset made of /a in first.h5 and 1 more")
        ]
        assert found.root.datasets["spread"].external_files == ("data.bin",)
        assert found.root.datasets["virtual"].layout == "virtual"
        assert list(found.root.groups) == ["group"]


def test_a_dataset_with_two_names_is_listed_under_both() -> None:
    def fill(file: h5py.File) -> None:
        file["one/a"] = np.zeros(3)
        file["two"] = file["one"]
        file["three"] = file["one/a"]

    found = read(written(fill))
    paths = sorted(dataset.path for dataset in found.root.all_datasets())
    assert paths == ["/one/a", "/three", "/two/a"]
    assert not found.problems


# --- files that are short, wrapped, or no HDF5 --------------------------------------------


def small(file: h5py.File) -> None:
    file.attrs["model_config"] = "{}"
    file["weights/kernel"] = np.zeros((2, 3), "f4")


def test_a_truncated_file_says_so() -> None:
    content = written(small)
    found = read(content[:-100])
    detail = f"truncated: the file says it has {len(content)} bytes, {len(content) - 100} are there"
    assert problems(found, ProblemKind.DAMAGED_HDF5)[0] == ("", detail)
    assert all(problem.incomplete for problem in found.problems)
    assert found.root.attributes == {"model_config": "{}"}


@pytest.mark.parametrize("content", [b"", b"\x89HDF", b"PK\x03\x04" + bytes(600)])
def test_other_files_are_no_hdf5(content: bytes) -> None:
    with pytest.raises(NotHdf5):
        read(content)


def test_a_signature_alone_is_an_empty_file_with_a_problem() -> None:
    found = read(SIGNATURE)
    assert not found.root.groups
    assert [(p.kind, p.incomplete) for p in found.problems] == [(ProblemKind.DAMAGED_HDF5, True)]


def test_a_window_into_a_larger_file_is_read_as_a_file() -> None:
    class Window(io.RawIOBase):
        def __init__(self, content: bytes, first: int) -> None:
            self._stream, self._first = io.BytesIO(content), first

        def seek(self, offset: int, whence: int = 0) -> int:
            shift = self._first if whence == 0 else 0
            return self._stream.seek(offset + shift, whence) - self._first

        def read(self, size: int = -1) -> bytes:
            return self._stream.read(min(size, 1_000))  # short reads are allowed

    content = written(small)
    window = Window(b"PK" + bytes(40) + content + b"tail", 42)
    stream = cast(BinaryIO, window)
    found = snapshot(stream, DEFAULT_LIMITS, size=len(content))
    assert found == read(content)
    assert not found.problems


def test_a_file_larger_than_the_cache_is_read_in_blocks() -> None:
    def fill(file: h5py.File) -> None:
        for number in range(60):
            file[f"layer_{number}/kernel"] = np.zeros(30_000, "f4")
            file[f"layer_{number}"].attrs["name"] = "x" * 20_000

    content = written(fill)
    assert differences(read(content), judge(io.BytesIO(content))) == []


# --- budgets ------------------------------------------------------------------------------


def nested(file: h5py.File) -> None:
    file.create_group("name" * 30)
    group = file.create_group("a")
    for number in range(30):
        group.attrs["text"] = "x" * 3_000
        group = group.create_group(f"group_{number}")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (replace(DEFAULT_LIMITS, hdf5_depth=10), "groups are nested deeper than 10"),
        (replace(DEFAULT_LIMITS, hdf5_objects=20), "the file has more than 20 groups"),
        (replace(DEFAULT_LIMITS, hdf5_attribute_bytes=9_000), "attributes take more than"),
        (replace(DEFAULT_LIMITS, name_bytes=90), "a name is longer than 90 bytes"),
        (replace(DEFAULT_LIMITS, name_bytes=60), "a path is longer than 60 characters"),
    ],
)
def test_a_budget_that_is_exceeded_is_a_problem(limits: Limits, said: str) -> None:
    found = read(written(nested), limits)
    told = problems(found, ProblemKind.LIMIT_EXCEEDED)
    assert any(detail.startswith(said) for _, detail in told)
    assert all(problem.incomplete for problem in found.problems)


def test_problems_beyond_a_number_are_summed_up() -> None:
    def fill(file: h5py.File) -> None:
        for number in range(30):
            file[f"soft_{number}"] = h5py.SoftLink("/x")

    found = read(written(fill), replace(DEFAULT_LIMITS, findings_per_rule=10))
    assert len(problems(found, ProblemKind.SOFT_LINK)) == 10
    assert found.problems[-1].detail == "20 more problems of kind soft-link are not listed"
    assert found.problems[-1].incomplete


def test_groups_that_share_groups_do_not_multiply_without_end() -> None:
    def fill(file: h5py.File) -> None:
        below = file.create_group("bottom")
        for number in range(30):
            above = file.create_group(f"level_{number}")
            above["left"] = above["right"] = below
            below = above

    found = read(written(fill), replace(DEFAULT_LIMITS, hdf5_objects=5_000))
    assert len(problems(found, ProblemKind.LIMIT_EXCEEDED)) == 1
