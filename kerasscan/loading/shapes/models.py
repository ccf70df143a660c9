"""The walk through models: which layers are called, on what, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kerasscan.loading.paper import Call, PaperLayer, Ref, Shape, Traced, refs
from kerasscan.loading.shapes import entry
from kerasscan.loading.shapes.dialect import Dialect
from kerasscan.loading.shapes.tracing import LayerTracer, arguments
from kerasscan.loading.shapes.unwrapping import lists_its_output
from kerasscan.loading.shapes.visits import UNKNOWN, Symbol, Visit, symbols

MOST_ROUNDS = 100
"""Passes over the layers of a functional model; files list them nearly in order."""

Tensors = dict[tuple[str, int], tuple[Shape, ...]]
"""Output shapes of every call so far, by layer name and node index."""


def trace(model: PaperLayer, dialect: Dialect) -> Traced:
    """Call every layer of a model on shapes, as a release does while it rebuilds the model.

    Args:
        model: The model, after every repair of its loader.
        dialect: The release.

    Returns:
        Variables, output shapes and refusals. A layer that is never called nor built, or whose
        class is not known, has None for its variables.
    """
    tracer = ModelTracer(dialect)
    tracer.construct(model)
    tracer.fill(model)
    return tracer.traced


class ModelTracer(LayerTracer):
    """Builds and calls models, besides single layers."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self._own: dict[int, tuple[tuple[Shape, ...], tuple[Shape, ...]]] = {}

    def construct(self, layer: PaperLayer) -> None:
        """Make a layer: models are built as far as the file tells their input shapes."""
        for part in layer.parts.values():
            self.construct(part)
        for inner in layer.layers:
            self.construct(inner)
        if layer.kind == "functional":
            self._construct_functional(layer)
        elif layer.kind == "sequential":
            self._construct_sequential(layer)
        elif self.dialect.keras3 and layer.build_shape is not None:
            self.restore(layer)

    def fill(self, layer: PaperLayer, silent: bool = False) -> None:
        """Note what was never built: it has no variables, or they cannot be told.

        Args:
            layer: The layer or model.
            silent: Whether it is part of a ``Sequential`` of which no input shape is known.
        """
        if layer.kind == "sequential":
            silent = id(layer) not in self._own and (silent or self._is_silent(layer))
        elif layer.kind == "functional":
            silent = False
        for inner in (*layer.parts.values(), *layer.layers):
            self.fill(inner, silent)
        if not layer.is_model:
            none = () if silent and self.knows(layer) else None
            self.traced.weights.setdefault(id(layer), none)

    def _is_silent(self, model: PaperLayer) -> bool:
        """Whether it is certain that a ``Sequential`` was not built."""
        first = model.layers[0] if model.layers else None
        if first is None or model.build_shape is not None or not first.is_model:
            return entry.is_silent(model)
        if not self.dialect.keras3:
            return entry.is_silent(model)
        unasked = not self.dialect.since(3, 5) or len(model.layers) < 2
        return unasked or (first.kind == "sequential" and id(first) not in self._own)

    def _construct_functional(self, model: PaperLayer) -> None:
        given = tuple(self._input_shapes(model))
        self._own[id(model)] = given, self._run_functional(model, given)

    def _input_shapes(self, model: PaperLayer) -> Iterator[Shape]:
        named = {layer.name: layer for layer in model.layers}
        for ref in _sorted_refs(model.inputs):
            layer = named.get(ref.layer)
            yield None if layer is None else entry.of_input(layer)

    def _construct_sequential(self, model: PaperLayer) -> None:
        keras3 = self.dialect.keras3
        if not model.layers:
            if keras3 and entry.of_file(model.build_shape):
                self.refuse(
                    model,
                    f"Sequential model {model.name} cannot be built because it has no layers. "
                    "Call `model.add(layer)`.",
                )
            return
        first = model.layers[0]
        shape = entry.of_first(first, self.dialect)
        if shape is None and keras3 and first.is_model:
            shape = self._shape_of_first_model(model, first)
        shape = entry.of_file(model.build_shape) if shape is None else shape
        if shape is not None:
            self.build_model(model, (shape,))

    def _shape_of_first_model(self, model: PaperLayer, first: PaperLayer) -> Shape:
        """Return the input shape of a model at the beginning, from Keras 3.5 on."""
        if not self.dialect.since(3, 5) or len(model.layers) < 2:
            return None
        if id(first) in self._own:
            inputs, _ = self._own[id(first)]
            return inputs[0] if len(inputs) == 1 else None
        if first.kind == "sequential" and not self.dialect.since(3, 6):
            message = f"Sequential model '{first.name}' has no defined input shape yet."
            self.refuse(first, message)
        return None

    def build_model(self, model: PaperLayer, shapes: tuple[Shape, ...]) -> None:
        """Build a ``Sequential`` that waits for its input shape; other models are built."""
        if model.kind == "sequential" and id(model) not in self._own and not self._quiet:
            self._own[id(model)] = shapes, self._run_sequential(model, shapes)

    def call_model(self, model: PaperLayer, visit: Visit) -> tuple[Shape, ...]:
        """Call a model: it is built as it was made, and tells its outputs for other shapes."""
        given = _given(visit, model)
        self.build_model(model, given)
        own = self._own.get(id(model))
        if own is None:
            return UNKNOWN
        inputs, outputs = own
        if given == inputs:
            return outputs
        if len(given) != len(inputs) or not _alike(given, inputs):
            return UNKNOWN
        with self.quiet():
            if model.kind == "sequential":
                return self._run_sequential(model, given)
            return self._run_functional(model, given)

    def _run_sequential(self, model: PaperLayer, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
        if self.dialect.keras3:
            self._scope.append(model.name)
        listed = False
        for layer in model.layers:
            if layer.class_name == "InputLayer" and layer.kind == "layer":
                self.traced.weights.setdefault(id(layer), ())
                continue
            if listed:
                shapes = self._call_on_list(layer, shapes)
            else:
                shapes = self._call_noted(layer, arguments(shapes), {})
            listed = lists_its_output(layer, self.dialect)
        if self.dialect.keras3:
            self._scope.pop()
        return shapes

    def _call_on_list(self, layer: PaperLayer, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
        """Call a layer on a list of one tensor, which hardly any layer expects."""
        if layer.is_model or id(layer) in self.traced.weights or self._quiet:
            return UNKNOWN
        if layer.class_name == "Dense" and shapes[0] is not None:
            units = layer.config.get("units")
            self.refuse(
                layer,
                f"Cannot convert '{(shapes[0], units)}' to a shape. Found invalid dimension "
                f"'{shapes[0]}' of type '<class 'tuple'>'."
                if self.dialect.since(3, 13)
                else "Invalid dtype: tuple",
            )
        self.traced.weights[id(layer)] = () if self.is_weightless(layer) else None
        return UNKNOWN

    def _call_noted(
        self, layer: PaperLayer, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Shape, ...]:
        found = self.call(layer, args, kwargs)
        if not self._quiet:
            self.traced.shapes.setdefault(id(layer), []).append(found)
        return found

    def _run_functional(self, model: PaperLayer, given: tuple[Shape, ...]) -> tuple[Shape, ...]:
        tensors: Tensors = {}
        for layer in model.layers:
            if layer.class_name == "InputLayer" and layer.kind == "layer":
                tensors[layer.name, 0] = (entry.of_input(layer),)
                self.traced.weights.setdefault(id(layer), ())
        for ref, shape in zip(_sorted_refs(model.inputs), given, strict=True):
            tensors[ref.layer, ref.node] = (shape,)
        self._run_calls(model, tensors)
        return tuple(_shape_at(tensors, ref) for ref in _sorted_refs(model.outputs))

    def _run_calls(self, model: PaperLayer, tensors: Tensors) -> None:
        """Run the calls of all layers: pass by pass, each as soon as its tensors are there."""
        offsets = _offsets(model)
        waiting = {index: 0 for index, layer in enumerate(model.layers) if layer.calls}
        for _ in range(MOST_ROUNDS):
            moved = False
            for index, before in list(waiting.items()):
                layer = model.layers[index]
                done = self._run_ready(layer, before, offsets.get(layer.name, 0), tensors)
                moved = moved or done > before
                waiting[index] = done
                if done == len(layer.calls):
                    del waiting[index]
            if not moved:
                return

    def _run_ready(self, layer: PaperLayer, done: int, offset: int, tensors: Tensors) -> int:
        """Run the next calls of a layer until one lacks a tensor; return how many are done."""
        for call in layer.calls[done:]:
            if not all((ref.layer, ref.node) in tensors for ref in refs((call.args, call.kwargs))):
                break
            args, kwargs = _bound(call, tensors)
            tensors[layer.name, done + offset] = self._call_noted(layer, args, kwargs)
            done += 1
        return done


def _given(visit: Visit, model: PaperLayer) -> tuple[Shape, ...]:
    """Return the shapes for the inputs of a model, in their order; dicts are matched by key."""
    first = visit.args[0] if visit.args else None
    if not isinstance(first, dict):
        return visit.inputs
    wanted = model.inputs
    if not isinstance(wanted, dict) or set(wanted) != set(first):
        return (None,) * len(list(_sorted_refs(wanted)))
    return tuple(symbol.shape for key in sorted(wanted) for symbol in symbols(first[key]))


def _sorted_refs(value: Any) -> Iterator[Ref]:
    """Yield the tensors of a structure as Keras flattens it: dicts by key."""
    if isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from _sorted_refs(value[key])
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _sorted_refs(each)
    else:
        yield from refs(value)


def _bound(call: Call, tensors: Tensors) -> tuple[tuple[Any, ...], dict[str, Any]]:
    args = tuple(_bind(each, tensors) for each in call.args)
    return args, {key: _bind(each, tensors) for key, each in call.kwargs.items()}


def _bind(value: Any, tensors: Tensors) -> Any:
    if isinstance(value, Ref):
        return Symbol(_shape_at(tensors, value))
    if isinstance(value, dict):
        return {key: _bind(each, tensors) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bind(each, tensors) for each in value]
    return value


def _shape_at(tensors: Tensors, ref: Ref) -> Shape:
    found = tensors.get((ref.layer, ref.node), ())
    return found[ref.tensor] if 0 <= ref.tensor < len(found) else None


def _offsets(model: PaperLayer) -> dict[str, int]:
    """Return where the numbers of calls begin, for each layer that is a model.

    A model of Keras 2 counts its own making as node 0, so that its first call is node 1.
    """
    calls = {layer.name: len(layer.calls) for layer in model.layers if layer.kind != "layer"}
    found: dict[str, int] = {}
    for layer in model.layers:
        for call in layer.calls:
            for ref in refs((call.args, call.kwargs)):
                _raise_offset(found, calls, ref)
    for ref in refs(model.outputs):
        _raise_offset(found, calls, ref)
    return found


def _raise_offset(found: dict[str, int], calls: dict[str, int], ref: Ref) -> None:
    if 0 < calls.get(ref.layer, 0) <= ref.node:
        found[ref.layer] = max(found.get(ref.layer, 0), ref.node - calls[ref.layer] + 1)


def _alike(given: tuple[Shape, ...], inputs: tuple[Shape, ...]) -> bool:
    """Whether a model takes the shapes as they are: ranks agree, no axis is squeezed."""
    return all(
        one is not None and own is not None and len(one) == len(own)
        for one, own in zip(given, inputs, strict=True)
    )
