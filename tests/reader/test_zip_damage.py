"""Archives damaged by chance: told, in time, and never an exception."""

from __future__ import annotations

import io
import time
from pathlib import Path
from random import Random

import pytest

from kerasscan.reader.reading import read
from kerasscan.reader.window import Window
from tests.samples.manifest import SAMPLES

from .handmade import read_bytes
from .zip_maker import HIDDEN, Part, build, by_chance, model

SEED = 20_261_125
SLOWEST = 2.0
"""Seconds that one archive may take."""

KERAS = (SAMPLES / "clean" / "keras-3.15.1-preprocessing.keras").read_bytes()
NESTED = build(model(Part(b"in", build(model(Part(b"a.json", HIDDEN.encode(), 8)), wide=True))))
RECORDS = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x07\x08")


def mutated(data: bytes, random: Random) -> bytes:
    """Return an archive with some bytes of its records changed, or with records moved."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 2, 6))):
        record = random.choice([each for each in RECORDS if each in changed] or [b""])
        starts = [at for at in range(len(changed)) if changed.startswith(record, at)]
        at = random.choice(starts[-40:]) + random.randrange(50)
        match random.randrange(4):
            case 0:
                changed[at : at + 4] = random.choice((b"\xff" * 4, bytes(4), random.randbytes(4)))
            case 1:
                changed[at : at + 1] = bytes((random.randrange(256),))
            case 2:
                del changed[at : at + random.randrange(60)]
            case _:
                changed[at:at] = changed[: random.randrange(300)]
    return bytes(changed)


@pytest.mark.parametrize("number", range(4))
def test_damage_is_told_in_time(tmp_path: Path, number: int) -> None:
    random = Random(SEED + number)  # noqa: S311  # the same damage every time
    for _ in range(100):
        data = mutated(random.choice((KERAS, NESTED, by_chance(random))), random)
        start = time.perf_counter()
        saved = read_bytes(tmp_path, data)
        assert time.perf_counter() - start < SLOWEST
        assert saved.is_complete or any(problem.incomplete for problem in saved.problems)


def test_a_sparse_file_of_a_terabyte_is_read_in_time(tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    with path.open("wb") as file:
        file.truncate(1 << 40)
        file.seek(0, 2)
        file.write(build(model()))
    start = time.perf_counter()
    saved = read(path)
    assert time.perf_counter() - start < 5 * SLOWEST
    assert not saved.is_complete
    assert saved.root is not None


def test_a_member_that_claims_more_than_a_file_can_have_is_read_to_the_end_of_the_file() -> None:
    stream = io.BytesIO(b"0123456789")
    window = Window(stream, 8, 2**64)
    assert window.read(4) == b"89"
    assert window.seek(0, io.SEEK_END) == 2
    window.seek(2**63)
    assert window.read(4) == b""
