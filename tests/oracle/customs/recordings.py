"""Read and write the recordings of the second zoo: what a release was given is part of a pair."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from tests.oracle.zoo import recordings as zoo
from tests.oracle.zoo.recordings import ENDING, Record, loaders

FOLDER = zoo.FOLDER.with_name("customs")
NOTHING, PASSED, PASSED_AS_REGISTERED = "nothing", "passed", "passed-registered-names"
REGISTERED, MODULE = "registered", "module"
MODES = (NOTHING, PASSED, PASSED_AS_REGISTERED, REGISTERED, MODULE)
KEYS = {"saver": "s", "model": "m", "ending": "e", "given": "g"} | zoo.KEYS


@dataclass(frozen=True)
class CustomRecord(Record):
    """What one release did with one file, given what ``given`` says."""

    given: str = NOTHING

    @property
    def pair(self) -> tuple[str, str, str, str]:
        """Say which file it was and what was given."""
        return *self.key, self.given

    @classmethod
    def made(
        cls, loader: str, python: str, event: dict[str, Any], outcome: dict[str, Any]
    ) -> CustomRecord:
        """Make a record of a saver's note and what a worker said."""
        record = cls.of(loader, python, event, outcome)
        assert isinstance(record, cls)
        return replace(record, given=event["given"])


def read(folder: Path = FOLDER) -> Iterator[CustomRecord]:
    """Yield every record of every loader."""
    for loader in loaders(folder):
        yield from read_loader(loader, folder)


def read_loader(loader: str, folder: Path = FOLDER) -> list[CustomRecord]:
    """Return the records of one loader, none if it has no recording."""
    path = folder / (loader + ENDING)
    if not path.exists():
        return []
    head, *lines = map(json.loads, lzma.decompress(path.read_bytes()).splitlines())
    python = ".".join(head["python"].split(".")[:2])
    return [
        CustomRecord(
            loader=loader,
            python=python,
            **{name: line[key] for name, key in KEYS.items() if key in line},
        )
        for line in lines
    ]


def write_loader(
    loader: str, records: Iterable[CustomRecord], versions: dict[str, str], folder: Path = FOLDER
) -> None:
    """Write the recording of one loader anew."""
    lines: list[dict[str, Any]] = [{"loader": loader} | versions]
    for record in sorted(records, key=lambda record: record.pair):
        values = {field.name: getattr(record, field.name) for field in fields(CustomRecord)}
        lines.append({key: values[name] for name, key in KEYS.items() if values[name] is not None})
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    folder.mkdir(parents=True, exist_ok=True)
    packed = lzma.compress(text.encode("ascii"), preset=9 | lzma.PRESET_EXTREME)
    (folder / (loader + ENDING)).write_bytes(packed)
