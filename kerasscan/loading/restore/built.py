"""Whether a Sequential model learns its input shape from its file."""

from __future__ import annotations

from typing import Final

from kerasscan.loading.paper import PaperLayer

_SHAPES: Final = ("batch_shape", "batch_input_shape", "shape", "input_shape", "build_input_shape")


def is_unbuilt(model: PaperLayer) -> bool:
    """Whether nothing tells a Sequential its input shape, so that its layers stay unbuilt."""
    if model.kind != "sequential" or not model.layers:
        return False
    if model.build_shape is not None or model.config.get("build_input_shape"):
        return False
    first = model.layers[0]
    if first.is_model or first.kind == "opaque":
        return is_unbuilt(first) if first.kind == "sequential" else False
    return all(first.config.get(key) is None for key in _SHAPES)
