"""HDF5 files that no library writes: changed here and there, or built by hand."""

from __future__ import annotations

import struct

import h5py
import numpy as np
import pytest

from kerasscan.model.saved import ProblemKind
from tests.reader.hdf5_bytes import (
    BYTE,
    GROUP,
    attribute,
    file_of,
    header,
    problems,
    read,
    swap,
    written,
)


def test_an_attribute_that_is_stored_twice_is_odd() -> None:
    def fill(file: h5py.File) -> None:
        file.attrs["model_config"] = "first"
        file.attrs["model_confix"] = "second"

    found = read(swap(written(fill), b"model_confix", b"model_config"))
    assert found.root.attributes == {"model_config": "first"}
    assert [p.address.member for p in found.problems] == ["@attrs/model_config"]
    assert found.problems[0].kind is ProblemKind.ODD_ATTRIBUTE


@pytest.mark.parametrize("library", ["earliest", "latest"])
def test_a_name_that_is_there_twice_is_damage(library: str) -> None:
    def fill(file: h5py.File) -> None:
        file["dense_1/kernel"] = np.zeros(3)
        file["dense_2/kernel"] = np.zeros(3)

    found = read(swap(written(fill, libver=library), b"dense_2", b"dense_1"))
    told = [detail for _, detail in problems(found, ProblemKind.DAMAGED_HDF5)]
    assert "the name dense_1 is there twice: loaders may see either" in told


def test_names_out_of_order_in_an_old_group_are_damage() -> None:
    def fill(file: h5py.File) -> None:
        for name in ("aaaa", "bbbb", "cccc"):
            file.create_group(name)

    found = read(swap(written(fill, libver="earliest"), b"bbbb", b"zzzz"))
    assert problems(found, ProblemKind.DAMAGED_HDF5) == [
        ("/", "names out of order: loaders do not find what they look for")
    ]
    assert set(found.root.groups) == {"aaaa", "zzzz", "cccc"}


def test_bytes_behind_the_end_of_a_string_are_odd() -> None:
    def fill(file: h5py.File) -> None:
        file.attrs["text"] = "benign, then malicious"

    found = read(swap(written(fill), b"benign, then", b"benign\0 then"))
    assert found.root.attributes == {"text": "benign"}
    assert found.problems[0].kind is ProblemKind.ODD_ATTRIBUTE
    assert "15 bytes behind the NUL" in found.problems[0].detail


def test_one_damaged_attribute_leaves_the_others() -> None:
    def fill(file: h5py.File) -> None:
        file.attrs["a"] = np.int32(1)
        file.attrs["b"] = "text"
        file.attrs["c"] = np.int32(3)

    found = read(swap(written(fill), b"GCOL", b"GCOX"))
    assert found.root.attributes == {"a": 1, "c": 3}
    (problem,) = found.problems
    assert problem.incomplete
    assert problem.address.member == "@attrs/b"
    assert problem.detail.startswith("global heap collection without its signature, at byte ")


def test_a_heap_object_of_size_zero_does_not_stop_the_reader() -> None:
    content = written(lambda file: file.attrs.update({"a": "text", "b": "more text"}))
    at = content.index(b"GCOL") + 16
    for index in (0, 1):
        header = index.to_bytes(2, "little") + bytes(14)
        found = read(content[:at] + header + content[at + 16 :])
        assert found.problems


def test_the_name_of_an_attribute_must_end_where_its_length_says() -> None:
    content = written(lambda file: file.attrs.update({"model_config": np.int32(1)}))
    for name in (b"model\0config\0", b"model_configs"):
        (problem,) = read(swap(content, b"model_config\0", name)).problems
        assert problem.incomplete
        assert problem.detail == "an attribute's name does not end at its length of 13 bytes"


# --- built by hand ------------------------------------------------------------------------


def test_a_file_built_by_hand_is_read() -> None:
    found = read(file_of(header(GROUP, attribute(BYTE, 2, data=b"\x01\x02"))))
    assert found.root.attributes == {"a": (1, 2)}
    assert not found.problems


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (attribute(BYTE, 2**60, 0), ProblemKind.LIMIT_EXCEEDED),
        (attribute(BYTE, 2**60), ProblemKind.DAMAGED_HDF5),
        (attribute(BYTE, 3_000, *[1] * 31, data=bytes(3_000)), None),
        (attribute(b"\x38\0\0\0\x01\0\0\0" * 5_000, 1), ProblemKind.DAMAGED_HDF5),
        (attribute(b"\x39\0\0\0\x10\0\0\0" * 5_000, 1), ProblemKind.DAMAGED_HDF5),
        (
            attribute((b"\x3a\0\0\0\x01\0\0\0\x01" + b"\x01\0\0\0") * 5_000, 1),
            ProblemKind.DAMAGED_HDF5,
        ),
        (
            attribute((b"\x3a\0\0\0\x01\0\0\0\x20" + b"\x01\0\0\0" * 32) * 2 + BYTE, 1, data=b"x"),
            ProblemKind.DAMAGED_HDF5,
        ),
        ((0x10, struct.pack("<QQ", 48, 300)), ProblemKind.DAMAGED_HDF5),
    ],
)
def test_messages_that_want_too_much_are_problems(
    message: tuple[int, bytes], kind: ProblemKind | None
) -> None:
    found = read(file_of(header(GROUP, message)))
    told = [problem.kind for problem in found.problems]
    assert told == ([kind] if kind else [])


def test_headers_that_overlap_are_not_read_over_and_over() -> None:
    count, room = 20_000, bytes([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0]) * 80_000

    def links(first: int) -> bytes:
        names = [
            b"\x01\0\x06%06d" % i + struct.pack("<Q", first + 16 * (i % 9_999))
            for i in range(count)
        ]
        return header(GROUP, *[(0x06, link) for link in names])

    first = (48 + len(links(0))) // 16 * 16 + 16
    content = file_of(links(first)).ljust(first, b"\0") + room
    told = problems(read(content), ProblemKind.LIMIT_EXCEEDED)
    assert [detail for _, detail in told] == [
        "its structures overlap: they would be read over and over"
    ]
