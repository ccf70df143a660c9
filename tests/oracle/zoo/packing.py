"""Pack the files of the zoo, so that they can be read without any Keras.

``tests/recordings/zoo/files.tar.xz`` holds ``<saver>/<model><ending>``, sorted by model so that
what is alike lies together; before them each saver's ``index.jsonl`` and ``predictions.npz``.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tests.oracle.zoo import recordings
from tests.oracle.zoo.recordings import release_order

NAME = "files.tar.xz"
INDEX = "index.jsonl"
PREDICTIONS = "predictions.npz"
FILTERS = [
    {
        "id": lzma.FILTER_LZMA2,
        "preset": 9 | lzma.PRESET_EXTREME,
        "dict_size": 64 * 1024**2,
        "lc": 4,
        "lp": 0,
        "pb": 0,
    }
]


def pack(files: Path, folder: Path = recordings.FOLDER) -> str:
    """Pack what the savers wrote; say how many files and how large."""
    savers = sorted((path.parent.name for path in files.glob("*/" + INDEX)), key=release_order)
    kept = [(files / saver / name, saver) for name in (INDEX, PREDICTIONS) for saver in savers]
    wanted = []
    for saver in savers:
        for line in (files / saver / INDEX).read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if "sha256" in event:
                wanted.append((event["ending"], event["model"], release_order(saver), saver))
    for ending, model, _, saver in sorted(wanted):
        kept += [(path, saver) for path in _parts(files / saver / (model + ending))]
    raw = 0
    with (
        lzma.open(folder / NAME, "wb", filters=FILTERS) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for path, _ in kept:
            content = path.read_bytes()
            entry = tarfile.TarInfo(path.relative_to(files).as_posix())
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
            raw += len(content)
    size = (folder / NAME).stat().st_size
    return f"{len(wanted)} models of {len(savers)} savers, {raw} bytes, packed {size}"


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    return [path]


def unpacked(folder: Path = recordings.FOLDER) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every packed file; those of a directory one by one."""
    with (
        lzma.open(folder / NAME, "rb") as packed,
        tarfile.open(fileobj=packed, mode="r|") as archive,
    ):
        for entry in archive:
            content = archive.extractfile(entry)
            if content is not None:
                yield entry.name, content.read()


def hashes(folder: Path = recordings.FOLDER) -> dict[str, str]:
    """Return the hash of every packed file or directory of a saver."""
    found: dict[str, str] = {}
    parts: dict[str, list[str]] = {}
    for name, content in unpacked(folder):
        saver, model, *inside = name.split("/")
        digest = hashlib.sha256(content).hexdigest()
        if inside:
            parts.setdefault(f"{saver}/{model}", []).append("/".join(inside) + f"\0{digest}\n")
        else:
            found[name] = digest
    for name, lines in parts.items():
        found[name] = hashlib.sha256("".join(sorted(lines)).encode("utf-8")).hexdigest()
    return found


def extract(target: Path, folder: Path = recordings.FOLDER) -> None:
    """Write all packed files below a directory."""
    for name, content in unpacked(folder):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
