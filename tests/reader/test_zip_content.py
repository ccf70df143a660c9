"""What a member is, told by its first bytes and not by its name."""

from __future__ import annotations

import bz2
import collections
import datetime
import gzip
import io
import lzma
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.member_content import HEAD, Content, content_of
from kerasscan.reader.reading import read
from tests.samples.manifest import SAMPLES

from .handmade import CONFIG, METADATA, kinds, npy, read_bytes
from .zip_maker import HIDDEN, Part, build, model


def content(data: bytes, name: str = "assets/a.bin") -> Content:
    return content_of(data[:HEAD], (name,), is_cut=len(data) > HEAD)


def tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return stream.getvalue()


PROGRAM = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(20)
ARRAY = npy("{'descr': '<f4', 'shape': (1,), 'fortran_order': False}", bytes(4))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (HIDDEN.encode(), "json"),
        (b'\n [\n "a"]', "json"),
        (HIDDEN.encode("utf-16"), "json"),
        (b"\x89HDF\r\n\x1a\n", "hdf5"),
        (bytes(512) + b"\x89HDF\r\n\x1a\n", "hdf5"),
        (build([Part(b"a", b"a")]), "zip"),
        (build([]), "zip"),
        (ARRAY, "npy"),
        (b"\x7fELF\x02\x01\x01", "executable"),
        (PROGRAM, "executable"),
        (b"\xcf\xfa\xed\xfe\x07\x00", "executable"),
        (b"#!/bin/sh\necho", "script"),
        (gzip.compress(b"a", mtime=0), "archive"),
        (bz2.compress(b"a"), "archive"),
        (lzma.compress(b"a"), "archive"),
        (tar(), "archive"),
        (b"apple\nbanana\n", "text"),
        ("Äpfel\n日本\n".encode() * 500, "text"),
        (bytes(100), "other"),
        (b"\xff\xd8\xff\xe0 a picture", "other"),
    ],
)
def test_first_bytes_say_what_it_is(data: bytes, expected: str) -> None:
    assert content(data) == expected


@pytest.mark.parametrize("name", ["a.py", "b/a.PYC", "a.pyw"])
def test_python_goes_by_its_name(name: str) -> None:
    assert content(b"#!/usr/bin/env python\nprint(1)\n", name) == "python"
    assert content(b"\xa7\x0d\x0d\x0a" + bytes(12), name) == "python"
    assert content(PROGRAM, name) == "executable"


VALUES: list[Any] = [
    [1, 2, 3],
    {"a": [1, (2, 3)], "b": {1, 2}},
    collections.OrderedDict(a=1),
    datetime.date(2020, 1, 1),
    print,
    {"words": ["apple"] * 3_000},
    np.zeros(3),
]


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_pickles_of_every_protocol_are_recognised(value: Any, protocol: int) -> None:
    assert content(pickle.dumps(value, protocol)) == "pickle"


@pytest.mark.parametrize(
    "data",
    [
        b"cbuiltins\nlen\n(S'abc'\ntR.",
        b"(S'abc'\nibuiltins\nlen\n.",
        b"\x8c\x08builtins\x8c\x03len\x93\x8c\x03abc\x85R.",
        b"K\x010cbuiltins\nlen\n(S'abc'\ntR.",
    ],
)
def test_pickles_without_a_header_are_recognised(data: bytes) -> None:
    assert content(data) == "pickle"
    assert content(data + bytes(10)) == "pickle"


@pytest.mark.parametrize(
    "text",
    [
        "cat\ndog\n",
        "cat\ndog\negg\n(\n.\n",
        "cat\ndog\n" * 500,
        "N.",
        "I.",
        "I\nI1\n.\n",
        ".",
        ").\n",
        "(\n)\n]\n}\n",
        "Sentence.",
        "'tis\n",
        "[UNK]\nthe\n",
        "0\n1\n2\n",
        "a\nb\nc\nd\n",
        "Vocabulary\nlist\n",
        "F1.5\nI2\n",
        "p0\np1\n",
    ],
)
def test_word_lists_are_no_pickles(text: str) -> None:
    assert content(text.encode()) == "text"


def test_the_vocabularies_of_the_samples_are_text() -> None:
    found = [
        member.content
        for path in sorted(SAMPLES.rglob("*.keras"))
        if path.is_file()
        for member in read(path).artifact.members
        if member.name.endswith(".txt")
    ]
    assert set(found) == {"text"}


@pytest.mark.parametrize("method", [0, 8])
def test_members_carry_their_content(tmp_path: Path, method: int) -> None:
    parts = model(
        Part(b"assets/a.txt", pickle.dumps([1]), method),
        Part(b"assets/b.txt", b"#!/bin/sh\n", method),
        Part(b"assets/c.py", b"print(1)\n", method),
    )
    saved = read_bytes(tmp_path, build(parts))
    assert {each.name: each.content for each in saved.artifact.members} == {
        "metadata.json": "json",
        "config.json": "json",
        "assets/a.txt": "pickle",
        "assets/b.txt": "script",
        "assets/c.py": "python",
    }


def test_files_of_a_folder_carry_their_content(tmp_path: Path) -> None:
    for name, text in (("config.json", CONFIG), ("metadata.json", METADATA), ("a.py", "1")):
        (tmp_path / name).write_text(text)
    (tmp_path / "words.txt").write_bytes(pickle.dumps([1]))
    found = {each.name: each.content for each in read(tmp_path).artifact.members}
    assert (found["words.txt"], found["a.py"], found["config.json"]) == ("pickle", "python", "json")


def test_an_encrypted_member_says_nothing(tmp_path: Path) -> None:
    saved = read_bytes(tmp_path, build(model(Part(b"a.txt", b"text", flags=1))))
    assert saved.artifact.members[-1].content == ""


OBJECTS = npy("{'descr': '|O', 'shape': (1,), 'fortran_order': False}", pickle.dumps([1]))


@pytest.mark.parametrize("name", ["model.weights.npz", "assets/words.txt", "a.npy"])
def test_an_array_of_objects_by_itself_is_named(tmp_path: Path, name: str) -> None:
    """``numpy.load`` goes by the first bytes of a file."""
    saved = read_bytes(tmp_path, build(model(Part(name.encode(), OBJECTS))))
    assert {(each.dtype, each.address.member) for each in saved.tensors} == {("object", name)}


@pytest.mark.parametrize(
    ("data", "words"), [(ARRAY, "one array by itself"), (pickle.dumps([1]), "it is a pickle")]
)
def test_weights_that_are_no_archive_are_told(tmp_path: Path, data: bytes, words: str) -> None:
    saved = read_bytes(tmp_path, build(model(Part(b"model.weights.npz", data))))
    assert kinds(saved) == [ProblemKind.DAMAGED_ARRAY]
    assert words in saved.problems[0].detail
    assert not saved.is_complete


def test_what_hides_in_an_archive_of_arrays_is_read(tmp_path: Path) -> None:
    inner = build([Part(b"a.npy", ARRAY), Part(b"b.json", HIDDEN.encode())])
    saved = read_bytes(tmp_path, build(model(Part(b"model.weights.npz", inner))))
    assert kinds(saved) == [ProblemKind.DAMAGED_ARRAY]
    assert "Hidden" in {found.class_name for found in saved.objects}
