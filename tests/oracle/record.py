"""Record what real Keras releases do with the samples: ``tests/recordings/samples.json``.

``python -m tests.oracle.record [--dir DIR] [RELEASE...]`` builds an environment for each release,
loads a copy of every sample in it with a time limit, and replaces that release's lines of the
recording. Only files listed in ``samples/MANIFEST.toml`` with the hash given there are loaded.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.oracle.environments import Environment, build
from tests.oracle.hashing import sha256_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
RECORDING = ROOT / "tests" / "recordings" / "samples.json"
WORKER = Path(__file__).with_name("worker.py")
RELEASES = (
    "keras==2.2.4",
    "tensorflow==2.1",
    "tensorflow==2.4",
    "tensorflow==2.10",
    "tensorflow==2.13",
    "tensorflow==2.15",
    "tf-keras==2.18.0",
    "keras==3.0.5",
    "keras==3.3.3",
    "keras==3.8.0",
    "keras==3.11.3",
    "keras==3.13.2",
    "keras==3.14.1",
    "keras==3.15.1",
)
NOT_LOADABLE = ("tfjs", "tfjs-graph")
SECONDS_TO_IMPORT = 300.0
SECONDS_TO_LOAD = 60.0
MEMORY = 24 * 1024**3


@dataclass(frozen=True)
class Task:
    """One sample to load: its path in the manifest, its hash, and by which function."""

    name: str
    sha256: str
    how: str


class AlteredSample(ValueError):
    """A sample is not what the manifest says."""


def tasks() -> list[Task]:
    """Return what is to be loaded, after checking it against the manifest."""
    manifest = tomllib.loads((SAMPLES / "MANIFEST.toml").read_text(encoding="utf-8"))
    found = []
    for entry in manifest["sample"]:
        if sha256_of(SAMPLES / entry["path"]) != entry["sha256"]:
            raise AlteredSample(entry["path"])
        if entry["container"] in NOT_LOADABLE:
            continue
        how = entry["container"] if entry["container"] in ("json", "yaml") else "file"
        found.append(Task(entry["path"], entry["sha256"], how))
    return found


def record(release: str, wanted: list[Task], directory: Path | None) -> list[dict[str, Any]]:
    """Load every sample with ``release``; return a line for each that it can be asked about."""
    environment = build(release, directory)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        shutil.copytree(SAMPLES, place / "samples")
        outcomes = _outcomes(environment, wanted, place)
    lines = []
    for task in wanted:
        outcome = outcomes.get(task.name)
        if outcome is not None:
            line = {"sample": task.name, "release": release, "python": environment.python_minor}
            lines.append(line | {"sha256": task.sha256} | outcome)
    return lines


def _outcomes(environment: Environment, wanted: list[Task], place: Path) -> dict[str, Any]:
    """Run workers until every task has an outcome; what kills one or hangs is not tried again."""
    outcomes: dict[str, Any] = {}
    while left := [task for task in wanted if task.name not in outcomes]:
        events, ending = _run(environment, left, place)
        outcomes |= {event["name"]: event["outcome"] for event in events if event["event"] == "end"}
        begun = [event["name"] for event in events if event["event"] == "begin"]
        if not begun:
            raise RuntimeError(f"{environment.release}: no worker started; {ending}")
        if begun[-1] not in outcomes:
            outcomes[begun[-1]] = {"result": ending}
    return outcomes


def _run(
    environment: Environment, left: list[Task], place: Path
) -> tuple[list[dict[str, Any]], str]:
    """Run one worker to its end, and return its events and how it ended."""
    todo, results, log = place / "tasks.json", place / "results.jsonl", place / "log.txt"
    content = [[task.name, str(place / "samples" / task.name), task.how] for task in left]
    todo.write_text(json.dumps(content), encoding="utf-8")
    results.write_text("", encoding="utf-8")
    empty = place / "empty"
    empty.mkdir(exist_ok=True)
    variables = environment.process_variables() | {"HOME": str(empty), "KERAS_HOME": str(empty)}
    command = [str(environment.python), str(WORKER), environment.api, str(todo), str(results)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=empty, env=variables, stdout=output, stderr=output, preexec_fn=_limit
        )
        ending = _watch(process, results)
    lines = results.read_text(encoding="utf-8").splitlines()
    if ending.startswith("crashed"):
        sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-2000:] + "\n")
    return [json.loads(line) for line in lines], ending


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _watch(process: subprocess.Popen[bytes], results: Path) -> str:
    """Wait for the worker, and kill it when it says nothing for too long."""
    size, since, limit = 0, time.monotonic(), SECONDS_TO_IMPORT
    while process.poll() is None:
        time.sleep(0.1)
        now = results.stat().st_size
        if now != size:
            size, since, limit = now, time.monotonic(), SECONDS_TO_LOAD
            if not results.read_text(encoding="utf-8").endswith("}\n"):
                continue
        if time.monotonic() - since > limit:
            process.kill()
            process.wait()
            return "timeout"
    return "finished" if process.returncode == 0 else f"crashed ({process.returncode})"


def write(lines: list[dict[str, Any]]) -> None:
    """Write the recording: sorted, one line for each pair of sample and release."""
    order = {release: number for number, release in enumerate(RELEASES)}
    lines = sorted(lines, key=lambda line: (line["sample"], order.get(line["release"], 99)))
    body = ",\n".join(json.dumps(line, ensure_ascii=True) for line in lines)
    RECORDING.write_text(f"[\n{body}\n]\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Record the releases given, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.record", description=__doc__)
    parser.add_argument("release", nargs="*", default=list(RELEASES))
    parser.add_argument("--only", default="", help="record only samples whose path holds this")
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    options = parser.parse_args(arguments)
    known = tasks()
    wanted = [task for task in known if options.only in task.name]
    names = {task.name for task in known}
    for release in options.release:
        fresh = record(release, wanted, options.dir)
        before = json.loads(RECORDING.read_text(encoding="utf-8")) if RECORDING.exists() else []
        kept = [line for line in before if line["sample"] in names]
        kept = [x for x in kept if x["release"] != release or options.only not in x["sample"]]
        write(kept + fresh)
        loaded = sum(line["result"] == "loaded" for line in fresh)
        print(f"{release}: {loaded} of {len(fresh)} loaded", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
