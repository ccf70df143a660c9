"""What the calls of a model show of changes: input shapes, noted shapes, masks.

Pure functions on the model on paper; `kerasscan.loading.changes` says what they mean.

Source: `compute_mask` in keras/src/layers/merging/base_merge.py and `Layer.__call__` in
keras/src/layers/layer.py (keras 3.0.0 to 3.15.1), `_Merge.compute_mask` in
keras/layers/merging/base_merge.py (2.15.0); run in 2.15.0, 3.0.5, 3.3.3, 3.4.1, 3.8.0 and 3.15.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from kerasscan.loading.paper import Call, PaperLayer, Ref, Shape, Traced, refs
from kerasscan.loading.shapes import entry

MERGES: Final = frozenset({"Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"})
"""Concatenate is not among them: Keras 3.4 and newer may refuse to call it with masks."""

_PASSING: Final = frozenset(
    {
        "Activation",
        "ActivityRegularization",
        "AlphaDropout",
        "BatchNormalization",
        "Dense",
        "Dropout",
        "ELU",
        "GaussianDropout",
        "GaussianNoise",
        "LayerNormalization",
        "LeakyReLU",
        "PReLU",
        "ReLU",
        "Softmax",
        "SpatialDropout1D",
    }
)
"""Layers that hand the mask of their input on, in Keras 2 and in Keras 3."""

_MOST_AXES: Final = 16
"""No tensor of a model has more; a hostile file may note any number."""

_RECURRENT: Final = frozenset({"Bidirectional", "GRU", "LSTM", "RNN", "SimpleRNN"})
_USING: Final = _RECURRENT | {"GlobalAveragePooling1D"}
"""Layers whose output depends on the mask of their first input."""


class MaskRule(Enum):
    """What becomes of masks where tensors are merged."""

    ALL = "a step counts where all masks keep it"
    NONE = "no mask goes on"
    ANY = "a step counts where any mask keeps it, and no mask goes on if an input has none"


_Mask: TypeAlias = "tuple[MaskRule | None, frozenset[str]] | None"
"""How it was made, and of which layers' masks; a mask of one layer alone is the same for all."""


def input_shapes(model: PaperLayer, traced: Traced) -> dict[int, Shape]:
    """Return for each layer of a model (by ``id``) the shape of its first input."""
    found: dict[int, Shape] = {}
    if model.kind == "sequential":
        for before, layer in zip(model.layers, model.layers[1:], strict=False):
            found[id(layer)] = _output(before, traced)
        return found
    by_name = {layer.name: layer for layer in model.layers}
    for layer in model.layers:
        first = next((ref for call in layer.calls[:1] for ref in refs(call.args)), None)
        if first is not None and first.layer in by_name:
            found[id(layer)] = _output(by_name[first.layer], traced, first)
    return found


def _output(layer: PaperLayer, traced: Traced, ref: Ref | None = None) -> Shape:
    """Return what a layer gives, where it is called once or the call is known."""
    if layer.class_name == "InputLayer" and layer.kind == "layer":
        return entry.of_input(layer)
    calls = traced.shapes.get(id(layer), [])
    tensor = ref.tensor if ref else 0
    if len(calls) != 1 or tensor >= len(calls[0]):
        return None
    return calls[0][tensor]


@dataclass(frozen=True)
class Noted:
    """A shape that a file notes for the output of a layer, beside the one that it has now.

    Attributes:
        layer: The layer.
        then: What the file notes.
        now: What the release gives.
    """

    layer: PaperLayer
    then: tuple[int | None, ...]
    now: tuple[int | None, ...]


def differing_shapes(model: PaperLayer, config: Any, traced: Traced) -> Iterator[Noted]:
    """Yield the layers of a functional model that give another shape than the file notes.

    Args:
        model: The model.
        config: What the file holds of it: new-style nodes note the shapes of their tensors.
        traced: The calls.
    """
    noted = dict(_noted(config))
    for layer in model.layers:
        then, now = noted.get(layer.name), _output(layer, traced)
        if then is None or now is None or layer.is_model or len(layer.calls) != 1:
            continue
        pairs = zip(then[1:], now[1:], strict=False)
        if len(then) != len(now) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
            yield Noted(layer, then, now)


def _noted(config: Any) -> Iterator[tuple[str, tuple[int | None, ...]]]:
    layers = config.get("layers") if isinstance(config, dict) else None
    for each in layers if isinstance(layers, list) else ():
        nodes = each.get("inbound_nodes") if isinstance(each, dict) else None
        for tensor in _tensors(nodes if isinstance(nodes, list) else []):
            history, shape = tensor.get("keras_history"), tensor.get("shape")
            if not isinstance(history, list) or not isinstance(shape, list):
                continue
            is_shape = len(shape) <= _MOST_AXES and all(
                axis is None or isinstance(axis, int) for axis in shape
            )
            if is_shape and len(history) == 3 and history[1:] == [0, 0]:
                yield str(history[0]), tuple(shape)


def _tensors(nodes: list[Any]) -> Iterator[dict[str, Any]]:
    todo: list[Any] = list(nodes)
    while todo:
        value = todo.pop()
        if isinstance(value, list):
            todo += value
        elif isinstance(value, dict):
            inner = value.get("config")
            if value.get("class_name") == "__keras_tensor__" and isinstance(inner, dict):
                yield inner
            else:
                todo += value.values()


def differing_masks(model: PaperLayer, then: MaskRule, now: MaskRule) -> list[PaperLayer]:
    """Return the merging layers behind which a layer uses another mask under another rule."""
    if model.kind != "functional":
        return []
    old, new = _Masks(model, then), _Masks(model, now)
    concerned = [
        layer
        for layer in model.layers
        if layer.class_name in _USING and _is_masked(layer, old, new)
    ]
    if not concerned:
        return []
    merges = [layer for layer in model.layers if layer.class_name in MERGES]
    return [each for each in merges if old.of(each.name) != new.of(each.name)]


def _is_masked(layer: PaperLayer, old: _Masks, new: _Masks) -> bool:
    """Whether the masks differ; files of Keras 3.4 and newer may name the mask as an argument."""
    if any(True for call in layer.calls for _ in refs(call.kwargs.get("mask"))):
        return False
    names = {ref.layer for call in layer.calls for ref in refs(call.args)}
    return any(old.of(name) != new.of(name) for name in names)


class _Masks:
    """The masks of the tensors of one model, under one rule."""

    def __init__(self, model: PaperLayer, rule: MaskRule) -> None:
        self._rule = rule
        self._layers = {layer.name: layer for layer in model.layers}
        self._known: dict[str, _Mask] = {}

    def of(self, name: str) -> _Mask:
        """Return the mask of what the first call of a layer gives."""
        todo = [name]
        while todo:  # not by recursion: models are deep
            current = todo[-1]
            layer = self._layers.get(current)
            before = _before(layer)
            unknown = [each for each in before if each not in self._known]
            if unknown and current not in self._known:
                self._known.setdefault(current, None)  # a cycle ends here
                todo += unknown
                continue
            self._known[current] = self._made(layer, [self._known[each] for each in before])
            todo.pop()
        return self._known[name]

    def _made(self, layer: PaperLayer | None, before: list[_Mask]) -> _Mask:
        if layer is None:
            return None
        if layer.class_name == "Masking" or (
            layer.class_name == "Embedding" and layer.config.get("mask_zero") is True
        ):
            return None, frozenset({layer.name})
        if layer.class_name in MERGES:
            return self._merged(before)
        is_passing = layer.class_name in _PASSING or (
            layer.class_name in _RECURRENT and _keeps_steps(layer)
        )
        return before[0] if is_passing and before else None

    def _merged(self, before: list[_Mask]) -> _Mask:
        given = [each for each in before if each is not None]
        if self._rule is MaskRule.NONE or not given:
            return None
        if self._rule is MaskRule.ANY and len(given) < len(before):
            return None
        sources = frozenset(name for _, names in given for name in names)
        return (None if len(sources) == 1 else self._rule), sources


def _before(layer: PaperLayer | None) -> list[str]:
    calls: list[Call] = layer.calls[:1] if layer is not None else []
    return [ref.layer for call in calls for ref in refs(call.args)]


def _keeps_steps(layer: PaperLayer) -> bool:
    inner = layer.parts.get("layer", layer)
    return inner.config.get("return_sequences") is True
