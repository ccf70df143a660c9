"""Room test of the HDF5 reader: it sees what h5py sees, and says what it does not follow."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import h5py
import numpy as np
import pytest

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5 import NotHdf5, snapshot
from kerasscan.reader.hdf5_tree import H5Snapshot
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from tests.reader.hdf5_judge import differences, judge
from tests.reader.hdf5_maker import make

SAMPLES = Path(__file__).parents[2] / "samples"
BATCHES = 11
BATCH = 20
SIGNATURE = b"\x89HDF\r\n\x1a\n"


def read(content: bytes, limits: Limits = DEFAULT_LIMITS) -> H5Snapshot:
    return snapshot(io.BytesIO(content), limits)


def written(fill: Callable[[h5py.File], Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", **options) as file:
        fill(file)
    return stream.getvalue()


def problems(found: H5Snapshot, kind: ProblemKind) -> list[tuple[str, str]]:
    return [(p.address.member, p.detail) for p in found.problems if p.kind is kind]


# --- the judge ----------------------------------------------------------------------------


@pytest.mark.parametrize("batch", range(BATCHES))
def test_made_files_read_as_h5py_reads_them(batch: int, tmp_path: Path) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        made = make(seed, tmp_path)
        assert differences(read(made), judge(io.BytesIO(made))) == [], f"seed {seed}"


def sample_contents() -> Iterator[tuple[str, bytes]]:
    for path in sorted(SAMPLES.rglob("*")):
        if not path.is_file():
            continue
        name = str(path.relative_to(SAMPLES))
        if path.suffix in (".h5", ".hdf5"):
            yield name, path.read_bytes()
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    if member.endswith(".h5"):
                        yield f"{name}!{member}", archive.read(member)


def test_samples_read_as_h5py_reads_them() -> None:
    for name, content in sample_contents():
        if SIGNATURE not in content:
            with pytest.raises(NotHdf5):
                read(content)
            continue
        found = read(content)
        try:
            expected = judge(io.BytesIO(content))
        except (OSError, KeyError):
            assert any(problem.incomplete for problem in found.problems), name
        else:
            assert differences(found, expected) == [], name


@pytest.mark.parametrize("library", ["earliest", "latest"])
@pytest.mark.parametrize("tracked", [True, False])
def test_trees_of_several_levels_are_read(library: str, tracked: bool) -> None:
    def fill(file: h5py.File) -> None:
        leaf = file.create_group("leaf")
        many = file.create_group("many", track_order=tracked)
        for number in np.random.default_rng(3).permutation(4_000):
            many[f"layer_{number}"] = leaf
        marked = file.create_group("marked", track_order=tracked)
        for number in np.random.default_rng(4).permutation(300):
            marked.attrs[f"attribute_{number}"] = "v" * 40

    content = written(fill, libver=library)
    assert differences(read(content), judge(io.BytesIO(content))) == []


def test_every_chunk_index_is_added_up() -> None:
    def fill(file: h5py.File) -> None:
        for packed in (None, "gzip"):
            for name, shape, chunk, most in (
                ("single", (50,), (50,), (50,)),
                ("fixed", (50_000,), (7,), (60_000,)),
                ("extensible", (50_000,), (3,), (None,)),
                ("tree", (500, 500), (9, 9), (None, None)),
            ):
                made = file.create_dataset(
                    f"{name} {packed}", shape, "i4", chunks=chunk, maxshape=most, compression=packed
                )
                made[shape[0] // 3 : shape[0] * 4 // 5] = 1

    for library in ("earliest", "latest"):
        content = written(fill, libver=library)
        assert differences(read(content), judge(io.BytesIO(content))) == []


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
        assert sorted(problems(found, ProblemKind.OUTSIDE_LINK)) == [
            ("/outside", "an external link to /secret in other.h5"),
            ("/spread", "values in data.bin"),
            ("/virtual", "a virtual dataset made of /a in first.h5 and 1 more"),
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


# --- what only a hostile writer does ------------------------------------------------------


def swap(content: bytes, old: bytes, new: bytes, count: int = 1) -> bytes:
    assert content.count(old) >= count
    return content.replace(old, new, count)


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


# --- files that no library writes, built by hand (II.A, IV.A.1.b, IV.A.2) -------------------


def header(*messages: tuple[int, bytes]) -> bytes:
    body = b"".join(struct.pack("<BHB", kind, len(of), 0) + of for kind, of in messages)
    return b"OHDR\x02\x02" + struct.pack("<I", len(body)) + body + bytes(4)


def file_of(*headers: bytes) -> bytes:
    prefix = SIGNATURE + b"\x02\x08\x08\x00" + bytes(8) + NOWHERE
    size = 48 + sum(map(len, headers))
    return prefix + struct.pack("<QQ", size, 48) + bytes(4) + b"".join(headers)


NOWHERE = b"\xff" * 8
GROUP = (0x02, b"\0\0" + NOWHERE + NOWHERE)
BYTE = b"\x10\0\0\0\x01\0\0\0\0\0\x08\0"


def attribute(datatype: bytes, *axes: int, data: bytes = b"") -> tuple[int, bytes]:
    space = b"\x02" + bytes([len(axes)]) + b"\0\x01" + struct.pack(f"<{len(axes)}Q", *axes)
    sizes = struct.pack("<HHH", 2, len(datatype), len(space))
    return 0x0C, b"\x03\0" + sizes + b"\0a\0" + datatype + space + data


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
