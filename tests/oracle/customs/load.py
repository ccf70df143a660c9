"""Load files of the second zoo inside one release, given one thing, and note how that went.

``python load.py API RELEASE FILES TASKS RESULTS MODE``: TASKS is a JSON list of ``[number, saver,
model, ending, parts, names]``, the rest is as in the first zoo's ``load.py``. MODE is what every
load of the process is given: see ``README.md``; for ``registered`` it is the way of registering.
Runs alone, under Python 3.7 and later.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import linecache
import os
import signal
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
WAYS = ("registered", "registered-custom", "registered-otherwise")


def module_of(path: Path, name: str) -> Any:
    """Import a file under a name of our choice."""
    spec = importlib.util.spec_from_file_location(name, str(path))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sys.dont_write_bytecode = True
zoo: Any = module_of(HERE.parent / "zoo" / "load.py", "first_zoo")
sys.dont_write_bytecode = False
TEXT = (HERE / "parts.py").read_text(encoding="utf-8")


def parts() -> Any:
    """Return fresh parts, as if written in the script that loads."""
    made = ModuleType("__main__")
    lines = TEXT.splitlines(keepends=True)
    linecache.cache["zoo_parts.py"] = (len(TEXT), None, lines, "zoo_parts.py")  # for autograph
    exec(compile(TEXT, "zoo_parts.py", "exec"), made.__dict__)  # noqa: S102 - our own text
    return made


def register(keras: Any, way: str) -> None:
    """Register fresh parts as they were registered when they were saved."""
    made = parts()
    saving = getattr(keras, "saving", None)
    decorator = getattr(saving, "register_keras_serializable", None)
    decorator = decorator or keras.utils.register_keras_serializable
    for name, thing in list(vars(made).items()):
        if name.startswith("_") or getattr(thing, "__module__", None) != made.__name__:
            continue
        if way == "registered-custom":
            decorator()(thing)
        elif way == "registered":
            decorator(package="zoo")(thing)
        else:
            decorator(package="zoo", name="Other" + name)(thing)


class GivingLoader(zoo.Loader):  # type: ignore[misc]  # imported by path
    """One release of Keras that is given custom objects in one way."""

    def __init__(self, api: str, release: str, files: Path, mode: str) -> None:
        super().__init__(api, release, files)
        self.mode = mode
        self.parts = parts() if mode.startswith("passed") else None
        if mode in WAYS:
            register(self.keras, mode)

    def given(self, model: str, bare: list[str], names: list[str]) -> dict[str, Any]:
        """Return the arguments that give a load its custom objects."""
        if self.parts is None:
            return {}
        keys = names if self.mode == "passed-registered-names" else bare
        things = {key: getattr(self.parts, name, None) for key, name in zip(keys, bare)}  # noqa: B905 - no strict
        return {"custom_objects": {key: each for key, each in things.items() if each is not None}}

    def outcome_given(
        self, saver: str, name: str, ending: str, given: dict[str, Any], seconds: float
    ) -> dict[str, Any]:
        """Load one file and, if that fails, with the arguments that may help."""
        path = str(self.files / saver / (name + ending))
        self.keras.backend.clear_session()
        found: dict[str, Any] = self.attempt(path, given, seconds)
        if found["result"] == "loaded":
            found.update(self.compare(found.pop("model"), saver, name))
        elif found["result"] == "failed":
            text = found.pop("text")
            again = self.attempt(path, dict(given, compile=False), seconds)
            found["no_compile"] = zoo.brief(again, found)
            if "safe_mode" in self.known and zoo.SUSPECT.search(text):
                again = self.attempt(path, dict(given, safe_mode=False), seconds)
                found["no_safe_mode"] = zoo.brief(again, found)
        return found


def main(arguments: list[str]) -> int:
    """Do every task, in order."""
    api, release, files, tasks_path, results_path, mode = arguments
    os.environ["CUSTOMS_API"] = api
    signal.signal(signal.SIGPROF, zoo._too_long)
    if mode == "module":
        place = tempfile.mkdtemp()
        (Path(place) / "zoo_parts.py").write_text(TEXT, encoding="utf-8")
        sys.path.append(place)
    loader = GivingLoader(api, release, Path(files), mode)
    tasks = json.loads(Path(tasks_path).read_text(encoding="utf-8"))
    gc.collect()
    gc.freeze()  # what was imported need not be looked through at every clear_session
    with Path(results_path).open("a", encoding="utf-8") as results:

        def say(event: dict[str, Any]) -> None:
            results.write(json.dumps(event) + "\n")
            results.flush()

        say({"event": "ready", "about": loader.about()})
        seconds = zoo.SECONDS_AT_MOST
        for number, saver, name, ending, bare, names in tasks:
            say({"event": "begin", "number": number})
            given = loader.given(name, bare, names)
            found = loader.outcome_given(saver, name, ending, given, seconds)
            seconds = loader.seconds
            say({"event": "end", "number": number, "outcome": found})
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
