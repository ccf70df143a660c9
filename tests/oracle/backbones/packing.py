"""Pack the architectures, so that they can be read without any Keras.

``tests/recordings/backbones/files.tar.xz`` holds ``index.jsonl``, the truth of every file, and
``<release>/<file>``, sorted by model so that what is alike lies together.
"""

from __future__ import annotations

import io
import json
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "recordings" / "backbones"
NAME = "files.tar.xz"
INDEX = "index.jsonl"
PREPROCESSING = "preprocessing.json"
FILTERS = [
    {
        "id": lzma.FILTER_LZMA2,
        "preset": 9 | lzma.PRESET_EXTREME,
        "dict_size": 128 * 1024**2,
        "lc": 4,
        "lp": 0,
        "pb": 0,
    }
]


def pack(work: Path, folder: Path = FOLDER) -> str:
    """Pack what releases wrote below ``work/ways``; say how many files and how large."""
    folder.mkdir(parents=True, exist_ok=True)
    truths = [
        json.loads(line)
        for index in sorted(work.glob(f"ways/*/{INDEX}"))
        for line in index.read_text(encoding="utf-8").splitlines()
    ]
    truths.sort(key=lambda truth: (truth["family"], truth["release"], truth["file"]))
    lines = "".join(json.dumps(truth, sort_keys=True) + "\n" for truth in truths)
    with (
        lzma.open(folder / NAME, "wb", filters=FILTERS) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        _add(archive, INDEX, lines.encode("utf-8"))
        for truth in truths:
            name = f"{truth['release']}/{truth['file']}"
            _add(archive, name, (work / "ways" / name).read_bytes())
    (folder / PREPROCESSING).write_text(_preprocessing(work), encoding="utf-8", newline="\n")
    return f"{len(truths)} models, packed {(folder / NAME).stat().st_size} bytes"


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _preprocessing(work: Path) -> str:
    """Return what ``preprocess_input`` gives, a line for each module and release."""
    recorded = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(work.glob(f"*/*/{PREPROCESSING}"))
    }
    given = next(iter(recorded.values()))["given"]
    lines = [
        f"{json.dumps([release, module])[1:-1]}, {json.dumps(result)}"
        for release, found in recorded.items()
        for module, result in sorted(found["result"].items())
    ]
    rows = ",\n".join(f"[{line}]" for line in lines)
    head = f'{{"given": {json.dumps(given)},\n"columns": ["release", "module", "result"],\n'
    return f'{head}"rows": [\n{rows}\n]}}\n'


def unpacked(folder: Path = FOLDER) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield truth and content of every packed architecture."""
    with (
        lzma.open(folder / NAME, "rb") as packed,
        tarfile.open(fileobj=packed, mode="r|") as archive,
    ):
        truths: dict[str, dict[str, Any]] = {}
        for entry in archive:
            stream = archive.extractfile(entry)
            content = stream.read() if stream is not None else b""
            if entry.name == INDEX:
                each = [json.loads(line) for line in content.decode("utf-8").splitlines()]
                truths = {f"{truth['release']}/{truth['file']}": truth for truth in each}
            else:
                yield truths[entry.name], content
