"""Which lines the cases of a session's corpora reach, target by target.

    python -m tests.fuzz.covered FOLDER [--most N]

Needs coverage.py, which is no dependency of kerasscan. Leaves ``coverage/TARGET.json`` in the
session's folder, and ``coverage/all.json`` for all targets together.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = "kerasscan.reader,kerasscan.bytecode"
"""What is counted: the rooms that read bytes."""
_COVERAGE = (sys.executable, "-m", "coverage")


def measure(target: str, folder: Path, most: int) -> Path:
    """Replay a target's corpus; return the file with what it covered."""
    data = folder / "coverage" / f"{target}.data"
    data.parent.mkdir(exist_ok=True)
    replay = ("-m", "tests.fuzz.replay", target, str(folder / "corpus" / target))
    kept = ("run", f"--source={SOURCE}", f"--data-file={data}")
    _run([*_COVERAGE, *kept, *replay, "--most", str(most)])  # raises again what raised before
    return data


def told(data: Path) -> None:
    """Write the figures of a file of covered lines beside it."""
    output = ("-o", str(data.with_suffix(".json")))
    _run([*_COVERAGE, "json", "-q", "--ignore-errors", f"--data-file={data}", *output])


def _run(command: Sequence[str]) -> None:
    subprocess.run(list(command), cwd=ROOT, check=False)


def main() -> None:
    """Measure every target of a session."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=1_000, help="cases of each corpus that run")
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    targets = sorted(path.name for path in (folder / "corpus").iterdir())
    files = [measure(target, folder, asked.most) for target in targets]
    for data in files:
        told(data)
    together = folder / "coverage" / "all.data"
    combine = ("combine", "-q", "--keep", f"--data-file={together}")
    _run([*_COVERAGE, *combine, *map(str, files)])
    told(together)


if __name__ == "__main__":
    main()
