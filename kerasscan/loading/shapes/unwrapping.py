"""Whether a functional model hands out its only output alone, or in a list of one."""

from __future__ import annotations

from kerasscan.loading.paper import PaperLayer, Ref
from kerasscan.loading.shapes.dialect import Dialect

_ALONE = (((3, 3), (3, 4)), ((3, 5), (3, 11)))
"""Spans of Keras 3 whose ``functional_from_config`` takes the only output out of its list.

The others keep ``output_layers: [["dense", 0, 0]]`` a list, so that what comes next is called on
a list of one tensor. Files of Keras 3.11 and later say ``["dense", 0, 0]``.
"""


def lists_its_output(layer: PaperLayer, dialect: Dialect) -> bool:
    """Whether calling a layer gives a list of one tensor."""
    if not dialect.keras3 or layer.kind != "functional" or isinstance(layer.outputs, Ref):
        return False
    if not isinstance(layer.outputs, (list, tuple)) or len(layer.outputs) != 1:
        return False
    return not any(dialect.since(*first) and not dialect.since(*past) for first, past in _ALONE)
