"""Cells of recurrent layers: their variables, and how long their outputs and states are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kerasscan.loading.paper import PaperLayer, Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.dialect import Dialect
from kerasscan.loading.shapes.visits import Known, Weights


@dataclass(frozen=True)
class Gates:
    """How many gates a cell has, and how many states it carries."""

    gates: int
    carried: int

    def states(self, units: int) -> tuple[int, ...]:
        """Return the lengths of its states."""
        return (units,) * self.carried


CELLS = {"SimpleRNNCell": Gates(1, 1), "GRUCell": Gates(3, 1), "LSTMCell": Gates(4, 2)}
"""The cells of Keras, by class name."""


def reset_after(config: Mapping[str, Any], dialect: Dialect) -> bool | None:
    """Whether a GRU has two biases; the default changed with TensorFlow 2."""
    return settings.flag(config, "reset_after", not dialect.multi_backend)


def cell_weights(
    cell_class: str, config: Mapping[str, Any], dialect: Dialect, depth: int | None
) -> Weights:
    """Return the variables of a cell.

    Args:
        cell_class: Name in `CELLS`.
        config: Config of the cell, or of the layer that makes it.
        dialect: The release.
        depth: Length of the last axis of its input.
    """
    units = settings.positive(config, "units")
    use_bias = settings.flag(config, "use_bias", True)
    if units is None or use_bias is None:
        return None
    wide = CELLS[cell_class].gates * units
    kernels = (
        Weight("", "kernel", (depth, wide)),
        Weight("", "recurrent_kernel", (units, wide)),
    )
    if not use_bias:
        return kernels
    bias: Known = (wide,)
    if cell_class == "GRUCell":
        after = reset_after(config, dialect)
        if after is None:
            return None
        bias = (2, wide) if after else (wide,)
    return (*kernels, Weight("", "bias", bias))


def output_size(cell: PaperLayer) -> int | None:
    """Return how long the output of a cell is; None for a cell that is not known."""
    if cell.kind != "layer":
        return None
    if cell.class_name in CELLS:
        return settings.positive(cell.config, "units")
    if cell.class_name == "StackedRNNCells" and cell.parts:
        last = cell.parts.get(f"cells/{len(cell.parts) - 1}")
        return None if last is None else output_size(last)
    return None


def state_sizes(cell: PaperLayer) -> tuple[int, ...] | None:
    """Return how long the states of a single cell are; a stack orders them as it likes."""
    units = settings.positive(cell.config, "units")
    if cell.class_name not in CELLS or units is None:
        return None
    return CELLS[cell.class_name].states(units)
