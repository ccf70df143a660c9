"""Read, write and count the recordings of the zoo: ``tests/recordings/zoo/*.jsonl.xz``.

One file for each loader: a line about its environment, then a line for each file it tried, in a
stable order. ``README.md`` explains the short keys.
"""

from __future__ import annotations

import json
import lzma
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "recordings" / "zoo"
BACKENDS = FOLDER.with_name("zoo-backends")
"""Recordings of Keras 3 with other backends than TensorFlow, a folder for each."""
ENDING = ".jsonl.xz"
HASH_LENGTH = 16
Again = str | dict[str, str] | None
Drift = str | list[float] | None


@dataclass(frozen=True)
class Record:
    """What one release did with one file."""

    loader: str
    python: str
    saver: str
    model: str
    ending: str
    sha256: str
    result: str
    loaded_as: str | None = None
    error: str | None = None
    message: str | None = None
    cause: str | None = None
    raised_in: str | None = None
    drift: Drift = None
    without_compile: Again = None
    without_safe_mode: Again = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Say which file it was."""
        return self.saver, self.model, self.ending

    @property
    def path(self) -> str:
        """Return the file's name in the packed zoo."""
        return f"{self.saver}/{self.model}{self.ending}"

    @classmethod
    def of(cls, loader: str, python: str, event: dict[str, Any], outcome: dict[str, Any]) -> Record:
        """Make a record of a saver's note and what a worker said."""
        return cls(
            loader=loader,
            python=python,
            saver=event["saver"],
            model=event["model"],
            ending=event["ending"],
            sha256=event["sha256"][:HASH_LENGTH],
            result=outcome["result"],
            loaded_as=outcome.get("as"),
            error=outcome.get("error"),
            message=outcome.get("message"),
            cause=outcome.get("cause"),
            raised_in=outcome.get("in"),
            drift=outcome.get("drift"),
            without_compile=outcome.get("no_compile"),
            without_safe_mode=outcome.get("no_safe_mode"),
        )


KEYS = {
    "saver": "s",
    "model": "m",
    "ending": "e",
    "sha256": "h",
    "result": "r",
    "loaded_as": "a",
    "error": "x",
    "message": "t",
    "cause": "c",
    "raised_in": "i",
    "drift": "d",
    "without_compile": "nc",
    "without_safe_mode": "ns",
}


def loaders(folder: Path = FOLDER) -> list[str]:
    """Return the releases there are recordings of."""
    return sorted(path.name[: -len(ENDING)] for path in folder.glob("*" + ENDING))


def about(loader: str, folder: Path = FOLDER) -> dict[str, str]:
    """Return the versions of Python and packages with which a loader ran."""
    lines = _lines(loader, folder)
    return dict(lines[0]) if lines else {}


def read(folder: Path = FOLDER) -> Iterator[Record]:
    """Yield every record of every loader."""
    for loader in loaders(folder):
        yield from read_loader(loader, folder)


def read_loader(loader: str, folder: Path = FOLDER) -> list[Record]:
    """Return the records of one loader, none if it has no recording."""
    head, *lines = _lines(loader, folder) or [{}]
    python = ".".join(head.get("python", "").split(".")[:2])
    return [
        Record(
            loader=loader,
            python=python,
            **{name: line[key] for name, key in KEYS.items() if key in line},
        )
        for line in lines
    ]


def _lines(loader: str, folder: Path) -> list[dict[str, Any]]:
    path = folder / (loader + ENDING)
    if not path.exists():
        return []
    return [json.loads(line) for line in lzma.decompress(path.read_bytes()).splitlines()]


def write_loader(
    loader: str, records: Iterable[Record], versions: dict[str, str], folder: Path = FOLDER
) -> None:
    """Write the recording of one loader anew."""
    lines: list[dict[str, Any]] = [{"loader": loader} | versions]
    for record in sorted(records, key=lambda record: record.key):
        values = {field.name: getattr(record, field.name) for field in fields(Record)}
        lines.append({key: values[name] for name, key in KEYS.items() if values[name] is not None})
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    packed = lzma.compress(text.encode("ascii"), preset=9 | lzma.PRESET_EXTREME)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (loader + ENDING)).write_bytes(packed)


def release_order(release: str) -> tuple[int, list[int]]:
    """Sort releases as they came: standalone and tf.keras, tf-keras, Keras 3."""
    name, _, version = release.partition("==")
    numbers = [int(part) for part in version.split(".")]
    if name == "keras":
        return (0 if numbers[0] < 3 else 3), numbers
    return (1 if name == "tensorflow" else 2), numbers


def matrix(folder: Path = FOLDER) -> str:
    """Return a table: a line for each loader, a column for each saver, "loaded/tried"."""
    loaded: Counter[tuple[str, str]] = Counter()
    tried: Counter[tuple[str, str]] = Counter()
    results: Counter[str] = Counter()
    for record in read(folder):
        tried[record.loader, record.saver] += 1
        results[record.result] += 1
        loaded[record.loader, record.saver] += record.result == "loaded"
    rows = sorted({loader for loader, _ in tried}, key=release_order)
    columns = sorted({saver for _, saver in tried}, key=release_order)
    lines = [" " * 18 + "".join(f"{_short(saver):>10}" for saver in columns) + f"{'all':>12}"]
    for loader in rows:
        cells = [f"{loaded[loader, saver]}/{tried[loader, saver]}" for saver in columns]
        whole = [sum(counts[loader, saver] for saver in columns) for counts in (loaded, tried)]
        line = f"{loader:18}" + "".join(f"{cell:>10}" for cell in cells)
        lines.append(line + f"{whole[0]}/{whole[1]}".rjust(12))
    lines.append(f"{sum(tried.values())} pairs: {dict(results.most_common())}")
    return "\n".join(lines)


def _short(release: str) -> str:
    return release.replace("tensorflow==", "tf ").replace("tf-keras==", "tfk ").replace("==", " ")
