"""JSON documents: changes of the tree that they are, and of the way it is written."""

from __future__ import annotations

import json
from random import Random
from typing import Any, TypeAlias

from tests.fuzz.mutators import raw

_LARGEST = 200_000
"""Bytes of a document that is taken apart; a larger one is changed blindly."""


class Pairs(list[list[Any]]):
    """An object as a list of [key, value]: keys may be repeated."""


class Text(str):
    """A value as it is written: what is no JSON too."""

    __slots__ = ()


Slot: TypeAlias = tuple[list[Any], int]
"""A list and an index: where a value stands. Pairs are lists of which the value is item 1."""

KEYS = (
    *("class_name", "config", "module", "registered_name", "name", "layers", "inbound_nodes"),
    *("input_layers", "output_layers", "build_config", "compile_config", "function", "arguments"),
    *("output_shape", "layer", "cell", "cells", "batch_shape", "batch_input_shape", "shape"),
    *("dtype", "units", "activation", "kernel_initializer", "args", "kwargs", "keras_history"),
    *("function_type", "model_config", "modelTopology", "weightsManifest", "weight_map", "value"),
    *("node", "nodes", "keras_version", "backend", "axis", "input_shape", "vocabulary", "fn"),
    *("data_format", "strides", "filters", "kernel_size", "rate", "mean", "loss", "metrics"),
    *("shared_object_id", "input_config", "output_config", "custom_name", "layer_names", "mask"),
)
CLASSES = (
    *("Lambda", "Sequential", "Functional", "Model", "Dense", "InputLayer", "function", "LSTM"),
    *("Bidirectional", "TimeDistributed", "StackedRNNCells", "RNN", "__lambda__", "__tuple__"),
    *("__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"),
    *("__typespec__", "TFSMLayer", "TorchModuleWrapper", "StringLookup", "Normalization"),
    *("BatchNormalization", "MultiHeadAttention", "Add", "Concatenate", "Reshape", "Permute"),
    *("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "DTypePolicy", "Policy", "Adam"),
    *("Conv2D", "Embedding", "Flatten", "Dropout", "Rescaling", "EinsumDense", "Custom>Thing"),
    *("MeanMetricWrapper", "GlobalAveragePooling2D", "SpectralNormalization", "Discretization"),
)
MODULES = ("keras.layers", "keras", "builtins", "os", "keras.src.layers.core.lambda_layer", "a.b")


def mutate(data: bytes, random: Random) -> bytes:
    """Change a document's tree at one place, or the way it is written."""
    if len(data) > _LARGEST or random.random() < 0.08:
        return raw.mutate(data, random)
    try:
        top = [json.loads(data, object_pairs_hook=_pairs)]
        _change(top, random)
        text = _written(top[0])
        return _encoded(text, random)
    except (ValueError, RecursionError):
        return raw.mutate(data, random)


def _pairs(pairs: list[tuple[str, Any]]) -> Pairs:
    return Pairs([key, value] for key, value in pairs)


def _slots(top: list[Any]) -> tuple[list[Slot], list[Slot]]:
    """Return where values stand, and those of them that stand under a key that loaders know."""
    found: list[Slot] = []
    known: list[Slot] = []
    stack: list[list[Any]] = [top]
    while stack:
        inside = stack.pop()
        for index, item in enumerate(inside):
            slot: Slot = (item, 1) if isinstance(inside, Pairs) else (inside, index)
            found.append(slot)
            if isinstance(inside, Pairs) and item[0] in KEYS:
                known.append(slot)
            value = slot[0][slot[1]]
            if isinstance(value, list):
                stack.append(value)
    return found, known


def _change(top: list[Any], random: Random) -> None:
    found, known = _slots(top)
    holder, at = random.choice(known if known and random.random() < 0.5 else found)
    value = holder[at]
    other, place = random.choice(found)
    match random.randrange(12):
        case 0 | 1:
            holder[at] = odd_value(random)
        case 2:
            holder[at], other[place] = other[place], holder[at]
        case 3:
            holder[at] = _copy(other[place])
        case 4:
            holder[at] = _wrapped(value, random)
        case 5 | 6 if isinstance(value, list) and value:
            _inside(value, random)
        case 7 if isinstance(value, str):
            holder[at] = _other_text(value, random)
        case 8:
            holder[at] = random.choice((*CLASSES, *MODULES, *KEYS))
        case 9 if isinstance(value, (int, float)) and not isinstance(value, bool):
            numbers = (value + 1, -value, value * 1.5, *raw.NUMBERS, -1, 0.5)
            holder[at] = random.choice(numbers)
        case 10:
            holder[at] = nested(random.choice((3, 40, 150, 199, 260)), value, random)
        case _:
            holder[at] = made_object(random)


def _inside(value: list[Any], random: Random) -> None:
    """Change an array or an object: an entry more, one less, one repeated, a key renamed."""
    index = random.randrange(len(value))
    is_object = isinstance(value, Pairs)
    match random.randrange(5):
        case 0:
            del value[index]
        case 1:
            value.append(_copy(value[index]))
        case 2 if is_object:
            value.append([value[index][0], odd_value(random)])
        case 3 if is_object:
            value[index][0] = random.choice(KEYS)
        case 4 if not is_object:
            value[index:index] = [value[index]] * random.choice((2, 9, 60))
        case _:
            value.insert(index, [random.choice(KEYS), odd_value(random)] if is_object else value[0])


def _copy(value: Any) -> Any:
    return json.loads(_written(value), object_pairs_hook=_pairs)


def odd_value(random: Random) -> Any:
    """Return a value that no loader expects where it stands."""
    choices: tuple[Any, ...] = (
        *(None, True, False, 0, -1, 1.5, "", "x", [], Pairs(), [[]], [None], [1, 2], "a/b~c"),
        *(Text("NaN"), Text("-Infinity"), Text("1e999"), Text("9" * 5_000), Text('"\\ud800"')),
        *(Text('"\\u0000"'), Text("-0.0"), "\u202e\x1b[31m", "é" * 300, "../../x", "{", "%s{0}"),
        *(2**63, -(2**63), 10**30, Pairs([["", None]]), ["x", 0, 0, Pairs()], "9" * 5_000),
    )
    return random.choice(choices)


def made_object(random: Random) -> Pairs:
    """Return a saved object of a class that loaders treat in a way of its own."""
    return Pairs(
        [
            ["module", random.choice((*MODULES, None))],
            ["class_name", random.choice(CLASSES)],
            ["config", Pairs([["name", random.choice(KEYS)], [random.choice(KEYS), [1]]])],
            ["registered_name", random.choice((None, "pkg>Name", "Lambda"))],
        ]
    )


def nested(depth: int, value: Any, random: Random) -> Any:
    """Return a value below many levels of arrays, objects or saved objects."""
    kind = random.randrange(3)
    for _ in range(depth):
        if kind == 0:
            value = [value]
        elif kind == 1:
            value = Pairs([["config", value]])
        else:
            value = Pairs(
                [["class_name", "TimeDistributed"], ["config", Pairs([["layer", value]])]]
            )
    return value


def _wrapped(value: Any, random: Random) -> Any:
    inner = Pairs([["class_name", random.choice(CLASSES)], ["config", value]])
    named = Pairs([[random.choice(KEYS), value]])
    return random.choice(([value], inner, named, [value, value], _written(value)))


def _other_text(value: str, random: Random) -> Any:
    changed = raw.mutate(value.encode("utf-8", "replace"), random).decode("utf-8", "replace")
    return random.choice((changed, value + "_1", value.upper(), value * 9, [value], value[:-1]))


def _written(value: Any) -> str:
    """Return the text of a tree; `json` does not know `Pairs` and `Text`."""
    if isinstance(value, Pairs):
        inside = ", ".join(f"{json.dumps(key)}: {_written(child)}" for key, child in value)
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return str(value) if isinstance(value, Text) else json.dumps(value)


_ENCODINGS = ("utf-16", "utf-32", "utf-8-sig", "utf-16-le", "latin-1")


def _encoded(text: str, random: Random) -> bytes:
    if random.random() > 0.04:
        return text.encode()
    if random.random() < 0.3:
        text = json.dumps(text)
    return text.encode(random.choice(_ENCODINGS), "replace")
