"""Which names a project passes to Keras: ``custom_objects``, scopes, the global mapping."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kerasscan.model.source import Passing, PassingKind
from kerasscan.source.constants import Constants
from kerasscan.source.keras_names import is_function, keras_parts
from kerasscan.source.mappings import Entry, Mappings
from kerasscan.source.names import Names, Outside, Value, dotted
from kerasscan.source.scopes import Called, Item, Module, Scope

_SCOPES = ("custom_object_scope", "CustomObjectScope")
_REGISTRY = ("get_custom_objects", "_GLOBAL_CUSTOM_OBJECTS", "GLOBAL_CUSTOM_OBJECTS")
"""The function, and the mapping itself, which old code writes to."""
_SECOND = ("load_model", "model_from_json", "model_from_yaml", "model_from_config")
"""Functions whose second argument is ``custom_objects`` (keras/src/saving/saving_api.py)."""
_DEPTH = 20


class Passings:
    """Finds what a project passes by name."""

    def __init__(self, known: Names, names: Names, constants: Constants) -> None:
        """Find passings.

        Args:
            known: Tells what is called; among all calls, it must not parse what they lead to.
            names: Tells what is passed.
            constants: Tells under which name.
        """
        self._known = known
        self._mappings = {kind: Mappings(names, constants) for kind in PassingKind}

    def of(self, module: Module) -> Iterator[Passing]:
        """Yield what a module passes."""
        for called in module.calls:
            yield from self._called(called)
        for item in module.items:
            yield from self._item(item)

    def _called(self, called: Called) -> Iterator[Passing]:
        call, scope = called.call, called.scope
        if self._is(call.func, scope, *_SCOPES):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            for argument in given:
                yield from self._all(PassingKind.SCOPE, argument, scope)
            return
        for keyword in call.keywords:
            if keyword.arg == "custom_objects":
                yield from self._all(PassingKind.LOAD, keyword.value, scope)
        if len(call.args) > 1 and self._is(call.func, scope, *_SECOND):
            yield from self._all(PassingKind.LOAD, call.args[1], scope)
        yield from self._update(call, scope)

    def _update(self, call: ast.Call, scope: Scope) -> Iterator[Passing]:
        """Read ``get_custom_objects().update(...)`` and ``.setdefault("A", A)``."""
        mappings = self._mappings[PassingKind.REGISTRY]
        match call.func:
            case ast.Attribute(value=target, attr="update") if self._is_registry(target, scope):
                yield from self._passings(PassingKind.REGISTRY, mappings.of_call(call, scope))
            case ast.Attribute(value=target, attr="setdefault") if len(
                call.args
            ) == 2 and self._is_registry(target, scope):
                entries = mappings.each(call.args[0], call.args[1], scope)
                yield from self._passings(PassingKind.REGISTRY, entries)

    def _item(self, item: Item) -> Iterator[Passing]:
        if self._is_registry(item.mapping, item.scope):
            mappings = self._mappings[PassingKind.REGISTRY]
            entries = mappings.each(item.key, item.value, item.scope)
            yield from self._passings(PassingKind.REGISTRY, entries)

    def _all(self, kind: PassingKind, expr: ast.expr, scope: Scope) -> Iterator[Passing]:
        yield from self._passings(kind, self._mappings[kind].entries(expr, scope))

    def _passings(self, kind: PassingKind, entries: Iterator[Entry]) -> Iterator[Passing]:
        for entry in entries:
            yield Passing(entry.name, entry.target, kind, entry.spot)

    def _is_registry(self, expr: ast.expr, scope: Scope, depth: int = 0) -> bool:
        """Whether an expression is the mapping that ``get_custom_objects()`` returns."""
        if depth > _DEPTH:
            return False
        match expr:
            case ast.Call(func=func, args=[]):
                return self._is(func, scope, _REGISTRY[0])
            case ast.Name() | ast.Attribute():
                return any(
                    self._is_registry(thing.expr, thing.scope, depth + 1)
                    if isinstance(thing, Value)
                    else isinstance(thing, Outside) and is_function(thing.name, *_REGISTRY[1:])
                    for thing in self._known.meanings(expr, scope)
                )
        return False

    def _is(self, func: ast.expr, scope: Scope, *functions: str) -> bool:
        """Whether ``func`` is one of these of Keras, or called so and nobody knows what it is."""
        meaning = self._known.meaning(func, scope)
        match meaning:
            case Outside(name=name) if keras_parts(name) is not None:
                return is_function(name, *functions)
            case Outside() | None:
                return dotted(func).rpartition(".")[2] in functions
        return False
