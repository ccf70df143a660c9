"""Which arguments the constructor of a class takes, those that it passes on included."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kerasscan.model.source import Parameter
from kerasscan.source.lineage import Ancestor, Foreign, Lineage, is_plain
from kerasscan.source.names import Names, dotted
from kerasscan.source.scopes import ClassRecord, FunctionNode

_MADE = frozenset({"dataclass", "dataclass_transform"})
_MADE_BY = frozenset({"attr", "attrs"})


@dataclass(frozen=True)
class Constructor:
    """What a constructor takes.

    Attributes:
        parameters: Without ``self``; None where it is not in the project, or made by a decorator.
        takes_any: Whether it has ``**kwargs``.
    """

    parameters: tuple[Parameter, ...] | None
    takes_any: bool = False


_NOT_HERE = Constructor(None)


class Constructors:
    """Reads the constructors of a project's classes."""

    def __init__(self, names: Names, lineage: Lineage) -> None:
        self._names = names
        self._lineage = lineage
        self._passed: dict[FunctionNode, ast.Call | None] = {}

    def of(self, record: ClassRecord) -> Constructor:
        """Return what the constructor of a class takes."""
        return self._first(self._lineage.order(record))

    def _first(self, order: Sequence[Ancestor]) -> Constructor:
        """Return the first constructor of some ancestors, in the order of their look-up."""
        for index, ancestor in enumerate(order):
            if isinstance(ancestor, Foreign):
                if is_plain(ancestor):
                    continue
                return _NOT_HERE
            if self._is_made(ancestor):
                return _NOT_HERE
            if "__init__" in ancestor.body.bindings:
                method = ancestor.method("__init__")
                if method is None or method.node is None:
                    return _NOT_HERE
                return self._of_method(method.node, order[index + 1 :])
        return Constructor(())

    def _is_made(self, record: ClassRecord) -> bool:
        """Whether a decorator writes the constructor: ``@dataclass``, ``@attrs.define``."""
        for decorator in record.decorators:
            expr = decorator.func if isinstance(decorator, ast.Call) else decorator
            meaning = self._names.meaning(expr, record.scope)
            name = getattr(meaning, "name", None) or dotted(expr)
            if name.rpartition(".")[2] in _MADE or name.partition(".")[0] in _MADE_BY:
                return True
        return False

    def _of_method(self, node: FunctionNode, others: Sequence[Ancestor]) -> Constructor:
        own = {p.name: p for p in _parameters(node.args)}
        if node.args.kwarg is None:
            return Constructor(tuple(own.values()))
        if node not in self._passed:
            self._passed[node] = _passing_on(node, node.args.kwarg.arg)
        passed = self._passed[node]
        if passed is not None:
            above = self._first(others)
            given = {keyword.arg for keyword in passed.keywords}
            # What goes before the keywords is given already, but for a ``*args`` of the caller.
            before = [arg for arg in passed.args if not isinstance(arg, ast.Starred)]
            count = len(before) - (0 if _is_super(passed.func) else 1)
            for parameter in (above.parameters or ())[max(count, 0) :]:
                if parameter.name not in given:
                    own.setdefault(parameter.name, parameter)
        return Constructor(tuple(own.values()), takes_any=True)


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    for index, parameter in enumerate(positional):
        if index:  # self
            yield Parameter(parameter.arg, index < required)
    for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield Parameter(parameter.arg, default is None)


def _passing_on(node: FunctionNode, rest: str) -> ast.Call | None:
    """Return the call ``super().__init__(..., **kwargs)``, or that of a base by its name."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=ast.Attribute(attr="__init__"), keywords=keywords) if any(
                k.arg is None and isinstance(k.value, ast.Name) and k.value.id == rest
                for k in keywords
            ):
                return inner
    return None


def _is_super(func: ast.expr) -> bool:
    """Whether ``func`` is ``super().__init__``; of ``Base.__init__`` the first argument is self."""
    match func:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
            return True
    return False
