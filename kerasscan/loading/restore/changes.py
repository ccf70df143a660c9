"""What a model does otherwise once it is built: the walk through its layers, and calls that fail.

Source: keras/src/layers/layer.py, keras/src/models/sequential.py and keras/src/ops/numpy.py of
Keras 3.0.0 to 3.15.1; keras/engine/saving.py (2.3.1) and tensorflow/python/keras/saving/
hdf5_format.py (2.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kerasscan.loading.changes import judge_layer, judge_masks, judge_shapes
from kerasscan.loading.paper import PaperLayer, Traced, in_graph
from kerasscan.loading.replay import Replay
from kerasscan.loading.shapes.changes import input_shapes
from kerasscan.model.address import Address
from kerasscan.model.outcome import ChangeKind

_FLIPPED: Final = frozenset({"Conv1D", "Conv2D", "Conv2DTranspose", "Conv3D", "ConvLSTM2D"})
"""``conv_layers`` of `preprocess_weights_for_loading` (keras/engine/saving.py of 2.3.1)."""

_ABSTRACT: Final = frozenset({"Layer", "Wrapper"})


def judge_model(replay: Replay, model: PaperLayer, traced: Traced) -> None:
    """Note what the layers of a model do otherwise than in the release that saved it."""
    _empty(replay, model)
    for owner in _models(model):
        shapes = input_shapes(owner, traced)
        for layer in in_graph(owner):
            _uncallable(replay, layer, owner)
            for each in _with_parts(layer):
                judge_layer(replay, each, shapes.get(id(layer)) if each is layer else None)
                _kernel(replay, each)
                _zeros(replay, each)
        judge_masks(replay, owner)
        judge_shapes(replay, owner, traced)


def _models(model: PaperLayer) -> Iterator[PaperLayer]:
    todo = [model]
    while todo:
        current = todo.pop()
        if current.is_model:
            yield current
            todo += current.layers
        todo += current.parts.values()


def _with_parts(layer: PaperLayer) -> Iterator[PaperLayer]:
    todo = [layer]
    while todo:
        current = todo.pop()
        if not current.is_model and current.kind != "opaque":
            yield current
            todo += current.parts.values()


def _kernel(replay: Replay, layer: PaperLayer) -> None:
    backend = replay.saved.provenance.backend
    if backend != "theano" or layer.class_name not in _FLIPPED or not replay.is_hdf5:
        return
    size = layer.config.get("kernel_size")
    is_point = all(side == 1 for side in size) if isinstance(size, list) else size == 1
    if is_point or replay.has("theano-kernels-flipped"):
        return
    replay.change(
        ChangeKind.KERNEL_NOT_CONVERTED,
        layer.address,
        "the file is of the backend Theano, which flips kernels, and the kernel is used as it is",
        subject=layer.class_name,
        argument="kernel",
        remedy="load it with Keras 2.0 to 2.3 or TensorFlow up to 2.3, and save it again",
    )


def _zeros(replay: Replay, layer: PaperLayer) -> None:
    has_dtype = any("dtype" in call.kwargs for call in layer.calls)
    if has_dtype and layer.class_name == "ZerosLike" and replay.has("zeros-like-without-dtype"):
        _call_fails(
            replay,
            layer.address,
            "it is called with dtype, which this release does not take: ZerosLike.call() got an "
            "unexpected keyword argument 'dtype'",
            subject=layer.class_name,
            argument="dtype",
            remedy="remove dtype from its inbound_nodes",
        )


def _uncallable(replay: Replay, layer: PaperLayer, owner: PaperLayer) -> None:
    """`Layer.call` of Keras 3 raises; that of Keras 2 returns its input."""
    is_abstract = layer.class_name in _ABSTRACT and layer.kind == "layer"
    if is_abstract and owner.kind == "sequential" and replay.release.line == "keras3":
        _call_fails(
            replay,
            layer.address,
            f"{layer.class_name} computes nothing in Keras 3, and the first call of the model "
            "raises NotImplementedError",
            subject=layer.class_name,
            remedy="remove the layer, or put Identity in its place",
        )


def _empty(replay: Replay, model: PaperLayer) -> None:
    """A Sequential without layers: Keras 3 cannot call it, and TensorFlow 1 runs no graph of it."""
    is_empty = model.kind == "sequential" and all(
        each.class_name == "InputLayer" and each.kind == "layer" for each in model.layers
    )
    if not is_empty or replay.has("empty-sequential-runs"):
        return
    _call_fails(
        replay,
        model.address,
        "a Sequential without layers returned its input, and now its first call raises an error",
        subject=model.class_name,
        argument="layers",
        remedy="add an Identity or Activation('linear') layer before saving",
    )


def _call_fails(
    replay: Replay, at: Address, message: str, *, subject: str, remedy: str, argument: str = ""
) -> None:
    replay.change(
        ChangeKind.CALL_FAILS, at, message, subject=subject, argument=argument, remedy=remedy
    )
