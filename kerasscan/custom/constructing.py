"""Whether a class of the project takes the configuration that a file holds for it."""

from __future__ import annotations

from typing import Final

from kerasscan.custom.needs import Need
from kerasscan.model.objects import Role
from kerasscan.model.source import Definition, DefinitionKind

_PLAIN: Final = frozenset(
    {
        "Constraint",
        "DTypePolicy",
        "Initializer",
        "Layer",
        "LearningRateSchedule",
        "Loss",
        "Mean",
        "MeanMetricWrapper",
        "Metric",
        "Model",
        "Operation",
        "Optimizer",
        "Regularizer",
    }
)
"""Classes of Keras whose ``from_config`` is ``cls(**config)`` (keras/src/ops/operation.py,
keras/src/losses/loss.py and their like; keras/engine/base_layer.py of Keras 2). Subclasses of other
ones may have their configuration changed before it reaches them."""

_BASE_KEYS: Final = frozenset(
    {"name", "trainable", "dtype", "batch_input_shape", "batch_shape", "reduction", "fn"}
)
"""Keys that ``get_config`` of those classes writes and a constructor passes on as keywords."""


def _takes_config_as_it_is(need: Need, definition: Definition) -> bool:
    """Whether the configuration reaches the constructor unchanged."""
    if definition.kind is not DefinitionKind.CLASS or definition.has_from_config:
        return False
    if definition.parameters is None or need.is_function:
        return False
    is_plain = definition.keras_base is None or definition.keras_base in _PLAIN
    # A functional model's configuration is read by Keras itself, layer by layer.
    is_functional = need.found.role is Role.MODEL and "layers" in need.found.config
    return is_plain and not is_functional and isinstance(need.found.raw.get("config"), dict)


def refused_keys(need: Need, definition: Definition) -> tuple[str, ...]:
    """Return the keys of the file's configuration that the constructor does not take."""
    if definition.takes_any or not _takes_config_as_it_is(need, definition):
        return ()
    taken = {each.name for each in definition.parameters or ()}
    return tuple(key for key in need.found.config if key not in taken)


def missing_arguments(need: Need, definition: Definition) -> tuple[str, ...]:
    """Return the required arguments that the file's configuration does not hold."""
    if not _takes_config_as_it_is(need, definition):
        return ()
    held = need.found.config
    required = (each.name for each in definition.parameters or () if each.is_required)
    return tuple(name for name in required if name not in held)


def dropped_arguments(need: Need, definition: Definition) -> tuple[str, ...]:
    """Return the required arguments that ``get_config`` no longer writes, though the file has them.

    What is saved from now on will not load.
    """
    if not _takes_config_as_it_is(need, definition) or definition.config_keys is None:
        return ()
    if not definition.has_get_config:
        return ()
    written = definition.config_keys | _BASE_KEYS
    required = (each.name for each in definition.parameters or () if each.is_required)
    return tuple(name for name in required if name not in written and name in need.found.config)
