"""Labels of layers that say how a network came to them, from its stem on.

A label is a digest of a layer's class and shape and of the labels of the layers that it takes
tensors from. Two layers have the same label exactly if everything between the stem and them is
alike: one deep label in common is a whole network in common. Names do not enter, nor does the order
of the file, the size of the image, what stands before the stem or comes after. What releases write
differently (activations, dropout, arithmetic) is passed through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from heapq import heappop, heappush
from typing import Any, Final

from kerasscan.model.graph import Layer, LayerGraph

SIZE: Final = 5
"""Bytes of a label: of 40 bits, two of the ten thousand that are known hardly collide."""

ACTIVATIONS: Final = frozenset(
    [
        "Activation",
        "ReLU",
        "LeakyReLU",
        "PReLU",
        "ELU",
        "Softmax",
        "ThresholdedReLU",
        "Relu",
        "Relu6",
        "Silu",
        "Swish",
        "HardSwish",
        "HardSigmoid",
        "HardSilu",
        "Sigmoid",
        "Gelu",
        "Tanh",
        "TFOpLambda",
        "TensorFlowOpLayer",
        "SlicingOpLambda",
    ]
)
"""Layers and operations that compute on each number by itself, so far as families use them."""

_PASSED: Final = ACTIVATIONS | frozenset(
    {
        "InputLayer",
        "Dropout",
        "SpatialDropout2D",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "FixedDropout",
        "ActivityRegularization",
        "LayerScale",
        "StochasticDepth",
        "Reshape",
        "Rescaling",
        "Normalization",
        "Lambda",
        "CustomScaleLayer",
        "Identity",
        "Add",
        "Subtract",
        "Multiply",
        "Divide",
        "TrueDivide",
    }
)
"""The last five are operations on a number where they take one tensor: ``x + 3.0``."""

NORMALIZING: Final = frozenset(
    [
        "BatchNormalization",
        "BatchNormalizationV1",
        "BatchNormalizationV2",
        "SyncBatchNormalization",
        "LayerNormalization",
    ]
)

_SHAPED: Final[dict[str, tuple[str, ...]]] = {
    "Conv2D": ("filters", "kernel_size", "strides", "padding", "dilation_rate", "groups"),
    "DepthwiseConv2D": ("depth_multiplier", "kernel_size", "strides", "padding"),
    "SeparableConv2D": ("filters", "kernel_size", "strides", "padding"),
    "Dense": ("units",),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
}
_RENAMED: Final = {"Convolution2D": "Conv2D", "SeparableConvolution2D": "SeparableConv2D"}

COUNTED: Final = frozenset({"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense"})
"""Layers that make a path deeper."""

_ABSENT: Final = {"groups": 1, "dilation_rate": 1}
_LONGEST_STAGE: Final = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a layer that the stem leads to.

    Attributes:
        label: The digest.
        depth: Convolutions and dense layers on the longest path to it, itself among them.
        kind: ``conv``, ``norm``, ``merge``, ``pool``, ``passed`` or ``other``.
    """

    label: bytes
    depth: int
    kind: str


def stems(graph: LayerGraph) -> Iterator[Layer]:
    """Yield the convolutions that have at most two others before them, those nearest first."""
    depths: dict[str, int] = {}
    for layer in graph.layers:
        before = max((depths.get(name, 0) for name in sources(layer)), default=0)
        is_convolution = class_of(layer) == "Conv2D" or _stage(layer) is not None
        depths[layer.name] = before + is_convolution
        if is_convolution and before <= 2:
            yield layer


def sources(layer: Layer) -> tuple[str, ...]:
    """Return the names of the layers that the first call takes tensors from, each once."""
    if not layer.nodes:
        return ()
    return tuple(dict.fromkeys(end.layer for end in layer.nodes[0].inputs))


def label_of_stem(graph: LayerGraph, stem: Layer) -> bytes:
    """Return the label of a stem: its shape, and whether it is padded by a layer of its own."""
    before = [graph.by_name.get(name) for name in sources(stem)]
    is_padded = (
        len(before) == 1 and before[0] is not None and class_of(before[0]) == "ZeroPadding2D"
    )
    return _of_layer(stem, [b"padded" if is_padded else b"bare"])


def marks(graph: LayerGraph, stem: Layer) -> dict[str, Mark]:
    """Return what is known of each layer that descends from a stem, by name.

    A layer stands behind those that it takes tensors from, and otherwise in the file's order, which
    is that of depth, but may be any. Layers of a cycle are left out.
    """
    place = {name: index for index, name in enumerate(graph.by_name)}
    below = _descendants(graph, stem)
    missing = {name: sum(each in below for each in near) for name, near in below.items()}
    children: dict[str, list[str]] = {}
    for name, near in below.items():
        for each in near:
            children.setdefault(each, []).append(name)
    found: dict[str, Mark] = {}
    ready = [(place[stem.name], stem.name)]
    while ready:
        _, name = heappop(ready)
        if name == stem.name:
            found[name] = Mark(label_of_stem(graph, stem), 1, "conv")
        else:
            near = below[name]
            known = [found.get(each) for each in near if each in graph.by_name]
            found[name] = _mark(graph.by_name[name], known)
        for child in children.get(name, ()):
            missing[child] -= 1
            if not missing[child] and child not in found:
                heappush(ready, (place[child], child))
    return found


def _descendants(graph: LayerGraph, stem: Layer) -> dict[str, tuple[str, ...]]:
    """Return the layers that a stem leads to and itself, with what their first calls take."""
    takers: dict[str, list[str]] = {}
    taken = {name: sources(layer) for name, layer in graph.by_name.items()}
    for name, near in taken.items():
        for each in near:
            takers.setdefault(each, []).append(name)
    below: dict[str, tuple[str, ...]] = {stem.name: ()}
    todo = [stem.name]
    while todo:
        for name in takers.get(todo.pop(), ()):
            if name not in below:
                below[name] = taken[name]
                todo.append(name)
    return below


def _mark(layer: Layer, before: list[Mark | None]) -> Mark:
    """Return the mark of a layer from those of what it takes; None did not come from the stem.

    ``x * hard_sigmoid(x)`` is an activation that older releases write as a product.
    """
    known = [mark for mark in before if mark is not None]
    depth = max(mark.depth for mark in known)
    labels = sorted(mark.label for mark in known) + [b"?"] * (len(before) - len(known))
    name = class_of(layer)
    if name in _SHAPED or (name == "Sequential" and _stage(layer) is not None):
        is_counted = name in COUNTED or name not in _SHAPED
        return Mark(_of_layer(layer, labels), depth + is_counted, "conv" if is_counted else "pool")
    if len(labels) > 1 and len(set(labels)) > 1:
        kind = b"concat" if "concat" in name.lower() else b"merge"
        return Mark(_digest(kind, labels), depth, "merge")
    if name in NORMALIZING:
        return Mark(_digest(b"norm" + name[:1].encode(), labels), depth, "norm")
    if name in _PASSED or _is_operation(layer) or len(labels) > 1:
        return Mark(known[0].label, depth, "passed")
    return Mark(_digest(name.encode(), labels), depth, "other")


def _of_layer(layer: Layer, labels: list[bytes]) -> bytes:
    """Return the label of a layer with a shape, or of a Sequential that is a stage of a network."""
    stage = _stage(layer)
    if stage is None:
        return _digest(_shape(class_of(layer), layer.saved.config), labels)
    for name, config in stage:
        text = _shape(name, config) if name in _SHAPED else b"norm" + name[:1].encode()
        labels = [_digest(text, labels)]
    return labels[0]


def _digest(text: bytes, labels: list[bytes]) -> bytes:
    return blake2b(text + b"".join(labels), digest_size=SIZE).digest()


def _shape(name: str, config: Mapping[str, Any]) -> bytes:
    values = [_plain(config.get(key, _ABSENT.get(key))) for key in _SHAPED[name]]
    return f"{name}{values}{bool(config.get('use_bias', True))}".encode()


def _plain(value: object) -> object:
    """Return 3 for [3, 3]: releases write both."""
    if isinstance(value, list | tuple) and value and all(each == value[0] for each in value):
        return value[0]
    return value.lower() if isinstance(value, str) else value


def _stage(layer: Layer) -> list[tuple[str, Mapping[str, Any]]] | None:
    """Return the layers of a short Sequential of convolutions, as ConvNeXt has them, else None."""
    if layer.class_name != "Sequential":
        return None
    inside = layer.saved.config.get("layers")
    if not isinstance(inside, list):
        return None
    found = [
        (str(each.get("class_name")), each["config"])
        for each in inside
        if isinstance(each, dict)
        and each.get("class_name") != "InputLayer"
        and isinstance(each.get("config"), dict)
    ]
    is_stage = 0 < len(found) <= _LONGEST_STAGE and all(
        name in _SHAPED or name in NORMALIZING for name, _ in found
    )
    return found if is_stage and any(name == "Conv2D" for name, _ in found) else None


def class_of(layer: Layer) -> str:
    """Return the class without its package, under its present name."""
    name = layer.class_name.rpartition(">")[2]
    return _RENAMED.get(name, name)


def _is_operation(layer: Layer) -> bool:
    """Whether it is an operation of Keras 3, such as ``keras.ops.multiply``."""
    return ".ops" in (layer.saved.module or "")
