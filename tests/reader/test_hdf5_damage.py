"""Damaged HDF5 files: the reader ends, soon and without an exception, whatever the bytes.

The HDF5 library itself is not asked here: it does not end on some of these files.
"""

from __future__ import annotations

import io
import time
from pathlib import Path
from random import Random
from typing import Any

import h5py
import numpy as np
import pytest

from kerasscan.reader.hdf5 import NotHdf5, snapshot
from kerasscan.reader.hdf5_tree import H5Snapshot
from kerasscan.reader.limits import DEFAULT_LIMITS
from tests.reader.hdf5_maker import make

CASES = 3_000
SECONDS = 2.0
SIGNATURES = (
    *(b"TREE", b"SNOD", b"HEAP", b"GCOL", b"OHDR", b"OCHK", b"BTHD", b"BTLF", b"BTIN", b"FRHP"),
    *(b"FHDB", b"FHIB", b"FAHD", b"FADB", b"EAHD", b"EAIB", b"EASB", b"EADB", b"\x89HDF"),
)
NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)


class Damage:
    """Changes files where it hurts: at structures and at the fields behind their signatures."""

    def __init__(self, random: Random, content: bytes) -> None:
        self.random = random
        self.content = bytearray(content)
        self.places = [
            at
            for signature in SIGNATURES
            for at in range(len(content))
            if content.startswith(signature, at)
        ] or [0]
        self.fields = [at for at in range(0, len(content) - 8) if content[at]] or [0]

    def apply(self) -> bytes:
        for _ in range(self.random.choice((1, 1, 1, 2, 4, 12))):
            self.random.choice((self.number, self.number, self.bit, self.copy, self.move))()
        if self.random.random() < 0.05:
            return bytes(self.content[: self.random.randrange(len(self.content))])
        return bytes(self.content)

    def _place(self) -> int:
        if self.random.random() < 0.6:
            place = self.random.choice(self.places) + self.random.randrange(64)
        else:
            place = self.random.choice(self.fields)
        return min(place, len(self.content) - 1)

    def number(self) -> None:
        """Write an interesting number, or one that was there and a little more or less."""
        at, width = self._place(), self.random.choice((1, 2, 4, 8))
        old = int.from_bytes(self.content[at : at + width], "little")
        near = old + self.random.choice((-8, -1, 1, 8, 256))
        new = self.random.choice((*NUMBERS, near, len(self.content), old * 2))
        self._write(at, (new % 256**width).to_bytes(width, "little"))

    def bit(self) -> None:
        at = self._place()
        self.content[at] ^= 1 << self.random.randrange(8)

    def copy(self) -> None:
        """Put one structure, or a part of it, in place of another."""
        start = self._place()
        self._write(self._place(), self.content[start : start + self.random.choice((4, 8, 24, 99))])

    def move(self) -> None:
        """Let a field point to a structure, maybe to the one that it is in."""
        target = self.random.choice(self.places)
        self._write(self._place(), target.to_bytes(8, "little"))

    def _write(self, at: int, new: bytes | bytearray) -> None:
        end = min(at + len(new), len(self.content))
        self.content[at:end] = new[: end - at]


def keras_like(library: Any) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=library, track_order=library == "latest") as file:
        file.attrs["model_config"] = '{"class_name": "Sequential", "config": {}}'
        file.attrs["keras_version"] = b"2.10.0"
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [f"dense_{i}".encode() for i in range(12)]
        for number in range(12):
            layer = weights.create_group(f"dense_{number}/dense_{number}")
            layer.attrs["weight_names"] = np.array(["kernel:0", "bias:0"], dtype=object)
            layer.create_dataset("kernel:0", (3, 4), "f4", chunks=(2, 2), compression="gzip")
            layer["bias:0"] = np.zeros(4, "f4")
    return stream.getvalue()


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("made")
    made = [make(seed, folder) for seed in range(1_000, 1_080)]
    small = [content for content in made if len(content) < 40_000]
    return [keras_like("earliest"), keras_like("latest"), *small[:30]]


def attempt(content: bytes) -> H5Snapshot | None:
    """Read within the time that a case may take; every name and value must be usable."""
    start = time.process_time()
    try:
        found = snapshot(io.BytesIO(content), DEFAULT_LIMITS)
    except NotHdf5:
        return None
    for group in found.root.walk():
        assert isinstance(group.path, str)
        group.path.encode()
    for dataset in found.root.all_datasets():
        assert dataset.stored_bytes >= 0
        dataset.path.encode()
    for problem in found.problems:
        assert problem.detail
        problem.address.member.encode()
    assert time.process_time() - start < SECONDS
    return found


def test_damage_is_neither_an_exception_nor_an_endless_loop(victims: list[bytes]) -> None:
    random = Random(2_026)  # noqa: S311 - a test generator
    damages = [Damage(random, victim) for victim in victims]
    seen = 0
    for _ in range(CASES):
        damage = random.choice(damages)
        whole = bytes(damage.content)
        found = attempt(damage.apply())
        damage.content = bytearray(whole)
        seen += found is not None and bool(found.problems)
    assert seen > CASES // 4, "the damage hardly ever hits anything"


def test_random_bytes_behind_a_signature_are_read_to_an_end() -> None:
    random = Random(7)  # noqa: S311 - a test generator
    for version in range(5):
        for _ in range(40):
            found = attempt(b"\x89HDF\r\n\x1a\n" + bytes([version]) + random.randbytes(2_000))
            assert found is not None
            assert found.problems


def test_every_truncation_is_a_problem(tmp_path: Path) -> None:
    content = keras_like("latest")
    for end in range(8, len(content), max(1, len(content) // 150)):
        found = attempt(content[:end])
        assert found is not None
        assert any(problem.incomplete for problem in found.problems), end
