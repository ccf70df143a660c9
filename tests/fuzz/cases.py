"""Running many cases of one target, and what came of them.

python -m tests.fuzz.cases TARGET --cases N --seed S [--into FOLDER]
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import kerasscan
from tests.fuzz.mutators import MUTATORS, mutant
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS
from tests.fuzz.watchdog import bound_memory, bound_time, watched

_ROOT = Path(kerasscan.__file__).parents[1]
_PACKAGE = str(_ROOT / "kerasscan")
_SHOWN = 2_000
"""Bytes of a failing case that a message shows."""


@dataclass(frozen=True)
class Failure:
    """A case that raised.

    Attributes:
        target: What was run.
        place: The exception's name and the deepest line of kerasscan that it came through.
        trace: The traceback.
        data: The bytes.
    """

    target: str
    place: str
    trace: str
    data: bytes

    def __str__(self) -> str:
        shown = self.data.hex() if len(self.data) <= _SHOWN else f"{len(self.data)} bytes"
        return f"{self.target}: {self.place}\n{self.trace}{shown}"


@dataclass
class Ran:
    """What came of the cases of one target.

    Attributes:
        target: Its name.
        cases: How many were run.
        failures: One for each place.
        seconds: Processor time.
        slowest: Processor time of the slowest case.
    """

    target: str
    cases: int = 0
    failures: dict[str, Failure] = field(default_factory=dict)
    seconds: float = 0.0
    slowest: float = 0.0


def failure_of(target: str, data: bytes, error: BaseException) -> Failure:
    """Return what a case that raised is known by."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename.startswith(_PACKAGE)] or list(frames)
    last = inside[-1]
    name = Path(last.filename)
    if name.is_relative_to(_ROOT):
        name = name.relative_to(_ROOT)
    place = f"{type(error).__name__} at {name}:{last.lineno}"
    lines = traceback.format_exception(type(error), error, error.__traceback__, limit=-12)
    return Failure(target, place, "".join(lines), data)


def attempt(target: str, data: bytes) -> Failure | None:
    """Run one case within what it may cost."""
    try:
        with watched():
            TARGETS[target].run(data)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return failure_of(target, data, error)
    return None


def made_cases(target: str, count: int, seed: int) -> Iterator[bytes]:
    """Yield the seeds of a target, and mutants of them: the same for the same seed."""
    known = TARGETS[target]
    mutator = MUTATORS[known.mutator] if known.mutator else None
    random = Random(f"{seed}:{target}")
    whole = seeds(known.seeds)[: count // 4]
    yield from whole
    for _ in range(count - len(whole)):
        yield mutant(seeds(known.seeds), mutator, random)


def run_cases(target: str, count: int, seed: int) -> Ran:
    """Run cases of a target in this process."""
    ran = Ran(target)
    begin = time.process_time()
    for data in made_cases(target, count, seed):
        start = time.process_time()
        failure = attempt(target, data)
        ran.slowest = max(ran.slowest, time.process_time() - start)
        ran.cases += 1
        if failure is not None:
            ran.failures.setdefault(failure.place, failure)
    ran.seconds = time.process_time() - begin
    return ran


def run_in_bounds(target: str, count: int, seed: int) -> Ran:
    """Run cases in a process of their own, whose memory and time are bounded."""
    bound_memory()
    bound_time()
    return run_cases(target, count, seed)


def keep(failure: Failure, folder: Path) -> Path:
    """Write a failing case and its traceback into a folder, once for each place."""
    known = hashlib.sha256(failure.place.encode()).hexdigest()[:12]
    path = folder / f"{failure.target}-{known}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(failure.data)
        path.with_suffix(".txt").write_text(f"{failure.place}\n{failure.trace}", "utf-8")
    return path


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--into", type=Path, help="folder for failing cases")
    asked = parser.parse_args()
    ran = run_in_bounds(asked.target, asked.cases, asked.seed)
    print(f"{ran.target}: {ran.cases} cases, {ran.seconds:.1f} s, slowest {ran.slowest:.2f} s")
    for failure in ran.failures.values():
        if asked.into:
            keep(failure, asked.into)
        print(failure.place if asked.into else failure)
    sys.exit(bool(ran.failures))


if __name__ == "__main__":
    main()
