"""A model as a loader would build it, on paper: layers after every repair of their config.

The replay of a loader family makes these from the file; `shapes` then calls the layers on shapes,
and `restore` compares the variables with what the file stores. Mutable, and private to this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kerasscan.model.address import Address

Shape: TypeAlias = "tuple[int | None, ...] | None"
"""A batch shape; None in it is an unknown axis, None for the whole an unknown rank."""


@dataclass(frozen=True)
class Ref:
    """An output tensor of a layer inside a model: layer name, node index, tensor index."""

    layer: str
    node: int = 0
    tensor: int = 0


@dataclass(frozen=True)
class Call:
    """One call of a layer: JSON-like values in which `Ref` stands for a tensor.

    Attributes:
        args: Positional arguments; the first is ``inputs``: one `Ref`, or lists and dicts of them.
        kwargs: Keyword arguments.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass
class PaperLayer:
    """A layer, cell, operation or model.

    Attributes:
        class_name: The class that the release makes of it: ``Conv2D``.
        name: Its own name.
        config: What the constructor was given, after the loader's repairs.
        address: Where it stands in the file; ``address.layer`` is its layer path.
        kind: ``layer``, ``sequential``, ``functional``, or ``opaque``: somebody's own class, or
            one that could not be made, of which nothing more is known.
        calls: Its calls, in order, inside a functional model.
        parts: Objects that it wraps by constructor argument: ``layer``, ``backward_layer``,
            ``cell``; the cells of a stack are ``cells/0``, ``cells/1``, ...
        layers: The layers of a model, in the order in which the release keeps them.
        inputs: Input tensors of a functional model: `Ref` in lists or dicts, as the file has it.
        outputs: Its output tensors, likewise.
        build_shape: ``build_input_shape`` or ``build_config`` of the file, as stored.
        is_operation: Whether it is an operation of `keras.ops`, which is called on anything.
        lost_axis: The ``axis`` of the file in a list of one, where the loader drops it.
        is_custom: Whether it is a class that the user gives; what it accepts is not known.
    """

    class_name: str
    name: str
    config: dict[str, Any]
    address: Address
    kind: str = "layer"
    calls: list[Call] = field(default_factory=list)
    parts: dict[str, PaperLayer] = field(default_factory=dict)
    layers: list[PaperLayer] = field(default_factory=list)
    inputs: Any = None
    outputs: Any = None
    build_shape: Any = None
    is_custom: bool = False
    is_operation: bool = False
    lost_axis: tuple[Any] | None = None

    @property
    def is_model(self) -> bool:
        """Whether it has layers of its own that are known."""
        return self.kind in ("sequential", "functional")


@dataclass(frozen=True)
class Weight:
    """A variable that a layer has once it is built.

    Attributes:
        owner: Attribute path from the layer to the object that owns it, as Keras 3 names it:
            ``""``, ``cell``, ``forward_layer/cell``, ``query_dense``.
        name: ``kernel``, ``bias``, ``moving_mean``, ...
        shape: None for an axis that cannot be told.
        trainable: Whether it is among the trainable variables while the layer is trainable.
    """

    owner: str
    name: str
    shape: tuple[int | None, ...]
    trainable: bool = True


@dataclass(frozen=True)
class Misfit:
    """A layer that refuses what it is called on.

    Attributes:
        layer: The layer.
        error: Class of the exception: ``ValueError``.
        message: What the release says, without the layer's whole config.
        argument: Constructor argument concerned, or ``""``.
    """

    layer: PaperLayer
    error: str
    message: str
    argument: str = ""


@dataclass
class Traced:
    """What tracing a model found.

    Attributes:
        weights: For each layer (by ``id``) its variables in the order of ``layer.weights``;
            None where they cannot be told. Models are not in it: their layers are.
        shapes: For each layer (by ``id``) the shapes of its outputs, a tuple for each call.
        misfits: What a release would stop at, in its order.
    """

    weights: dict[int, tuple[Weight, ...] | None] = field(default_factory=dict)
    shapes: dict[int, list[tuple[Shape, ...]]] = field(default_factory=dict)
    misfits: list[Misfit] = field(default_factory=list)


def in_graph(model: PaperLayer) -> list[PaperLayer]:
    """Return the layers that a model keeps: of a functional one those that its outputs need.

    Source: `map_graph` in keras/src/ops/function.py, `_map_graph_network` of Keras 2.
    """
    if model.kind != "functional":
        return model.layers
    by_name = {layer.name: layer for layer in model.layers}
    needed: set[str] = set()
    todo = [ref.layer for ref in refs([model.outputs, model.inputs])]
    while todo:
        name = todo.pop()
        if name in needed or name not in by_name:
            continue
        needed.add(name)
        for call in by_name[name].calls:
            todo += (ref.layer for ref in refs([call.args, call.kwargs]))
    return [layer for layer in model.layers if layer.name in needed] if needed else model.layers


def refs(value: Any) -> Iterator[Ref]:
    """Yield the tensors in a structure of arguments, in order."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from refs(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from refs(each)
