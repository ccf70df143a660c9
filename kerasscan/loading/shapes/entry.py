"""Shapes at which models begin: input layers, and what a config or a file says instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasscan.loading.paper import PaperLayer, Shape
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.dialect import Dialect

_WHOLE = ("batch_shape", "batch_input_shape")
_REST = ("shape", "input_shape")


def of_input(layer: PaperLayer) -> Shape:
    """Return the batch shape of an ``InputLayer``."""
    return _whole(layer.config)


def _whole(config: Mapping[str, Any]) -> Shape:
    for key in _WHOLE:
        if config.get(key) is not None:
            return settings.shape(config[key])
    for key in _REST:
        if config.get(key) is not None:
            rest = settings.shape(config[key])
            return None if rest is None else (settings.number(config, "batch_size"), *rest)
    return None


def of_first(layer: PaperLayer, dialect: Dialect) -> Shape:
    """Return the batch shape that a first layer of a ``Sequential`` brings with it."""
    if layer.class_name == "InputLayer":
        return of_input(layer)
    if layer.is_model:  # Keras 3 asks the model that was built of it instead
        inner = layer.layers[0] if layer.layers else None
        return None if inner is None or dialect.keras3 else of_first(inner, dialect)
    if dialect.keras3:  # the whole batch shape is an argument of no other layer
        rest = settings.shape(layer.config.get("input_shape"))
        return None if rest is None else (None, *rest)
    return _whole(layer.config)


def is_silent(model: PaperLayer) -> bool:
    """Whether nothing in a ``Sequential`` and its file tells an input shape, not even an odd one.

    Then its layers stay without variables until somebody calls it.
    """
    if model.build_shape is not None or not model.layers:
        return False
    first = model.layers[0]
    if first.is_model:
        return first.kind == "sequential" and is_silent(first)
    keys = (*_WHOLE, *_REST)
    return first.kind == "layer" and all(first.config.get(key) is None for key in keys)


def of_file(stored: object) -> Shape:
    """Return the shape of ``build_input_shape`` or of a ``build_config`` with a single one."""
    if isinstance(stored, Mapping) and "input_shape" in stored:
        return settings.shape(stored["input_shape"])
    return settings.shape(stored)
