"""Running kept cases once more: those of a corpus, or one that raised.

python -m tests.fuzz.replay TARGET PATH [PATH ...]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.fuzz.cases import attempt
from tests.fuzz.targets import TARGETS


def kept(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are named, and those of the folders that are named."""
    for path in paths:
        yield from sorted(path.iterdir()) if path.is_dir() else [path]


def main() -> None:
    """Run what the command line asks for; exit with 1 when a case raises."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=sys.maxsize, help="how many cases are run")
    asked = parser.parse_args()
    cases = list(kept(asked.paths))
    step = max(1, -(-len(cases) // asked.most))
    failures = 0
    for path in cases[::step]:
        failure = attempt(asked.target, path.read_bytes())
        if failure is not None:
            failures += 1
            print(f"{path}: {failure}")
    print(f"{asked.target}: {len(cases[::step])} cases, {failures} raised")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
