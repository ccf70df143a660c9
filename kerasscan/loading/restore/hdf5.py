"""Weights in the legacy HDF5 layout: by order, names do not count.

Source: `load_weights_from_hdf5_group` in keras/engine/saving.py of Keras 2, in
keras/saving/hdf5_format.py of tf.keras, and in keras/src/legacy/saving/legacy_h5_format.py of
Keras 3.
"""

from __future__ import annotations

from typing import Final

from kerasscan.loading.paper import PaperLayer, Traced, Weight, in_graph
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore.built import is_unbuilt, variables
from kerasscan.loading.restore.compare import first_misfit, written
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.tensors import StoredLayer

_CONVERTED: Final = frozenset(
    [
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "Conv2DTranspose",
        "Conv3DTranspose",
        "ConvLSTM2D",
        "LSTM",
        "GRU",
        "CuDNNLSTM",
        "CuDNNGRU",
        "Bidirectional",
        "TimeDistributed",
        "Model",
        "Sequential",
        "Functional",
    ]
)
"""Layers whose stored weights Keras 2 and tf.keras convert (`preprocess_weights_for_loading`)."""


def restore_hdf5(replay: Replay, model: PaperLayer, traced: Traced) -> None:
    """Compare layer by layer, as the order in the file has it."""
    stored = replay.saved.stored_layers
    if stored is None:
        replay.stop(
            ReasonKind.PART_MISSING,
            Stage.WEIGHTS,
            Address(),
            "'model_weights'",
            argument="model_weights",
            error="KeyError",
            remedy="build the model from its config and load the weights from elsewhere",
        )
        return
    built = not is_unbuilt(replay, model)
    needed = [(layer, variables(replay, layer, traced, built=built)) for layer in in_graph(model)]
    with_weights = [each for each in stored if each.paths]
    certain = [(layer, found) for layer, found in needed if found]
    unknown = sum(found is None for _, found in needed)
    if not len(certain) <= len(with_weights) <= len(certain) + unknown:
        _count(replay, model, len(certain), len(with_weights))
        return
    if unknown:
        by_name = {each.name: each for each in with_weights}
        pairs = [
            (layer, found, by_name[layer.name]) for layer, found in certain if layer.name in by_name
        ]
    else:
        pairs = [(*each, other) for each, other in zip(certain, with_weights, strict=True)]
    shapes = {tensor.path: tensor.shape for tensor in replay.saved.tensors}
    for layer, found, entry in pairs:
        if not _layer(replay, layer, found, entry, shapes):
            return


def _count(replay: Replay, model: PaperLayer, needed: int, stored: int) -> None:
    replay.stop(
        ReasonKind.WEIGHTS_CONTRADICT,
        Stage.WEIGHTS,
        model.address,
        "Layer count mismatch when loading weights from file. Model expected "
        f"{needed} layers, found {stored} saved layers.",
        subject=model.class_name,
        error="ValueError",
    )


def _layer(
    replay: Replay,
    layer: PaperLayer,
    weights: tuple[Weight, ...],
    entry: StoredLayer,
    shapes: dict[str, tuple[int, ...]],
) -> bool:
    """Compare one layer; whether the load goes on."""
    is_converted = replay.release.line != "keras3" and layer.class_name in _CONVERTED
    if len(entry.paths) != len(weights):
        if is_converted:
            return True
        replay.stop(
            ReasonKind.WEIGHTS_CONTRADICT,
            Stage.WEIGHTS,
            layer.address,
            f"Weight count mismatch for layer (named {layer.name} in the current model, "
            f"{entry.name} in the save file). Layer expects {len(weights)} weight(s). Received "
            f"{len(entry.paths)} saved weight(s)",
            subject=layer.class_name,
            error="ValueError",
        )
        return False
    misfit = first_misfit(weights, [shapes.get(path) for path in entry.paths])
    if misfit is None or is_converted:
        return True
    weight, shape = misfit
    replay.stop(
        ReasonKind.WEIGHTS_CONTRADICT,
        Stage.WEIGHTS,
        layer.address,
        f"Shape mismatch in layer (named {layer.name}) for weight {weight.name}. Weight expects "
        f"shape {written(weight.shape)}. Received saved weight with shape {written(shape)}",
        subject=layer.class_name,
        argument=weight.name,
        error="ValueError",
    )
    return False
