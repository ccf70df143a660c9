"""What a saved object is for, told by the key it stands under, its module, or its class.

Keys are those of Keras' own ``get_config`` methods, from 0.x to 3.x; a key that is not
listed keeps the role of the keys around it (``"loss": {"output_1": ...}``).
"""

from __future__ import annotations

from typing import Any

from kerasscan.model.objects import Role

_EXACT = {
    "layers": Role.LAYER,
    "layer": Role.LAYER,
    "backward_layer": Role.LAYER,
    "forward_layer": Role.LAYER,
    "cell": Role.CELL,
    "cells": Role.CELL,
    "activation": Role.ACTIVATION,
    "initializer": Role.INITIALIZER,
    "regularizer": Role.REGULARIZER,
    "constraint": Role.CONSTRAINT,
    "init": Role.INITIALIZER,
    "optimizer": Role.OPTIMIZER,
    "optimizer_config": Role.OPTIMIZER,
    "inner_optimizer": Role.OPTIMIZER,
    "learning_rate": Role.SCHEDULE,
    "loss": Role.LOSS,
    "metrics": Role.METRIC,
    "weighted_metrics": Role.METRIC,
    "dtype": Role.DTYPE_POLICY,
    "dtype_policy": Role.DTYPE_POLICY,
}

_ENDINGS = {
    "_activation": Role.ACTIVATION,
    "_initializer": Role.INITIALIZER,
    "_init": Role.INITIALIZER,
    "_regularizer": Role.REGULARIZER,
    "_constraint": Role.CONSTRAINT,
    "_quantizer": Role.QUANTIZER,
}

_MODULES = {
    "layers": Role.LAYER,
    "models": Role.MODEL,
    "initializers": Role.INITIALIZER,
    "regularizers": Role.REGULARIZER,
    "constraints": Role.CONSTRAINT,
    "activations": Role.ACTIVATION,
    "losses": Role.LOSS,
    "metrics": Role.METRIC,
    "optimizers": Role.OPTIMIZER,
    "ops": Role.OPERATION,
    "dtype_policies": Role.DTYPE_POLICY,
    "mixed_precision": Role.DTYPE_POLICY,
    "quantizers": Role.QUANTIZER,
}

VALUE_CLASSES = frozenset(
    {
        "__tuple__",
        "__tensor__",
        "__numpy__",
        "__keras_tensor__",
        "__bytes__",
        "__slice__",
        "__ellipsis__",
        "__typespec__",
        "TensorShape",
        "TypeSpec",
        "CompositeTensor",
    }
)
"""Encoded values, not objects: keras/saving/serialization_lib.py (2.12 and later) and
keras/saving/saved_model/json_utils.py (tf.keras 2.4 and later)."""

MODEL_CLASSES = frozenset({"Sequential", "Functional", "Model", "Graph"})
"""Classes whose configuration is a list of layers (``Graph`` is Keras 0.x)."""

_SEQUENTIAL_KEYS = frozenset({"name", "trainable", "dtype", "layers", "build_input_shape"})
"""What ``Sequential.get_config`` writes, and that of a subclass without a constructor."""

NAMED_ROLES = frozenset(
    {
        Role.ACTIVATION,
        Role.INITIALIZER,
        Role.REGULARIZER,
        Role.CONSTRAINT,
        Role.LOSS,
        Role.METRIC,
        Role.OPTIMIZER,
    }
)
"""Roles in which a plain string is a name that the loader looks up."""

LAMBDA_SLOTS = ("function", "output_shape", "mask")
"""Arguments of ``Lambda`` that hold functions (keras/layers/core.py, all releases)."""


def slot_role(key: str) -> Role | None:
    """Return the role that a configuration key gives to what stands under it, or None."""
    exact = _EXACT.get(key)
    if exact is not None:
        return exact
    for ending, role in _ENDINGS.items():
        if key.endswith(ending):
            return role
    return None


def holds_layers(raw: dict[str, Any]) -> bool:
    """Whether an object's configuration is that of a model: layers with inputs, or a list."""
    config = raw.get("config")
    class_name = raw.get("class_name")
    if isinstance(config, list):
        return class_name in MODEL_CLASSES
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        return False
    if class_name in MODEL_CLASSES or "input_layers" in config or "output_layers" in config:
        return True
    items = config["layers"]
    is_list = bool(items) and all(isinstance(each, dict) and "class_name" in each for each in items)
    return is_list and config.keys() <= _SEQUENTIAL_KEYS


def _module_role(module: str) -> Role | None:
    parts = module.split(".")
    for part in reversed(parts):
        role = _MODULES.get(part)
        if role is not None:
            return role
    return None


def role_of(raw: dict[str, Any], class_name: str, slot: Role | None, *, is_root: bool) -> Role:
    """Return the role of an object.

    Args:
        raw: The object as stored.
        class_name: Its class.
        slot: The role of the keys it stands under, or None.
        is_root: Whether it is the root of the document that holds the model.
    """
    if class_name in VALUE_CLASSES:
        return Role.VALUE
    if class_name == "__lambda__":
        return Role.FUNCTION
    module = raw.get("module")
    by_module = _module_role(module) if isinstance(module, str) else None
    if class_name == "function":
        is_layer = by_module in (Role.LAYER, Role.MODEL)  # a class where a function belongs
        return slot or (Role.FUNCTION if is_layer else by_module) or Role.FUNCTION
    if slot is Role.CELL:
        return slot
    if is_root or (holds_layers(raw) and slot in (None, Role.LAYER)):
        return Role.MODEL
    if by_module is Role.OPERATION:
        return by_module
    return slot or by_module or Role.OTHER
