"""Save, inside the environment of one release, every model of the second zoo in every way.

``python save.py API RELEASE OUT`` writes ``OUT/<way>.<model><ending>``, inputs and predictions as
``OUT/predictions.npz``, and prints a JSON line for each file, with what is custom in it, and each
failure. Runs alone, under Python 3.7 and later; it uses what the first zoo's ``save.py`` has.
"""

from __future__ import annotations

import importlib.util
import linecache
import os
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
API = sys.argv[1] if len(sys.argv) > 1 else "keras"
VERSION = (sys.argv[2] if len(sys.argv) > 2 else "==").partition("==")[2]
NUMBERS = tuple(int(part) for part in VERSION.split(".") if part)
FAMILY = 3 if API == "keras" else 2
os.environ["CUSTOMS_API"] = API


def module_of(path: Path, name: str) -> Any:
    """Import a file under a name of our choice."""
    spec = importlib.util.spec_from_file_location(name, str(path))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


sys.dont_write_bytecode = True
zoo: Any = module_of(HERE.parent / "zoo" / "save.py", "first_zoo")
models: Any = module_of(HERE / "models.py", "customs_models")
sys.dont_write_bytecode = False
KERAS: Any = zoo.KERAS


def parts(way: str) -> Any:
    """Return fresh parts, registered as the way of saving has it."""
    made = ModuleType("zoo_parts" if way == "module" else "__main__")
    text = (HERE / "parts.py").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    linecache.cache["zoo_parts.py"] = (len(text), None, lines, "zoo_parts.py")  # for autograph
    exec(compile(text, "zoo_parts.py", "exec"), made.__dict__)  # noqa: S102 - our own text
    saving = getattr(KERAS, "saving", None)
    decorator = getattr(saving, "register_keras_serializable", None)
    decorator = decorator or KERAS.utils.register_keras_serializable
    for name, thing in list(vars(made).items()):
        if name.startswith("_") or getattr(thing, "__module__", None) != made.__name__:
            continue
        if way == "registered":
            decorator(package="zoo")(thing)
        elif way == "registered-custom":
            decorator()(thing)
        elif way == models.OTHERWISE:
            decorator(package="zoo", name="Other" + name)(thing)
    return made


def endings(model: Any, way: str) -> dict[str, dict[str, Any]]:
    """Return the containers of a model, with the arguments of ``save``."""
    found: dict[str, dict[str, Any]] = {}
    if FAMILY == 3 or NUMBERS >= (2, 13):
        found[".keras"] = {}  # first: 2.13 writes the old way once it has written HDF5
    found[".h5"] = {}
    writes_directories = API == "tensorflow.keras" and NUMBERS in ((2, 10), (2, 15))
    if writes_directories and model.name in models.SAVED_MODELS and way in models.SAVED_MODEL_WAYS:
        found[""] = {"save_format": "tf"}
    return found


def truth(model: Any, way: str, ending: str) -> list[list[str]]:
    """Return role, name in the file, bare name and layer path of each custom object."""
    found = model.truth
    if not isinstance(found, list):
        writes_text = FAMILY == 2 and NUMBERS < (2, 12)
        found = found(FAMILY, "text" if writes_text else ending)
    return [[role, models.shown(name, way), name, path] for role, name, path in found]


def everything() -> Iterator[tuple[Any, str]]:
    """Yield each model that this release can have, with each way to save it."""
    for way in (*models.WAYS, models.OTHERWISE):
        for model in models.ALL:
            if model.since and (FAMILY == 2 or model.since > NUMBERS):
                continue
            if way != models.OTHERWISE or model.otherwise:
                yield model, way


def one(model: Any, way: str, own: Any, out: Path, arrays: dict[str, Any]) -> None:
    """Build a model and save it in each container."""
    name = f"{way}.{model.name}"
    rows = [zoo.sample({"shape": model.shape})]
    names = models.names_of(model)
    given = {each: getattr(own, each) for each in names if hasattr(own, each)}
    try:
        zoo.clear()
        with KERAS.utils.custom_object_scope(given):  # some layers copy what they are given
            made = model.build(KERAS, own)
            found = zoo.predict(made, rows, None)
            zoo.dull(made)
            found = zoo.predict(made, rows, None)
    except Exception as error:
        zoo.say(model=name, unbuilt=zoo.short(error))
        return
    arrays.update({f"{name}|i{number}": each for number, each in enumerate(rows)})
    arrays.update({f"{name}|o{number}": each for number, each in enumerate(found)})
    for ending, arguments in endings(model, way).items():
        path = out / (name + ending)
        try:
            made.save(str(path), **arguments)
        except Exception as error:
            zoo.say(model=name, ending=ending, unsaved=zoo.short(error))
            if path.is_file():
                path.unlink()
            continue
        customs = truth(model, way, ending)
        digest = zoo.sha256_of(path)
        zoo.say(model=name, ending=ending, sha256=digest, customs=customs, uses=names)


def main(arguments: list[str]) -> int:
    """Save all models, or those whose names hold one of the words given."""
    out = Path(arguments[2])
    out.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    arrays: dict[str, Any] = {}
    owned: dict[str, Any] = {}
    for model, way in everything():
        if way not in owned:
            owned[way] = parts(way)
        if not arguments[3:] or any(word in f"{way}.{model.name}" for word in arguments[3:]):
            one(model, way, owned[way], out, arrays)
    np.savez(str(out / "predictions.npz"), **arrays)
    zoo.say(python=".".join(str(part) for part in sys.version_info[:2]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
