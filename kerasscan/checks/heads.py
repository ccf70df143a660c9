"""Whether what a model ends with fits the loss that it is compiled with, and what never rests."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.checks.check import Check, Options, one_of
from kerasscan.model.finding import Case, Observation
from kerasscan.model.graph import Layer
from kerasscan.model.objects import Role, SavedObject

_CATEGORICAL = ("CategoricalCrossentropy", "categorical_crossentropy")
_SPARSE = ("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy")
_PROBABILITIES = ("softmax", "sigmoid")


def _head(case: Case, options: Options) -> Iterator[Observation]:
    losses = [each for each in case.saved.objects if each.role is Role.LOSS]
    heads = _heads(case)
    if len(heads) != 1 or len(losses) != 1:
        return  # which loss belongs to which output, names alone would tell
    (head,), (loss,) = heads, losses
    activation, units = _activation(head), head.saved.config.get("units")
    if options["fault"] == "logits":
        is_wrong = activation in _PROBABILITIES and loss.config.get("from_logits") is True
    else:
        named = loss.class_name in (*_CATEGORICAL, *_SPARSE)
        is_wrong = (activation == "sigmoid" and named) or (activation == "softmax" and units == 1)
    if is_wrong:
        yield _observed(head, loss, activation or "")


def _observed(head: Layer, loss: SavedObject, activation: str) -> Observation:
    units = head.saved.config.get("units")
    facts = {
        "layer": head.path,
        "activation": activation,
        "loss": loss.class_name,
        "units": str(units) if units is not None else "?",
    }
    return Observation(head.saved.address, facts, f"{activation}:{loss.class_name}")


def _heads(case: Case) -> list[Layer]:
    """Return the layers that give the outputs of the model."""
    root = next((graph for graph in case.saved.graphs if not graph.path), None)
    if root is None or not root.layers:
        return []
    if root.kind == "sequential":
        return [root.layers[-1]]
    named = (root.by_name.get(end.layer) for end in root.outputs)
    return [layer for layer in named if layer is not None]


def _activation(head: Layer) -> str | None:
    """Return the activation that a layer ends with, by its name."""
    if head.class_name in ("Softmax", "Sigmoid"):
        return head.class_name.lower()
    found = head.saved.config.get("activation")
    if isinstance(found, dict):
        found = found.get("config")
    return found if isinstance(found, str) else None


def _active_augmentation(case: Case, _: Options) -> Iterator[Observation]:
    """``training=True`` in a call, or a random function of TensorFlow, acts at every call."""
    for graph in case.saved.graphs:
        for layer in graph.layers:
            function = str(layer.saved.config.get("function", ""))
            is_function = layer.class_name == "TFOpLambda" and "random" in function
            is_layer = layer.class_name.startswith("Random") and _is_called_training(layer)
            if is_function or is_layer:
                facts = {
                    "layer": layer.path,
                    "class_name": function if is_function else layer.class_name,
                }
                yield Observation(layer.saved.address, facts, layer.class_name)


def _is_called_training(layer: Layer) -> bool:
    """Whether Keras 2 was told so; ``predict`` of Keras 3 says ``training=False`` all the same."""
    nodes = layer.saved.raw.get("inbound_nodes")
    is_keras_2 = isinstance(nodes, list) and bool(nodes) and isinstance(nodes[0], list)
    return is_keras_2 and "'training': True" in str(nodes)


HEAD = Check(
    name="head-and-loss",
    summary="An output whose activation contradicts the loss.",
    run=_head,
    facts={
        "layer": "path of the layer that gives the output",
        "activation": "its activation",
        "loss": "the loss",
        "units": "how many units it has",
    },
    options_schema=one_of(
        "fault",
        {
            "logits": "the loss expects logits and gets probabilities",
            "categorical": "probabilities that do not add up to 1 for classes that exclude each "
            "other, or a softmax over one unit",
        },
    ),
)

ACTIVE_AUGMENTATION = Check(
    name="active-augmentation",
    summary="Augmentation that acts when the model predicts.",
    run=_active_augmentation,
    facts={"layer": "the layer's path", "class_name": "its class, or the function"},
)
