"""A long session: every target in turn, each round in a new process, again and again.

    python -m tests.fuzz.session FOLDER [--round SECONDS] [--rounds N] [--targets NAME ...]

A file called ``stop`` in the folder ends it after the round; started again it goes on with the
corpora that are there. ``rounds.jsonl`` gets a line a round, ``logs`` what libFuzzer said.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TARGETS = (
    *("zip", "json", "hdf5", "bytecode", "keras_metadata", "scan", "npz", "yaml", "table", "file"),
    *("saved_model", "card", "folder", "variables", "commands"),
)
"""In this order: what a loader trusts most comes first. A test compares it with the targets."""
_PATIENCE = 10
"""How many times the seconds of a round its process may take where the machine is busy."""
_PAUSE = 20
"""Seconds after a round that did not begin: somebody may be writing a module."""
_STATE = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)/")


def one_round(target: str, seconds: int, folder: Path) -> Mapping[str, Any]:
    """Run one target for some seconds of the processor; return the line for the log."""
    tally = folder / "tallies" / f"{target}.json"
    tally.unlink(missing_ok=True)
    log = folder / "logs" / f"{target}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    module = ("-m", "tests.fuzz.atheris_run", target)
    options = ("--seconds", str(seconds), "--folder", str(folder))
    before, begin = sum(os.times()[2:4]), time.time()
    with log.open("wb") as said:
        code = _run([sys.executable, *module, *options], said.fileno(), seconds * _PATIENCE)
    found = json.loads(tally.read_text("utf-8")) if tally.is_file() else {}
    states = _STATE.findall(log.read_text("utf-8", "replace"))
    coverage, features, corpus = map(int, states[-1]) if states else (0, 0, 0)
    return {
        "target": target,
        "begin": round(begin),
        "wall_seconds": round(time.time() - begin, 1),
        "cpu_seconds": round(sum(os.times()[2:4]) - before, 1),
        "executions": found.get("executions", 0),
        "found": found.get("found", {}),
        "exit": code,
        "coverage": coverage,
        "features": features,
        "corpus": corpus,
    }


def _run(command: Sequence[str], output: int, seconds: int) -> int:
    """Run a command to its end, or to the end of its time; return its exit code."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
    ) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def run_session(folder: Path, targets: Sequence[str], seconds: int, rounds: int | None) -> None:
    """Run rounds until there were enough or somebody asks for an end."""
    folder.mkdir(parents=True, exist_ok=True)
    for target in islice(cycle(targets), rounds):
        if (folder / "stop").exists():
            return
        line = one_round(target, seconds, folder)
        with (folder / "rounds.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        print(line, flush=True)
        if not line["executions"]:
            time.sleep(_PAUSE)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--round", type=int, default=300, dest="seconds")
    parser.add_argument("--rounds", type=int, help="how many; without it until it is stopped")
    parser.add_argument("--targets", nargs="*", default=TARGETS)
    asked = parser.parse_args()
    run_session(asked.folder.absolute(), asked.targets, asked.seconds, asked.rounds)


if __name__ == "__main__":
    main()
