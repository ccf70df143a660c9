"""Archives in which two programs see two models: each trick is told, and nothing stays unread.

What CPython does with each is in ``test_zip_judged.py``; here the hidden document's object must
be found, whoever would see it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from kerasscan.model.saved import Container, Problem, ProblemKind, Saved
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.reading import read
from kerasscan.reader.zip.archive import read_archive
from tests.samples.manifest import SAMPLES

from .handmade import CONFIG, METADATA, kinds, read_bytes
from .zip_maker import HIDDEN, LINK, Part, build, model, unicode_path

WEIGHTS = (SAMPLES / "clean" / "keras-3.15.1.weights.h5").read_bytes()
SECRET = HIDDEN.encode()
ODD, TWICE, DAMAGED = ProblemKind.ODD_ZIP, ProblemKind.DUPLICATE_MEMBER, ProblemKind.DAMAGED_ZIP


def scan(folder: Path, *more: Part, **options: object) -> Saved:
    """Read a whole model with some more members."""
    return read_bytes(folder, build(model(*more, weights=WEIGHTS), **options))  # type: ignore[arg-type]  # as the maker takes them


def names(saved: Saved) -> set[str]:
    return {found.class_name for found in saved.objects}


def said(saved: Saved, kind: ProblemKind, member: str, words: str) -> Problem:
    """Return the only problem of a kind at a member, which must say something."""
    found = [each for each in saved.problems if each.kind is kind and each.address.member == member]
    (problem,) = [each for each in found if words in each.detail]
    return problem


def test_a_plain_archive_has_no_problems(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"assets/words.txt", b"apple\n"))
    assert saved.problems == ()
    assert saved.root is not None


@pytest.mark.parametrize("method", [0, 8])
def test_data_descriptors_and_zip64_are_nothing_odd(tmp_path: Path, method: int) -> None:
    parts = [replace(part, method=method, has_descriptor=True) for part in model(weights=WEIGHTS)]
    assert read_bytes(tmp_path, build(parts)).problems == ()
    assert read_bytes(tmp_path, build(parts, wide=True)).problems == ()


def test_folders_in_an_archive_are_nothing_odd(tmp_path: Path) -> None:
    saved = scan(
        tmp_path, Part(b"assets/"), Part(b"assets/layers/"), Part(b"assets/layers/a", b"a")
    )
    assert saved.problems == ()


def test_what_cpython_streams_is_nothing_odd(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, block: object) -> int:
            self.data += bytes(block)  # type: ignore[call-overload]  # bytes or a view of them
            return len(block)  # type: ignore[arg-type]  # the same

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in model(weights=WEIGHTS):
            with archive.open(part.name.decode(), "w", force_zip64=True) as member:
                member.write(part.data)
    assert read_bytes(tmp_path, bytes(pipe.data)).problems == ()


@pytest.mark.parametrize(
    "name",
    [b"./config.json", b"Config.JSON", b"config.json/", b"config.json.", b"a/../config.json"],
)
def test_another_spelling_of_a_name_is_told(tmp_path: Path, name: bytes) -> None:
    saved = scan(tmp_path, Part(name, SECRET))
    said(saved, TWICE, name.decode(), "'config.json' is the same name")
    assert "Hidden" in names(saved)
    assert saved.root is not None
    assert saved.root.class_name == "Sequential"


def test_another_spelling_alone_is_told(tmp_path: Path) -> None:
    parts = [Part(b"metadata.json", METADATA.encode()), Part(b"Config.json", SECRET)]
    saved = read_bytes(tmp_path, build(parts))
    assert saved.artifact.container is Container.KERAS_ZIP
    said(saved, ODD, "Config.json", "some programs take it for 'config.json'")
    assert (names(saved), saved.root) == ({"Hidden"}, None)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_name_that_differs_in_both_headers_counts_as_both(tmp_path: Path, is_first: bool) -> None:
    here, there = (
        (b"config.json", b"assets/a.bin") if is_first else (b"assets/a.bin", b"config.json")
    )
    parts = [Part(here, SECRET, local={"name": there})]
    saved = read_bytes(tmp_path, build(parts))
    problem = said(saved, DAMAGED, here.decode(), "its local header")
    assert problem.incomplete
    assert names(saved) == {"Hidden"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"packed": 3}, "38 bytes packed, its local header 3"),
        ({"size": 9}, "38 bytes unpacked, its local header 9"),
        ({"crc": 7}, "two checksums"),
        ({"method": 8}, "its compression is 0, its local header 8"),
        ({"flags": 1}, "only its local header says that it is encrypted"),
    ],
)
def test_two_headers_that_disagree_are_told(
    tmp_path: Path, fields: dict[str, int | bytes], words: str
) -> None:
    saved = scan(tmp_path, Part(b"assets/a.json", SECRET, local=fields))
    said(saved, ODD, "assets/a.json", words)
    assert "Hidden" in names(saved)


def test_a_data_descriptor_that_disagrees_is_told(tmp_path: Path) -> None:
    data = build(model(Part(b"a.json", SECRET, has_descriptor=True), weights=WEIGHTS))
    at = data.index(b"PK\x07\x08")
    saved = read_bytes(tmp_path, data[: at + 4] + b"\0\0\0\0" + data[at + 8 :])
    said(saved, ODD, "a.json", "the sizes behind its data")


def test_an_encryption_flag_in_the_directory_alone_hides_nothing(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"a.json", SECRET, listed={"flags": 1}))
    assert said(saved, DAMAGED, "a.json", "only the directory says").incomplete
    assert "Hidden" in names(saved)


def test_a_wrong_checksum_hides_nothing(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"a.json", SECRET, local={"crc": 1}, listed={"crc": 1}))
    assert said(saved, DAMAGED, "a.json", "CRC-32").incomplete
    assert "Hidden" in names(saved)


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize(
    ("begin", "end"),
    [(b'{"class_name": "Shown", "config": {}}', SECRET), (b"[", SECRET + b"]")],
)
def test_a_claimed_size_that_cuts_a_document_is_told(
    tmp_path: Path, method: int, begin: bytes, end: bytes
) -> None:
    """CPython reads as many bytes as are claimed, others all that there are."""
    cut: dict[str, int | bytes] = {"size": len(begin), "crc": zlib.crc32(begin)}
    saved = scan(tmp_path, Part(b"a.json", begin + end, method, local=cut, listed=cut))
    said(saved, ODD, "a.json", f"not the {len(begin):,} that are claimed")
    assert "Hidden" in names(saved)
    assert ("Shown" in names(saved)) is begin.startswith(b"{")


def test_bytes_behind_compressed_data_are_told(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"a.json", SECRET, method=8, slack=b"slack"))
    said(saved, ODD, "a.json", "5 bytes stand behind the end of its compressed data")
    assert "Hidden" in names(saved)


def test_two_entries_of_one_place_are_told(tmp_path: Path) -> None:
    parts = model(Part(b"assets/a.bin", SECRET), weights=WEIGHTS)
    offset = len(b"".join(part.whole() for part in parts[:3]))
    more = Part(b"assets/a.bin", SECRET, listed={"offset": offset})
    saved = read_bytes(tmp_path, build([*parts, replace(more, name=b"assets/b.bin")]))
    said(saved, ODD, "assets/b.bin", "those of another part of the archive")
    said(saved, ODD, "assets/a.bin", "those of another part of the archive")
    assert "Hidden" in names(saved)


def test_a_bomb_of_overlapping_members_is_read_within_the_budget(tmp_path: Path) -> None:
    kernel = Part(b"kernel", bytes(10_000_000), method=8)
    packed = len(kernel.packed)
    told: dict[str, int | bytes] = {"offset": 0, "method": 8, "size": 10_000_000}
    more = [Part(b"%d" % at, listed=told | {"packed": packed + at}) for at in range(200)]
    saved = read_bytes(tmp_path, build([kernel, *more, *model(weights=WEIGHTS)]))
    assert ProblemKind.LIMIT_EXCEEDED in kinds(saved)
    assert not saved.is_complete


def test_many_entries_of_one_place_are_read_once(tmp_path: Path) -> None:
    kernel = Part(b"words", bytes(1_000_000))
    told: dict[str, int | bytes] = {"offset": 0, "packed": 1_000_000, "size": 1_000_000}
    same = [Part(b"words", listed=told | {"crc": zlib.crc32(kernel.data)})] * 200
    saved = read_bytes(tmp_path, build([kernel, *same, *model(weights=WEIGHTS)]))
    assert saved.is_complete
    assert set(kinds(saved)) == {ODD, TWICE}


def test_a_prefix_is_told(tmp_path: Path) -> None:
    saved = scan(tmp_path, prefix=b"#!/bin/sh\n")
    said(saved, ODD, "", "10 bytes in front of its first member")
    assert kinds(saved) == [ODD]


def test_a_tail_and_a_comment_are_told(tmp_path: Path) -> None:
    said(scan(tmp_path, tail=b"more"), ODD, "", "4 bytes behind its end")
    said(scan(tmp_path, comment=b"a note"), ODD, "", "6 bytes of comment")


@pytest.mark.parametrize("place", ["prefix", "comment", "tail"])
def test_a_second_archive_in_front_or_behind_is_read(tmp_path: Path, place: str) -> None:
    """Programs that take another end record see another model."""
    inner = build([Part(b"config.json", SECRET), Part(b"metadata.json", METADATA.encode())])
    if place != "prefix":  # CPython takes the last one: so the hidden model is the last
        inner = inner.replace(b"PK\x05\x06", b"PK\x05\x07")
    saved = scan(tmp_path, **{place: inner})
    assert "Hidden" in names(saved)
    assert saved.root is not None
    assert saved.root.class_name == "Sequential"
    assert ODD in kinds(saved)
    if place == "prefix":
        said(saved, ODD, "", "the archive has 2 end records")


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("has_descriptor", [True, False])
def test_a_member_that_no_entry_names_is_read(
    tmp_path: Path, method: int, has_descriptor: bool
) -> None:
    part = Part(
        b"config.json",
        SECRET,
        method,
        has_entry=False,
        has_descriptor=has_descriptor and method == 8,
    )
    saved = read_bytes(tmp_path, build([part, *model(weights=WEIGHTS)]))
    said(saved, ODD, "config.json@0", "the directory does not list it")
    assert {"Hidden", "Sequential"} <= names(saved)
    assert saved.root is not None
    assert saved.root.class_name == "Sequential"
    assert "config.json@0" in {member.name for member in saved.artifact.members}


def test_a_hidden_member_of_unknown_size_is_read(tmp_path: Path) -> None:
    part = Part(b"a.json", SECRET, has_entry=False, local={"flags": 8, "packed": 0, "size": 0})
    saved = read_bytes(tmp_path, build([*model(weights=WEIGHTS), part]))
    assert "Hidden" in names(saved)


def test_a_member_in_the_extra_data_of_another_is_read(tmp_path: Path) -> None:
    inner = Part(b"a.json", SECRET).whole()
    extra = struct.pack("<HH", 0x6375, len(inner)) + inner
    saved = scan(tmp_path, Part(b"b.txt", b"text", local={"extra": extra}))
    assert "Hidden" in names(saved)


def test_bytes_between_members_are_told(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"a.txt", b"text", gap=b"junk"))
    said(saved, ODD, "", "4 bytes between its members")


def test_a_name_that_goes_on_behind_a_nul_is_told(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"a.txt\0.json", SECRET))
    said(saved, ODD, "a.txt", "behind a NUL")
    assert "Hidden" in names(saved)


def test_a_nul_makes_a_second_configuration(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"config.json\0.txt", SECRET))
    assert TWICE in kinds(saved)
    assert saved.root is not None
    assert saved.root.class_name == "Hidden"  # as CPython's


def test_a_unicode_path_is_told(tmp_path: Path) -> None:
    """CPython follows it from 3.12 on."""
    name = b"assets/words.txt"
    part = Part(name, SECRET, extra=unicode_path(name, "config.json"))
    saved = scan(tmp_path, part)
    said(saved, ODD, name.decode(), "'config.json'")
    assert "Hidden" in names(saved)


def test_a_unicode_path_of_another_name_is_nothing(tmp_path: Path) -> None:
    part = Part(b"words.txt", b"text", extra=unicode_path(b"other", "config.json"))
    assert scan(tmp_path, part).problems == ()


def test_a_configuration_only_by_its_unicode_path_is_the_model(tmp_path: Path) -> None:
    part = Part(b"words.txt", SECRET, extra=unicode_path(b"words.txt", "config.json"))
    saved = read_bytes(tmp_path, build([part]))
    assert saved.root is not None
    assert saved.root.class_name == "Hidden"


def test_a_symbolic_link_is_a_member_with_a_target(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"assets/words.txt", b"/etc/passwd", attributes=LINK))
    (member,) = [each for each in saved.artifact.members if each.link]
    assert (member.name, member.link) == ("assets/words.txt", "/etc/passwd")


@pytest.mark.parametrize(
    "name", ["../up.json", "a/../../up.json", "/root.json", "C:\\x.json", "~/x"]
)
def test_a_name_that_leads_elsewhere_is_an_oddity(tmp_path: Path, name: str) -> None:
    """A card judges the member's name: it is no problem besides."""
    data = build(model(Part(name.encode(), SECRET), weights=WEIGHTS))
    (oddity,) = read_archive(io.BytesIO(data), DEFAULT_LIMITS).oddities
    assert (oddity.kind, oddity.label, oddity.is_plain) == (ODD, name, True)
    assert oddity.clause == "its name leads out of the folder that the archive is unpacked to"
    saved = read_bytes(tmp_path, data)
    assert "Hidden" in names(saved)
    assert name in {member.name for member in saved.artifact.members}


@pytest.mark.parametrize("name", ["a\\b.json", "a\u202enosj.json", "a\nb.json", ""])
def test_an_odd_name_is_told(tmp_path: Path, name: str) -> None:
    saved = scan(tmp_path, Part(name.encode(), SECRET, flags=0x800))
    said(saved, ODD, name, "name")
    assert "Hidden" in names(saved)


def test_another_name_that_leads_elsewhere_is_told(tmp_path: Path) -> None:
    part = Part(b"a.json", SECRET, extra=unicode_path(b"a.json", "../up.json"))
    said(scan(tmp_path, part), ODD, "a.json", "its name leads out")


def test_a_second_directory_by_zip64_is_told(tmp_path: Path) -> None:
    parts = model(weights=WEIGHTS)
    said(
        read_bytes(tmp_path, build(parts, wide=True, offset=5)), ODD, "", "two end records disagree"
    )
    said(read_bytes(tmp_path, build(parts, wide=True, located=9)), ODD, "", "its zip64 locator")


def test_a_zip64_field_that_is_too_short_is_damage(tmp_path: Path) -> None:
    part = Part(b"a.json", SECRET, extra=struct.pack("<HHL", 1, 4, 0), listed={"size": 0xFFFFFFFF})
    saved = scan(tmp_path, part)
    assert said(saved, DAMAGED, "a.json", "lacks the unpacked size").incomplete
    assert "Hidden" in names(saved)


def test_a_directory_with_something_else_in_it_hides_nothing(tmp_path: Path) -> None:
    data = build(model(Part(b"a.json", SECRET)))
    at = data.rindex(b"PK\x01\x02")
    saved = read_bytes(tmp_path, data[:at] + b"XX" + data[at + 2 :])
    assert said(saved, DAMAGED, "", "something that is no entry").incomplete
    assert {"Hidden", "Sequential"} <= names(saved)


def test_a_version_that_cpython_refuses_is_damage(tmp_path: Path) -> None:
    saved = scan(tmp_path, Part(b"a.json", SECRET, version=99))
    assert said(saved, DAMAGED, "a.json", "needs version 9.9").incomplete
    assert "Hidden" in names(saved)


def test_a_configuration_behind_too_many_members_is_read(tmp_path: Path) -> None:
    many = [Part(f"{number}".encode()) for number in range(60)]
    limits = replace(DEFAULT_LIMITS, archive_members=50)
    saved = read_bytes(tmp_path, build([*many, Part(b"config.json", SECRET)]), limits=limits)
    assert kinds(saved) == [ProblemKind.LIMIT_EXCEEDED]
    assert saved.root is not None
    assert saved.root.class_name == "Hidden"


@pytest.mark.parametrize("budget", ["directory_bytes", "unlisted_bytes"])
def test_what_is_not_looked_through_is_told(tmp_path: Path, budget: str) -> None:
    data = build(model(weights=WEIGHTS), prefix=bytes(500))
    saved = read_bytes(tmp_path, data, limits=replace(DEFAULT_LIMITS, **{budget: 100}))
    assert ProblemKind.LIMIT_EXCEEDED in kinds(saved)
    assert not saved.is_complete


def test_a_link_target_in_a_folder_is_kept(tmp_path: Path) -> None:
    for name, text in (("config.json", CONFIG), ("metadata.json", METADATA)):
        (tmp_path / name).write_text(text)
    (tmp_path / "words.txt").symlink_to("/etc/passwd")
    (member,) = [each for each in read(tmp_path).artifact.members if each.link]
    assert (member.name, member.link) == ("words.txt", "/etc/passwd")
