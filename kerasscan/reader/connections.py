"""References to tensors, as ``inbound_nodes``, ``input_layers`` and ``output_layers`` write them.

Forms, by release (keras/engine/network.py, keras/src/models/functional.py):

- Keras 1 and 2: ``["layer", node index, tensor index]``, with a fourth element of keyword
  arguments in ``inbound_nodes``; nodes are lists of them, in tf.keras 2.x nested in any
  structure, or one such reference by itself;
- tf.keras 2.4 and later: references inside keyword arguments, and ``["_CONSTANT_VALUE", -1, x]``;
- Keras 3: ``{"class_name": "__keras_tensor__", "config": {"keras_history": [...]}}`` anywhere in
  ``{"args": [...], "kwargs": {...}}``.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from kerasscan.model.address import Address
from kerasscan.model.graph import Endpoint, Node

_CONSTANT = "_CONSTANT_VALUE"
_KERAS_3_NODE = {"args", "kwargs"}


def _is_reference(value: Any) -> TypeGuard[list[Any]]:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(isinstance(part, int) and not isinstance(part, bool) for part in value[1:3])
        and (len(value) == 3 or isinstance(value[3], dict))
    )


def _history(value: dict[str, Any]) -> Endpoint | None:
    config = value.get("config")
    history: Any = config.get("keras_history") if isinstance(config, dict) else None
    return Endpoint(history[0], history[1], history[2]) if _is_reference(history) else None


def endpoints(value: Any, known: frozenset[str]) -> tuple[Endpoint, ...]:
    """Collect the tensors that a structure refers to, in the order of the text.

    Args:
        value: Any part of ``inbound_nodes``, ``input_layers`` or ``output_layers``.
        known: Names of the model's layers. Inside keyword arguments, and in the nodes of
            Keras 3, a list counts as a reference only when it names one of them: there, data
            may look like one.
    """
    found: list[Endpoint] = []
    stack: list[tuple[Any, bool]] = [(value, False)]
    while stack:
        item, in_arguments = stack.pop()
        if isinstance(item, dict):
            if item.get("class_name") == "__keras_tensor__":
                end = _history(item)
                found += [end] if end else []
                continue
            in_arguments = in_arguments or item.keys() == _KERAS_3_NODE
            stack.extend((child, in_arguments) for child in reversed(list(item.values())))
        elif _is_reference(item):
            name = item[0]
            if name != _CONSTANT and (not in_arguments or name in known):
                found.append(Endpoint(name, item[1], item[2]))
            if len(item) == 4:
                stack.append((item[3], True))
        elif isinstance(item, list):
            stack.extend((child, in_arguments) for child in reversed(item))
    return tuple(found)


def nodes_of(inbound: Any, known: frozenset[str], address: Address) -> tuple[Node, ...]:
    """Return a layer's calls.

    Args:
        inbound: The layer's ``inbound_nodes``: a list with one item per call.
        known: Names of the model's layers.
        address: Address of the ``inbound_nodes``.
    """
    if not isinstance(inbound, list):
        return ()
    return tuple(
        Node(endpoints(item, known), address.down(position))
        if isinstance(item, (dict, list))
        else Node((), address)
        for position, item in enumerate(inbound)
    )
