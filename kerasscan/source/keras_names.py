"""What a dotted name of Keras is: by the module that it stands in, or by itself.

Names are those of Keras 0.x to 3.x and of its copies: ``keras``, ``tensorflow.keras``,
``tensorflow.python.keras``, ``tf_keras``, ``keras_core``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kerasscan.model.objects import Role

_KERAS = frozenset({"keras", "tf_keras", "keras_core"})

_COMPANIONS = frozenset(
    {"keras_hub", "keras_nlp", "keras_cv", "keras_rs", "keras_contrib"}
    | {"tensorflow_addons", "qkeras"}
)
"""Packages whose classes descend from those of Keras, in modules named as those of Keras."""

_TENSORFLOW_ALIASES = frozenset({"initializers", "losses", "metrics", "optimizers"})
"""Modules of TensorFlow 2 that are those of ``tf.keras``: tensorflow/_api/v2/v2.py."""

_MODULES = {
    "layers": Role.LAYER,
    "models": Role.MODEL,
    "initializers": Role.INITIALIZER,
    "regularizers": Role.REGULARIZER,
    "constraints": Role.CONSTRAINT,
    "losses": Role.LOSS,
    "metrics": Role.METRIC,
    "optimizers": Role.OPTIMIZER,
    "schedules": Role.SCHEDULE,
    "learning_rate_schedule": Role.SCHEDULE,
    "ops": Role.OPERATION,
    "dtype_policies": Role.DTYPE_POLICY,
    "mixed_precision": Role.DTYPE_POLICY,
    "quantizers": Role.QUANTIZER,
}

_CLASSES = {
    "Layer": Role.LAYER,
    "Wrapper": Role.LAYER,
    "Recurrent": Role.LAYER,
    "RNN": Role.LAYER,
    "Lambda": Role.LAYER,
    "InputLayer": Role.LAYER,
    "BaseDenseAttention": Role.LAYER,
    "PreprocessingLayer": Role.LAYER,
    "Model": Role.MODEL,
    "Sequential": Role.MODEL,
    "Functional": Role.MODEL,
    "Network": Role.MODEL,
    "Container": Role.MODEL,
    "Graph": Role.MODEL,
    "Operation": Role.OPERATION,
    "Initializer": Role.INITIALIZER,
    "Regularizer": Role.REGULARIZER,
    "WeightRegularizer": Role.REGULARIZER,
    "Constraint": Role.CONSTRAINT,
    "Loss": Role.LOSS,
    "Metric": Role.METRIC,
    "Optimizer": Role.OPTIMIZER,
    "LossScaleOptimizer": Role.OPTIMIZER,
    "LearningRateSchedule": Role.SCHEDULE,
    "DTypePolicy": Role.DTYPE_POLICY,
    "Policy": Role.DTYPE_POLICY,
    "Quantizer": Role.QUANTIZER,
}
"""Classes that stand in modules of other names: ``keras.engine.topology.Layer``."""

_FUNCTIONS = {
    "load_model": "models",
    "model_from_json": "models",
    "model_from_yaml": "models",
    "model_from_config": "models",
    "clone_model": "models",
    "register_keras_serializable": "utils",
    "get_custom_objects": "utils",
    "custom_object_scope": "utils",
    "CustomObjectScope": "utils",
}
"""Functions that a ``*`` may bring in, and the module of Keras that all releases have them in."""

_CELL = re.compile(r"Cells?(?:_?[vV]\d)?\Z")


def keras_parts(name: str) -> tuple[str, ...] | None:
    """Return the parts of a dotted name after Keras' own; None if it is no name of Keras."""
    parts = name.split(".")
    if parts[0] in _KERAS:
        return tuple(parts[1:])
    if parts[0] == "tensorflow" and len(parts) > 1:
        if "keras" in parts[1:6]:
            return tuple(parts[parts.index("keras") + 1 :])
        if parts[1] in _TENSORFLOW_ALIASES:
            return tuple(parts[1:])
    return None


def is_framework(name: str) -> bool:
    """Whether a module belongs to Keras or TensorFlow, whatever the project calls its own."""
    return name.partition(".")[0] in {"tensorflow", *_KERAS, *_COMPANIONS}


def is_function(name: str, *functions: str) -> bool:
    """Whether a dotted name is one of these functions of Keras, in whatever module."""
    parts = keras_parts(name)
    return parts is not None and parts[-1:] != () and parts[-1] in functions


def class_role(name: str) -> Role | None:
    """Return what descends from this class; OTHER for a callback; None if it is not of Keras."""
    parts = keras_parts(name)
    if parts is None and name.partition(".")[0] in _COMPANIONS:
        role = _role(tuple(name.split(".")[1:]))
        return None if role is Role.OTHER else role
    return _role(parts) if parts else None


def _role(parts: tuple[str, ...]) -> Role:
    if not parts:
        return Role.OTHER
    *modules, name = parts
    if name in _CLASSES:
        return _CLASSES[name]
    role = _module_role(modules)
    if role is Role.LAYER and _CELL.search(name):
        return Role.CELL
    return role or Role.OTHER


def _module_role(modules: Sequence[str]) -> Role | None:
    return next((_MODULES[part] for part in reversed(modules) if part in _MODULES), None)


def from_star(module: str, name: str) -> str | None:
    """Return the dotted name that ``from module import *`` brings in, where it surely does."""
    parts = keras_parts(module)
    if parts is None:
        return None
    if name in _FUNCTIONS:
        brings = bool(parts) and parts[-1] in {_FUNCTIONS[name], "saving", "generic_utils"}
    elif name in _CLASSES:
        own = _module_role(parts)
        brings = own is _CLASSES[name] if own else not parts or "engine" in parts
    else:
        brings = False
    return f"{module}.{name}" if brings else None


def has_classes(module: str) -> bool:
    """Whether ``from module import *`` brings in classes of Keras beside those of `from_star`."""
    return _module_role(keras_parts(module) or ()) not in {None, Role.MODEL}
