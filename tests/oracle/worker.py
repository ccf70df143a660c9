"""Load samples inside the environment of one release, and say for each how that went.

``python worker.py API TASKS RESULTS``: API is the module to use (``keras``, ``tensorflow.keras``,
``tf_keras``), TASKS a JSON list of ``[name, path, how]``, RESULTS a file that gets one JSON line
at every attempt and one when the task ends. Runs alone, under Python 3.7 and later: it imports
nothing of this project. It loads only files that the project made itself.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 300
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
PLACE = re.compile(r"(?<![\w:/<>])(?:/[\w.=+-]+){2,}")
CLOCK = re.compile(r"time = [A-Z][a-z]{2} [A-Z][a-z]{2} +[\d: ]+")
SUSPECT = re.compile(r"lambda|safe_mode|unsafe|deseriali[sz]ation of", re.IGNORECASE)
LOADERS = {"json": "model_from_json", "yaml": "model_from_yaml", "file": "load_model"}


def main(arguments: list[str]) -> int:
    """Do every task, in order."""
    api, tasks_path, results_path = arguments
    models = importlib.import_module(api).models
    tasks = json.loads(Path(tasks_path).read_text(encoding="utf-8"))
    with Path(results_path).open("a", encoding="utf-8") as results:
        _say(results, {"event": "ready"})
        for name, path, how in tasks:

            def begin(name: str = name) -> None:
                _say(results, {"event": "begin", "name": name})

            outcome = _outcome(models, path, how, begin)
            _say(results, {"event": "end", "name": name, "outcome": outcome})
    return 0


def _say(results: Any, event: dict[str, Any]) -> None:
    results.write(json.dumps(event) + "\n")
    results.flush()


def _outcome(models: Any, path: str, how: str, begin: Callable[[], None]) -> dict[str, Any] | None:
    begin()
    load = getattr(models, LOADERS[how], None)
    if load is None:
        return None
    argument = path
    if how != "file":
        argument = Path(path).read_text(encoding="utf-8")
    outcome = _try(load, argument, path, {})
    if how == "file" and outcome["result"] == "failed":
        known = inspect.signature(load).parameters
        text = outcome.pop("text")
        begin()
        again = _try(load, argument, path, {"compile": False})
        outcome["with_compile_false"] = _short(again, outcome)
        if "safe_mode" in known and SUSPECT.search(text):
            begin()
            again = _try(load, argument, path, {"safe_mode": False})
            outcome["with_safe_mode_false"] = _short(again, outcome)
    outcome.pop("text", None)
    return outcome


def _short(again: dict[str, Any], first: dict[str, Any]) -> Any:
    """Return "loaded", "the same failure", or what failed this time."""
    if again["result"] == "loaded":
        return "loaded"
    kept = {key: again[key] for key in ("error", "message", "cause", "in") if key in again}
    return kept if kept != {key: first.get(key) for key in kept} else "the same failure"


def _try(load: Any, argument: str, path: str, options: dict[str, Any]) -> dict[str, Any]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model = load(argument, **options)
        except Exception as error:
            return _failure(error, path)
    outcome = {"result": "loaded", "as": type(model).__name__}
    told = {_line(str(w.message), path) for w in caught if w.category is UserWarning}
    return dict(outcome, warnings=sorted(told)) if told else outcome


def _failure(error: BaseException, path: str) -> dict[str, Any]:
    text = str(error)
    lines = [line for line in text.splitlines() if line.strip()] or [""]
    outcome: dict[str, Any] = {"result": "failed", "error": type(error).__name__}
    outcome["message"] = _line(lines[0], path)
    cause = next(
        (line for line in reversed(lines) if line.startswith("Exception encountered")), lines[-1]
    )
    if cause is not lines[0]:
        outcome["cause"] = _line(cause, path)
    frames = traceback.extract_tb(error.__traceback__)
    outcome["in"] = frames[-1].name if frames else ""
    outcome["text"] = text
    return outcome


def _line(text: str, path: str) -> str:
    lines = text.strip().splitlines() or [""]
    line = ADDRESS.sub("<address>", lines[0].replace(path, "<path>"))
    line = CLOCK.sub("time = <time>", PLACE.sub("<path>", line))
    return line if len(line) <= LIMIT else line[: LIMIT - 3] + "..."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
