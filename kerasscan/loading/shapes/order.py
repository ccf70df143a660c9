"""Order of variables: what a layer that holds others counts as its weights."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from kerasscan.loading.paper import PaperLayer, Traced, Weight
from kerasscan.loading.shapes.visits import Weights


def flattened(layer: PaperLayer, traced: Traced) -> Weights:
    """Return the variables of a layer or a model as its HDF5 group lists them.

    These are the trainable variables and then the others, of all layers in it. A frozen model
    keeps the order of its layers. Owners are attribute paths from the layer or model.

    Args:
        layer: A traced layer, or a model of traced layers.
        traced: What tracing found.

    Returns:
        The variables; None where those of some layer cannot be told.
    """
    found = _plain(layer, traced)
    return None if found is None else sorted_out(layer, found)


def sorted_out(layer: PaperLayer, weights: tuple[Weight, ...]) -> tuple[Weight, ...]:
    """Put trainable variables first, unless the layer is frozen as a whole."""
    if is_frozen(layer):
        return tuple(replace(weight, trainable=False) for weight in weights)
    return tuple(sorted(weights, key=lambda weight: not weight.trainable))


def is_frozen(layer: PaperLayer) -> bool:
    """Whether its config says ``trainable: false``."""
    return layer.config.get("trainable") is False


def owned(owner: str, layer: PaperLayer, weights: Weights) -> Weights:
    """Return the variables of a part as variables of what holds it."""
    if weights is None:
        return None
    frozen = is_frozen(layer)
    return tuple(
        replace(
            weight,
            owner=f"{owner}/{weight.owner}" if weight.owner else owner,
            trainable=weight.trainable and not frozen,
        )
        for weight in weights
    )


def _plain(layer: PaperLayer, traced: Traced) -> Weights:
    if not layer.is_model:
        return traced.weights.get(id(layer))
    found: list[Weight] = []
    for name, inner in numbered(layer):
        weights = owned(f"layers/{name}", inner, _plain(inner, traced))
        if weights is None:
            return None
        found += weights
    return tuple(found)


def numbered(model: PaperLayer) -> Iterator[tuple[str, PaperLayer]]:
    """Yield the layers with their names in a weights file: numbered for each class."""
    seen: Counter[str] = Counter()
    for layer in model.layers:
        name = stored_name(layer)
        yield (f"{name}_{seen[name]}" if seen[name] else name), layer
        seen[name] += 1


def stored_name(layer: PaperLayer) -> str:
    """Return what a layer is called in a weights file, without its number."""
    return snake_case(_PYTHON_NAMES.get(layer.class_name, layer.class_name))


_PYTHON_NAMES = {"GroupQueryAttention": "GroupedQueryAttention"}
"""Classes that a config calls otherwise than Python does."""


def snake_case(class_name: str) -> str:
    """Return a class name as ``keras.src.utils.naming.to_snake_case`` writes it."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


_KERAS_2 = {
    "query_dense": "_query_dense",
    "key_dense": "_key_dense",
    "value_dense": "_value_dense",
    "output_dense": "_output_dense",
}


def keras2_owner(owner: str) -> str:
    """Return the attribute path of a variable's owner in a weights file of Keras 2.12 to 2.15.

    There the projections of ``MultiHeadAttention`` are private attributes, as in Keras 3.0.0 and
    3.0.1; all else has the names of Keras 3.
    """
    return "/".join(_KERAS_2.get(part, part) for part in owner.split("/"))
