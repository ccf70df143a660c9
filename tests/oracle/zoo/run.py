"""Make the zoo and record who can load it: ``tests/recordings/zoo/``.

``python -m tests.oracle.zoo.run save FILES`` has every saver write its models below FILES,
``load FILES`` has every loader try a sample of them and notes what happened, ``pack FILES`` packs
the files that were tried, and ``show`` prints the matrix of counts. Each goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.oracle.environments import TENSORFLOW, Environment, build
from tests.oracle.zoo import packing, recordings

HERE = Path(__file__).parent
SAVERS = (
    "tensorflow==2.15",
    "keras==3.15.1",
    "tensorflow==2.10",
    "keras==3.8.0",
    "tensorflow==2.13",
    "keras==3.0.5",
    "tensorflow==2.4",
    "keras==3.12.0",
    "tf-keras==2.18.0",
    "keras==2.2.4",
    "keras==3.3.3",
    "tensorflow==2.12",
    "keras==3.13.2",
    "tensorflow==2.1",
    "keras==3.5.0",
    "tensorflow==2.6",
    "keras==3.10.0",
    "tensorflow==2.8",
    "keras==3.14.1",
    "tensorflow==2.3",
    "keras==3.11.3",
    "tensorflow==2.11",
)
LOADERS = (
    *SAVERS,
    "tensorflow==2.2",
    "keras==3.6.0",
    "tensorflow==2.7",
    "keras==3.9.2",
    "tensorflow==2.14",
    "keras==3.1.1",
    "tensorflow==2.5",
    "keras==3.12.1",
    "tf-keras==2.21.0",
    "keras==3.15.0",
    "tensorflow==2.9",
    "keras==3.4.1",
    "tf-keras==2.16.0",
    "keras==3.7.0",
    "keras==3.13.0",
    "keras==3.2.1",
    "keras==3.14.0",
    "tensorflow==1.15",
    "tf-keras==2.17.0",
    "keras==3.0.0",
    "keras==3.0.2",
    "keras==3.3.0",
    "keras==3.9.0",
    "keras==3.12.4",
    "keras==3.13.1",
)
LOADERS_ELSEWHERE = ("keras==3.15.1", "keras==3.8.0", "keras==3.3.3")
"""Those that are run with other backends than TensorFlow."""
INDEX = "index.jsonl"
SILENCE = 240.0
MEMORY = 20 * 1024**3


class NoWorker(RuntimeError):
    """The release does not run in its environment."""


def save(release: str, files: Path, directory: Path | None) -> None:
    """Have one release write its models, unless it has."""
    place = files / release
    if (place / INDEX).exists():
        return
    environment = build(release, directory)
    place.mkdir(parents=True, exist_ok=True)
    command = [str(environment.python), str(HERE / "save.py"), environment.api, release, str(place)]
    with (place / "log.txt").open("wb") as log, tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            command,
            cwd=empty,
            env=_variables(environment, empty),
            stdout=subprocess.PIPE,
            stderr=log,
            preexec_fn=_limit,
            check=False,
        )
    lines = [line for line in done.stdout.decode().splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        print(f"{release}: ended with {done.returncode} after {len(lines)} lines", flush=True)
        return
    (place / INDEX).write_text("\n".join(lines) + "\n", encoding="utf-8")
    saved = sum('"sha256"' in line for line in lines)
    print(f"{release}: {saved} files {lines[-1]}", flush=True)


def _variables(environment: Environment, home: str) -> dict[str, str]:
    """Return the variables of a process of this release: no home, few threads, bytecode kept."""
    given = environment.process_variables() | {"HOME": home, "KERAS_HOME": home}
    given.pop("PYTHONDONTWRITEBYTECODE")
    if given.get("KERAS_BACKEND", TENSORFLOW) != TENSORFLOW:
        given |= {"OMP_NUM_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}
    return given | {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def saved_files(files: Path, release: str) -> list[dict[str, Any]]:
    """Return what one saver wrote: model, ending and hash."""
    index = files / release / INDEX
    lines = index.read_text(encoding="utf-8").splitlines() if index.exists() else []
    return [event for event in map(json.loads, lines) if "sha256" in event]


def choose(files: Path, loader: str, count: int) -> list[dict[str, Any]]:
    """Return ``count`` files of each saver for a loader: always the same ones."""
    found = []
    for saver in SAVERS:
        known = saved_files(files, saver)

        def rank(event: dict[str, Any], saver: str = saver) -> bytes:
            text = f"{loader}|{saver}|{event['model']}|{event['ending']}"
            return hashlib.sha256(text.encode()).digest()

        for event in sorted(known, key=rank)[:count]:
            found.append({"saver": saver} | event)
    return found


def load(
    loader: str, files: Path, directory: Path | None, count: int, backend: str = TENSORFLOW
) -> None:
    """Have one loader try its sample, less what it has tried, and add that to its recording."""
    folder = recordings.FOLDER if backend == TENSORFLOW else recordings.BACKENDS / backend
    before = recordings.read_loader(loader, folder)
    known = {record.key for record in before}
    todo = [
        event
        for event in choose(files, loader, count)
        if (event["saver"], event["model"], event["ending"]) not in known
    ]
    if not todo:
        return
    environment = build(loader, directory, backend)
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as place:
            outcomes, about = _outcomes(environment, todo, files, Path(place))
    except NoWorker as problem:
        print(f"{loader}: {problem}", flush=True)
        return
    fresh = [
        recordings.Record.of(loader, environment.python_minor, event, outcome)
        for event, outcome in zip(todo, outcomes, strict=True)
    ]
    recordings.write_loader(loader, [*before, *fresh], about, folder)
    loaded = sum(record.result == "loaded" for record in fresh)
    seconds = round(time.monotonic() - started)
    print(f"{loader} {backend}: {loaded} of {len(fresh)} loaded, {seconds} s", flush=True)


def _outcomes(
    environment: Environment, todo: list[dict[str, Any]], files: Path, place: Path
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Run workers until every file has an outcome; what ends a worker is not tried again."""
    outcomes: dict[int, dict[str, Any]] = {}
    about: dict[str, Any] = {}
    while left := [number for number in range(len(todo)) if number not in outcomes]:
        events, ending = _run(environment, [(n, todo[n]) for n in left], files, place)
        begun = None
        for event in events:
            if event["event"] == "ready":
                about = event["about"]
            elif event["event"] == "begin":
                begun = event["number"]
            else:
                outcomes[event["number"]] = event["outcome"]
        if begun is None:
            raise NoWorker(f"no worker started: {ending}")
        outcomes.setdefault(begun, {"result": ending})
    return [outcomes[number] for number in range(len(todo))], about


def _run(
    environment: Environment, left: list[tuple[int, dict[str, Any]]], files: Path, place: Path
) -> tuple[list[dict[str, Any]], str]:
    """Run one worker to its end, and return its events and how it ended."""
    tasks, results = place / "tasks.json", place / "results.jsonl"
    content = [[number, event["saver"], event["model"], event["ending"]] for number, event in left]
    tasks.write_text(json.dumps(content), encoding="utf-8")
    results.write_text("", encoding="utf-8")
    words = [environment.api, environment.release, str(files), str(tasks), str(results)]
    with (place / "log.txt").open("wb") as log, tempfile.TemporaryDirectory() as empty:
        process = subprocess.Popen(
            [str(environment.python), str(HERE / "load.py"), *words],
            cwd=empty,
            env=_variables(environment, empty),
            stdout=log,
            stderr=log,
            preexec_fn=_limit,
        )
        ending = _watch(process, results)
    if ending == "crash":
        print((place / "log.txt").read_text(encoding="utf-8", errors="replace")[-600:], flush=True)
    lines = results.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")], ending


def _watch(process: subprocess.Popen[bytes], results: Path) -> str:
    """Wait for the worker, and end it when it says nothing for too long."""
    size, since = 0, time.monotonic()
    while process.poll() is None:
        time.sleep(0.2)
        now = results.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
        if time.monotonic() - since > SILENCE:
            process.kill()
            process.wait()
            return "hang"
    return "crash" if process.returncode else "finished"


def main(arguments: list[str] | None = None) -> int:
    """Do one of the steps."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.zoo.run", description=__doc__)
    parser.add_argument("step", choices=("save", "load", "pack", "show"))
    parser.add_argument("files", nargs="?", type=Path, help="where the savers' files are")
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    parser.add_argument("--only", action="append", default=[], help="a release; may be repeated")
    parser.add_argument("--count", type=int, default=26, help="files per saver and loader")
    parser.add_argument("--backend", default=TENSORFLOW, help="of the Keras 3 that loads")
    options = parser.parse_args(arguments)
    if options.step == "show":
        print(recordings.matrix())
        return 0
    if options.files is None:
        parser.error("where are the files?")
    if options.step == "pack":
        print(packing.pack(options.files))
        return 0
    loaders = LOADERS if options.backend == TENSORFLOW else LOADERS_ELSEWHERE
    for release in options.only or (SAVERS if options.step == "save" else loaders):
        if options.step == "save":
            save(release, options.files, options.dir)
        else:
            load(release, options.files, options.dir, options.count, options.backend)
    return 0


if __name__ == "__main__":
    sys.exit(main())
