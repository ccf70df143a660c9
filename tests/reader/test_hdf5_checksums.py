"""Checksums of HDF5 metadata: a wrong one is damage for loaders, and hides nothing from us."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import NamedTuple

import h5py
import numpy as np
import pytest

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5 import ledger, open_file
from kerasscan.reader.hdf5.checksums import Checksums, lookup3
from kerasscan.reader.hdf5.ledger import Ledger
from kerasscan.reader.limits import DEFAULT_LIMITS
from tests.reader.hdf5_bytes import (
    BYTE,
    GROUP,
    attribute,
    file_of,
    header,
    problems,
    read,
    written,
)
from tests.reader.hdf5_maker import CAN_SHARE, creation_list_that_shares

REPOSITORY = Path(__file__).parents[2]
SECONDS = 120.0
STRUCTURES = (
    *("superblock", "object header", "object header continuation"),
    *("fractal heap", "direct block", "indirect block", "B-tree header", "B-tree node"),
    *("fixed array", "fixed array's block", "page of chunks"),
    *("extensible array", "extensible array's index block", "extensible array's super block"),
    *("extensible array's data block", "virtual dataset's block"),
    *(("shared message table",) if CAN_SHARE else ()),
)


# --- the hash -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Four score and seven years ago", 0x17770551),  # lookup3.c, driver5
        (b"\0", 0x8BA9414B),
        (b"OHDR", 0x33BD5D0A),
    ],
)
def test_the_hash_is_lookup3(data: bytes, expected: int) -> None:
    assert lookup3(data) == expected


def test_many_blocks_at_once_are_verified_as_one_after_the_other() -> None:
    random = Random(3)  # noqa: S311 - a test generator
    for count in (1, 2, 3, 127, 300):
        books = Ledger(DEFAULT_LIMITS, 0)
        checksums = Checksums(books)
        wrong = []
        for number in range(count):
            block = random.randbytes(random.choice((1, 11, 12, 13, 24, 200, 900)))
            change = random.random() < 0.3
            stored = (lookup3(block) + change) % 2**32
            checksums.expect("block", number, block + struct.pack("<I", stored))
            wrong += [number] * change
        checksums.verify()
        told = [problem.detail.split(":")[0] for problem in books.close()]
        assert told == [f"block at byte {number}" for number in wrong]


# --- every structure that has one ---------------------------------------------------------


class Block(NamedTuple):
    """A block whose checksum was noted: its name, its bytes, where its checksum is."""

    what: str
    offset: int
    checksum: int


def everything(file: h5py.File) -> None:
    leaf = file.create_group("leaf")
    many = file.create_group("many", track_order=True)
    for number in range(600):
        many[f"layer_{number}"] = leaf
    marked = file.create_group("marked")
    for number in range(40):
        marked.attrs[f"attribute_{number}"] = "v" * 200
    marked.attrs["shared"] = np.bytes_("long enough to be shared")
    many.attrs["shared"] = np.bytes_("long enough to be shared")
    for name, size, most in (("few", 9, 9), ("fixed", 3_000, 3_000), ("growing", 4_000, None)):
        made = file.create_dataset(name, (size,), "i1", chunks=(1,), maxshape=(most,))
        made[:] = 1
    layout = h5py.VirtualLayout((2, 4), "f4")
    layout[0] = h5py.VirtualSource("first.h5", "/a", (4,))
    file.create_virtual_dataset("virtual", layout)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "everything.h5"
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_LATEST, h5py.h5f.LIBVER_LATEST)
    created = h5py.h5f.create(bytes(path), fcpl=creation_list_that_shares(), fapl=access)
    with h5py.File(created) as file:
        everything(file)
    return path.read_bytes()


def noted(content: bytes) -> list[Block]:
    """Return the blocks whose checksums are verified."""
    found: list[Block] = []
    note = Checksums.expect

    def expect(self: Checksums, what: str, offset: int, stored: bytes) -> None:
        checksum = content.rindex(stored[-4:], offset, offset + len(stored))
        found.append(Block(what, offset, checksum))
        note(self, what, offset, stored)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Checksums, "expect", expect)
        read(content)
    return found


@pytest.fixture(scope="module")
def blocks(sound: bytes) -> dict[str, Block]:
    """Return the last block of each kind."""
    return {block.what: block for block in noted(sound)}


def damaged(content: bytes, block: Block) -> bytes:
    changed = bytearray(content)
    changed[block.checksum] ^= 0x10
    return bytes(changed)


def test_the_checksums_of_a_sound_file_are_right(sound: bytes, blocks: dict[str, Block]) -> None:
    assert set(blocks) == set(STRUCTURES)
    assert [problem.kind for problem in read(sound).problems] == [ProblemKind.VIRTUAL_DATASET]


@pytest.mark.parametrize("what", STRUCTURES)
def test_a_wrong_checksum_is_damage_and_hides_nothing(
    what: str, sound: bytes, blocks: dict[str, Block]
) -> None:
    found = read(damaged(sound, blocks[what]))
    (told,) = problems(found, ProblemKind.DAMAGED_HDF5)
    at = blocks[what].offset
    assert told[1] == f"{what} at byte {at}: its checksum is wrong, loaders refuse it"
    assert not any(problem.incomplete for problem in found.problems)
    assert found.root == read(sound).root


def test_h5py_refuses_every_wrong_checksum(
    sound: bytes, blocks: dict[str, Block], tmp_path: Path
) -> None:
    paths = []
    for number, what in enumerate(STRUCTURES):
        paths.append(tmp_path / f"{number}.h5")
        paths[-1].write_bytes(damaged(sound, blocks[what]))
    (tmp_path / "sound.h5").write_bytes(sound)
    command = [sys.executable, "-m", "tests.reader.hdf5_refuse", *map(str, paths)]
    told = subprocess.run(  # noqa: S603 - this very Python
        [*command, str(tmp_path / "sound.h5")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    *answers, last = told.stdout.splitlines()
    assert last == "read"
    assert len(answers) == len(STRUCTURES)
    assert [what for what, said in zip(STRUCTURES, answers, strict=True) if said == "read"] == []


def test_old_structures_have_no_checksums() -> None:
    content = written(lambda file: file.create_group("a/b"), libver="earliest")
    assert b"OHDR" not in content
    assert not read(content).problems


def test_the_place_of_a_wrong_checksum_is_the_object_it_belongs_to() -> None:
    def fill(file: h5py.File) -> None:
        file["dense/kernel"] = np.zeros(3)

    content = written(fill, libver="latest")
    headers = [block for block in noted(content) if block.what == "object header"]
    told = [read(damaged(content, block)).problems[0].address.member for block in headers]
    assert told == ["/", "/dense", "/dense/kernel"]


# --- what it may cost ---------------------------------------------------------------------


def test_verifying_that_takes_too_long_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    content = file_of(header(GROUP, attribute(BYTE, 900, data=bytes(900))))
    assert not read(content).problems
    monkeypatch.setattr(ledger, "_HASHING", 100)
    (problem,) = read(content).problems
    assert problem.kind is ProblemKind.LIMIT_EXCEEDED
    assert problem.detail == "its checksums take too long: not all were verified"
    assert problem.incomplete


def test_a_structure_too_large_to_be_verified_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    content = file_of(header(GROUP, attribute(BYTE, 900, data=bytes(900))))
    monkeypatch.setattr(open_file, "_CHECKED_AT_MOST", 500)
    (problem,) = read(content).problems
    assert problem.kind is ProblemKind.LIMIT_EXCEEDED
    assert "whose checksum was not verified" in problem.detail
    assert problem.incomplete


def test_a_checksum_behind_the_end_of_the_file_is_damage() -> None:
    content = file_of(header(GROUP))
    truncated, cut = read(content[:-2]).problems
    assert truncated.detail.startswith("truncated")
    assert cut.detail == f"{len(content) - 48} bytes are needed and the file ends at " + (
        f"{len(content) - 2}, at byte 48"
    )
    assert cut.incomplete
