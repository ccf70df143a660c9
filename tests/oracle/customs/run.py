"""Make the zoo of custom objects and record who can load it: ``tests/recordings/customs/``.

``python -m tests.oracle.customs.run save FILES`` has every saver write its models below FILES,
``load FILES`` has every loader try a share of them in every mode and notes what happened, ``pack
FILES`` packs the files, and ``show`` counts. Each goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

from tests.oracle.customs import recordings
from tests.oracle.customs.models import OTHERWISE, shown
from tests.oracle.customs.recordings import CustomRecord
from tests.oracle.environments import Environment, build
from tests.oracle.zoo import packing
from tests.oracle.zoo import recordings as zoo
from tests.oracle.zoo.run import INDEX, NoWorker, _limit, _variables, _watch, saved_files

HERE = Path(__file__).parent
SAVERS = (
    "tensorflow==2.4",
    "tensorflow==2.8",
    "tensorflow==2.10",
    "tensorflow==2.13",
    "tensorflow==2.15",
    "tf-keras==2.18.0",
    "keras==3.3.3",
    "keras==3.8.0",
    "keras==3.15.1",
)
LOADERS = (
    "keras==3.15.1",
    "tensorflow==2.15",
    "keras==3.8.0",
    "tensorflow==2.10",
    "keras==3.3.3",
    "tf-keras==2.18.0",
    "keras==3.11.3",
    "tensorflow==2.13",
    "keras==3.9.2",
    "tensorflow==2.4",
    "keras==3.0.5",
    "tensorflow==2.8",
    "keras==3.13.2",
)
WITHOUT_ARCHIVES = ("tensorflow==2.4", "tensorflow==2.8", "tensorflow==2.10")
"""Loaders that do not know the format `.keras`."""
SHARE = 0.2


def save(release: str, files: Path, directory: Path | None) -> None:
    """Have one release write its models, unless it has."""
    place = files / release
    if (place / INDEX).exists():
        return
    environment = build(release, directory)
    place.mkdir(parents=True, exist_ok=True)
    words = [environment.api, release, str(place)]
    with (place / "log.txt").open("wb") as log, tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [str(environment.python), str(HERE / "save.py"), *words],
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
    print(f"{release}: {sum('sha256' in line for line in lines)} files", flush=True)


def modes(way: str) -> tuple[str, ...]:
    """Return what loads of files saved in a way are given."""
    if way == "module":
        return recordings.NOTHING, recordings.PASSED, recordings.MODULE
    if way.startswith("registered"):
        return recordings.MODES[:4]
    return recordings.NOTHING, recordings.PASSED


def choose(files: Path, loader: str, share: float) -> list[dict[str, Any]]:
    """Return the pairs of a loader, always the same ones: file, and what is given."""
    found = []
    for saver in SAVERS:
        for event in saved_files(files, saver):
            if event["ending"] == "" and loader.startswith("keras=="):
                continue
            if event["ending"] == ".keras" and loader in WITHOUT_ARCHIVES:
                continue
            if event["model"].endswith(".quantizer") and loader == "keras==3.0.5":
                continue  # has no quantizers: nobody can give it one
            text = f"{loader}|{saver}|{event['model']}|{event['ending']}"
            if zlib.crc32(text.encode()) / 2.0**32 >= share and event["ending"]:
                continue
            for mode in modes(event["model"].partition(".")[0]):
                found.append(event | {"saver": saver, "given": mode})
    return found


def mode_of(event: dict[str, Any]) -> str:
    """Return the mode of the worker for a pair: registering has its ways, which must not mix."""
    if event["given"] != recordings.REGISTERED:
        return str(event["given"])
    return str(event["model"].partition(".")[0])


def load(loader: str, files: Path, directory: Path | None, share: float) -> None:
    """Have one loader try its pairs, less those that it has tried, a process for each mode."""
    environment = build(loader, directory)
    for mode in (*recordings.MODES, "registered-custom", OTHERWISE):
        before = recordings.read_loader(loader)
        known = {record.pair for record in before}
        todo = [
            event
            for event in choose(files, loader, share)
            if mode_of(event) == mode
            and (event["saver"], event["model"], event["ending"], event["given"]) not in known
        ]
        if not todo:
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as place:
            outcomes, about = _outcomes(environment, todo, files, Path(place), mode)
        fresh = [
            CustomRecord.made(loader, environment.python_minor, event, outcome)
            for event, outcome in zip(todo, outcomes, strict=True)
        ]
        recordings.write_loader(loader, [*before, *fresh], about)
        loaded = sum(record.result == "loaded" for record in fresh)
        seconds = round(time.monotonic() - started)
        print(f"{loader} {mode}: {loaded} of {len(fresh)} loaded, {seconds} s", flush=True)


def _outcomes(
    environment: Environment, todo: list[dict[str, Any]], files: Path, place: Path, mode: str
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Run workers until every pair has an outcome; what ends a worker is not tried again."""
    outcomes: dict[int, dict[str, Any]] = {}
    about: dict[str, Any] = {}
    while left := [number for number in range(len(todo)) if number not in outcomes]:
        tasks = [[number, *_task(todo[number])] for number in left]
        events, ending = _run(environment, tasks, files, place, mode)
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


def _task(event: dict[str, Any]) -> list[Any]:
    way = event["model"].partition(".")[0]
    names = [shown(name, way) for name in event["uses"]]
    return [event["saver"], event["model"], event["ending"], event["uses"], names]


def _run(
    environment: Environment, content: list[list[Any]], files: Path, place: Path, mode: str
) -> tuple[list[dict[str, Any]], str]:
    """Run one worker to its end, and return its events and how it ended."""
    tasks, results = place / "tasks.json", place / "results.jsonl"
    tasks.write_text(json.dumps(content), encoding="utf-8")
    results.write_text("", encoding="utf-8")
    words = [environment.api, environment.release, str(files), str(tasks), str(results), mode]
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


def counts() -> str:
    """Return how many pairs there are and how many loaded, by loader and mode."""
    tried: Counter[tuple[str, str]] = Counter()
    loaded: Counter[tuple[str, str]] = Counter()
    for record in recordings.read():
        tried[record.loader, record.given] += 1
        loaded[record.loader, record.given] += record.result == "loaded"
    lines = [" " * 18 + "".join(f"{mode:>25}" for mode in recordings.MODES)]
    for loader in zoo.loaders(recordings.FOLDER):
        cells = (f"{loaded[loader, mode]}/{tried[loader, mode]}" for mode in recordings.MODES)
        lines.append(f"{loader:18}" + "".join(f"{cell:>25}" for cell in cells))
    return "\n".join([*lines, f"{sum(tried.values())} pairs"])


def main(arguments: list[str] | None = None) -> int:
    """Do one of the steps."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.customs.run", description=__doc__)
    parser.add_argument("step", choices=("save", "load", "pack", "show"))
    parser.add_argument("files", nargs="?", type=Path, help="where the savers' files are")
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    parser.add_argument("--only", action="append", default=[], help="a release; may be repeated")
    parser.add_argument("--share", type=float, default=SHARE, help="of the files, for each loader")
    options = parser.parse_args(arguments)
    if options.step == "show":
        print(counts())
        return 0
    if options.files is None:
        parser.error("where are the files?")
    if options.step == "pack":
        recordings.FOLDER.mkdir(parents=True, exist_ok=True)
        print(packing.pack(options.files, recordings.FOLDER))
        return 0
    for release in options.only or (SAVERS if options.step == "save" else LOADERS):
        if options.step == "save":
            save(release, options.files, options.dir)
        else:
            load(release, options.files, options.dir, options.share)
    return 0


if __name__ == "__main__":
    sys.exit(main())
