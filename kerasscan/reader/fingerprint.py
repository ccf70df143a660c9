"""Which versions of Keras can have written a file, told by what only they write.

Every clue holds for everything that Keras itself writes; a version number is the one that
the file would carry (`VersionSpan`). Where a row names a release, its source is the first
release whose ``get_config`` or saver writes the key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kerasscan.model.address import Address
from kerasscan.model.json_value import get_dict
from kerasscan.model.objects import Form, Role, SavedObject
from kerasscan.model.release import VersionSpan
from kerasscan.model.saved import Clue, Container

_CONV = ("Conv1D", "Conv2D", "Conv3D")
_ATTENTION = ("MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention")
_KERAS_1 = ("border_mode", "W_regularizer", "inner_activation", "dim_ordering", "nb_filter")
_KERAS_1_CLASSES = ("Dense", "LSTM", "GRU", "SimpleRNN", "Embedding", "TimeDistributedDense")


@dataclass(frozen=True)
class _Key:
    """A configuration key that only some releases write for some classes."""

    classes: tuple[str, ...]
    key: str
    span: VersionSpan
    value: Callable[[Any], bool] = lambda _: True


def _since(*bound: int) -> VersionSpan:
    return VersionSpan(lower=bound)


def _before(*bound: int) -> VersionSpan:
    return VersionSpan(upper=bound)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_KEYS = (
    _Key(("Dense", "Conv2D", "LSTM", "GRU"), "kernel_initializer", _since(2)),
    _Key(("LSTM", "GRU", "SimpleRNN"), "time_major", VersionSpan((2, 2, 4), (3,))),
    _Key(_CONV, "groups", _since(2, 4)),  # TensorFlow 2.3
    _Key(("GlobalAveragePooling2D", "GlobalMaxPooling2D"), "keepdims", _since(2, 6)),
    _Key(("InputLayer",), "batch_shape", _since(3)),
    _Key(("Dense", "EinsumDense", "Embedding"), "quantization_config", _since(3, 13)),
    # tf.keras writes renorm only where it is on (keras/layers/normalization)
    _Key(("BatchNormalization",), "renorm", _since(3, 14), lambda value: value is False),
    _Key(_ATTENTION, "use_gate", _since(3, 14)),
    _Key(("StringLookup", "IntegerLookup"), "oov_method", _since(3, 14)),
    _Key(("GlorotUniform", "HeNormal", "HeUniform"), "input_axes", _since(3, 15)),
    _Key(_ATTENTION, "sliding_window", _since(3, 15)),
    _Key(("Resizing",), "antialias", _since(3, 9)),
)

_MODULES = (
    ("tf_keras.src.", VersionSpan((2, 14), (3,))),
    ("keras.src.engine.", VersionSpan((2, 13), (3,))),
    ("keras.engine.", VersionSpan((2, 11), (2, 13))),
    ("keras.src.models.", _since(3)),
    ("keras.src.ops.", _since(3)),
)

_MARKS = {
    "layer-checkpoint-dependencies": (
        VersionSpan((2, 11), (2, 15)),
        "weights below _layer_checkpoint_dependencies",
    ),
    "vars-name": (_since(3, 6), "the attribute name on groups of weights"),
    "chunked-names": (_since(2, 1, 6), "layer_names split into chunks"),
    "sharded": (_since(3, 10), "weights saved in shards"),
}


def fingerprint(
    objects: Sequence[SavedObject], marks: Iterable[str], container: Container
) -> tuple[VersionSpan, tuple[Clue, ...]]:
    """Return the span of versions that a file's content allows, and the clues that narrow it.

    Args:
        objects: The saved objects of the file.
        marks: Layout marks that the container's parser left.
        container: TensorFlow.js rewrites configurations: its files give no clues.

    Returns:
        The span, and for each bound of it the first clue that sets it. Contradicting clues
        give an empty span.
    """
    if container is Container.TFJS:
        return VersionSpan(), ()
    clues = [Clue(_MARKS[m][0], _MARKS[m][1], Address()) for m in sorted(marks) if m in _MARKS]
    if container is Container.KERAS_DIR:
        clues.append(Clue(_since(3, 4), "a model saved as a directory", Address()))
    for saved in objects:
        clues += _clues(saved)
    span = VersionSpan()
    for clue in clues:
        span &= clue.span
    return span, tuple(_narrowing(clues, span))


def _narrowing(clues: Sequence[Clue], span: VersionSpan) -> Iterator[Clue]:
    """Yield the first clue that sets the lower, and the first that sets the upper bound."""
    lower = next((clue for clue in clues if span.lower and clue.span.lower == span.lower), None)
    upper = next((clue for clue in clues if span.upper and clue.span.upper == span.upper), None)
    if lower is not None:
        yield lower
    if upper is not None and upper is not lower:
        yield upper


def _clues(saved: SavedObject) -> Iterator[Clue]:
    if saved.form is not Form.OBJECT:
        return
    address = saved.address
    for row in _KEYS:
        is_written = saved.class_name in row.classes and row.key in saved.config
        if is_written and row.value(saved.config[row.key]):
            yield Clue(row.span, f"{saved.class_name} with {row.key}", address)
    if saved.is_layer_like:
        yield from _layer_clues(saved)
    if saved.class_name == "Custom>Adam":
        # keras.optimizers.experimental from 2.9 on, the default from 2.11 on
        yield Clue(VersionSpan((2, 9), (3,)), "the optimizer Custom>Adam", address)


def _layer_clues(saved: SavedObject) -> Iterator[Clue]:
    address, config = saved.address, saved.config
    if saved.module is not None:
        yield Clue(_since(2, 11), "objects with a module", address)
        for prefix, span in _MODULES:
            if f"{saved.module}.".startswith(prefix):
                yield Clue(span, f"the module {saved.module}", address)
    if "batch_input_shape" in config:
        yield Clue(_before(3), f"{saved.class_name} with batch_input_shape", address)
    if "batch_shape" in config and "optional" in config:
        yield Clue(_since(3, 13), "InputLayer with optional", address)
    if "shared_object_id" in saved.raw or _is_int(get_dict(config, "build_config").get("id")):
        yield Clue(_since(2, 5), "shared_object_id", address)
    dtype = get_dict(config, "dtype")
    if dtype.get("class_name") == "DTypePolicy":
        yield Clue(_since(3, 4), "a dtype written as DTypePolicy", address)
    yield from _class_clues(saved)


def _class_clues(saved: SavedObject) -> Iterator[Clue]:
    """Yield what class names and the shape of a model's configuration tell."""
    address = saved.address
    if saved.role is Role.MODEL:
        if saved.class_name == "Functional":
            yield Clue(_since(2, 4), "the class Functional", address)  # TensorFlow 2.3
        if saved.class_name == "Model" and "layers" in saved.config:
            yield Clue(_before(2, 4), "the class Model", address)
        if saved.class_name == "Sequential" and isinstance(saved.raw.get("config"), list):
            yield Clue(_before(2, 2, 3), "Sequential with a list as its configuration", address)
    is_keras_1 = saved.class_name in _KERAS_1_CLASSES or saved.class_name.startswith("Convolution")
    if is_keras_1 and any(key in saved.config for key in _KERAS_1):
        yield Clue(_before(2), f"{saved.class_name} with arguments of Keras 1", address)
