"""The tools of the fuzzing: mutants are as sound around the change as they are said to be."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path
from random import Random

import h5py
import pytest

from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.tensor_index import read_index
from kerasscan.reader.wire import BadWire, Message
from tests.fuzz import targets, watchdog
from tests.fuzz.cases import attempt
from tests.fuzz.mutators import MUTATORS, hdf5, json_text, mutant, table, wire, zip_archive
from tests.fuzz.mutators.lookup3 import lookup3
from tests.fuzz.seeds import seeds
from tests.fuzz.summary import table as summary

MANY = 300
SEEDS = {"protobuf": "keras_metadata.pb", "table": "variables.index"}


@pytest.fixture
def random() -> Random:
    return Random(11)


@pytest.mark.parametrize("name", MUTATORS)
def test_a_mutator_takes_any_bytes(name: str, random: Random) -> None:
    known = seeds(SEEDS.get(name, name))
    changed = 0
    for _ in range(MANY):
        made = mutant(known, MUTATORS[name], random)
        assert isinstance(MUTATORS[name](made, random), bytes)
        assert isinstance(MUTATORS[name](random.randbytes(random.randrange(40)), random), bytes)
        changed += made not in known
    assert changed > MANY * 0.8


def test_most_json_mutants_are_still_json(random: Random) -> None:
    document = b'{"class_name": "Dense", "config": {"units": 3, "name": "a"}}'
    mutants = [json_text.mutate(document, random) for _ in range(MANY)]
    assert sum(_is_json(each) for each in mutants) > MANY * 0.7
    assert any(b'"Lambda"' in each for each in mutants)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def test_a_repeated_key_survives_a_mutation(random: Random) -> None:
    document = b'{"a": 1, "a": 2, "b": [0, 0, 0, 0, 0, 0, 0, 0]}'
    mutants = [json_text.mutate(document, random) for _ in range(MANY)]
    assert sum(each.count(b'"a":') == 2 for each in mutants) > MANY // 3


def test_a_changed_member_is_packed_with_a_right_checksum(random: Random) -> None:
    parts = [zip_archive.Part("config.json", b'{"class_name": "Sequential", "config": {}}')]
    whole = zip_archive.packed(parts)
    for _ in range(MANY):
        changed = zip_archive.mutate_members(whole, random)
        with zipfile.ZipFile(io.BytesIO(changed)) as archive:
            assert archive.testzip() is None


def test_two_members_of_one_name_can_be_packed() -> None:
    parts = [zip_archive.Part("config.json", b"1"), zip_archive.Part("config.json", b"2")]
    with zipfile.ZipFile(io.BytesIO(zip_archive.packed(parts))) as archive:
        assert [info.filename for info in archive.infolist()] == ["config.json"] * 2


def test_a_message_is_taken_apart_and_put_together_alike() -> None:
    for data in seeds("keras_metadata.pb"):
        fields = wire.fields(data)
        assert b"".join(field.encoded() for field in fields) == data


def test_lengths_around_a_changed_field_are_right(random: Random) -> None:
    inner = wire.Field(3, 0, 5).encoded() * 4
    whole = wire.Field(1, 2, wire.Field(2, 2, inner).encoded()).encoded()
    sound = 0
    for _ in range(MANY):
        data = wire.mutate(whole, random)
        try:
            sound += len(list(Message.of_file(data, 10_000).fields())) > 0
        except BadWire:
            continue
    assert sound > MANY * 0.7


def test_a_table_that_is_written_anew_has_the_same_entries() -> None:
    rows = [(b"", wire.Field(1, 0, 1).encoded()), (b"kernel", wire.Field(1, 0, 1).encoded())]
    data = table.written(rows, Random(0))
    entries, header = read_index(data, DEFAULT_LIMITS)
    assert [entry.key for entry in entries] == ["kernel"]
    assert header.shards == 1


def _latest() -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver="latest") as file:
        file.create_group("g").attrs["a"] = 1
        file["g/x"] = [1, 2, 3]
    return stream.getvalue()


def test_the_checksum_is_the_one_that_the_library_writes() -> None:
    data = _latest()
    assert hdf5.sums(data)
    for start, end in hdf5.sums(data):
        assert lookup3(data[start:end]) == int.from_bytes(data[end : end + 4], "little")
    headers = sum(data.count(signature) for signature in (b"OHDR", b"\x89HDF"))
    assert len(hdf5.sums(data)) >= headers


def test_a_changed_structure_gets_its_checksum_and_no_other_byte_changes(tmp_path: Path) -> None:
    data = _latest()
    at = data.index(b"OHDR") + 8
    changed = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
    right = hdf5.with_sums(data, changed)
    touched = [index for index in range(len(data)) if right[index] != data[index]]
    (end,) = [end for start, end in hdf5.sums(data) if start < at < end]
    assert set(touched) <= {at, *range(end, end + 4)}
    assert len(touched) > 1


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_data: bytes) -> None:
        while True:
            time.sleep(0)

    monkeypatch.setitem(targets.TARGETS, "json", targets.Target(endless, "json", "json"))
    monkeypatch.setattr(watchdog, "SECONDS", 0.2)
    failure = attempt("json", b"")
    assert failure is not None
    assert failure.place.startswith("TooSlow")


def test_what_takes_too_much_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(_data: bytes) -> None:
        size = watchdog.peak() + 200 * watchdog.MIB  # more than all that a long run has freed
        assert len(bytes(size).replace(b"\0", b"\1"))

    monkeypatch.setitem(targets.TARGETS, "json", targets.Target(greedy, "json", "json"))
    monkeypatch.setattr(watchdog, "GROWTH", watchdog.MIB)
    failure = attempt("json", b"")
    assert failure is not None
    assert failure.place.startswith("TooMuchMemory")


def test_a_lambda_that_is_missed_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "_walked", lambda _documents: 0)
    model = {"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda"}]}}
    failure = attempt("json", json.dumps(model).encode())
    assert failure is not None
    assert "a Lambda is not found" in failure.trace


def test_the_summary_adds_rounds_up() -> None:
    line = {"target": "zip", "executions": 1_500, "cpu_seconds": 90, "found": {"E at x:1": 2}}
    line |= {"coverage": 10, "corpus": 7}
    text = summary([line, {**line, "coverage": 12}], {"zip": "80 %", "all": "81 %"})
    assert "| zip | 2 | 3,000 | 3 | 1 | 12 | 7 | 80 % |" in text
    assert text.splitlines()[-1] == "| **all** | 2 | 3,000 | 3 | 1 |  |  | 81 % |"
