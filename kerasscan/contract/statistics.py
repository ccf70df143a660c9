"""What Normalization layers have adapted to: in the configuration, or stored as weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerasscan.contract.operands import numbers
from kerasscan.contract.transfer import Statistics
from kerasscan.model.graph import Layer
from kerasscan.model.saved import Saved
from kerasscan.model.tensors import Tensor


def normalizations(saved: Saved) -> list[Layer]:
    """Return the Normalization layers of all models in a file."""
    return [
        layer
        for graph in saved.graphs
        for layer in graph.layers
        if layer.class_name == "Normalization"
    ]


def statistics_of(saved: Saved) -> dict[str, Statistics]:
    """Return mean and variance of every Normalization that has them, by layer path."""
    found: dict[str, Statistics] = {}
    stored = []
    for layer in normalizations(saved):
        told = _told(layer.saved.config)
        if told is not None:
            found[layer.path] = told
        else:
            stored.append(layer)
    return {**found, **_stored(saved, stored)} if stored else found


def _told(config: dict[str, Any]) -> Statistics | None:
    mean, variance = numbers(_flat(config.get("mean"))), numbers(_flat(config.get("variance")))
    return Statistics(mean, variance) if mean and variance else None


def _flat(value: Any) -> Any:
    """Return nested lists as one: Keras keeps the batch axis, ``[[1.0, 2.0]]``."""
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return value


def _stored(saved: Saved, layers: list[Layer]) -> dict[str, Statistics]:
    """Read the weights ``mean``, ``variance`` and ``count`` of layers.

    Source: ``Normalization.build`` in keras/src/layers/preprocessing/normalization.py, whose order
    they have in archives; HDF5 files name them.
    """
    from kerasscan.reader.attribution import tensors_by_layer
    from kerasscan.reader.tensor_values import values_of

    by_layer = tensors_by_layer(saved)
    wanted = {layer.path: _named(by_layer.get(layer.path, [])) for layer in layers}
    values = values_of(saved, [tensor for those in wanted.values() for tensor in those.values()])
    found = {}
    for path, those in wanted.items():
        known = {name: values.get(tensor) for name, tensor in those.items()}
        mean, variance, count = (known.get(name) for name in _WEIGHTS)
        if isinstance(mean, tuple) and isinstance(variance, tuple):
            seen = float(count[0]) if isinstance(count, tuple) and count else None
            found[path] = Statistics(_floats(mean), _floats(variance), seen)
    return found


_WEIGHTS = ("mean", "variance", "count")


def _floats(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(each) for each in values)


def _named(tensors: Sequence[Tensor]) -> dict[str, Tensor]:
    """Return the tensors by the names of the weights; by their order where they have none."""
    named = {}
    for place, tensor in enumerate(sorted(tensors, key=lambda each: each.path)):
        last = (tensor.variable or tensor.path).rpartition("/")[2].partition(":")[0]
        name = last if last in _WEIGHTS else _WEIGHTS[place] if place < len(_WEIGHTS) else ""
        if name:
            named[name] = tensor
    return named
