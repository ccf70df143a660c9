"""Which variables an object writes into its own group of a `.weights.h5`.

Mostly its variables, trainable ones first; what follows are the exceptions (`save_own_variables`
in keras/src/layers of Keras 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from kerasscan.loading.paper import PaperLayer, Weight
from kerasscan.loading.replay import Replay

_MODES: Final = ("int8", "int4", "float8", "gptq", "awq")


def owners(replay: Replay, layer: PaperLayer, weights: Iterable[Weight]) -> dict[str, list[Weight]]:
    """Return the variables of a layer by the attribute path of the object that stores them."""
    found: dict[str, list[Weight]] = {"": []}
    for weight in weights:
        if weight.name.startswith("lora_"):
            continue  # merged into the kernel before it is written
        found.setdefault(weight.owner, []).append(weight)
    if layer.class_name == "SpectralNormalization" and replay.release.line == "keras3":
        # `self.kernel = self.layer.kernel` makes the kernel a variable of the wrapper too
        found[""] = [*found.get("layer", [])[:1], *found[""]]
    if layer.class_name == "Bidirectional" and replay.has("bidirectional-keeps-layer"):
        for owner in [owner for owner in found if owner.startswith("forward_layer")]:
            copy = owner.replace("forward_layer", "layer", 1)
            found[copy] = [replace(weight, owner=copy) for weight in found[owner]]
    return found


def is_quantized(layer: PaperLayer) -> bool:
    """Whether a quantized layer stores its variables in an order of its own."""
    policy = layer.config.get("dtype")
    return _has_mode(policy) or bool(layer.config.get("quantization_config"))


def _has_mode(policy: Any) -> bool:
    if isinstance(policy, dict):
        inner = policy.get("config")
        return isinstance(inner, dict) and ("mode" in inner or _has_mode(inner.get("name")))
    return isinstance(policy, str) and policy.startswith(_MODES) and "_from_" in policy
