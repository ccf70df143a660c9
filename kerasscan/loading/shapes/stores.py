"""What a ``.keras`` file holds for a layer: one group of variables for each owner."""

from __future__ import annotations

from kerasscan.loading.paper import PaperLayer, Traced, Weight

_ORDER = (
    "kernel",
    "embeddings",
    "bias",
    "inputs_scale",
    "inputs_amax_history",
    "kernel_scale",
    "embeddings_scale",
    "kernel_zero",
    "g_idx",
    "kernel_amax_history",
    "outputs_grad_scale",
    "outputs_grad_amax_history",
)
"""Order in which quantized layers store their variables (``variable_serialization_spec``)."""

Stores = dict[str, tuple[Weight, ...]]


def stores(layer: PaperLayer, traced: Traced) -> Stores | None:
    """Return the variables of a layer as the ``vars`` groups of a ``.keras`` file hold them.

    Quantized and LoRA-enabled layers name an order of their own, and store the matrix merged
    with its factors; ``SpectralNormalization`` stores the matrix of its layer once more.

    Args:
        layer: A traced layer that is no model.
        traced: What tracing found.

    Returns:
        The variables by owner, in the order of the names ``0``, ``1``, ...; None where they
        cannot be told.
    """
    weights = traced.weights.get(id(layer))
    if weights is None:
        return None
    found: dict[str, list[Weight]] = {}
    for weight in weights:
        found.setdefault(weight.owner, []).append(weight)
    if layer.class_name == "SpectralNormalization" and "" in found:
        found[""][:0] = [
            each for each in found.get("layer", []) if each.name in ("kernel", "embeddings")
        ]
    return {owner: _stored(own) for owner, own in found.items()}


def _stored(weights: list[Weight]) -> tuple[Weight, ...]:
    """Put the variables of one owner in their stored order."""
    names = {weight.name for weight in weights}
    merged = [weight for weight in weights if not weight.name.startswith("lora_")]
    special = len(merged) < len(weights) or any(name.endswith("_scale") for name in names)
    if not special or any(weight.name not in _ORDER for weight in merged):
        return tuple(weights)
    return tuple(sorted(merged, key=lambda weight: _ORDER.index(weight.name)))
