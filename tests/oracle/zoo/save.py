"""Save, inside the environment of one release, every model of the zoo that it can.

``python save.py API RELEASE OUT`` writes ``OUT/<model>.h5`` and what else the release has, the
inputs and predictions as ``OUT/predictions.npz``, and prints one JSON line for each file and each
failure. Runs alone, under Python 3.7 and later.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import importlib
import inspect
import json
import random
import sys
import time
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
specs: Any = importlib.import_module("specs")
sys.dont_write_bytecode = False
API = sys.argv[1] if len(sys.argv) > 1 else "keras"
KERAS: Any = importlib.import_module(API)
RELEASE = sys.argv[2] if len(sys.argv) > 2 else ""
VERSION = RELEASE.partition("==")[2]
KERAS_3 = API == "keras" and VERSION.startswith("3.")
STANDALONE_2 = API == "keras" and VERSION.startswith("2.")
ROWS = 2
BIGGEST = 3 * 1024 * 1024
NOT_CLASSES = {"Layer", "Wrapper"}
DEFAULTED = [["default", {}]]
CUSTOMS: dict[Any, Any] = {}


# ---------------------------------------------------------------------------------- finding


@functools.lru_cache(maxsize=None)  # noqa: UP033 - Python 3.7 has no cache
def find(name: str) -> Any:
    """Return what a dotted name means in this release."""
    if name.startswith("layers."):
        for module in specs.MODULES_OF_LAYERS:
            found = _walk(KERAS, module + name[len("layers") :])
            if found is not None:
                return found
        raise LookupError("no " + name)
    if name.startswith("keras."):
        name = name[len("keras.") :]
    elif name.split(".")[0] in ("tensorflow", "operator"):
        head, _, rest = name.partition(".")
        found = _walk(importlib.import_module(head), rest)
        if found is None:
            raise LookupError("no " + name)
        return found
    found = _walk(KERAS, name)
    if found is None:
        raise LookupError("no " + name)
    return found


def _walk(thing: Any, name: str) -> Any:
    for part in name.split("."):
        thing = getattr(thing, part, None)
        if thing is None:
            return None
    return thing


def classes(module_name: str, base: Any) -> dict[str, Any]:
    """Return the classes of a module by one name each, those the specs know first."""
    module = _walk(KERAS, module_name)
    found: dict[Any, str] = {}
    names = sorted(dir(module), key=lambda name: (name not in specs.LAYERS, name)) if module else []
    for name in names:
        thing = getattr(module, name, None)
        if inspect.isclass(thing) and not name.startswith("_") and issubclass(thing, base):
            found.setdefault(thing, name)
    return {name: thing for thing, name in found.items()}


# --------------------------------------------------------------------------------- building


class Builder:
    """Builds one model from its description."""

    def __init__(self, registered: bool = False, learns: bool = False) -> None:
        self.registered = registered
        self.learns = learns

    def value(self, item: Any) -> Any:
        """Construct what a description says."""
        if isinstance(item, list):
            return [self.value(each) for each in item]
        if not isinstance(item, dict):
            return item
        if "make" in item:
            first = [self.value(each) for each in item["first"]]
            arguments = {key: self.value(each) for key, each in item["with"].items()}
            return find(item["make"])(*first, **arguments)
        if "call" in item:
            return find(item["call"])
        if "source" in item:
            return written(item)
        if "model" in item:
            return self.model(item["model"])
        if "custom" in item:
            return self.custom(item)
        return {key: self.value(each) for key, each in item.items()}

    def custom(self, item: Any) -> Any:
        """Return a function or an instance of a class of the user's own."""
        role = (item["custom"], self.registered)
        if role not in CUSTOMS:  # some releases refuse to register a name twice
            thing = written(specs.CUSTOM[item["custom"]])
            if self.registered:
                register = _walk(KERAS, "saving.register_keras_serializable") or _walk(
                    KERAS, "utils.register_keras_serializable"
                )
                thing = register(package="zoo")(thing)
            CUSTOMS[role] = thing
        thing = CUSTOMS[role]
        return thing(**item["with"]) if inspect.isclass(thing) else thing

    def model(self, spec: Any) -> Any:
        """Build a Sequential or a Functional model."""
        return self.stack(spec) if "sequential" in spec else self.graph(spec)

    def stack(self, spec: Any) -> Any:
        named = {"name": spec["name"]} if "name" in spec else {}
        model = KERAS.models.Sequential(**named)
        todo = list(spec["sequential"])
        first = spec["input"]
        if first is not None:
            start = todo[0] if todo else {}
            if STANDALONE_2 and "make" in start:
                shape = [first.get("batch"), *first["shape"]]
                given = dict(start["with"], batch_input_shape=shape)
                if "dtype" in first:
                    given.setdefault("dtype", "float32")
                todo[0] = dict(start, **{"with": given})
            else:
                model.add(self.input_layer(first))
        for item in todo:
            layer = self.value(item)
            self.adapt(layer, first)
            model.add(layer)
        if "called" in spec:
            model(sample(spec["called"]))
        return model

    def input_layer(self, first: Any) -> Any:
        if KERAS_3:
            return self.input(first, None)
        known = {key: first[key] for key in ("dtype", "sparse", "ragged") if key in first}
        if "batch" in first:
            known["batch_size"] = first["batch"]
        return KERAS.layers.InputLayer(input_shape=tuple(first["shape"]), **known)

    def input(self, spec: Any, name: str | None) -> Any:
        known = {k: spec[k] for k in ("dtype", "sparse", "ragged", "optional") if k in spec}
        if name is not None:
            known["name"] = name
        if "batch" in spec:
            return KERAS.layers.Input(batch_shape=(spec["batch"], *spec["shape"]), **known)
        return KERAS.layers.Input(shape=tuple(spec["shape"]), **known)

    def adapt(self, layer: Any, spec: Any) -> None:
        if self.learns and hasattr(layer, "adapt") and isinstance(spec, dict):
            layer.adapt(sample(spec, 4))

    def graph(self, spec: Any) -> Any:
        if "reuse" in spec:
            return self.reusing()
        named = not spec.get("unnamed")
        tensors = {
            name: self.input(each, name if named else None) for name, each in spec["inputs"].items()
        }
        starts = dict(tensors)
        made: dict[str, Any] = {}
        for node in spec["nodes"]:
            name, what, on = node[0], node[1], node[2]
            keywords = tied(node[3], tensors) if len(node) > 3 else {}
            if isinstance(what, dict) and what.get("op") == "slice":
                tensors[name] = tied(on["args"][0], tensors)[index(on["args"][1])]
                continue
            if isinstance(what, dict) and "op" in what:
                call = find(what["op"])
            elif isinstance(what, str):
                call = made[what[1:]]
            else:
                call = made[name] = self.value(what)
                self.adapt(call, next(iter(spec["inputs"].values())))
            if isinstance(on, dict) and "args" in on:
                tensors[name] = call(*tied(on["args"], tensors), **keywords)
            elif on == []:
                tensors[name] = call(**keywords)
            else:
                tensors[name] = call(tied(on, tensors), **keywords)
        inputs: Any = list(starts.values())
        if spec.get("inputs_as") == "dict":
            inputs = starts
        elif len(inputs) == 1 and spec.get("inputs_as") != "list":
            inputs = inputs[0]
        extra = {"name": spec["name"]} if "name" in spec else {}
        return KERAS.models.Model(inputs, tied(spec["outputs"], tensors), **extra)

    def reusing(self) -> Any:
        first = self.input(specs.VECTOR, "a")
        inner = KERAS.models.Model(first, self.value(specs.dense(4))(first), name="inner")
        return KERAS.models.Model(first, self.value(specs.dense(2))(inner(first)))


def written(item: Any) -> Any:
    """Return the function or class that a text defines, as if written in the user's script."""
    scope = {"__name__": "__main__", "keras": KERAS, "layers": KERAS.layers}
    if item["name"]:
        exec(compile(item["source"], "zoo.py", "exec"), scope)  # noqa: S102 - our own text
        return scope[item["name"]]
    return eval(compile(item["source"], "zoo.py", "eval"), scope)  # noqa: S307 - our own text


def tied(item: Any, tensors: Any) -> Any:
    """Put tensors where their names stand."""
    if isinstance(item, str) and item.startswith("@"):
        name, _, number = item[1:].partition(".")
        return tensors[name][int(number)] if number else tensors[name]
    if isinstance(item, list):
        return [tied(each, tensors) for each in item]
    if isinstance(item, dict):
        return {key: tied(each, tensors) for key, each in item.items()}
    return item


def index(item: Any) -> Any:
    """Return what stands in the brackets of a slice."""

    def one(each: Any) -> Any:
        if each == "...":
            return Ellipsis
        if isinstance(each, list):
            return slice(*each)
        return slice(None) if each is None else each

    return tuple(one(each) for each in item)


def sample(spec: Any, rows: int = ROWS) -> Any:
    """Return data that fits an input: the same at every call."""
    rows = spec.get("batch", rows)
    shape = [rows, *(3 if size is None else size for size in spec["shape"])]
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    kind = spec.get("dtype", "float32")
    if kind == "string":
        return np.array(["a", "b", "a b", "c"], dtype=object)[numbers % 4]
    if kind == "bool":
        return numbers % 3 > 0
    if "high" in spec:
        return (numbers % spec["high"]).astype(kind)
    return ((numbers % 7 - 3) / 4.0).astype(kind)


# ---------------------------------------------------------------------------------- the list


def everything() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield name, description and options of each model that this release might build."""
    for name, spec in specs.GRAPHS.items():
        yield "graph-" + name, spec, {}
    for name, spec in specs.COMPILED.items():
        yield "compile-" + name, spec, {}
    yield from layer_models()
    yield from part_models()
    yield from optimizer_models()
    yield from loss_models()
    operations = specs.KERAS_OPS if KERAS_3 else specs.TENSORFLOW_OPS
    for name, nodes in operations.items():
        spec = specs.graph(specs.IN, nodes, "@" + nodes[-1][0])
        yield ("keras-op-" if KERAS_3 else "tensorflow-op-") + name, spec, {}
    for name, spec in specs.CUSTOM_MODELS.items():
        yield "custom-" + name, spec, {}
        yield "registered-" + name, spec, {"registered": True}
    for name, arguments in specs.LAMBDAS.items():
        yield "lambda-" + name, specs.stack(specs.VECTOR, specs.make("Lambda", **arguments)), {}
    yield "subclassed-plain", None, {"subclassed": True}
    for name, arguments in specs.APPLICATIONS.items():
        yield "application-" + name, arguments, {"application": name}


def layer_models() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    seen: set[Any] = set()
    for module in specs.MODULES_OF_LAYERS:
        for name, kind in sorted(classes(module, KERAS.layers.Layer).items()):
            if kind in seen or (module == "experimental" and name not in specs.LAYERS):
                continue
            seen.add(kind)
            if name not in specs.LAYERS:
                for shape in specs.TRIED_SHAPES:
                    title = "layer-{}-tried-{}".format(name, len(shape["shape"]) + 1)
                    yield title, specs.stack(shape, specs.make(name)), {}
            for number, variant in enumerate(specs.LAYERS.get(name, [])):
                yield layer_model(name, number, variant)


def layer_model(name: str, number: int, item: Any) -> tuple[str, Any, dict[str, Any]]:
    variant, inputs, arguments = item
    layer = specs.make(name, **arguments)
    options = {"learns": variant in specs.ADAPTED}
    title = f"layer-{name}-{variant}"
    if isinstance(inputs, dict) and number == 0:
        return title, specs.stack(inputs, layer), options
    if isinstance(inputs, dict):
        return title, specs.graph({"a": inputs}, [("o", layer, "@a")], "@o"), options
    named = dict(zip("abc", inputs))  # noqa: B905 - Python 3.7 has no strict
    tensors: Any = ["@" + key for key in named]
    if name in specs.SEVERAL_ARGUMENTS:
        tensors = {"args": tensors}
    return title, specs.graph(named, [("o", layer, tensors)], "@o"), options


def part_models() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    for name in dir(KERAS.activations):
        thing = getattr(KERAS.activations, name)
        if (
            callable(thing)
            and name[0].islower()
            and name not in ("get", "serialize", "deserialize")
        ):
            yield (
                "activation-" + name,
                specs.stack(specs.VECTOR, specs.dense(4, activation=name)),
                {},
            )
    kinds = [
        ("initializers", "Initializer", specs.INITIALIZERS, "kernel_initializer"),
        ("regularizers", "Regularizer", specs.REGULARIZERS, "kernel_regularizer"),
        ("constraints", "Constraint", specs.CONSTRAINTS, "kernel_constraint"),
    ]
    for module, base_name, table, argument in kinds:
        base = _walk(KERAS, f"{module}.{base_name}") or object
        for name in classes(module, base):
            if name == base_name or not name[0].isupper():
                continue
            for variant, arguments in table.get(name, DEFAULTED):
                part = specs.make(f"{module}.{name}", **arguments)
                spec = specs.stack(specs.VECTOR, specs.dense(4, **{argument: part}))
                yield f"{module[:-1]}-{name}-{variant}", spec, {}


def optimizer_models() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    for module in ("optimizers", "optimizers.legacy", "optimizers.experimental"):
        base = _walk(KERAS, module + ".Optimizer") or object
        for name in classes(module, base):
            if not name[0].isupper():
                continue
            for variant, arguments in specs.OPTIMIZERS.get(name, DEFAULTED):
                prefix = (module + ".")[len("optimizers.") :]
                part = specs.make(f"{module}.{name}", **arguments)
                title = f"optimizer-{prefix}{name}-{variant}"
                yield title, specs.compiled(optimizer=part), {"slots": True}
    for module in ("optimizers.schedules", "experimental"):
        for name, arguments in specs.SCHEDULES.items():
            rate = specs.make(f"{module}.{name}", **arguments)
            if _walk(KERAS, f"{module}.{name}") is not None:
                part = specs.make("optimizers.SGD", learning_rate=rate)
                yield f"schedule-{module.split('.')[-1]}.{name}", specs.compiled(optimizer=part), {}


def loss_models() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    base = _walk(KERAS, "losses.Loss") or ()
    for name in classes("losses", base):
        for variant, arguments in specs.LOSSES.get(name, DEFAULTED):
            part = specs.make("losses." + name, **arguments)
            yield f"loss-{name}-{variant}", specs.compiled(loss=part), {}
    for name in specs.LOSS_NAMES:
        if known("losses", name):
            yield "loss-name-" + name, specs.compiled(loss=name), {}
    base = _walk(KERAS, "metrics.Metric") or ()
    for name in classes("metrics", base):
        for variant, arguments in specs.METRICS.get(name, DEFAULTED):
            part = specs.make("metrics." + name, **arguments)
            yield f"metric-{name}-{variant}", specs.compiled(metrics=[part]), {}
    for name in specs.METRIC_NAMES:
        if name in ("accuracy", "acc", "crossentropy", "ce") or known("metrics", name):
            yield "metric-name-" + name, specs.compiled(metrics=[name]), {}


def known(module: str, name: str) -> bool:
    try:
        getattr(KERAS, module).get(name)
    except Exception:
        return False
    return True


# ---------------------------------------------------------------------------------- one model


def build(spec: Any, options: Any) -> Any:
    """Build a model, give it weights that pack well, and compile it."""
    builder = Builder(options.get("registered", False), options.get("learns", False))
    if "application" in options:
        given = dict(spec, input_shape=tuple(spec["input_shape"]))
        model = find("applications." + options["application"])(weights=None, **given)
        return dull(model, zero=True)
    if options.get("subclassed"):
        model = written(specs.SUBCLASSED)(3)
        model(sample(specs.VECTOR))
        return dull(model)
    with policy(spec.get("policy")):
        model = builder.model(spec)
        if not options.get("learns") and getattr(model, "built", True) and model.layers:
            dull(model)
        shrink(model, spec)
        if "compile" in spec:
            model.compile(**{key: builder.value(each) for key, each in spec["compile"].items()})
        if options.get("slots") and hasattr(model.optimizer, "build") and not STANDALONE_2:
            model.optimizer.build(model.trainable_variables)
        if spec.get("train"):
            train(model, inputs_of(spec, options))
    return model


def shrink(model: Any, spec: Any) -> None:
    """Quantize a model or give it low-rank updates, or both in that order."""
    if "quantize" in spec:
        model.quantize(spec["quantize"])
    layers = model.layers[:1] if "quantize" in spec else model.layers
    for layer in layers if "lora" in spec else []:
        if hasattr(layer, "enable_lora"):
            layer.enable_lora(spec["lora"])


def train(model: Any, rows: list[Any]) -> None:
    """Train for one step."""
    found = model.outputs if isinstance(model.outputs, (list, tuple)) else [model.outputs]
    target = [np.zeros((ROWS, int(each.shape[-1])), "float32") for each in found]
    model.train_on_batch(
        rows if len(rows) > 1 else rows[0], target if len(target) > 1 else target[0]
    )


class policy:  # noqa: N801 - a context manager
    """Set the global dtype policy for a while."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def __enter__(self) -> None:
        if self.name:
            self._set(self.name)

    def __exit__(self, *_: object) -> None:
        if self.name:
            self._set("float32")

    def _set(self, name: str) -> None:
        for place in (
            "mixed_precision.set_global_policy",
            "mixed_precision.experimental.set_policy",
            "config.set_dtype_policy",
        ):
            function = _walk(KERAS, place)
            if function is not None:
                function(name)
                return
        raise LookupError("no dtype policies")


def dull(model: Any, zero: bool = False) -> Any:
    """Give a model weights that are small multiples of 1/8."""
    fresh = []
    for value in model.get_weights():
        if value.dtype.kind != "f" or not value.size:
            fresh.append(value)
        elif zero:
            fresh.append(np.full_like(value, 0.125))
        else:
            dull_one = (np.arange(value.size) % 7 + 1) / 8.0
            fresh.append(dull_one.reshape(value.shape).astype(value.dtype))
    model.set_weights(fresh)
    return model


def inputs_of(spec: Any, options: Any) -> list[Any]:
    """Return the data for a model's inputs, in the order of the description."""
    if "application" in options:
        return [sample({"shape": spec["input_shape"]})]
    if spec is None or "reuse" in spec:
        return [sample(specs.VECTOR)]
    if "sequential" not in spec:
        return [sample(each) for each in spec["inputs"].values()]
    return [sample(spec["input"] or specs.VECTOR)]


def predict(model: Any, rows: list[Any], spec: Any) -> list[Any]:
    """Return the model's outputs as arrays."""
    if STANDALONE_2:
        found = model.predict_on_batch(rows)
    else:
        data: Any = rows if len(rows) > 1 else rows[0]
        if spec and spec.get("inputs_as") == "dict":
            data = dict(zip(spec["inputs"], rows))  # noqa: B905 - Python 3.7 has no strict
        tensors = tensors_of(data)
        found = model(tensors, training=False)
    return [np.asarray(each) for each in flat(found)]


def tensors_of(data: Any) -> Any:
    """Turn arrays into tensors, which eager calls of old releases want."""
    convert = find("tensorflow.convert_to_tensor")
    if isinstance(data, dict):
        return {key: convert(each) for key, each in data.items()}
    return [convert(each) for each in data] if isinstance(data, list) else convert(data)


def flat(found: Any) -> list[Any]:
    """Return the leaves of an output."""
    if isinstance(found, dict):
        return [leaf for key in sorted(found) for leaf in flat(found[key])]
    if isinstance(found, (list, tuple)):
        return [leaf for each in found for leaf in flat(each)]
    return [found]


def ways(model_name: str) -> dict[str, dict[str, Any]]:
    """Return the containers this release has, with the arguments of ``save`` for each."""
    found: dict[str, dict[str, Any]] = {".h5": {}}
    numbers = [int(part) for part in VERSION.split(".")[:2]]
    if KERAS_3 or (numbers >= [2, 13] and not STANDALONE_2):
        found[".keras"] = {}
    elif numbers == [2, 12]:
        found[".keras"] = {"save_format": "keras_v3"}
    found = {ending: each for ending, each in found.items() if chosen(model_name, ending)}
    bare = model_name.partition("-")[2]
    if bare in specs.SAVED_MODELS or model_name in specs.SAVED_MODELS:
        if KERAS_3 and model_name == "graph-sequential-plain":
            found[""] = {"export": True}
        elif not KERAS_3 and not STANDALONE_2:
            found[""] = {"save_format": "tf"}
    return found


def chosen(model_name: str, ending: str) -> bool:
    """Tell whether this release is one of those that write a model into a container."""
    share = specs.SHARES.get(model_name.partition("-")[0], specs.SHARES[""])
    number = zlib.crc32(f"{RELEASE}|{model_name}|{ending}".encode())
    return bool(number / 2.0**32 < share)


def save(model: Any, path: Path, arguments: dict[str, Any]) -> None:
    """Save a model in one container."""
    if arguments.pop("export", False):
        model.export(str(path))
    else:
        model.save(str(path), **arguments)


def sha256_of(path: Path) -> str:
    """Return a file's hash, or a directory's as ``tests/oracle/hashing.py`` has it."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    parts = [part for part in path.rglob("*") if part.is_file()]
    lines = sorted(f"{part.relative_to(path).as_posix()}\0{sha256_of(part)}\n" for part in parts)
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()


def clear() -> None:
    """Start anew: names from the beginning, the same random numbers."""
    KERAS.backend.clear_session()
    random.seed(7)
    np.random.seed(7)
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and hasattr(tensorflow, "random"):
        seed = getattr(tensorflow.random, "set_seed", None)
        (seed or tensorflow.compat.v1.set_random_seed)(7)


def say(**event: Any) -> None:
    """Print one JSON line."""
    print(json.dumps(event, sort_keys=True))
    sys.stdout.flush()


def short(error: BaseException) -> str:
    """Return an exception as one line."""
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:200]}"


def one(name: str, spec: Any, options: Any, out: Path, arrays: dict[str, Any]) -> None:
    """Build and save one model."""
    try:
        clear()
        model = build(spec, options)
    except Exception as error:
        say(model=name, unbuilt=short(error))
        return
    try:
        rows = inputs_of(spec, options)
        found = predict(model, rows, spec)
        if all(each.dtype.kind in "fiub" for each in found) and all(
            each.dtype.kind in "fiub" for each in rows
        ):
            arrays.update({f"{name}|i{number}": each for number, each in enumerate(rows)})
            arrays.update({f"{name}|o{number}": each for number, each in enumerate(found)})
    except Exception as error:
        say(model=name, unpredicted=short(error))
    for ending, arguments in ways(name).items():
        path = out / (name + ending)
        try:
            save(model, path, dict(arguments))
        except Exception as error:
            say(model=name, ending=ending, unsaved=short(error))
            if path.is_file():
                path.unlink()
            continue
        if path.is_file() and path.stat().st_size > BIGGEST:
            say(model=name, ending=ending, unsaved=f"too big: {path.stat().st_size}")
            path.unlink()
            continue
        say(model=name, ending=ending, sha256=sha256_of(path))


def main(arguments: list[str]) -> int:
    """Save all models, or those whose names hold one of the words given."""
    out = Path(arguments[2])
    out.mkdir(parents=True, exist_ok=True)
    words = arguments[3:]
    warnings.simplefilter("ignore")
    arrays: dict[str, Any] = {}
    started = time.time()
    gc.collect()
    gc.freeze()  # what was imported need not be looked through at every clear_session
    done: set[str] = set()
    for name, spec, options in everything():
        if name in done or not ways(name):
            continue
        if not words or any(word in name for word in words):
            done.add(name)
            one(name, spec, options, out, arrays)
    np.savez(str(out / "predictions.npz"), **arrays)
    python = ".".join(str(part) for part in sys.version_info[:2])
    say(seconds=round(time.time() - started), python=python, models=len(done))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
