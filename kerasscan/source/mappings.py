"""The names in a mapping of custom objects, however it is put together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kerasscan.model.source import Spot
from kerasscan.source.constants import Constants
from kerasscan.source.names import Names, Value, dotted, holding
from kerasscan.source.scopes import FunctionRecord, Scope


@dataclass(frozen=True)
class Entry:
    """A name and what it stands for.

    Attributes:
        name: The key.
        target: The value as written, where it is a name; else ``""``.
        spot: Where the key stands.
    """

    name: str
    target: str
    spot: Spot


Piece: TypeAlias = Entry | tuple[ast.expr, Scope]
"""An entry, or a mapping to read."""


class Mappings:
    """Reads mappings. Each expression is read once: what it holds is told already.

    A variable stands for all that it is bound to, and for all that is added to it, in whatever
    order: a name too many is passed somewhere at least.
    """

    def __init__(self, names: Names, constants: Constants) -> None:
        self._names = names
        self._constants = constants
        self._done: set[ast.expr | tuple[Scope, str]] = set()

    def entries(self, expr: ast.expr, scope: Scope) -> Iterator[Entry]:
        """Yield the entries of a mapping that were not yielded before."""
        pending: list[Piece] = [(expr, scope)]
        while pending:
            piece = pending.pop()
            if isinstance(piece, Entry):
                yield piece
            elif piece[0] not in self._done:
                self._done.add(piece[0])
                pending.extend(reversed(list(self._pieces(*piece))))

    def of_call(self, call: ast.Call, scope: Scope) -> Iterator[Entry]:
        """Yield the entries that the arguments of ``dict(...)`` or ``update(...)`` make."""
        for piece in self._arguments(call, scope):
            if isinstance(piece, Entry):
                yield piece
            else:
                yield from self.entries(*piece)

    def entry(self, key: ast.expr, value: ast.expr, scope: Scope) -> Entry | None:
        """Return an entry; None where its name cannot be told."""
        name = self._constants.text(key, scope)
        if name is None:
            return None
        self._names.meanings(value, scope)  # whatever defines it is parsed, and so reported
        return Entry(name, dotted(value), scope.module.spot(key))

    def each(self, key: ast.expr, value: ast.expr, scope: Scope) -> Iterator[Entry]:
        """Yield the entries of ``mapping[key] = value``: many for a loop's variable."""
        entry = self.entry(key, value, scope)
        if entry is not None:
            yield entry
            return
        match key:
            case ast.Attribute(value=ast.Name() as variable, attr="__name__"):
                for thing in self._names.meanings(variable, scope):
                    name = getattr(thing, "own_name", None)
                    if name:
                        yield Entry(name, name, scope.module.spot(key))

    def _pieces(self, expr: ast.expr, scope: Scope) -> Iterator[Piece]:
        """Yield the entries that an expression writes, and the mappings that it takes in."""
        match expr:
            case ast.Dict():
                yield from self._display(expr, scope)
            case ast.DictComp():
                yield from self._comprehension(expr, scope)
            case ast.BinOp() | ast.IfExp() | ast.BoolOp():
                yield from ((part, scope) for part in _parts(expr))
            case ast.Name() | ast.Attribute():
                for thing in self._names.meanings(expr, scope):
                    if isinstance(thing, Value):
                        yield thing.expr, thing.scope
                if isinstance(expr, ast.Name):
                    yield from self._added(expr.id, scope)
            case ast.Call():
                yield from self._made(expr, scope)

    def _arguments(self, call: ast.Call, scope: Scope) -> Iterator[Piece]:
        yield from ((argument, scope) for argument in call.args)
        for keyword in call.keywords:
            if keyword.arg is None:
                yield keyword.value, scope
            else:
                self._names.meanings(keyword.value, scope)  # as in `entry`
                spot = scope.module.spot(keyword.value)
                yield Entry(keyword.arg, dotted(keyword.value), spot)

    def _made(self, call: ast.Call, scope: Scope) -> Iterator[Piece]:
        """Yield what ``dict(...)``, ``x.copy()`` or a call of the project's function returns."""
        match call:
            case ast.Call(func=ast.Name(id="dict")):
                yield from self._arguments(call, scope)
            case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
                yield inner, scope
            case _:
                function = self._names.meaning(call.func, scope)
                if isinstance(function, FunctionRecord):
                    yield from ((value, function.body) for value in function.returned)

    def _display(self, expr: ast.Dict, scope: Scope) -> Iterator[Piece]:
        for key, value in zip(expr.keys, expr.values, strict=True):
            piece = (value, scope) if key is None else self.entry(key, value, scope)
            if piece is not None:
                yield piece

    def _comprehension(self, expr: ast.DictComp, scope: Scope) -> Iterator[Entry]:
        """Read ``{c.__name__: c for c in [A, B]}``."""
        match expr:
            case ast.DictComp(
                key=ast.Attribute(value=ast.Name(id=of_key), attr="__name__"),
                value=ast.Name(id=of_value),
                generators=[ast.comprehension(target=ast.Name(id=variable), iter=source)],
            ) if of_key == of_value == variable:
                for element, inner in self._elements(source, scope):
                    name = self._constants.text(_name_of(element), inner)
                    if name is not None:
                        yield Entry(name, dotted(element), inner.module.spot(element))

    def _elements(self, expr: ast.expr, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
        sources = [Value(expr, scope)]
        if isinstance(expr, ast.Name | ast.Attribute):
            found = self._names.meanings(expr, scope)
            sources = [thing for thing in found if isinstance(thing, Value)]
        for source in sources:
            if isinstance(source.expr, ast.List | ast.Tuple | ast.Set):
                yield from ((element, source.scope) for element in source.expr.elts)

    def _added(self, name: str, scope: Scope) -> Iterator[Piece]:
        """Yield what is written into a variable: by its name in the scope that binds it."""
        holder = holding(scope, name)
        if holder is None or (holder, name) in self._done:
            return
        self._done.add((holder, name))
        for item in holder.items.get(name, ()):
            yield from self.each(item.key, item.value, item.scope)
        for called in holder.updates.get(name, ()):
            yield from self._arguments(called.call, called.scope)


def _name_of(expr: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Attribute(expr, "__name__", ast.Load()), expr)


def _parts(expr: ast.BinOp | ast.IfExp | ast.BoolOp) -> list[ast.expr]:
    """Return the mappings that ``a | b``, ``a if x else b`` and ``a or b`` may take in."""
    match expr:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [left, right]
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.BoolOp(values=values):
            return values
    return []
