"""One call of a layer, and the table entry that says what the layer makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from kerasscan.loading.paper import PaperLayer, Shape, Weight
from kerasscan.loading.shapes.dialect import Dialect

Weights = tuple[Weight, ...] | None
"""Variables in the order of ``layer.weights``; None where they cannot be told."""

Known = tuple[int | None, ...]
"""A shape of known rank. None is an axis of any length, never one that we failed to work out:
where that happens the whole shape is unknown."""


class Refused(Exception):
    """A release raises here.

    Attributes:
        message: What it says.
        error: Class of its exception.
        argument: Constructor argument concerned.
    """

    def __init__(self, message: str, error: str = "ValueError", argument: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.error = error
        self.argument = argument


@dataclass(frozen=True)
class Symbol:
    """A tensor in the arguments of a call, of which only the shape is known."""

    shape: Shape


@dataclass(frozen=True)
class InputSpec:
    """What a layer checks of its first argument before it is called, as ``keras.InputSpec``."""

    ndim: int | None = None
    min_ndim: int | None = None
    axes: tuple[tuple[int, int | None], ...] = ()
    many: bool = False
    """Whether several tensors pass, of which only the first is checked."""


class Inner(Protocol):
    """How the rule of a wrapper reaches what it wraps."""

    def build(self, layer: PaperLayer, shapes: tuple[Shape, ...]) -> Weights:
        """Build a layer that is not yet built; return its variables, a model's flattened."""

    def outputs(self, layer: PaperLayer, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
        """Return the shapes that it would return, without judging them."""


@dataclass(frozen=True)
class Visit:
    """A call of a layer on tensors of which the shapes are known.

    Attributes:
        layer: The layer.
        dialect: The release.
        args: Positional arguments, with `Symbol` for tensors.
        kwargs: Keyword arguments, likewise.
        inner: Access to wrapped layers.
    """

    layer: PaperLayer
    dialect: Dialect
    args: tuple[Any, ...]
    inner: Inner
    kwargs: dict[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, Any]:
        """The layer's config."""
        return self.layer.config

    @property
    def inputs(self) -> tuple[Shape, ...]:
        """Shapes of the tensors in the first argument."""
        first = self.args[0] if self.args else next(iter(self.kwargs.values()), None)
        return tuple(symbol.shape for symbol in symbols(first))

    @property
    def shape(self) -> Shape:
        """Shape of the input where it is a single tensor; a list of one is something else."""
        first = self.args[0] if self.args else next(iter(self.kwargs.values()), None)
        return first.shape if isinstance(first, Symbol) else None

    @property
    def first(self) -> Shape:
        """Shape of the first input: the sequence of a recurrent layer."""
        inputs = self.inputs
        return inputs[0] if inputs else None

    def argument(self, position: int, name: str) -> Any:
        """Return an argument of the call, or None."""
        if name in self.kwargs:
            return self.kwargs[name]
        return self.args[position] if position < len(self.args) else None

    def axis(self, index: int) -> int | None:
        """Return the length of an axis of the only input, None where it cannot be told."""
        shape = self.shape
        if shape is None or not -len(shape) <= index < len(shape):
            return None
        return shape[index]


def symbols(value: Any) -> Iterator[Symbol]:
    """Yield the tensors in a structure of arguments, in order."""
    if isinstance(value, Symbol):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from symbols(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from symbols(each)


UNKNOWN: tuple[Shape, ...] = (None,)


def no_weights(_: Visit) -> Weights:
    """Answer for a layer without variables."""
    return ()


def same_shape(visit: Visit) -> tuple[Shape, ...]:
    """Answer for a layer that keeps the shape of its only input."""
    return (visit.shape,)


def unknown(_: Visit) -> tuple[Shape, ...]:
    """Answer for a layer whose output cannot be told."""
    return UNKNOWN


def no_spec(_: Visit) -> InputSpec | None:
    """Answer for a layer that checks nothing."""
    return None


@dataclass(frozen=True)
class Rule:
    """What the layers of a class do; each part may raise `Refused`.

    Attributes:
        outputs: Shapes of the output tensors of a call.
        weights: Variables once it is built by such a call.
        before: What is checked before the layer is built.
        after: What is checked at every later call.
    """

    outputs: Callable[[Visit], tuple[Shape, ...]] = same_shape
    weights: Callable[[Visit], Weights] = no_weights
    before: Callable[[Visit], InputSpec | None] = no_spec
    after: Callable[[Visit], InputSpec | None] | None = None


def ndim(rank: int) -> Callable[[Visit], InputSpec | None]:
    """Return the check for a fixed rank."""
    return lambda _: InputSpec(ndim=rank)


def min_ndim(rank: int) -> Callable[[Visit], InputSpec | None]:
    """Return the check for a least rank."""
    return lambda _: InputSpec(min_ndim=rank)
