"""Load files of the zoo inside the environment of one release, and note for each how that went.

``python load.py API RELEASE FILES TASKS RESULTS``: TASKS is a JSON list of ``[number, saver, model,
ending]``; RESULTS gets a JSON line at every attempt and one when a file is done. Runs alone, under
Python 3.7 and later. It loads only files that the zoo's own savers wrote.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import json
import os
import re
import signal
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np

LIMIT = 300
SECONDS = 5.0  # of processor time for one attempt; ordinary ones take less than one
SECONDS_OF_OTHERS = 15.0  # the same for another backend: JAX compiles as it goes
SECONDS_AT_MOST = 40.0  # for the first file, and for large ones
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
PLACE = re.compile(r"(?<![\w:/<>])(?:/[\w.=+-]+){2,}")
CLOCK = re.compile(r"time = [A-Z][a-z]{2} [A-Z][a-z]{2} +[\d: ]+")
SUSPECT = re.compile(r"lambda|safe_mode|unsafe|deseriali[sz]ation of", re.IGNORECASE)
EXCEPTION = "Exception encountered:"


class TooLong(BaseException):
    """An attempt used up its processor time."""


class Loader:
    """One release of Keras, and what it is given."""

    def __init__(self, api: str, release: str, files: Path) -> None:
        self.keras: Any = importlib.import_module(api)
        self.release = release
        self.files = files
        self.eager = release not in ("keras==2.2.4", "tensorflow==1.15")
        self.backend = os.environ.get("KERAS_BACKEND", "tensorflow")
        self.seconds = SECONDS if self.backend == "tensorflow" else SECONDS_OF_OTHERS
        self.known = inspect.signature(self.keras.models.load_model).parameters
        self.arrays: dict[str, Any] = {}

    def about(self) -> dict[str, Any]:
        """Return the versions of what the outcome may depend on."""
        found = {"python": ".".join(str(part) for part in sys.version_info[:3])}
        for name in ("numpy", "h5py", "tensorflow"):
            found[name] = str(getattr(sys.modules.get(name), "__version__", ""))
        if self.backend != "tensorflow":
            found["backend"] = self.backend
            for name in ("jax", "torch"):
                if name in sys.modules:
                    found[name] = str(sys.modules[name].__version__)
        return found

    def attempt(self, path: str, options: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Load one file once."""
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = self.keras.models.load_model(path, **options)
        except TooLong:
            return {"result": "hang"}
        except Exception as error:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            return failure(error, path)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
        return {"result": "loaded", "as": type(model).__name__, "model": model}

    def outcome(self, saver: str, name: str, ending: str, seconds: float) -> dict[str, Any]:
        """Load one file with default arguments and, if that fails, with those that may help."""
        path = str(self.files / saver / (name + ending))
        self.keras.backend.clear_session()
        found = self.attempt(path, {}, seconds)
        if found["result"] == "loaded":
            found.update(self.compare(found.pop("model"), saver, name))
        elif found["result"] == "failed":
            text = found.pop("text")
            again = self.attempt(path, {"compile": False}, seconds)
            found["no_compile"] = brief(again, found)
            if "safe_mode" in self.known and SUSPECT.search(text):
                again = self.attempt(path, {"safe_mode": False}, seconds)
                found["no_safe_mode"] = brief(again, found)
        return found

    def compare(self, model: Any, saver: str, name: str) -> dict[str, Any]:
        """Return the largest differences between the saver's predictions and these."""
        if saver not in self.arrays:
            path = self.files / saver / "predictions.npz"
            with np.load(str(path)) as archive:
                self.arrays[saver] = {key: archive[key] for key in archive.files}
        arrays = self.arrays[saver]
        rows = numbered(arrays, name + "|i")
        expected = numbered(arrays, name + "|o")
        if not rows or not expected:
            return {}
        signal.setitimer(signal.ITIMER_PROF, self.seconds)
        try:
            found = [self.as_array(each) for each in flat(self.predict(model, rows))]
        except TooLong:
            return {"drift": "hang"}
        except Exception as error:
            return {"drift": type(error).__name__}
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
        return {"drift": drift(expected, found)}

    def predict(self, model: Any, rows: list[Any]) -> Any:
        if not self.eager:
            return model.predict_on_batch(rows if len(rows) > 1 else rows[0])
        tensors = rows
        if self.backend == "tensorflow":
            tensors = [sys.modules["tensorflow"].convert_to_tensor(each) for each in rows]
        if len(tensors) == 1:
            return model(tensors[0], training=False)
        names = getattr(model, "_nested_inputs", None)
        structure = getattr(model, "_inputs_struct", names)
        if isinstance(structure, dict):
            return model(dict(zip("abcdefgh", tensors)), training=False)  # noqa: B905 - no strict
        return model(tensors, training=False)

    def as_array(self, tensor: Any) -> Any:
        if self.backend == "tensorflow":
            return np.asarray(tensor)
        return self.keras.ops.convert_to_numpy(tensor)


def numbered(arrays: dict[str, Any], prefix: str) -> list[Any]:
    """Return the arrays ``prefix0``, ``prefix1``, ..."""
    found: list[Any] = []
    while prefix + str(len(found)) in arrays:
        found.append(arrays[prefix + str(len(found))])
    return found


def flat(found: Any) -> list[Any]:
    """Return the leaves of an output."""
    if isinstance(found, dict):
        return [leaf for key in sorted(found) for leaf in flat(found[key])]
    if isinstance(found, (list, tuple)):
        return [leaf for each in found for leaf in flat(each)]
    return [found]


def drift(expected: list[Any], found: list[Any]) -> Any:
    """Return the largest absolute and relative difference, or what differs in kind."""
    if [each.shape for each in expected] != [each.shape for each in found]:
        return "shapes"
    absolute = relative = 0.0
    for left, right in zip(expected, found):  # noqa: B905 - Python 3.7 has no strict
        if not left.size:
            continue
        one, two = left.astype("float64"), right.astype("float64")
        if (np.isfinite(one) != np.isfinite(two)).any():
            return "finiteness"
        gap = np.abs(np.where(np.isfinite(one), one - two, 0.0))
        absolute = max(absolute, float(gap.max()))
        size = np.maximum(np.abs(np.where(np.isfinite(one), one, 0.0)), 1e-6)
        relative = max(relative, float((gap / size).max()))
    return [float(f"{absolute:.3g}"), float(f"{relative:.3g}")]


def failure(error: BaseException, path: str) -> dict[str, Any]:
    """Return what is worth keeping of an exception."""
    text = str(error)
    found: dict[str, Any] = {"result": "failed", "error": type(error).__name__}
    found["message"] = stable(text, path)
    if EXCEPTION in text:
        found["cause"] = stable(text.rsplit(EXCEPTION, 1)[1], path)
    frames = traceback.extract_tb(error.__traceback__)
    found["in"] = frames[-1].name if frames else ""
    found["text"] = text
    return found


def stable(text: str, path: str) -> str:
    """Return a message without what differs at every run, on one line and not too long."""
    line = ADDRESS.sub("<address>", " ".join(text.replace(path, "<path>").split()))
    line = CLOCK.sub("time = <time>", PLACE.sub("<path>", line))
    return line if len(line) <= LIMIT else line[: LIMIT - 3] + "..."


def brief(again: dict[str, Any], first: dict[str, Any]) -> Any:
    """Return "loaded", "hang", "same", or what failed this time."""
    if again["result"] != "failed":
        return again["result"]
    keys = ("error", "message", "cause", "in")
    kept = {key: again[key] for key in keys if key in again}
    return "same" if kept == {key: first[key] for key in keys if key in first} else kept


def _too_long(*_: object) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0.2)  # once more, should somebody swallow the first
    raise TooLong


def main(arguments: list[str]) -> int:
    """Do every task, in order."""
    api, release, files, tasks_path, results_path = arguments
    signal.signal(signal.SIGPROF, _too_long)
    loader = Loader(api, release, Path(files))
    tasks = json.loads(Path(tasks_path).read_text(encoding="utf-8"))
    gc.collect()
    gc.freeze()  # what was imported need not be looked through at every clear_session
    with Path(results_path).open("a", encoding="utf-8") as results:

        def say(event: dict[str, Any]) -> None:
            results.write(json.dumps(event) + "\n")
            results.flush()

        say({"event": "ready", "about": loader.about()})
        seconds = SECONDS_AT_MOST
        for number, saver, name, ending in tasks:
            say({"event": "begin", "number": number})
            if name.startswith("application"):
                seconds = SECONDS_AT_MOST
            found = loader.outcome(saver, name, ending, seconds)
            seconds = loader.seconds
            say({"event": "end", "number": number, "outcome": found})
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
