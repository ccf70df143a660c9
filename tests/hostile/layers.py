"""Tricks with layers that load something: a pickle, a SavedModel, a vocabulary."""

from __future__ import annotations

import base64
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.hostile import containers as c
from tests.hostile.configs import Json, code, layer, plain, reference, sequential
from tests.hostile.lambdas import WRITERS
from tests.hostile.payloads import CANARY, MARKER
from tests.hostile.references import SAVED_MODEL
from tests.hostile.saved_model import ENDPOINT, saved_model
from tests.hostile.trick import KERAS_3, Trick

TORCH: Final = ("CVE-2025-49655",)
VOCABULARY: Final = ("CVE-2025-12058", "GHSA-qg93-c7p6-gg7f")
NAMES: Final = ("CVE-2026-12479",)
PICKLE: Final = b"\x80\x02cbuiltins\nprint\nX\x10\x00\x00\x00" + MARKER.encode() + b"\x85R."
TEXT: Final = {
    "output_mode": "int",
    "standardize": "lower_and_strip_punctuation",
    "split": "whitespace",
    "ngrams": None,
}
HERE: Final = "file:///proc/self/cwd/canary.txt"


def tricks() -> list[Trick]:
    """Return the tricks with such layers."""
    return [*_torch(), *_tfsm(), *_jax(), *_vocabularies(), *_names()]


def _write(config: Json, container: str, folder: Path) -> Path:
    c.canary_text(folder)
    written: Path = WRITERS[container](folder, config)
    return written


def _trick(name: str, says: str, config: Json, advisories: tuple[str, ...], **more: Any) -> Trick:
    container = name.rpartition(".")[2]
    return Trick(name, says, advisories, partial(_write, config, container), KERAS_3, **more)


def _torch() -> list[Trick]:
    """`torch.load` reads a bare pickle, or a zip with one."""
    zipped = c.archive([("archive/data.pkl", PICKLE), ("archive/version", b"3\n")])
    made = []
    for name, content in (("pickle", PICKLE), ("zip", zipped)):
        text = base64.b64encode(content).decode()
        torch = layer("TorchModuleWrapper", "torch")
        torch["config"]["module"] = text
        config = sequential(torch)
        for container in ("keras", "h5", "json"):
            says = f"a {name} that names print, in a TorchModuleWrapper"
            made.append(_trick(f"torch-{name}.{container}", says, config, TORCH, backend="torch"))
    return made


def _tfsm() -> list[Trick]:
    """`TFSMLayer` loads a SavedModel from anywhere, and calls what it finds there."""
    made = []
    for name, path in (("beside", "canary_model"), ("absent", "no_such_model")):
        config = sequential(layer("TFSMLayer", "tfsm", filepath=path, call_endpoint=ENDPOINT))
        for container in ("keras", "h5", "json", "directory"):
            says = f"a TFSMLayer with the path of a SavedModel ({name})"
            trick = Trick(
                f"tfsm-{name}.{container}",
                says,
                SAVED_MODEL,
                partial(_write_saved_model, config, container),
                KERAS_3,
            )
            made.append(trick)
    nested = plain(
        sequential(layer("TFSMLayer", "tfsm", filepath="canary_model", call_endpoint=ENDPOINT))
    )
    make = partial(_write_saved_model, nested, "keras")
    made.append(
        Trick("tfsm-nested.keras", "a TFSMLayer in an inner model", SAVED_MODEL, make, KERAS_3)
    )
    return made


def _write_saved_model(config: Json, container: str, folder: Path) -> Path:
    saved_model(folder)
    written: Path = WRITERS[container](folder, config)
    return written


def _jax() -> list[Trick]:
    """`JaxLayer` calls the functions it is given; `FlaxLayer` a method of a module."""
    made = []
    for name, function in (("code", code()), ("print", reference("builtins.print"))):
        config = sequential(layer("JaxLayer", "jax", call_fn=function, init_fn=None, params={}))
        python = "3.11" if name == "code" else ""
        calls = ("builtins:print",) if name == "print" else ()
        says = f"a JaxLayer whose function is {name}"
        made.append(
            _trick(f"jax-{name}.keras", says, config, (), backend="jax", python=python, calls=calls)
        )
    there: Any = {"module": "pathlib", "class_name": "Path", "config": {}, "registered_name": None}
    flax = layer("FlaxLayer", "flax")
    flax["config"] |= {"module": there, "method": None}
    config = sequential(flax)
    made.append(
        _trick("flax-module.keras", "a FlaxLayer of pathlib.Path", config, (), backend="jax")
    )
    return made


def _lookup(class_name: str, dtype: str = "string", **config: Any) -> Json:
    return sequential_of(dtype, layer(class_name, "lookup", **config))


def sequential_of(dtype: str, *layers: Json) -> Json:
    """Write a Sequential whose input is not float32."""
    made = sequential(*layers)
    made["config"]["layers"][0]["config"]["dtype"] = dtype
    return made


def _vocabularies() -> list[Trick]:
    """A vocabulary that is a string is the path of a file."""
    paths = {
        "path": "canary.txt",
        "url": HERE,
        "http": "http://127.0.0.1:9/canary.txt",
        "absent": "no_such_file.txt",
    }
    made = []
    for name, path in paths.items():
        config = _lookup("StringLookup", vocabulary=path)
        for container in ("keras", "h5", "json", "directory") if name == "path" else ("keras",):
            says = f"a vocabulary that is a {name}"
            made.append(_trick(f"vocabulary-{name}.{container}", says, config, VOCABULARY))
    whole = _lookup("IntegerLookup", "int64", vocabulary="canary.txt")
    text = layer("TextVectorization", "text", vocabulary="canary.txt", **TEXT)
    space = _feature_space(layer("StringLookup", "lookup", vocabulary="canary.txt"))
    inner = sequential_of("string", layer("StringLookup", "lookup", vocabulary="canary.txt"))
    outer = sequential_of("string", inner)
    weights = _lookup(
        "StringLookup", vocabulary=["a", "b"], idf_weights="canary.txt", output_mode="tf_idf"
    )
    return [
        *made,
        _trick("vocabulary-integer.keras", "a path in an IntegerLookup", whole, VOCABULARY),
        _trick("vocabulary-text.keras", "a path in a TextVectorization", _one(text), VOCABULARY),
        _trick("vocabulary-space.keras", "a path in a FeatureSpace", space, VOCABULARY),
        _trick("vocabulary-nested.keras", "a path in an inner model", outer, VOCABULARY),
        _trick("vocabulary-weights.keras", "a path as `idf_weights`", weights, ()),
    ]


def _one(each: Json) -> Json:
    made = sequential(each, shape=(1,))
    made["config"]["layers"][0]["config"]["dtype"] = "string"
    return made


def _feature_space(lookup: Json) -> Json:
    feature = {
        "module": "keras.src.layers.preprocessing.feature_space",
        "class_name": "Feature",
        "config": {"dtype": "string", "preprocessor": lookup, "output_mode": "int"},
        "registered_name": "Feature",
    }
    return layer(
        "FeatureSpace",
        "space",
        module="keras.utils",
        features={"a": feature},
        output_mode="dict",
        crosses=[],
        crossing_dim=32,
        hashing_dim=32,
        num_discretization_bins=32,
    )


def _names() -> list[Trick]:
    """The name of a layer is part of the path its assets are read from."""
    made = []
    names = {
        "parent": "..",
        "slash": "../../../outside",
        "backslash": "..\\outside",
        "absolute": "/proc/self/cwd",
        "nul": "look\0up",
        "drive": "C:lookup",
        "home": "~",
    }
    for name, text in names.items():
        config = sequential_of("string", layer("StringLookup", text, vocabulary=None))
        says = f"a layer with assets, named {text!r}"
        make = partial(_write_assets, config, text)
        made.append(Trick(f"name-{name}.keras", says, NAMES, make, KERAS_3))
    return made


def _write_assets(config: Json, name: str, folder: Path) -> Path:
    """The layer's own assets are harmless; those of the path that the name leads to are not."""
    own = ["assets/layers/string_lookup/vocabulary.txt"]
    if name in ("..\\outside", "C:lookup", "~"):
        own.append(f"assets/layers/{name}/vocabulary.txt")
    more: list[c.Member] = [(place, b"first\nsecond\n") for place in own]
    more.append(("assets/vocabulary.txt", f"{CANARY}\nsecond\n".encode()))
    c.canary_text(folder, "vocabulary.txt")
    return c.keras_file(folder, config, c.no_weights, *more)
