"""Custom objects in every role: each is found, and what real releases did is what is predicted."""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.oracle.customs import recordings
from tests.oracle.customs.agreement import (
    KINDS,
    SavedFile,
    Seen,
    replay_all,
    saved_files,
    seen_in,
    table,
    truth_of,
)
from tests.oracle.customs.models import ALL, WAYS
from tests.oracle.customs.recordings import (
    MODES,
    NOTHING,
    CustomRecord,
)
from tests.oracle.zoo import packing
from tests.oracle.zoo import recordings as zoo
from tests.oracle.zoo.recordings import HASH_LENGTH
from tests.recordings.agreement import Agreement

FILES, PAIRS, SAVERS, LOADERS = 3000, 20_000, 9, 13
LARGEST = 2 * 1024**2


@cache
def records() -> tuple[CustomRecord, ...]:
    return tuple(recordings.read())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the second zoo."""
    made = tmp_path_factory.mktemp("customs")
    packing.extract(made, recordings.FOLDER)
    return made


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[SavedFile, tuple[set[Seen], str]]:
    """What is called custom in each file, and the file's text."""
    return {file: seen_in(folder / file.path) for file in saved_files(folder)}


@pytest.fixture(scope="module")
def agreement(folder: Path, request: pytest.FixtureRequest) -> dict[str, Agreement]:
    """Every recorded load replayed, by what it was given, and the table printed."""
    compared = replay_all(folder)
    manager = request.config.pluginmanager.getplugin("capturemanager")
    with manager.global_and_fixture_disabled():
        sys.stdout.write(f"\n{table(compared)}\n")
    return compared


def is_nameless(file: SavedFile, text: str) -> bool:
    """Whether nothing but the name of a function of Keras is left of what is custom in a file."""
    if not file.model.endswith("-like-builtin"):
        return False
    return f'>{file.truth[0][2]}"' not in text


@pytest.mark.parametrize("model", [model.name for model in ALL])
def test_every_custom_object_is_found_in_its_role_and_place_and_nothing_else(
    found: dict[SavedFile, tuple[set[Seen], str]], model: str
) -> None:
    wrong = [
        f"{file.path}: lacks {sorted(truth - seen)}, has {sorted(seen - truth)}"
        for file, (seen, text) in found.items()
        if file.model == model
        and seen != (truth := truth_of(file, text))
        and not is_nameless(file, text)
    ]
    assert wrong == []


def test_where_only_a_name_of_keras_is_left_nothing_is_called_custom(
    found: dict[SavedFile, tuple[set[Seen], str]],
) -> None:
    nameless = [seen for file, (seen, text) in found.items() if is_nameless(file, text)]
    assert len(nameless) > 50
    assert [seen for seen in nameless if seen] == []


def test_nothing_of_keras_is_called_custom(
    found: dict[SavedFile, tuple[set[Seen], str]],
) -> None:
    wrong = [
        f"{file.path}: {name}"
        for file, (seen, _) in found.items()
        for _, name, _ in seen
        if name.rpartition(">")[2].replace("Other", "")
        not in {bare for _, _, bare, _ in file.truth}
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_verdicts_agree_with_reality(agreement: dict[str, Agreement], kind: str) -> None:
    assert agreement[kind].overall().share >= 0.99, "\n".join(agreement[kind].wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_no_loader_and_no_saver_is_neglected(agreement: dict[str, Agreement], kind: str) -> None:
    shares = {**agreement[kind].by_loader(), **agreement[kind].by_saver()}
    assert {name: tally.share for name, tally in shares.items() if tally.share < 0.97} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_hardly_any_verdict_is_left_open(agreement: dict[str, Agreement], kind: str) -> None:
    assert agreement[kind].undecided.share < 0.01


def test_the_reasons_name_the_custom_object(agreement: dict[str, Agreement]) -> None:
    assert agreement[NOTHING].named.share >= 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_what_helps_is_told_as_well(agreement: dict[str, Agreement], kind: str) -> None:
    assert agreement[kind].without_compile.share >= 0.98
    assert agreement[kind].unsafe.share >= 0.98


def test_there_are_as_many_files_and_pairs_as_promised(folder: Path) -> None:
    files = list(saved_files(folder))
    assert len(files) >= FILES
    assert len({file.saver for file in files}) == SAVERS
    assert {file.way for file in files} > set(WAYS)
    assert len(records()) >= PAIRS
    assert len({record.loader for record in records()}) == LOADERS
    assert {record.given for record in records()} == set(MODES)


def test_every_model_of_every_saver_was_tried_by_several_loaders() -> None:
    loaders: dict[tuple[str, str], set[str]] = {}
    for record in records():
        model = record.model.partition(".")[2]
        loaders.setdefault((record.saver, model), set()).add(record.loader)
    assert [key for key, those in loaders.items() if len(those) < 3] == []


def test_no_pair_is_recorded_twice() -> None:
    pairs = Counter((record.loader, *record.pair) for record in records())
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_the_recorded_files_are_the_packed_ones() -> None:
    packed = packing.hashes(recordings.FOLDER)
    wrong = {
        record.path
        for record in records()
        if packed.get(record.path, "")[:HASH_LENGTH] != record.sha256
    }
    assert wrong == set()


def test_all_of_it_stays_small() -> None:
    assert sum(path.stat().st_size for path in recordings.FOLDER.iterdir()) <= LARGEST


def test_a_recording_is_written_as_it_is_read(tmp_path: Path) -> None:
    loader = zoo.loaders(recordings.FOLDER)[0]
    about = zoo.about(loader, recordings.FOLDER)
    about.pop("loader")
    before = recordings.read_loader(loader)
    recordings.write_loader(loader, reversed(before), about, tmp_path)
    written = (tmp_path / f"{loader}.jsonl.xz").read_bytes()
    assert written == (recordings.FOLDER / f"{loader}.jsonl.xz").read_bytes()
