"""What is registered with ``register_keras_serializable``, and under which name.

Source: keras/src/saving/object_registration.py, ``register_keras_serializable(package="Custom",
name=None)``. It returns the decorator that registers; without a call, ``@register_...`` takes
the class for the package and replaces it by that decorator, so that nothing is registered.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from kerasscan.model.source import Registration, SourceProblem
from kerasscan.source.constants import Constants
from kerasscan.source.keras_names import is_function
from kerasscan.source.names import Names, Outside, Value, dotted, holding
from kerasscan.source.scopes import Assigned, Called, ClassRecord, FunctionRecord, Module, Scope

REGISTER = "register_keras_serializable"
_DEPTH = 20
_DEFAULT_PACKAGE = "Custom"
_NOT_TOLD = "?"


@dataclass(frozen=True)
class _Given:
    """An argument, with the scope it stands in; ``expr`` of None is one that cannot be told."""

    expr: ast.expr | None
    scope: Scope


@dataclass(frozen=True)
class _Factory:
    """``register_keras_serializable``, or a ``functools.partial`` of it."""

    positional: tuple[_Given, ...] = ()
    keywords: tuple[tuple[str, _Given], ...] = ()
    is_starred: bool = False

    def given(self, call: ast.Call, arguments: list[ast.expr], scope: Scope) -> _Factory:
        """Return it with the arguments of a call."""
        is_starred = any(isinstance(argument, ast.Starred) for argument in arguments)
        named = [(k.arg, _Given(k.value, scope)) for k in call.keywords if k.arg]
        return _Factory(
            (*self.positional, *(_Given(argument, scope) for argument in arguments)),
            (*self.keywords, *named),
            self.is_starred or is_starred or len(named) < len(call.keywords),
        )


@dataclass(frozen=True)
class _Decorator:
    """What `_Factory` returns when it is called.

    Attributes:
        factory: With the arguments; None: a function of the project that registers somehow.
        is_own: Whether it is a function of the project, or what one returns.
    """

    factory: _Factory | None
    is_own: bool = False


class Registrations:
    """Finds what a project registers."""

    def __init__(self, known: Names, names: Names, constants: Constants) -> None:
        """Find registrations.

        Args:
            known: Tells what is called; among all calls, it must not parse what they lead to.
            names: Tells what decorates and what is decorated.
            constants: Tells packages and names.
        """
        self._known = known
        self._names = names
        self._constants = constants
        self._registering: dict[Module, dict[Scope, list[Called]]] = {}

    def of(self, module: Module) -> Iterator[Registration | SourceProblem]:
        """Yield what a module registers, and decorators that register nothing."""
        for record in module.decorated:
            for decorator in record.decorators:
                yield from self._decorated(record, decorator)
        for called in module.calls:
            yield from self._called(called.call, called.scope)

    def is_registrar(self, expr: ast.expr, scope: Scope) -> bool:
        """Whether an expression registers what it is called with, sooner or later."""
        return self._evaluate(expr, scope, 0) is not None

    def _decorated(
        self, record: ClassRecord | FunctionRecord, expr: ast.expr
    ) -> Iterator[Registration | SourceProblem]:
        match self._evaluate(expr, record.scope, 0):
            case _Decorator(factory=factory):
                name = self._registered_name(factory, record.own_name)
                yield Registration(name, record.name, record.scope.module.spot(expr))
            case _Factory():
                spot = record.scope.module.spot(expr)
                where = f"cell {spot.cell} has " if spot.cell else "has "
                message = f"{where}@{dotted(expr) or REGISTER} on '{record.name}' without a call"
                yield SourceProblem(spot.file, spot.line, f"{message}, which registers nothing")

    def _called(self, call: ast.Call, scope: Scope) -> Iterator[Registration]:
        """Yield what ``register_keras_serializable(...)(target)`` registers."""
        if len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
            return
        if not isinstance(call.func, ast.Call) and not _is_variable(call.func, scope):
            return  # most calls: to follow their names would parse every module
        decorator = self._evaluate(call.func, scope, 0)
        if not isinstance(decorator, _Decorator):
            return
        if decorator.is_own:
            return  # what a function of the project does with an argument is its own matter
        spot = scope.module.spot(call)
        for own_name, target in self._targets(call.args[0], scope):
            yield Registration(self._registered_name(decorator.factory, own_name), target, spot)

    def _targets(self, expr: ast.expr, scope: Scope) -> Iterator[tuple[str | None, str]]:
        """Yield ``__name__`` and bare name of what is registered; a loop's variable is many."""
        found = False
        for thing in self._names.meanings(expr, scope):
            match thing:
                case ClassRecord() | FunctionRecord():
                    found = True
                    yield thing.own_name, thing.name
                case Outside(name=name):
                    found = True
                    yield name.rpartition(".")[2], name.rpartition(".")[2]
        if not found and not _is_parameter(expr, scope):
            yield None, dotted(expr).rpartition(".")[2]

    def _registered_name(self, factory: _Factory | None, own_name: str | None) -> str:
        """Return ``package>name``, with ``?`` for a part that cannot be told."""
        if factory is None or factory.is_starred:
            return f"{_NOT_TOLD}>{(own_name if factory is None else None) or _NOT_TOLD}"
        given = dict(zip(("package", "name"), factory.positional, strict=False))
        given |= dict(factory.keywords)
        package, name = given.get("package"), given.get("name")
        told_package = self._told(package) if package else _DEFAULT_PACKAGE
        is_default = name is None or _is_none(name.expr)
        told_name = own_name if is_default or name is None else self._told(name)
        return f"{told_package or _NOT_TOLD}>{told_name or _NOT_TOLD}"

    def _told(self, given: _Given) -> str | None:
        return None if given.expr is None else self._constants.text(given.expr, given.scope)

    def _evaluate(self, expr: ast.expr, scope: Scope, depth: int) -> _Factory | _Decorator | None:
        if depth > _DEPTH:
            return None
        if isinstance(expr, ast.Call):
            return self._evaluate_call(expr, scope, depth)
        if not isinstance(expr, ast.Name | ast.Attribute):
            return None
        match self._names.meaning(expr, scope):
            case Outside(name=name) if is_function(name, REGISTER):
                return _Factory()
            case Value(expr=inner, scope=outer):
                return self._evaluate(inner, outer, depth + 1)
            case FunctionRecord() as record:
                return self._own(record)
        return None

    def _evaluate_call(
        self, call: ast.Call, scope: Scope, depth: int
    ) -> _Factory | _Decorator | None:
        meaning = self._names.meaning(call.func, scope)
        if isinstance(meaning, Outside) and meaning.name == "functools.partial" and call.args:
            inner = self._evaluate(call.args[0], scope, depth + 1)
            if isinstance(inner, _Factory):
                return inner.given(call, call.args[1:], scope)
            return None
        callee = self._evaluate(call.func, scope, depth + 1)
        if isinstance(callee, _Factory):
            return _Decorator(callee.given(call, call.args, scope))
        is_own = isinstance(callee, _Decorator) and callee.is_own
        return callee if is_own else None  # ``@my_register("name")``

    def _own(self, record: FunctionRecord) -> _Decorator | None:
        """Return what a function of the project is that calls ``register_...`` itself."""
        module = record.body.module
        if module not in self._registering:
            self._registering[module] = self._calls_of_register(module)
        calls = self._registering[module].get(record.body, [])
        if len(calls) != 1:
            return _Decorator(None, is_own=True) if calls else None
        call, scope = calls[0].call, calls[0].scope
        return _Decorator(_Factory().given(call, call.args, scope), is_own=True)

    def _calls_of_register(self, module: Module) -> dict[Scope, list[Called]]:
        """Return the calls of it by the scopes that they stand in, at whatever depth."""
        found: dict[Scope, list[Called]] = {}
        for called in module.calls:
            func = called.call.func
            if not isinstance(func, ast.Name | ast.Attribute):
                continue
            meaning = self._known.meaning(func, called.scope)
            if isinstance(meaning, Outside) and is_function(meaning.name, REGISTER):
                scope: Scope | None = called.scope
                while scope is not None:
                    found.setdefault(scope, []).append(called)
                    scope = scope.parent
        return found


def _is_variable(func: ast.expr, scope: Scope) -> bool:
    if not isinstance(func, ast.Name):
        return False
    holder = holding(scope, func.id)
    bindings = holder.bindings[func.id] if holder else ()
    return any(isinstance(binding, Assigned) for binding in bindings)


def _is_parameter(expr: ast.expr, scope: Scope) -> bool:
    """Whether it is whatever a function gets: its callers tell what is registered."""
    holder = holding(scope, expr.id) if isinstance(expr, ast.Name) else None
    return holder is not None and holder.parent is not None


def _is_none(expr: ast.expr | None) -> bool:
    return isinstance(expr, ast.Constant) and expr.value is None
