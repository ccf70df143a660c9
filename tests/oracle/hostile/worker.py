"""Load hostile but inert files inside one release, and say what happened.

``python worker.py API TASKS RESULTS``: API is the module to use (``keras``, ``tf_keras``,
``tensorflow.keras``), TASKS a JSON list of tasks, RESULTS a file that gets one JSON line for each.
Keras is imported once; every file is loaded in a fork of that process, so that nothing a file does
to it reaches the next. Runs alone, on Linux, under Python 3.7 (without audit events)
and later.
"""

from __future__ import annotations

import ctypes
import importlib
import inspect
import json
import os
import re
import resource
import select
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

SECONDS = 20.0
SLOW = 3.0
MORE_MEMORY = 2 * 1024**3
MARKER, CANARY, CANARY_NUMBER = "KERASSCAN-MARKER", "KERASSCAN-CANARY", 1234.5
OUTPUT_LIMIT = 2**20
CALL = "===CALL==="
HOME, TEMPORARY = Path(os.environ["HOME"]), Path(os.environ["TMPDIR"])
LIMIT = 200
IN_ACCESS, IN_OPEN = 0x1, 0x20
EXHAUSTED = {"MemoryError", "_ArrayMemoryError", "ResourceExhaustedError"}
EXHAUSTED_WORDS = ("bad_alloc", "OOM when", "Unable to allocate", "MemoryError")
CANARIES = ("canary", "outside", "vocabulary")
SITES = ("call", "__call__", "process_node", "_call_unconverted", "_get_current_learning_rate")
TENSORS = ("KerasTensor", "SymbolicTensor", "EagerTensor", "Tensor")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
PLACE = re.compile(r"(?<![\w:/<>])(?:/[\w.=+~-]+){2,}/?")
NUMBER = re.compile(r"time = [A-Z][a-z]{2} [A-Z][a-z]{2} +[\d: ]+|\b\d{9,}\b(?= bytes)")
OUTSIDE = ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto")
STARTED = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn")


def main(arguments: list[str]) -> int:
    """Load every file, each in a fork."""
    api, tasks_path, results_path = arguments
    keras = importlib.import_module(api)
    importlib.import_module("numpy")
    importlib.import_module("h5py")
    tasks = json.loads(Path(tasks_path).read_text(encoding="utf-8"))
    with Path(results_path).open("a", encoding="utf-8") as results:
        has_safe_mode = "safe_mode" in inspect.signature(keras.models.load_model).parameters
        for task in tasks:
            task["again"] = has_safe_mode and task["again"]
            outcome = _watched(keras, task)
            if task["again"] and outcome["result"] == "failed":
                again = _watched(keras, {**task, "options": {"safe_mode": False}})
                outcome["without_safe_mode"] = again["effects"]
            results.write(json.dumps({"id": task["id"], **outcome}) + "\n")
            results.flush()
    return 0


# The parent: it watches one child.


def _watched(keras: Any, task: dict[str, Any]) -> dict[str, Any]:
    """Fork a child that loads the file, and combine what it says with what is seen from here."""
    folder = Path(task["folder"])
    report, output = folder.parent / "report.jsonl", folder.parent / "output.txt"
    report.write_text("", encoding="utf-8")
    _make_empty(HOME, HOME / ".keras")
    before = _tree(folder.parent) + _tree(HOME)
    notes, names = _watch(folder, Path(task["path"]))
    child = os.fork()
    if child == 0:
        _child(keras, task, report, output)
    status, usage, late = _wait(child)
    opened = _opened(notes, names)
    os.close(notes)
    wrote = sorted({*_tree(folder.parent), *_tree(HOME)} - set(before))
    _make_empty(TEMPORARY, TEMPORARY)
    seen: dict[str, Any] = {"phase": "import", "events": set()}
    for line in report.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        seen["events"].update(told.pop("events", ()))
        seen.update(told)
    seen["events"].update(_markers(output))
    seen["ending"] = "did not end" if late or os.WIFSIGNALED(status) else ""
    seen["cpu"] = usage.ru_utime + usage.ru_stime
    return _outcome({**seen, "opened": opened, "wrote": wrote}, str(folder))


def _make_empty(place: Path, inside: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    inside.mkdir(parents=True)


def _markers(output: Path) -> list[str]:
    """Tell whether the marker was printed before or after the model was called."""
    text = output.read_bytes()[:OUTPUT_LIMIT].decode("utf-8", "replace")
    load, _, call = text.partition(CALL)
    return [f"{phase}:marker" for phase, part in (("load", load), ("call", call)) if MARKER in part]


def _outcome(seen: dict[str, Any], folder: str) -> dict[str, Any]:
    """Return what is recorded, from everything that was seen."""
    failed = bool(seen.get("error")) and not seen.get("result")
    result = "failed" if failed else seen.get("result") or seen["ending"] or "ended"
    effects = _effects(seen) or ["refused" if failed else "none"]
    outcome: dict[str, Any] = {"effects": effects, "result": result}
    for key in ("as", "error", "message", "call_error", "call_message", "ending"):
        if seen.get(key):
            outcome[key] = seen[key]
    if seen["ending"]:
        outcome["phase"] = seen["phase"]
    for key in ("events", "opened", "wrote"):
        if seen[key]:
            outcome[key] = [_clean(item, folder) for item in sorted(seen[key])]
    return outcome


def _effects(seen: dict[str, Any]) -> list[str]:
    """Return the effects, the most severe first."""
    events = seen["events"]
    found = [
        f"code-on-{phase}"
        for phase in ("load", "call")
        if any(event.startswith((f"{phase}:marker", f"{phase}:called")) for event in events)
    ]
    others = {
        "file-read": seen["opened"] or seen.get("canary"),
        "file-write": seen["wrote"],
        "network": any(event.endswith(":network") for event in events),
        "denial-of-service": seen["ending"] or seen["cpu"] > SLOW or _is_exhausted(seen),
    }
    return found + [effect for effect, is_so in others.items() if is_so]


def _is_exhausted(seen: dict[str, Any]) -> bool:
    """Tell whether it failed for want of memory, on load or when it was called."""
    classes = {seen.get("error"), seen.get("call_error")}
    text = seen.get("message", "") + seen.get("call_message", "")
    return bool(classes & EXHAUSTED) or any(words in text for words in EXHAUSTED_WORDS)


def _wait(child: int) -> tuple[int, Any, bool]:
    """Wait for the child; kill it when the time is up."""
    since, late = time.monotonic(), False
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            return status, usage, late
        if not late and time.monotonic() - since > SECONDS:
            late = True
            os.kill(child, signal.SIGKILL)
        time.sleep(0.005)


def _tree(place: Path) -> list[str]:
    """Return every file below, but for those that the recorder and any loader may leave."""
    found = [path.relative_to(place) for path in place.rglob("*") if path.is_file()]
    ours = ("report.jsonl", "output.txt")
    return [str(path) for path in found if path.name not in ours]


def _watch(folder: Path, model: Path) -> tuple[int, dict[int, str]]:
    """Watch everything in the folder that is not the model itself."""
    libc = ctypes.CDLL(None, use_errno=True)
    notes = libc.inotify_init1(os.O_NONBLOCK)
    names = {}
    for path in sorted(folder.rglob("*")):
        inside = path == model or (model.is_dir() and model in path.parents)
        known = str(path.relative_to(folder)).startswith(CANARIES)
        if known and path.is_file() and not path.is_symlink() and not inside:
            mark = libc.inotify_add_watch(notes, str(path).encode(), IN_OPEN | IN_ACCESS)
            names[mark] = str(path.relative_to(folder))
    return notes, names


def _opened(notes: int, names: dict[int, str]) -> list[str]:
    found = set()
    while select.select([notes], [], [], 0)[0]:
        content = os.read(notes, 65536)
        while content:
            mark = int.from_bytes(content[:4], sys.byteorder)
            length = int.from_bytes(content[12:16], sys.byteorder)
            content = content[16 + length :]
            found.add(names.get(mark, "?"))
    return sorted(found)


# The child: it loads one file.


class _Watch:
    """What the child sees of itself, by audit events and by a profile function."""

    def __init__(self, report: Any, calls: list[str]) -> None:
        self.report = report
        self.phase = "load"
        self.wanted = [call.partition(":")[::2] for call in calls]
        self.told: set[str] = set()
        self.ready = False

    def tell(self, **line: Any) -> None:
        self.report.write(json.dumps(line) + "\n")
        self.report.flush()

    def note(self, word: str) -> None:
        event = f"{self.phase}:{word}"
        if event not in self.told:
            self.told.add(event)
            self.tell(events=[event])

    def audit(self, event: str, arguments: Any) -> None:
        if not self.ready:
            return
        if event in OUTSIDE:
            self.note("network")
            raise PermissionError("no network while recording")
        if event in STARTED:
            self.note("started")
        elif event == "marshal.loads" and MARKER.encode() in bytes(arguments[0]):
            self.note("unmarshalled")
        elif event == "pickle.find_class" and "print" in str(arguments[1]):
            self.note("unpickled")

    def profile(self, frame: Any, event: str, value: Any) -> None:
        if event not in ("call", "c_call") or not self.ready:
            return
        for place, function in self.wanted:
            if event == "c_call":
                called = _is_builtin(value, place, function) and frame.f_code.co_name in SITES
            else:
                called = _is_function(frame, place, function) and _is_by_the_file(frame)
            if called:
                self.note("called " + function)


def _is_builtin(value: Any, place: str, function: str) -> bool:
    module = getattr(value, "__module__", None) or "builtins"
    return module == place and getattr(value, "__name__", "") == function


def _is_function(frame: Any, place: str, function: str) -> bool:
    """Tell whether a frame is of the function wanted; `Class.__init__` names a constructor."""
    kind, _, name = function.rpartition(".")
    if frame.f_code.co_name != name:
        return False
    package = str(frame.f_globals.get("__name__")).partition(".")[0].replace("tf_keras", "keras")
    if package != place.partition(".")[0] and (place != "keras" or package != "tensorflow"):
        return False
    first = frame.f_locals.get("self", frame.f_locals.get("cls"))
    return not kind or kind in (type(first).__name__, getattr(first, "__name__", ""))


def _is_by_the_file(frame: Any) -> bool:
    """Tell a call that the file asks for: from where layers are called, or with a tensor."""
    caller = frame.f_back
    if caller is not None and caller.f_code.co_name in SITES:
        return True
    given = list(frame.f_locals.values())
    given += [item for value in given if isinstance(value, tuple) for item in value]
    return any(type(value).__name__ in TENSORS for value in given)


def _child(keras: Any, task: dict[str, Any], report: Path, output: Path) -> None:
    """Load the file and call the model, and never return."""
    sink = os.open(str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.chdir(task["folder"])
    _limit()
    with report.open("a", encoding="utf-8") as held:
        watch = _Watch(held, task["calls"])
        getattr(sys, "addaudithook", id)(watch.audit)  # there is none before Python 3.8
        try:
            _load_and_call(keras, task, watch)
        finally:
            sys.setprofile(None)
            watch.ready = False
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)


def _limit() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MORE_MEMORY, used + MORE_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _load_and_call(keras: Any, task: dict[str, Any], watch: _Watch) -> None:
    folder = task["folder"]
    watch.tell(phase="load")
    load = _loader(keras, task)
    if load is None:
        watch.tell(result="no-loader")
        return
    watch.ready = True
    if task["calls"]:
        sys.setprofile(watch.profile)
    try:
        model = load()
    except BaseException as error:
        sys.setprofile(None)
        watch.tell(error=type(error).__name__, message=_message(error, folder))
        return
    sys.stdout.flush()
    watch.phase = "call"
    named = f"{type(model).__name__} {getattr(model, 'name', '')}"
    watch.tell(result="loaded", phase="call", **{"as": named})
    os.write(1, CALL.encode())
    try:
        _call(model)
    except BaseException as error:
        sys.setprofile(None)
        watch.tell(call_error=type(error).__name__, call_message=_message(error, folder))
    sys.setprofile(None)
    sys.stdout.flush()
    watch.tell(canary=_has_canary(model))


def _loader(keras: Any, task: dict[str, Any]) -> Any:
    path, how = task["path"], task["how"]
    if how in ("json", "yaml"):
        text = Path(path).read_text(encoding="utf-8")
        load = getattr(keras.models, f"model_from_{how}", None)
        return None if load is None else lambda: load(text)
    if how == "weights":
        model = keras.models.model_from_json(task["architecture"])

        def weights() -> Any:
            model.load_weights(path)
            return model

        return weights
    return lambda: keras.models.load_model(path, **task.get("options", {}))


def _call(model: Any) -> None:
    """Call it once, on zeros of the shape and type that its input has."""
    import numpy as np

    inputs = model.inputs
    if not inputs and type(model).__name__ != "Sequential":
        return
    given = []
    for each in inputs or [None]:
        shape = [1 if size is None else int(size) for size in (each.shape if inputs else (1, 4))]
        kind = str(getattr(each, "dtype", "float32"))
        kind = kind.replace("<dtype: '", "").replace("'>", "")
        if "string" in kind:
            tf = importlib.import_module("tensorflow")

            given.append(tf.constant(np.full(shape, "second", dtype=object)))
        else:
            given.append(np.zeros(shape, dtype=kind))
    model(given[0] if len(given) == 1 else given)


def _has_canary(model: Any) -> bool:
    """Tell whether the content of a canary has become part of the model."""
    import numpy as np

    try:
        if any(np.any(np.asarray(weight) == CANARY_NUMBER) for weight in model.get_weights()):
            return True
        layers = [each for each in model.layers if hasattr(each, "get_vocabulary")]
        return any(CANARY in str(word) for each in layers for word in each.get_vocabulary())
    except Exception:  # a model may be of any shape; what it cannot give is no canary
        return False


def _message(error: BaseException, folder: str) -> str:
    lines = [line for line in str(error).strip().splitlines() if line.strip()] or [""]
    outer = ("Exception encountered:", "Exception encountered when calling")
    inner = [line for line in lines if line.startswith(outer)]
    first = inner[-1] if inner else ""
    if lines[0].startswith("A total of") and len(lines) > 1:
        first = lines[1]
    text = first if first else lines[0]
    return _clean(text, folder)[:LIMIT]


def _clean(text: str, folder: str) -> str:
    parent = str(Path(folder).parent)
    for known in (folder, parent):
        text = text.replace(known, "<path>")
    text = PLACE.sub("<path>", ADDRESS.sub("<address>", text))
    return NUMBER.sub("<number>", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
