"""Which keys the ``get_config`` of a class writes, beside those of Keras' own classes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from kerasscan.source.constants import Constants
from kerasscan.source.keras_names import class_role
from kerasscan.source.lineage import Ancestor, Foreign, Lineage, is_plain
from kerasscan.source.names import Names
from kerasscan.source.scopes import ClassRecord, FunctionRecord

Keys: TypeAlias = frozenset[str] | None
"""Keys of a mapping; None where they cannot be told."""

_NONE: Keys = frozenset()
_COPIES = frozenset({"dict", "OrderedDict", "copy", "deepcopy", "list", "tuple", "chain"})
_DEPTH = 30
_CHAIN = 12
"""Ancestors whose ``get_config`` calls that of the next one."""
_STEPS = 40
"""Calls of an ancestor's ``get_config`` that one class may lead to."""


class Configurations:
    """Reads the ``get_config`` of a project's classes."""

    def __init__(self, names: Names, lineage: Lineage, constants: Constants) -> None:
        self._names = names
        self._lineage = lineage
        self._constants = constants
        self._steps = 0

    def keys(self, record: ClassRecord) -> Keys:
        """Return the keys that ``get_config`` writes on some path; None: that cannot be told."""
        self._steps = _STEPS
        return self.keys_above(self._lineage.order(record))

    def keys_above(self, order: Sequence[Ancestor], depth: int = 0) -> Keys:
        """Return what the first ``get_config`` among some ancestors writes.

        That of a class of Keras adds nothing; one elsewhere may add anything.
        """
        self._steps -= 1
        for index, ancestor in enumerate(order):
            if isinstance(ancestor, Foreign):
                if class_role(ancestor.name) is not None:
                    return _NONE
                if not is_plain(ancestor):
                    return None
            elif "get_config" in ancestor.body.bindings:
                method = ancestor.method("get_config")
                if method is None or method.node is None or depth > _CHAIN or self._steps < 0:
                    return None
                return _Reading(self, method, order[index + 1 :], depth).result()
        return _NONE

    def inherited(self, expr: ast.expr, method: FunctionRecord) -> Sequence[Ancestor] | None:
        """Return the ancestors of the class that ``Base.get_config(self)`` names."""
        match self._names.meaning(expr, method.scope):
            case ClassRecord() as record:
                return self._lineage.order(record)
        base = self._lineage.named(expr, method.scope)
        return None if isinstance(base, Foreign) and not base.is_known else (base,)

    def text(self, expr: ast.expr, method: FunctionRecord) -> str | None:
        """Return the constant that an expression in a method is."""
        return self._constants.text(expr, method.body)


class _Reading:
    """One ``get_config``, statement by statement."""

    def __init__(
        self,
        configurations: Configurations,
        method: FunctionRecord,
        above: Sequence[Ancestor],
        depth: int,
    ) -> None:
        self._configurations = configurations
        self._method = method
        self._above = above
        self._depth = depth
        self._variables: dict[str, Keys] = {}
        self._returned: list[Keys] = []

    def result(self) -> Keys:
        node = self._method.node
        if node is None:
            return None
        self._block(node.body, 0)
        return _union(self._returned) if self._returned else None

    def _block(self, statements: Iterable[ast.stmt], depth: int) -> None:
        for statement in statements:
            self._statement(statement, depth)

    def _statement(self, node: ast.stmt, depth: int) -> None:
        match node:
            case ast.Return(value=value):
                self._returned.append(self._keys(value) if value else None)
            case ast.If() | ast.Try() | ast.With() if depth < _DEPTH:
                self._branches(node, depth)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
                self._change(node)
            case ast.Expr(value=ast.Call() as call):
                self._call(call)
            case ast.Expr() | ast.Pass() | ast.Raise() | ast.Assert():
                pass
            case ast.Import() | ast.ImportFrom():
                pass
            case _:  # a loop, a match, a function
                self._forget(node)

    def _change(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.BitOr(), value=value):
                self._add(name, self._keys(value))
            case ast.Delete(targets=targets):
                for target in targets:
                    self._delete(target)
            case ast.AugAssign(target=target):
                self._forget(target)

    def _branches(self, node: ast.If | ast.Try | ast.With, depth: int) -> None:
        """Read what may happen: keys are written on some path, variables hold all of them."""
        blocks = [node.body]
        if isinstance(node, ast.If):
            blocks.append(node.orelse)
        elif isinstance(node, ast.Try):
            blocks += [handler.body for handler in node.handlers] + [node.orelse, node.finalbody]
        before = dict(self._variables)
        outcomes = []
        for block in blocks:
            self._variables = dict(before)
            self._block(block, depth + 1)
            outcomes.append(self._variables)
        names = {name for outcome in outcomes for name in outcome}
        self._variables = {name: _union([o[name] for o in outcomes if name in o]) for name in names}

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self._variables[name] = self._keys(value)
            case ast.Subscript(value=ast.Name(id=name), slice=key):
                self._add(name, self._one(key))
            case _:
                self._forget(target)

    def _delete(self, target: ast.expr) -> None:
        match target:
            case ast.Subscript(value=ast.Name(id=name), slice=key):
                self._remove(name, key)

    def _call(self, call: ast.Call) -> None:
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="update")):
                parts = [self._keys(arg) for arg in call.args]
                self._add(name, _union([*parts, self._keywords(call)]))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="setdefault"), args=[key, *_]
            ):
                self._add(name, self._one(key))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="pop"), args=[key, *_]):
                self._remove(name, key)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in self._variables:
                self._variables[name] = None
            case _:
                for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                    if isinstance(argument, ast.Name):  # whoever gets it may write to it
                        self._forget(argument)

    def _add(self, name: str, keys: Keys) -> None:
        self._variables[name] = _union([self._variables.get(name), keys])

    def _remove(self, name: str, key: ast.expr) -> None:
        keys, removed = self._variables.get(name), self._one(key)
        self._variables[name] = None if keys is None or removed is None else keys - removed

    def _forget(self, node: ast.AST) -> None:
        """Make unknown whatever variable occurs in what is not understood."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in self._variables:
                self._variables[inner.id] = None
            elif isinstance(inner, ast.Return):
                self._returned.append(None)

    def _one(self, key: ast.expr) -> Keys:
        text = self._configurations.text(key, self._method)
        return None if text is None else frozenset({text})

    def _keywords(self, call: ast.Call) -> Keys:
        return _union(
            [
                self._keys(keyword.value) if keyword.arg is None else frozenset({keyword.arg})
                for keyword in call.keywords
            ]
        )

    def _keys(self, expr: ast.expr, depth: int = 0) -> Keys:
        """Return the keys of a mapping, or of the pairs that one can be made of."""
        if depth > _DEPTH:
            return None
        match expr:
            case ast.Name(id=name):
                return self._variables.get(name)
            case ast.Dict(keys=keys, values=values):
                parts = zip(keys, values, strict=True)
                return _union([self._one(k) if k else self._keys(v, depth + 1) for k, v in parts])
            case ast.BinOp(left=left, op=ast.BitOr() | ast.Add(), right=right):
                return _union([self._keys(left, depth + 1), self._keys(right, depth + 1)])
            case ast.IfExp(body=body, orelse=orelse):
                return _union([self._keys(body, depth + 1), self._keys(orelse, depth + 1)])
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return _union([self._pair(element, depth) for element in elements])
            case ast.Call():
                return self._made(expr, depth)
        return None

    def _pair(self, element: ast.expr, depth: int) -> Keys:
        match element:
            case ast.Tuple(elts=[key, _]) | ast.List(elts=[key, _]):
                return self._one(key)
            case ast.Starred(value=value):
                return self._keys(value, depth + 1)
        return None

    def _made(self, call: ast.Call, depth: int) -> Keys:
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="get_config"):
                return self._configurations.keys_above(self._above, self._depth + 1)
            case ast.Attribute(value=base, attr="get_config") if call.args:
                order = self._configurations.inherited(base, self._method)
                if order is None:
                    return None
                return self._configurations.keys_above(order, self._depth + 1)
            case ast.Attribute(value=inner, attr="items" | "copy") if not call.args:
                return self._keys(inner, depth + 1)
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _COPIES:
                parts = [self._keys(arg, depth + 1) for arg in call.args]
                return _union([*parts, self._keywords(call)])
        return None


def _union(parts: Sequence[Keys]) -> Keys:
    found: set[str] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)
