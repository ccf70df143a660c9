"""Ask one release, inside its environment, what its constructors take and what they write.

``python signature_worker.py API RESULTS`` writes one JSON line for each of CLASSES. Runs alone,
under Python 3.7 and later.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any

LIMIT = 160
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
PLACE = re.compile(r"(?<![\w:/<>])(?:/[\w.=+-]+){2,}")
UNKNOWN = re.compile(
    r"unexpected keyword|not understood|not recognized|[Uu]nrecognized keyword|[Uu]nknown keyword"
    r"|Unexpected keyword argument|not a valid argument|[Ii]nvalid keyword|[Uu]nknown argument"
    r"|is deprecated in the new (TF-)?Keras optimizer|got multiple values for keyword"
)
"""What the releases say when they do not know a keyword argument."""

LAYERS = """
    Attention BatchNormalization Bidirectional Conv2D Conv2DTranspose Dense DepthwiseConv2D Dropout
    Embedding GRU InputLayer LSTM Lambda LayerNormalization LeakyReLU MultiHeadAttention
    SeparableConv2D SimpleRNN SpatialDropout1D TimeDistributed
"""
PREPROCESSING = """
    Discretization Normalization RandomFlip Rescaling Resizing StringLookup TextVectorization
"""
OTHERS = """
    initializers.GlorotUniform initializers.Orthogonal initializers.VarianceScaling
    losses.BinaryCrossentropy losses.Huber losses.MeanSquaredError metrics.AUC metrics.MeanIoU
    optimizers.Adam optimizers.SGD optimizers.legacy.Adam optimizers.schedules.ExponentialDecay
"""
CLASSES: tuple[tuple[str, ...], ...] = (
    *(("layers." + name,) for name in LAYERS.split()),
    *(
        ("layers." + name, "layers.experimental.preprocessing." + name)
        for name in PREPROCESSING.split()
    ),
    *((path,) for path in OTHERS.split()),
    ("optimizers.AdamW", "optimizers.experimental.AdamW"),
)
"""Public paths of each class; later ones are tried where a release has not the first."""

REQUIRED: dict[str, Any] = {
    "bin_boundaries": [0.0, 1.0],
    "bins": [0.0, 1.0],
    "decay_rate": 0.9,
    "decay_steps": 10,
    "filters": 2,
    "function": lambda x: x,
    "height": 4,
    "initial_learning_rate": 0.1,
    "input_dim": 8,
    "kernel_size": 3,
    "key_dim": 4,
    "num_classes": 2,
    "num_heads": 2,
    "output_dim": 4,
    "rate": 0.5,
    "scale": 0.5,
    "units": 4,
    "width": 4,
}
"""Values of arguments without a default, by name."""

WANTED = {"InputLayer": ("shape", "input_shape"), "Discretization": ("bin_boundaries", "bins")}
"""Arguments of which one is given although all have a default."""

PROBES: dict[str, Any] = {
    "activity_regularizer": "l2",
    "alpha": 0.1,
    "autocast": False,
    "batch_input_shape": (None, 5),
    "batch_shape": (None, 5),
    "clipnorm": 1.0,
    "data_format": "channels_last",
    "decay": 0.0,
    "dtype": "float32",
    "dynamic": False,
    "encoding": "utf-8",
    "fn": "mean_squared_error",
    "force_generator": False,
    "fused": False,
    "groups": 1,
    "implementation": 2,
    "input_axes": None,
    "input_dim": 5,
    "input_length": 5,
    "input_shape": (5,),
    "invert": False,
    "is_legacy_optimizer": False,
    "jit_compile": False,
    "lora_rank": 1,
    "lr": 0.01,
    "name": "probe",
    "noise_shape": None,
    "nonsense_argument": 1,
    "optional": False,
    "output_padding": None,
    "quantization_config": None,
    "query_shape": (None, 4, 8),
    "ragged": False,
    "reduction": "sum",
    "renorm": False,
    "return_runtime": False,
    "rng_type": None,
    "score_mode": "dot",
    "seed": 1,
    "sliding_window": None,
    "sparse": False,
    "time_major": False,
    "trainable": True,
    "use_gate": False,
    "vocabulary_size": 4,
    "weight_decay": 0.01,
    "weights": None,
    "zero_output_for_mask": False,
}
"""Keyword arguments that occur in files, each with a value that stands in files."""

OTHER_VALUES = {"dtype": ("int64", "string")}
"""What a probe is tried with where a class knows the argument and not the value."""

INSTEAD_OF_SHAPE = ("batch_shape", "batch_input_shape", "input_shape")


def main(arguments: list[str]) -> int:
    """Ask about every class, in order."""
    api, results_path = arguments
    warnings.simplefilter("ignore")
    keras = importlib.import_module(api)
    with Path(results_path).open("w", encoding="utf-8") as results:
        for paths in CLASSES:
            results.write(json.dumps(describe(keras, paths)) + "\n")
            results.flush()
    return 0


def describe(keras: Any, paths: tuple[str, ...]) -> dict[str, Any]:
    """Return what is recorded of one class."""
    found: dict[str, Any] = {"class": "keras." + paths[0]}
    path, cls = next(((p, c) for p in paths for c in [look_up(keras, p)] if c), (None, None))
    if cls is None:
        return found
    found["path"] = "keras." + str(path)
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    found["signature"] = [written(each) for each in parameters]
    given = arguments_for(keras, cls.__name__, parameters)
    try:
        found["config"] = sorted(cls(**given).get_config())
    except Exception as error:
        found["config"] = type(error).__name__ + ": " + stable(str(error))
    found.update(probed(cls, given))
    return found


def look_up(keras: Any, path: str) -> Any:
    """Return the class of a public path, or None."""
    found = keras
    for name in path.split("."):
        found = getattr(found, name, None)
    return found if inspect.isclass(found) else None


def written(parameter: inspect.Parameter) -> str:
    """Return a parameter as ``units``, ``use_bias=``, ``/name``, ``*, name=`` or ``**kwargs``."""
    before = {
        "KEYWORD_ONLY": "*, ",
        "POSITIONAL_ONLY": "/",
        "VAR_KEYWORD": "**",
        "VAR_POSITIONAL": "*",
    }.get(parameter.kind.name, "")
    return before + parameter.name + ("" if parameter.default is parameter.empty else "=")


def arguments_for(keras: Any, name: str, parameters: list[inspect.Parameter]) -> dict[str, Any]:
    """Return the arguments with which an instance is made."""
    needed = [each.name for each in parameters if each.default is each.empty]
    known = [each.name for each in parameters]
    wanted = [each for each in WANTED.get(name, ()) if each in known][:1]
    values = dict(REQUIRED, shape=(5,), input_shape=(5,))
    found = {each: values[each] for each in needed + wanted if each in values}
    if "layer" in needed:
        found["layer"] = keras.layers.LSTM(4) if name == "Bidirectional" else keras.layers.Dense(4)
    return found


def probed(cls: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Try every probe: which are accepted, and which are not, by message."""
    found: dict[str, Any] = {"accepted": [], "refused": {}, "other": {}}
    for probe in sorted(PROBES):
        arguments = dict(given)
        if cls.__name__ == "InputLayer" and probe in INSTEAD_OF_SHAPE:
            arguments = {}
        for value in (PROBES[probe], *OTHER_VALUES.get(probe, ())):
            outcome, line = tried(cls, dict(arguments, **{probe: value}))
            if outcome != "other":
                break
        if outcome == "accepted":
            found["accepted"].append(probe)
        else:
            found[outcome].setdefault(without(line, probe), []).append(probe)
    return found


def tried(cls: Any, arguments: dict[str, Any]) -> tuple[str, str]:
    """Return whether a call is accepted, refused for an unknown argument or other, and why."""
    try:
        cls(**arguments)
    except Exception as error:
        line = type(error).__name__ + ": " + stable(str(error))
        is_refusal = isinstance(error, (TypeError, ValueError)) and UNKNOWN.search(str(error))
        return ("refused" if is_refusal else "other"), line
    return "accepted", ""


def without(line: str, probe: str) -> str:
    """Return a message with the probe's name and value replaced, so that it can be shared."""
    value = re.escape(repr(PROBES[probe]))
    line = re.sub("(['\"]" + probe + "['\"]: )" + value, r"\1<value>", line)
    return re.sub(r"\b" + probe + r"\b(?!=)", "<probe>", line, count=1)


def stable(text: str) -> str:
    """Return the first line of a message without what differs from machine to machine."""
    lines = [line for line in text.strip().splitlines() if line.strip()] or [""]
    line = PLACE.sub("<path>", ADDRESS.sub("<address>", lines[0]))
    return line if len(line) <= LIMIT else line[: LIMIT - 3] + "..."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
