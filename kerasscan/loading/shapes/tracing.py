"""Calls layers on shapes, and keeps what they became: the part that knows single layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kerasscan.loading.paper import Misfit, PaperLayer, Shape, Traced
from kerasscan.loading.shapes import entry, settings
from kerasscan.loading.shapes.dialect import Dialect
from kerasscan.loading.shapes.order import flattened
from kerasscan.loading.shapes.specs import check, check_variables
from kerasscan.loading.shapes.table import rule_of
from kerasscan.loading.shapes.visits import (
    UNKNOWN,
    InputSpec,
    Refused,
    Rule,
    Symbol,
    Visit,
    Weights,
    no_weights,
)

MOST_CALLS = 50_000
"""Calls of one trace: nesting multiplies them, and a hostile file nests deeply."""


class LayerTracer(ABC):
    """Builds and calls single layers.

    Attributes:
        dialect: The release.
        traced: What was found.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.traced = Traced()
        self._specs: dict[int, InputSpec | None] = {}
        self._quiet = 0
        self._scope: list[str] = []
        self._calls = 0

    def visit(self, layer: PaperLayer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Visit:
        """Return a call of a layer in this trace."""
        return Visit(layer, self.dialect, args, self, kwargs)

    def call(
        self, layer: PaperLayer, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Shape, ...]:
        """Call a layer, building it where it is not built yet.

        Args:
            layer: The layer.
            args: Positional arguments with `Symbol` for tensors.
            kwargs: Keyword arguments, likewise.

        Returns:
            Shapes of its outputs: unknown ones where it refuses or is not known.
        """
        visit = self.visit(layer, args, kwargs)
        self._calls += 1
        if layer.is_model:
            return UNKNOWN if self._calls > MOST_CALLS else self.call_model(layer, visit)
        rule = self._rule(layer)
        if rule is None or self._calls > MOST_CALLS:
            return self._untold(layer)
        try:
            return self._judged(rule, visit)
        except Refused as refused:
            self._note(layer, refused)
            return self._untold(layer)

    def _untold(self, layer: PaperLayer) -> tuple[Shape, ...]:
        """Note that nothing is known of a layer, unless it only tells its outputs."""
        if not self._quiet:
            self.traced.weights.setdefault(id(layer), None)
        return UNKNOWN

    def _judged(self, rule: Rule, visit: Visit) -> tuple[Shape, ...]:
        key = id(visit.layer)
        built = key in self.traced.weights
        check(self._specs.get(key) if built else rule.before(visit), visit)
        if not built and not self._quiet:
            self._make(rule, visit)
        return rule.outputs(visit)

    def _make(self, rule: Rule, visit: Visit) -> None:
        """Build a layer: note its variables and what it checks from now on."""
        key = id(visit.layer)
        weights = rule.weights(visit)
        check_variables(weights, visit, self._scope)
        self.traced.weights[key] = weights
        self._specs[key] = (rule.after or rule.before)(visit)

    def _rule(self, layer: PaperLayer) -> Rule | None:
        return None if layer.kind == "opaque" else rule_of(layer.class_name, self.dialect)

    def knows(self, layer: PaperLayer) -> bool:
        """Whether there is a rule for the class of a layer."""
        return self._rule(layer) is not None

    def is_weightless(self, layer: PaperLayer) -> bool:
        """Whether layers of this class never have variables."""
        rule = self._rule(layer)
        return rule is not None and rule.weights is no_weights

    def refuse(self, layer: PaperLayer, message: str) -> None:
        """Note that a release stops at a layer."""
        self._note(layer, Refused(message))

    def _note(self, layer: PaperLayer, refused: Refused) -> None:
        if not self._quiet:
            found = Misfit(layer, refused.error, refused.message, refused.argument)
            self.traced.misfits.append(found)

    def build(self, layer: PaperLayer, shapes: tuple[Shape, ...]) -> Weights:
        """Build a layer without calling it, as wrappers do; nothing is checked before.

        Args:
            layer: What is wrapped.
            shapes: The input shapes that the wrapper gives to its ``build``.

        Returns:
            Its variables, those of a model flattened.

        Raises:
            Refused: It cannot be built so.
        """
        if layer.is_model:
            self.build_model(layer, shapes)
            return flattened(layer, self.traced)
        if id(layer) not in self.traced.weights:
            rule = self._rule(layer)
            self._calls += 1
            if rule is None or self._calls > MOST_CALLS:
                self.traced.weights[id(layer)] = None
            else:
                self._make(rule, self.visit(layer, arguments(shapes), {}))
        return self.traced.weights[id(layer)]

    def outputs(self, layer: PaperLayer, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
        """Return the shapes that a layer would return, without judging them."""
        with self.quiet():
            return self.call(layer, arguments(shapes), {})

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Call layers without building or judging them."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    def restore(self, layer: PaperLayer) -> None:
        """Build a layer from the ``build_config`` of its file, as Keras 3 does before calls."""
        stored = layer.build_shape
        rule = self._rule(layer)
        if rule is None or not isinstance(stored, dict):
            return
        visit = _stored_visit(self, layer, stored)
        if visit is None:
            return
        try:
            _check_lists(visit, stored)
            self._make(rule, visit)
        except Refused as refused:
            self._note(layer, refused)
            self.traced.weights[id(layer)] = None

    @abstractmethod
    def call_model(self, model: PaperLayer, visit: Visit) -> tuple[Shape, ...]:
        """Call a model."""

    @abstractmethod
    def build_model(self, model: PaperLayer, shapes: tuple[Shape, ...]) -> None:
        """Build a model that waits for its input shape."""


def arguments(shapes: tuple[Shape, ...]) -> tuple[Any, ...]:
    """Return the arguments of a call on some tensors: the only one, or a list of them."""
    if len(shapes) == 1:
        return (Symbol(shapes[0]),)
    return ([Symbol(shape) for shape in shapes],)


def _check_lists(visit: Visit, stored: dict[str, Any]) -> None:
    """Check what ``Dot`` checked up to Keras 3.1: that shapes are tuples, which JSON has not."""
    if visit.layer.class_name == "Dot" and not visit.dialect.since(3, 2):
        raise Refused(
            "A `Dot` layer should be called on a list of 2 inputs. Received: "
            f"input_shape={stored.get('input_shape')}"
        )


def _stored_visit(tracer: LayerTracer, layer: PaperLayer, stored: dict[str, Any]) -> Visit | None:
    """Return the call that a ``build_config`` speaks of; None where it is not understood."""
    if "input_shape" in stored:
        args = _structure(stored["input_shape"])
        return None if args is None else tracer.visit(layer, (args,), {})
    shapes = stored.get("shapes_dict", stored)
    if not isinstance(shapes, dict):
        return None
    kwargs = {
        key.removesuffix("_shape"): Symbol(settings.shape(value))
        for key, value in shapes.items()
        if isinstance(key, str) and key.endswith("_shape") and value is not None
    }
    return tracer.visit(layer, (), kwargs) if kwargs else None


def _structure(stored: object) -> Any:
    shape = entry.of_file(stored)
    if shape is not None:
        return Symbol(shape)
    listed = settings.items(stored)
    if not listed or any(settings.shape(each) is None for each in listed):
        return None
    return [Symbol(settings.shape(each)) for each in listed]
