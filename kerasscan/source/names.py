"""What a name or a dotted expression means, followed through imports and assignments."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kerasscan.source.keras_names import from_star, has_classes, keras_parts
from kerasscan.source.project import Project, absolute_name
from kerasscan.source.scopes import (
    Assigned,
    Binding,
    ClassRecord,
    FunctionRecord,
    Imported,
    Module,
    Scope,
    Unknown,
)

_DEPTH = 50
"""Names that stand for names that stand for names: nobody writes chains of that length."""

_MEANINGS = 32
"""Meanings of one name that are told apart."""


@dataclass(frozen=True)
class Outside:
    """Something that the project imports from elsewhere, or a built-in, by its dotted name."""

    name: str


@dataclass(frozen=True, eq=False)
class Value:
    """An expression that is no name, with the scope it stands in."""

    expr: ast.expr
    scope: Scope


Thing: TypeAlias = Outside | Module | ClassRecord | FunctionRecord | Value | Unknown


class Names:
    """Follows names through a project. Nothing is told of a name that may be anything."""

    def __init__(self, project: Project, *, parses: bool = True) -> None:
        """Follow names.

        Args:
            project: The project.
            parses: Whether a module that is not parsed so far is parsed when a name leads to it.
        """
        self._project = project
        self._parses = parses
        self._known: dict[tuple[Scope, str], tuple[Thing, ...]] = {}
        self._depth = 0

    def meaning(self, expr: ast.expr, scope: Scope) -> Thing | None:
        """Return what an expression most likely is.

        Of ``try: from keras... except ImportError: def ...`` that is what Keras has; otherwise
        a class or function of the project goes before a value.
        """
        things = self.meanings(expr, scope)
        likely = min(things, key=_preference, default=None)
        return None if isinstance(likely, Unknown) else likely

    def meanings(self, expr: ast.expr, scope: Scope) -> tuple[Thing, ...]:
        """Return all that an expression may be, as far as that can be told."""
        attributes: list[str] = []
        while isinstance(expr, ast.Attribute):
            attributes.append(expr.attr)
            expr = expr.value
        if isinstance(expr, ast.Name):
            things = self._visible(scope, expr.id)
        elif attributes:
            return ()
        else:
            things = self._of_value(expr, scope)
        for attribute in reversed(attributes):
            things = _distinct(
                t for thing in things for t in self._attribute(thing, attribute, scope.module)
            )
        return things

    def _of_value(self, expr: ast.expr, scope: Scope) -> tuple[Thing, ...]:
        match expr:
            case ast.IfExp():
                branches = [expr.body, expr.orelse]
            case ast.BoolOp():
                branches = expr.values
            case _:
                return (Value(expr, scope),)
        if self._depth >= _DEPTH:
            return ()
        self._depth += 1
        try:
            return _distinct(t for branch in branches for t in self.meanings(branch, scope))
        finally:
            self._depth -= 1

    def _visible(self, scope: Scope, name: str) -> tuple[Thing, ...]:
        holder = holding(scope, name)
        return self._of_name(holder or scope.module.scope, name)

    def _of_name(self, scope: Scope, name: str) -> tuple[Thing, ...]:
        """Return what a scope binds a name to; while that is found out, it is nothing."""
        key = (scope, name)
        known = self._known.get(key)
        if known is None:
            self._known[key] = ()
            if self._depth >= _DEPTH:
                return ()
            self._depth += 1
            try:
                bindings = scope.bindings.get(name)
                things = (
                    (t for binding in bindings for t in self._of_binding(binding, scope))
                    if bindings
                    else self._of_stars(scope, name)
                )
                known = self._known[key] = _distinct(things)
            finally:
                self._depth -= 1
        return known

    def _of_binding(self, binding: Binding, scope: Scope) -> tuple[Thing, ...]:
        match binding:
            case Imported():
                return self._of_import(binding, scope.module)
            case Assigned(value=value):
                return self.meanings(value, scope)
        return (binding,)

    def _of_import(self, imported: Imported, importer: Module) -> tuple[Thing, ...]:
        source = absolute_name(imported, importer)
        module = self._project.imported(imported, importer, parses=self._parses)
        if imported.name is None:
            return (module or Outside(source),)
        if module is not None:
            things = self._attribute(module, imported.name, importer)
            if things:
                return things
        inner = self._project.submodule(imported, importer, parses=self._parses)
        if inner is not None:
            return (inner,)
        return (Outside(f"{source}.{imported.name}" if source else imported.name),)

    def _attribute(self, thing: Thing, name: str, importer: Module) -> tuple[Thing, ...]:
        match thing:
            case Outside(name=outer):
                full = f"{outer}.{name}"  # a module of ours, if ``outer`` is a folder without text
                inner = self._project.imported(Imported(0, full), importer, parses=self._parses)
                return (inner or Outside(full),)
            case Module():
                things = self._of_name(thing.scope, name)
                if things and not (len(things) == 1 and _is_builtin(things[0])):
                    return things
                inner = self._project.below(thing, name, parses=self._parses)
                return (inner,) if inner is not None else ()
            case ClassRecord():
                return self._of_name(thing.body, name) if name in thing.body.bindings else ()
            case Unknown():
                return (thing,)
        return ()

    def _of_stars(self, scope: Scope, name: str) -> tuple[Thing, ...]:
        """Return what an unbound name is: by ``import *``, or a built-in."""
        stars = list(_all_stars(scope))
        modules: list[str] = []
        for star, holder in reversed(stars):
            module = self._project.imported(star, holder.module, parses=self._parses)
            if module is not None:
                things = self._of_name(module.scope, name)
                if things and not _is_builtin(things[0]):
                    return things
            else:
                modules.append(absolute_name(star, holder.module))
        for outer in modules:
            found = from_star(outer, name)
            if found is not None:
                return (Outside(found),)
        if hasattr(builtins, name):
            return (Outside(name),)
        return _from_only_star(modules, name)


def holding(scope: Scope, name: str) -> Scope | None:
    """Return the scope that binds a name that is used in ``scope``."""
    inner: Scope | None = scope
    while inner is not None:
        if name in inner.bindings and (inner is scope or not inner.is_class):
            return inner
        inner = inner.parent
    return None


def dotted(expr: ast.expr) -> str:
    """Return an expression of names and dots as it is written; ``""`` for any other."""
    parts: list[str] = []
    while isinstance(expr, ast.Attribute):
        parts.append(expr.attr)
        expr = expr.value
    if not isinstance(expr, ast.Name):
        return ""
    return ".".join(reversed([*parts, expr.id]))


def _from_only_star(modules: list[str], name: str) -> tuple[Thing, ...]:
    """Return a class of Keras that is not in our tables, if no other star can have brought it."""
    of_keras = sorted({module for module in modules if has_classes(module)})
    others = [
        module
        for module in modules
        if keras_parts(module) is None and module.partition(".")[0] not in sys.stdlib_module_names
    ]
    if len(of_keras) == 1 and not others and name[:1].isupper():
        return (Outside(f"{of_keras[0]}.{name}"),)
    return ()


def _all_stars(scope: Scope) -> Iterator[tuple[Imported, Scope]]:
    inner: Scope | None = scope
    while inner is not None:
        for star in inner.stars:
            yield star, inner
        inner = inner.parent


def _distinct(things: Iterable[Thing]) -> tuple[Thing, ...]:
    found: dict[Thing, None] = {}
    for thing in things:
        found.setdefault(thing)
        if len(found) >= _MEANINGS:
            break
    return tuple(found)


def _is_builtin(thing: Thing) -> bool:
    return isinstance(thing, Outside) and "." not in thing.name and hasattr(builtins, thing.name)


def _preference(thing: Thing) -> int:
    match thing:
        case Outside(name=name) if keras_parts(name) is not None:
            return 0
        case ClassRecord() | FunctionRecord():
            return 1
        case Outside() | Module():
            return 2
        case Value():
            return 3
    return 4
