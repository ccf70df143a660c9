"""One walk through a syntax tree: scopes, bindings, classes, functions, calls.

Statements are walked with a stack of their own: a chain of ``elif`` nests deeper than Python
can recurse. Expressions are walked only where `with_calls` asks for it, because they are most of
a tree.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from kerasscan.source.scopes import (
    UNKNOWN,
    Assigned,
    Binding,
    Called,
    ClassRecord,
    FunctionNode,
    FunctionRecord,
    Imported,
    Item,
    Module,
    Scope,
)

_KEPT_METHODS = frozenset({"__init__", "get_config"})
"""Methods whose statements are read; those of all others are forgotten, to save memory."""

_TELLING = (
    *(ast.Name, ast.Attribute, ast.Constant, ast.JoinedStr, ast.BinOp, ast.IfExp, ast.BoolOp),
    *(ast.Call, ast.Dict, ast.DictComp, ast.List, ast.Tuple, ast.Set),
)
"""Values that names, registrations or mappings are followed through."""

_LEAVES = (ast.Name, ast.Constant, ast.operator, ast.cmpop)

_INNER = (ast.stmt, ast.ExceptHandler, ast.match_case)
"""Parts of a statement that are statements, or hold some."""


def gather(module: Module, tree: ast.Module, *, with_calls: bool) -> None:
    """Add what a tree binds, defines and calls to a module.

    Args:
        module: The module, which has had the cells before if it is a notebook.
        tree: Its tree, or that of one cell.
        with_calls: Whether calls are of interest.
    """
    _Gatherer(module, with_calls=with_calls).walk(tree)


class _Gatherer:
    def __init__(self, module: Module, *, with_calls: bool) -> None:
        self._module = module
        self._with_calls = with_calls
        self._work: list[tuple[Iterator[ast.AST], Scope, FunctionRecord | None]] = []

    def walk(self, tree: ast.Module) -> None:
        self._work.append((iter(tree.body), self._module.scope, None))
        while self._work:
            statements, scope, function = self._work[-1]
            statement = next(statements, None)
            if statement is None:
                self._work.pop()
            else:
                self._statement(statement, scope, function)

    def _statement(self, node: ast.AST, scope: Scope, function: FunctionRecord | None) -> None:
        if self._with_calls or isinstance(node, ast.Expr):
            self._calls(node, scope)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, scope)
                return
            case ast.ClassDef():
                self._class(node, scope)
                return
            case ast.Return(value=ast.expr() as value) if function:
                function.returned.append(value)
            case ast.Import() | ast.ImportFrom():
                _bind_import(node, scope)
            case _:
                self._bindings(node, scope)
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, _INNER)]
        if inner:
            self._work.append((iter(inner), scope, function))

    def _bindings(self, node: ast.AST, scope: Scope) -> None:
        """Bind what an assignment, a loop or a ``with`` binds."""
        match node:
            case ast.Assign():
                for target in node.targets:
                    self._bind(target, node.value, scope)
            case ast.AnnAssign(value=ast.expr() as value):
                self._bind(node.target, value, scope)
            case ast.AugAssign(target=ast.Name(id=name)):
                is_union = isinstance(node.op, ast.BitOr)
                scope.bind(name, Assigned(node.value) if is_union else UNKNOWN)
            case ast.For() | ast.AsyncFor():
                self._bind_loop(node, scope)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if item.optional_vars is not None:
                        self._bind(item.optional_vars, None, scope)

    def _function(self, node: FunctionNode, scope: Scope) -> None:
        qualname = scope.inner_name(node.name)
        is_kept = scope.is_class and node.name in _KEPT_METHODS
        record = FunctionRecord(
            node.name,
            qualname,
            self._module.spot(node),
            scope,
            Scope(self._module, scope, qualname),
            tuple(node.decorator_list),
            node if is_kept else None,
            isinstance(node, ast.AsyncFunctionDef),
        )
        _bind_parameters(node.args, record.body)
        scope.bind(node.name, record)
        if not record.is_async and (not scope.is_class or _is_static(node)):
            self._module.functions.append(record)
        if node.decorator_list:
            self._module.decorated.append(record)
        self._work.append((iter(node.body), record.body, record))

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        qualname = scope.inner_name(node.name)
        record = ClassRecord(
            node.name,
            qualname,
            self._module.spot(node),
            scope,
            Scope(self._module, scope, qualname, is_class=True),
            tuple(node.bases),
            tuple(node.decorator_list),
        )
        scope.bind(node.name, record)
        self._module.classes.append(record)
        if node.decorator_list:
            self._module.decorated.append(record)
        self._work.append((iter(node.body), record.body, None))

    def _bind(self, target: ast.expr, value: ast.expr | None, scope: Scope) -> None:
        """Bind what stands left of ``=``; a value of None cannot be told."""
        pairs = [(target, value)]
        while pairs:
            target, value = pairs.pop()
            match target:
                case ast.Name(id=name):
                    scope.bind(name, self._binding(name, target, value, scope))
                case ast.Tuple() | ast.List():
                    pairs.extend(reversed(_pairwise(target.elts, value)))
                case ast.Starred(value=inner):
                    pairs.append((inner, None))
                case ast.Subscript() if value is not None:
                    self._item(Item(target.value, target.slice, value, scope))

    def _binding(self, name: str, at: ast.Name, value: ast.expr | None, scope: Scope) -> Binding:
        if isinstance(value, ast.Lambda):
            qualname = scope.inner_name(name)
            body = Scope(self._module, scope, qualname)
            _bind_parameters(value.args, body)
            spot = self._module.spot(at)
            record = FunctionRecord(name, qualname, spot, scope, body, is_lambda=True)
            record.returned.append(value.body)
            if not scope.is_class:
                self._module.functions.append(record)
            return record
        return Assigned(value) if isinstance(value, _TELLING) else UNKNOWN

    def _bind_loop(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        """Bind a loop's variable to all that a written list holds."""
        if isinstance(node.target, ast.Name) and isinstance(node.iter, ast.List | ast.Tuple):
            for value in node.iter.elts:
                self._bind(node.target, value, scope)
        else:
            self._bind(node.target, None, scope)

    def _item(self, item: Item) -> None:
        self._module.items.append(item)
        if isinstance(item.mapping, ast.Name):
            item.scope.items.setdefault(item.mapping.id, []).append(item)

    def _calls(self, node: ast.AST, scope: Scope) -> None:
        """Note the calls of a statement, those of the statements in it left out."""
        stack = [child for child in ast.iter_child_nodes(node) if not isinstance(child, _INNER)]
        while stack:
            inner = stack.pop()
            if isinstance(inner, ast.Call):
                self._call(inner, scope)
            if not self._with_calls:
                return  # of an `ast.Expr` the outermost call: ``names.update({...})``
            if not isinstance(inner, _LEAVES):
                stack.extend(reversed(list(ast.iter_child_nodes(inner))))

    def _call(self, call: ast.Call, scope: Scope) -> None:
        match call.func:
            case ast.Attribute(value=ast.Name(id=name), attr="update"):
                scope.updates.setdefault(name, []).append(Called(call, scope))
        if self._with_calls:
            self._module.calls.append(Called(call, scope))


def _bind_import(node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                scope.bind(alias.asname, Imported(0, alias.name))
            else:
                top = alias.name.partition(".")[0]
                scope.bind(top, Imported(0, top))
        return
    for alias in node.names:
        if alias.name == "*":
            scope.stars.append(Imported(node.level, node.module or ""))
        else:
            imported = Imported(node.level, node.module or "", alias.name)
            scope.bind(alias.asname or alias.name, imported)


def _bind_parameters(arguments: ast.arguments, scope: Scope) -> None:
    """Bind parameters to their defaults, for that is what most calls leave them at."""
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults: Iterable[ast.expr | None] = [*[None] * missing, *arguments.defaults]
    for parameter, default in (
        *zip(positional, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ):
        is_told = isinstance(default, _TELLING) and not isinstance(default, ast.Constant)
        scope.bind(parameter.arg, Assigned(default) if default and is_told else UNKNOWN)
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            scope.bind(rest.arg, UNKNOWN)


def _pairwise(
    targets: list[ast.expr], value: ast.expr | None
) -> list[tuple[ast.expr, ast.expr | None]]:
    """Return what ``a, b = c, d`` binds, part by part."""
    is_plain = not any(isinstance(target, ast.Starred) for target in targets)
    if is_plain and isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets):
        return list(zip(targets, value.elts, strict=True))
    return [(target, None) for target in targets]


def _is_static(node: FunctionNode) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
