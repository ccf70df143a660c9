"""Coverage-guided fuzzing of one target with Atheris (libFuzzer).

    python -m tests.fuzz.atheris_run TARGET --seconds N [--folder FOLDER]

N are seconds of the processor: on a busy machine the run takes longer. Atheris is no dependency of
kerasscan: README.md says how to set up an environment that has it.

A case that raises is kept once for each place and the run goes on; what Python cannot catch (a
hang in C, no memory) ends the run, and libFuzzer keeps the case.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import atheris

_HANG = 60
"""Seconds after which libFuzzer ends the run: the watchdog of a case did not get through."""
_LARGEST = 120_000
"""Bytes of a case."""
_OWN_SHARE = 0.75
"""How many mutants come from `tests.fuzz.mutators`; libFuzzer makes the others."""
_TELL_EVERY = 2.0


class Run:
    """One run: its folders and its tally.

    The folder holds ``corpus/TARGET``, ``crashes`` and ``tallies/TARGET.json``.
    """

    def __init__(self, target: str, folder: Path, seconds: int) -> None:
        from tests.fuzz.mutators import MUTATORS, mutator_of
        from tests.fuzz.seeds import seeds
        from tests.fuzz.targets import TARGETS

        self.target = target
        self.seconds = seconds
        self.corpus = folder / "corpus" / target
        self.crashes = folder / "crashes"
        self.tally = folder / "tallies" / f"{target}.json"
        known = TARGETS[target]
        self.seeds = seeds(known.seeds)
        self._mutator_of = mutator_of if known.mutator is None else None
        self._mutator = MUTATORS[known.mutator or "json"]
        self.executions = 0
        self.found: dict[str, int] = {}
        self._told = time.monotonic()

    def prepare(self) -> None:
        """Make the folders, and put the seeds into the corpus."""
        for place in (self.corpus, self.crashes, self.tally.parent):
            place.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(self.seeds):
            path = self.corpus / f"seed-{number:04d}"
            if len(data) <= _LARGEST:
                path.write_bytes(data)

    def one(self, data: bytes) -> None:
        """Run a case."""
        from tests.fuzz.cases import attempt, keep

        failure = attempt(self.target, data)
        self.executions += 1
        if failure is not None:
            self.found[failure.place] = self.found.get(failure.place, 0) + 1
            keep(failure, self.crashes)
        if failure is not None or time.monotonic() - self._told > _TELL_EVERY:
            self.tell()
            if _used() > self.seconds:
                os._exit(0)  # the corpus is kept; an exception would be taken for a finding

    def tell(self) -> None:
        """Write the tally."""
        self._told = time.monotonic()
        content = {
            "target": self.target,
            "executions": self.executions,
            "cpu_seconds": round(_used(), 1),
            "found": self.found,
        }
        self.tally.write_text(json.dumps(content), "utf-8")

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """Return a mutant, for libFuzzer."""
        random = Random(seed)
        if random.random() > _OWN_SHARE:
            made: bytes = atheris.Mutate(data, most)
            return made
        if random.random() < 0.05:
            data = random.choice(self.seeds)
        for _ in range(random.choice((1, 1, 2, 4))):
            mutate = self._mutator_of(data) if self._mutator_of else self._mutator
            data = mutate(data, random)
        return data[:most]

    def cross(self, data: bytes, other: bytes, most: int, seed: int) -> bytes:
        """Return two cases joined, for libFuzzer."""
        from tests.fuzz.mutators import raw

        return raw.splice(data, other, Random(seed))[:most]


def _used() -> float:
    """Return the seconds of the processor that this process has had."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _options(run: Run) -> list[str]:
    return [
        sys.argv[0],
        f"-max_len={_LARGEST}",
        f"-timeout={_HANG}",
        f"-artifact_prefix={run.crashes}/{run.target}-killed-",
        "-rss_limit_mb=2048",
        "-len_control=0",
        "-print_final_stats=1",
        "-verbosity=1",
        str(run.corpus),
    ]


def main() -> None:
    """Run what the command line asks for; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path("fuzzing"))
    asked = parser.parse_args()
    with atheris.instrument_imports(include=["kerasscan"]):  # also what is imported late
        from tests.fuzz.watchdog import bound_memory

        run = Run(asked.target, asked.folder, asked.seconds)
        run.prepare()
        bound_memory()
        case: Callable[[bytes], None] = run.one
        atheris.Setup(_options(run), case, custom_mutator=run.mutate, custom_crossover=run.cross)
        atheris.Fuzz()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
