"""Whether a Sequential model learns its input shape from its file."""

from __future__ import annotations

from typing import Final

from kerasscan.loading.paper import PaperLayer, Traced, Weight
from kerasscan.loading.replay import Replay
from kerasscan.loading.shapes import flattened

_SHAPES: Final = ("batch_shape", "batch_input_shape", "shape", "input_shape", "build_input_shape")


def is_unbuilt(replay: Replay, model: PaperLayer) -> bool:
    """Whether nothing tells a Sequential its input shape, so that its own layers stay unbuilt.

    Source: `Sequential._maybe_rebuild` of Keras 3, `Sequential.add` of Keras 2.
    """
    if model.kind != "sequential" or not model.layers:
        return False
    if model.build_shape is not None or model.config.get("build_input_shape"):
        return False
    first = model.layers[0]
    if first.kind == "opaque":
        return False
    if not first.is_model:
        return all(first.config.get(key) is None for key in _SHAPES)
    if replay.release.line != "keras3":
        return is_unbuilt(replay, first)
    if not replay.has("first-model-builds-sequential") or len(model.layers) < 2:
        return True
    return first.kind == "sequential" and is_unbuilt(replay, first)


def variables(
    replay: Replay, layer: PaperLayer, traced: Traced, *, built: bool = True
) -> tuple[Weight, ...] | None:
    """Return the variables of a layer or model as a file in the legacy layout lists them.

    Args:
        replay: The load.
        layer: A layer of a model.
        traced: What tracing found.
        built: Whether the model around it is built.

    Returns:
        The variables; None where they cannot be told.
    """
    if layer.is_model and is_unbuilt(replay, layer):
        found: list[Weight] = []
        for inner in layer.layers:
            own = variables(replay, inner, traced, built=False)
            if own is None:
                return None
            found += own
        return tuple(found)
    if not layer.is_model and not built:
        return traced.weights.get(id(layer)) or ()
    return flattened(layer, traced)
