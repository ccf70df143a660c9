"""Record what real releases do with the hostile files: ``tests/recordings/hostile/``.

``python -m tests.oracle.hostile.run [--dir DIR] [--only WORD] [RELEASE...]`` makes every file of
`tests.hostile.tricks` in a folder of its own, has `worker` load it inside the release, and writes
``<release>.json``. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.hostile.configs import plain
from tests.hostile.trick import KERAS_2, KERAS_3
from tests.hostile.tricks import TRICKS, Trick
from tests.oracle.environments import Environment, build

ROOT: Final = Path(__file__).resolve().parents[3]
RECORDINGS: Final = ROOT / "tests" / "recordings" / "hostile"
WORKER: Final = Path(__file__).with_name("worker.py")
RELEASES: Final = (
    "tensorflow==2.1",
    "tensorflow==2.4",
    "tensorflow==2.10",
    "tensorflow==2.13",
    "tensorflow==2.15",
    "tf-keras==2.18.0",
    "keras==3.0.5",
    "keras==3.3.3",
    "keras==3.8.0",
    "keras==3.9.2",
    "keras==3.10.0",
    "keras==3.11.0",
    "keras==3.11.3",
    "keras==3.12.0",
    "keras==3.12.1",
    "keras==3.12.2",
    "keras==3.12.3",
    "keras==3.12.4",
    "keras==3.13.1",
    "keras==3.13.2",
    "keras==3.14.0",
    "keras==3.14.1",
    "keras==3.15.0",
    "keras==3.15.1",
)
WITHOUT_ARCHIVES: Final = ("tensorflow==2.1", "tensorflow==2.4", "tensorflow==2.10")
OTHER_ARCHIVES: Final = ("tensorflow==2.13",)
SECONDS: Final = 3000


def reason_not(trick: Trick, release: str, python: str, backend: str = "tensorflow") -> str:
    """Return why a trick says nothing about a release; empty where it does."""
    old = release.startswith(("tensorflow", "tf-keras"))
    if trick.backend != backend:
        return f"needs the backend {trick.backend}"
    if trick.python and trick.python != python:
        return f"its bytecode is of Python {trick.python}"
    if trick.made_for == KERAS_3 and old:
        return "written as Keras 3 does"
    if trick.made_for == KERAS_2 and not old:
        return "written as Keras 2 does"
    if old and trick.container in ("directory", "weights"):
        return f"the release reads no {trick.container}"
    if release == "tensorflow==2.1" and "functional" in trick.id:
        return "the release has no class Functional"
    if release == "tensorflow==2.1" and "training" in trick.id:
        return "the release wants more in training_config than these files have"
    if release in WITHOUT_ARCHIVES and trick.container == "keras":
        return "the release reads no archive"
    if release in OTHER_ARCHIVES and trick.container == "keras":
        return "the release wants weights under other names than these files have"
    return ""


def record(environment: Environment, wanted: list[Trick], backend: str) -> dict[str, Any]:
    """Load every file with a release; return what happened, or why it was not tried, by id."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        tasks = []
        for number, trick in enumerate(wanted):
            why = reason_not(trick, environment.release, environment.python_minor, backend)
            if why:
                found[trick.id] = {"not_applicable": why}
            else:
                tasks.append(_task(trick, place / str(number)))
        for line in _run(environment, tasks, place):
            found[line.pop("id")] = line
    return found


def _task(trick: Trick, place: Path) -> dict[str, Any]:
    folder = place / "folder"
    folder.mkdir(parents=True)
    how = trick.container if trick.container in ("json", "yaml", "weights") else "file"
    made = trick.make(folder)
    return {
        "id": trick.id,
        "folder": str(folder),
        "path": str(made),
        "how": how,
        "calls": list(trick.calls),
        "again": bool(trick.python) and how == "file",
        "architecture": json.dumps(plain()),
    }


def _run(environment: Environment, tasks: list[dict[str, Any]], place: Path) -> list[Any]:
    todo, results, log = place / "tasks.json", place / "results.jsonl", place / "log.txt"
    todo.write_text(json.dumps(tasks), encoding="utf-8")
    results.write_text("", encoding="utf-8")
    homes = {"HOME": str(place / "home"), "KERAS_HOME": str(place / "home" / ".keras")}
    variables = environment.process_variables() | homes | {"TMPDIR": str(place / "tmp")}
    for each in (place / "home" / ".keras", place / "tmp"):
        each.mkdir(parents=True)
    command = [str(environment.python), str(WORKER), environment.api, str(todo), str(results)]
    with log.open("wb") as output:
        ended = subprocess.run(
            command, env=variables, cwd=place, stdout=output, stderr=output, timeout=SECONDS
        )
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    if ended.returncode or len(lines) != len(tasks):
        sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-3000:] + "\n")
        raise RuntimeError(f"{environment.release}: {len(lines)} of {len(tasks)}")
    return lines


def write(release: str, found: dict[str, Any]) -> None:
    """Write the recording of a release: one line for each trick, sorted."""
    lines = [f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found)]
    path = RECORDINGS / f"{release}.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Record the releases given, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.hostile.run", description=__doc__)
    parser.add_argument("release", nargs="*", default=list(RELEASES))
    parser.add_argument("--only", default="", help="record only tricks whose id holds one of these")
    parser.add_argument(
        "--backend", default="tensorflow", help="of Keras 3: tensorflow, torch, jax"
    )
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    options = parser.parse_args(arguments)
    tensorflow = options.backend == "tensorflow"
    wanted = [t for t in TRICKS if tensorflow or t.backend == options.backend]
    words = options.only.split(",")
    wanted = [t for t in wanted if any(word in t.id for word in words)]
    for release in options.release:
        environment = build(release, options.dir, options.backend)
        fresh = record(environment, wanted, options.backend)
        name = release if tensorflow else f"{release}+{options.backend}"
        path = RECORDINGS / f"{name}.json"
        before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        known = {trick.id for trick in TRICKS}
        kept = {key: value for key, value in before.items() if key in known}
        write(name, kept | fresh)
        count = sum("effects" in line for line in fresh.values())
        print(f"{name}: {count} of {len(fresh)} recorded", flush=True)
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
