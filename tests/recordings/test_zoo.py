"""The recordings of the zoo can be read, are as many as promised, and belong to the files."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

from tests.oracle.zoo import packing, recordings
from tests.oracle.zoo.recordings import HASH_LENGTH, Record

PAIRS, SAVERS, LOADERS = 20_000, 20, 30
LARGEST = 8 * 1024**2


@cache
def records() -> tuple[Record, ...]:
    return tuple(recordings.read())


def test_there_are_as_many_pairs_savers_and_loaders_as_promised() -> None:
    assert len(records()) >= PAIRS
    assert len({record.saver for record in records()}) >= SAVERS
    assert len({record.loader for record in records()}) >= LOADERS


def test_every_saver_and_every_loader_is_well_covered() -> None:
    loaders = Counter(record.loader for record in records())
    savers = Counter(record.saver for record in records())
    both = Counter((record.loader, record.saver) for record in records())
    assert min(loaders.values()) >= 400
    assert min(savers.values()) >= 400
    assert all(both[loader, saver] >= 10 for loader in loaders for saver in savers)


def test_no_pair_is_recorded_twice() -> None:
    pairs = Counter((record.loader, *record.key) for record in records())
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_every_failure_says_what_failed_and_what_was_tried() -> None:
    results = {record.result for record in records()}
    assert results <= {"loaded", "failed", "hang", "crash"}
    failed = [record for record in records() if record.result == "failed"]
    assert failed
    for record in failed:
        assert record.error
        assert record.message is not None and len(record.message) <= 300
        assert record.without_compile is not None


def test_the_recorded_files_are_the_packed_ones() -> None:
    packed = packing.hashes()
    wrong = {
        record.path
        for record in records()
        if packed.get(record.path, "")[:HASH_LENGTH] != record.sha256
    }
    assert wrong == set()


def test_every_loader_says_with_what_it_ran() -> None:
    for loader in recordings.loaders():
        versions = recordings.about(loader)
        assert versions["loader"] == loader
        assert {"python", "numpy", "h5py"} <= set(versions)


def test_all_of_it_stays_small() -> None:
    assert sum(path.stat().st_size for path in recordings.FOLDER.iterdir()) <= LARGEST


def test_a_recording_is_written_as_it_is_read(tmp_path: Path) -> None:
    loader = recordings.loaders()[0]
    before = recordings.read_loader(loader)
    about = {key: value for key, value in recordings.about(loader).items() if key != "loader"}
    recordings.write_loader(loader, reversed(before), about, tmp_path)
    assert recordings.read_loader(loader, tmp_path) == before
    written = (tmp_path / f"{loader}.jsonl.xz").read_bytes()
    assert written == (recordings.FOLDER / f"{loader}.jsonl.xz").read_bytes()
