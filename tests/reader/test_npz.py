"""Arrays in ``.npz`` archives: read by their headers, nothing unpickled."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasscan.model.saved import Problem, ProblemKind
from kerasscan.model.tensors import Tensor
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.npz import read_npz
from kerasscan.reader.reading import read
from tests.samples.manifest import SAMPLES

from .handmade import keras_zip, kinds, npy, read_bytes


def archive(*members: bytes, method: int = zipfile.ZIP_STORED) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for number, member in enumerate(members):
            made.writestr(f"arr_{number}.npy", member)
    stream.seek(0)
    return stream


def parse(*members: bytes, method: int = zipfile.ZIP_STORED) -> tuple[list[Tensor], list[Problem]]:
    return read_npz(archive(*members, method=method), DEFAULT_LIMITS, "w.npz")


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 3), "float32"),
        np.zeros((), ">f8"),
        np.zeros((0, 4), "int8"),
        np.zeros((5,), "uint64"),
        np.zeros((1, 1, 1), "bool"),
        np.zeros((2,), "float16"),
        np.zeros((2,), "complex64"),
        np.asfortranarray(np.zeros((3, 2), "uint8")),
    ],
    ids=lambda array: array.dtype.str,
)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_what_numpy_saved_is_read(array: Any, save: Any) -> None:
    stream = io.BytesIO()
    save(stream, kernel=array)
    (tensor,), problems = read_npz(stream, DEFAULT_LIMITS, "w.npz")
    assert problems == []
    assert (tensor.path, tensor.shape, tensor.itemsize) == ("kernel", array.shape, array.itemsize)
    assert tensor.dtype == array.dtype.name
    assert tensor.address.member == "w.npz/kernel.npy"


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_header_is_read(version: tuple[int, int]) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.zeros((4, 5), "int16"), version=version)
    (tensor,), problems = parse(stream.getvalue())
    assert (tensor.shape, tensor.dtype, problems) == ((4, 5), "int16", [])


def test_objects_are_not_unpickled_but_named() -> None:
    stream = io.BytesIO()
    np.savez(stream, bad=np.array([{"a": 1}], dtype=object))
    (tensor,), _ = read_npz(stream, DEFAULT_LIMITS, "w.npz")
    assert (tensor.shape, tensor.dtype) == ((1,), "object")


@pytest.mark.parametrize("descr", ["[('x', '<f4')]", "'<U7'", "'|V3'", "'<f99999'", "None", "3"])
def test_element_types_without_a_number_are_compound(descr: str) -> None:
    (tensor,), problems = parse(npy(f"{{'descr': {descr}, 'shape': (2,)}}"))
    assert (tensor.dtype, tensor.itemsize, problems) == ("compound", 0, [])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "{",
        "{[]: 1}",
        "{{}: 1}",
        "[]",
        "__import__('os')",
        "{'shape': 3}",
        "{'shape': [3]}",
        "{'shape': ('a',), 'descr': '<f4'}",
        "-" * 60_000 + "1",
        "(" * 60_000,
        "[" * 60_000,
        "1+" * 30_000 + "1",
        "not " * 10_000 + "1",
        "9" * 6_000,
        "\x00",
        "{'shape': (2,), 'descr': '<f4'}" + "\\\n" * 3,
    ],
    ids=lambda header: header[:12],
)
def test_a_broken_header_is_damage_and_the_next_array_is_read(header: str) -> None:
    good = npy("{'descr': '<f4', 'shape': (2,)}")
    tensors, (problem,) = parse(npy(header), good)
    assert (problem.kind, problem.incomplete) == (ProblemKind.DAMAGED_ARRAY, True)
    assert problem.address.member == "w.npz/arr_0.npy"
    assert [tensor.path for tensor in tensors] == ["arr_1"]


@pytest.mark.parametrize(
    "member",
    [
        b"",
        b"\x93NUMPY",
        b"text that is no array at all",
        b"\x93NUMPY\x01\x00\xff\xff{",
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
        b"\x93NUMPY\x01\x00\x00\x00  ",
        b"\x93NUMPY\x01\x00\x01\x00  ",
    ],
)
def test_a_member_that_is_no_array_is_damage(member: bytes) -> None:
    tensors, (problem,) = parse(member)
    assert (tensors, problem.kind) == ([], ProblemKind.DAMAGED_ARRAY)


def test_a_header_that_claims_no_length_is_not_read_to_its_end() -> None:
    bomb = archive(b"\x93NUMPY\x01\x00\x00\x00" + bytes(40_000_000), method=zipfile.ZIP_DEFLATED)
    data = bytearray(bomb.getvalue())
    data[-len(data) // 2] ^= 0xFF  # whoever reads so far meets damage of another kind
    _, (problem,) = read_npz(io.BytesIO(data), DEFAULT_LIMITS, "w.npz")
    assert problem.detail == "its header is not a Python literal"


@pytest.mark.parametrize("method", [9, 12, 14, 93, 99])
def test_an_odd_compression_method_is_damage(method: int) -> None:
    data = bytearray(archive(npy("{}"), method=zipfile.ZIP_DEFLATED).getvalue())
    for at in (8, data.index(b"PK\x01\x02") + 10):
        data[at : at + 2] = struct.pack("<H", method)
    _, (problem,) = read_npz(io.BytesIO(data), DEFAULT_LIMITS, "w.npz")
    assert (problem.kind, problem.incomplete) == (ProblemKind.DAMAGED_ARRAY, True)


def test_broken_compression_is_damage() -> None:
    header = "{'descr': '<f4', 'shape': (2,)}" + " " * 400
    data = bytearray(archive(npy(header), method=zipfile.ZIP_DEFLATED).getvalue())
    data[41:45] = b"\xff\xff\xff\xff"
    _, (problem,) = read_npz(io.BytesIO(data), DEFAULT_LIMITS, "w.npz")
    assert (problem.kind, problem.incomplete) == (ProblemKind.DAMAGED_ARRAY, True)


def test_many_arrays_are_a_limit() -> None:
    limits = replace(DEFAULT_LIMITS, archive_members=2)
    tensors, (problem,) = read_npz(archive(*[npy("{}")] * 3), limits, "w.npz")
    assert (tensors, problem.kind, problem.incomplete) == ([], ProblemKind.LIMIT_EXCEEDED, True)


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"no archive"])
def test_what_is_no_archive_is_damage(tmp_path: Path, data: bytes) -> None:
    saved = read_bytes(tmp_path, keras_zip({"model.weights.npz": data}))
    assert kinds(saved) == [ProblemKind.DAMAGED_ARRAY]
    assert saved.problems[0].address.member == "model.weights.npz"


def test_the_sample_s_arrays_have_shapes() -> None:
    saved = read(SAMPLES / "compatibility" / "keras-3.15.1-npz.keras")
    assert saved.is_complete
    assert saved.tensors
    assert {tensor.address.member.partition("/")[0] for tensor in saved.tensors} == {
        "model.weights.npz"
    }
