"""Objects that a SavedModel writes twice: in its model's configuration and as nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kerasscan.model.json_value import get_dict, get_str
from kerasscan.model.objects import SavedObject
from kerasscan.model.saved import Document

_NUMBERING = "shared_object_id"
"""Numbers objects within one document (tf.keras 2.5+), so it differs between the two."""


class Seen:
    """The layers and models found so far, to tell a node that is one of them."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str | None, str | None], list[SavedObject]] = {}

    def add(self, objects: Iterable[SavedObject]) -> None:
        """Remember the layers and models among ``objects``."""
        for saved in objects:
            if saved.is_layer_like:
                key = (saved.class_name, get_str(saved.config, "name"))
                self._objects.setdefault(key, []).append(saved)

    def holds(self, document: Document) -> bool:
        """Whether a node is the very object that was found elsewhere: class and configuration.

        Only then has it been seen, with its place among the layers, and may be left out.
        """
        node = document.value
        if not isinstance(node, dict):
            return False
        config = get_dict(node, "config")
        alike = self._objects.get((get_str(node, "class_name"), get_str(config, "name")), [])
        return any(_same(saved.config, config) for saved in alike)


def _same(one: Any, other: Any) -> bool:
    """Compare two JSON values without the numbering of shared objects."""
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            keys = left.keys() | right.keys()
            if any((key in left) != (key in right) for key in keys - {_NUMBERING}):
                return False
            pairs += [(left[key], right[key]) for key in keys - {_NUMBERING}]
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            pairs += zip(left, right, strict=True)
        elif left != right:
            return False
    return True
