"""Zip archives that are damaged or made to mislead: told, never raised, never clean."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from kerasscan.model.saved import Container, ProblemKind
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.zip.archive import read_archive

from .handmade import CONFIG, METADATA, keras_zip, kinds, read_bytes

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
HIDDEN = '{"class_name": "Hidden", "config": {}}'


def patched(offset: int, value: bytes, record: bytes = CENTRAL) -> bytearray:
    """Return an archive with bytes of the first local or central header of it replaced."""
    data = keras_zip(compress=True)
    at = data.index(record) + offset
    data[at : at + len(value)] = value
    return data


def both(field: int, value: bytes) -> bytearray:
    """Return an archive with a field replaced in both headers (central: two bytes further)."""
    data = patched(field + 2, value)
    data[field : field + len(value)] = value
    return data


@pytest.mark.parametrize("method", [12, 14, 93])
def test_a_method_that_only_python_unpacks_is_told(tmp_path: Path, method: int) -> None:
    """bzip2, LZMA and Zstandard: nothing bounds what Python's modules unpack at once."""
    saved = read_bytes(tmp_path, both(8, struct.pack("<H", method)))
    (problem,) = [each for each in saved.problems if each.kind is ProblemKind.ODD_ZIP]
    assert f"(method {method}), which is not unpacked" in problem.detail
    assert problem.incomplete


@pytest.mark.parametrize("method", [9, 97, 99, 65_535])
def test_an_odd_compression_method_is_damage(tmp_path: Path, method: int) -> None:
    saved = read_bytes(tmp_path, both(8, struct.pack("<H", method)))
    assert ProblemKind.DAMAGED_ZIP in kinds(saved)
    assert not saved.is_complete


@pytest.mark.parametrize("flag", [0x20, 0x40])
def test_patched_and_strongly_encrypted_members_are_damage(tmp_path: Path, flag: int) -> None:
    saved = read_bytes(tmp_path, both(6, struct.pack("<H", flag)))
    assert ProblemKind.DAMAGED_ZIP in kinds(saved)
    assert not saved.is_complete


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    saved = read_bytes(tmp_path, both(6, b"\x01\x00"))
    (problem,) = [each for each in saved.problems if each.kind is ProblemKind.ODD_ZIP]
    assert (problem.detail, problem.incomplete) == ("the member is encrypted", True)


def test_a_wrong_checksum_is_damage(tmp_path: Path) -> None:
    saved = read_bytes(tmp_path, both(14, b"\x00\x00\x00\x00"))
    assert (saved.problems[0].kind, saved.problems[0].incomplete) == (ProblemKind.DAMAGED_ZIP, True)
    assert "CRC-32" in saved.problems[0].detail


def test_a_wrong_checksum_of_an_asset_is_damage(tmp_path: Path) -> None:
    data = keras_zip({"assets/words.txt": "apple\nbanana"})
    data[data.index(b"apple")] = ord("A")
    saved = read_bytes(tmp_path, data)
    assert (saved.problems[0].kind, saved.problems[0].address.member) == (
        ProblemKind.DAMAGED_ZIP,
        "assets/words.txt",
    )


def test_a_name_that_differs_in_both_headers_is_damage(tmp_path: Path) -> None:
    saved = read_bytes(tmp_path, patched(30, b"CONFIG", LOCAL))
    assert (saved.problems[0].kind, saved.problems[0].incomplete) == (ProblemKind.DAMAGED_ZIP, True)


def test_a_local_name_that_is_no_utf_8_is_damage(tmp_path: Path) -> None:
    data = keras_zip({"ä.txt": "x"})
    at = data.index("ä".encode())
    data[at : at + 2] = b"\xff\xfe"
    saved = read_bytes(tmp_path, data)
    assert saved.problems[0].kind is ProblemKind.DAMAGED_ZIP
    assert len(saved.objects) == 2


@pytest.mark.parametrize(
    "name", ["a\0b.json", "../up.json", "/root.json", "C:\\x.json", "a//b.json"]
)
def test_misleading_names_are_read_like_any_other(tmp_path: Path, name: str) -> None:
    saved = read_bytes(tmp_path, keras_zip({name: HIDDEN}))
    assert saved.artifact.container is Container.KERAS_ZIP
    assert not any(path.name == "up.json" for path in tmp_path.parent.iterdir())


@pytest.mark.parametrize("hidden_first", [True, False])
def test_both_of_two_members_with_one_name_are_walked(tmp_path: Path, hidden_first: bool) -> None:
    contents = [HIDDEN, CONFIG] if hidden_first else [CONFIG, HIDDEN]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what is wanted here
        for content in contents:
            archive.writestr("config.json", content)
        archive.writestr("metadata.json", METADATA)
    saved = read_bytes(tmp_path, stream.getvalue())
    assert ProblemKind.DUPLICATE_MEMBER in kinds(saved)
    assert {"Hidden", "Sequential"} <= {found.class_name for found in saved.objects}
    assert saved.root is not None
    assert saved.root.class_name == ("Sequential" if hidden_first else "Hidden")


def test_an_absurd_ratio_is_told(tmp_path: Path) -> None:
    saved = read_bytes(tmp_path, keras_zip({"assets/zeros": bytes(3_000_000)}, compress=True))
    (problem,) = [each for each in saved.problems if each.kind is ProblemKind.ODD_ZIP]
    assert "3,000,000" in problem.detail


def test_documents_that_unpack_to_too_much_together_are_a_limit(tmp_path: Path) -> None:
    members = {f"{number}.json": '["' + "a" * 100_000 + '"]' for number in range(20)}
    limits = replace(DEFAULT_LIMITS, inflated_bytes=1_000_000)
    saved = read_bytes(tmp_path, keras_zip(members, compress=True), limits=limits)
    assert ProblemKind.LIMIT_EXCEEDED in kinds(saved)
    assert len(saved.documents) < 20
    assert read_bytes(tmp_path, keras_zip(members), limits=limits).is_complete


@pytest.mark.parametrize("claimed", [None, 1, 0])
def test_thousands_of_members_are_a_limit(tmp_path: Path, claimed: int | None) -> None:
    """Whatever number the end record claims: ``zipfile`` does not look at it."""
    data = keras_zip({f"assets/{number}": b"" for number in range(60)})
    if claimed is not None:
        at = data.index(END)
        data[at + 8 : at + 12] = struct.pack("<HH", claimed, claimed)
    limits = replace(DEFAULT_LIMITS, archive_members=50)
    saved = read_bytes(tmp_path, data, limits=limits)
    assert kinds(saved) == [ProblemKind.LIMIT_EXCEEDED]
    assert not saved.is_complete


def test_entries_of_a_zip64_archive_are_counted() -> None:
    data = keras_zip({f"assets/{number}": b"" for number in range(60)})
    at = data.index(END)
    size, offset = struct.unpack("<LL", data[at + 12 : at + 20])
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4HLLH", END, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    wide = bytes(data[:at]) + record + locator + end
    assert len(zipfile.ZipFile(io.BytesIO(wide)).infolist()) == 62
    assert len(read_archive(io.BytesIO(wide), DEFAULT_LIMITS).entries) == 62


@pytest.mark.parametrize("size", [0, 1, 30, 100])
def test_a_file_without_a_directory_has_no_entries(size: int) -> None:
    found = read_archive(io.BytesIO(bytes(size)), DEFAULT_LIMITS)
    assert (found.entries, found.has_end) == ((), False)


@pytest.mark.parametrize("cut", range(1, 120, 7))
def test_an_archive_cut_at_its_end_is_never_whole(tmp_path: Path, cut: int) -> None:
    saved = read_bytes(tmp_path, keras_zip()[:-cut])
    assert saved.artifact.container is Container.TRUNCATED_ZIP or not saved.is_complete


@pytest.mark.parametrize("offset", [12, 16])
@pytest.mark.parametrize("value", [0, 1, 0x7FFFFFFF, 0xFFFFFFFE])
def test_a_directory_that_is_elsewhere_is_damage(tmp_path: Path, offset: int, value: int) -> None:
    saved = read_bytes(tmp_path, patched(offset, struct.pack("<L", value), END))
    assert saved.artifact.container is Container.UNKNOWN or saved.problems


def test_broken_compression_is_damage(tmp_path: Path) -> None:
    data = keras_zip(compress=True)
    packed = zlib.compressobj(wbits=-15)
    start = data.index(packed.compress(CONFIG.encode()) + packed.flush())
    data[start : start + 4] = b"\xff\xff\xff\xff"
    saved = read_bytes(tmp_path, data)
    assert (saved.problems[0].kind, saved.problems[0].incomplete) == (ProblemKind.DAMAGED_ZIP, True)
