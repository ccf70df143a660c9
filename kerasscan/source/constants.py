"""Strings that are constants: literals, names of them, their concatenations, ``X.__name__``."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from kerasscan.source.names import Names, Outside, Value
from kerasscan.source.scopes import ClassRecord, FunctionRecord, Scope

_LENGTH = 1_000
_STEPS = 200


class Constants:
    """Reads strings out of expressions. What is no constant is None, never a guess."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._steps = 0

    def text(self, expr: ast.expr, scope: Scope) -> str | None:
        """Return the string that an expression always is, else None."""
        self._steps = _STEPS  # a sum of sums of sums is as dear as it is short
        return self._text(expr, scope, 0)

    def _text(self, expr: ast.expr, scope: Scope, depth: int) -> str | None:
        self._steps -= 1
        if self._steps < 0 or depth > _STEPS // 4:
            return None
        match expr:
            case ast.Constant(value=str() as value):
                return value
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _joined(self._text(part, scope, depth + 1) for part in (left, right))
            case ast.JoinedStr(values=values):
                return _joined(self._text(part, scope, depth + 1) for part in values)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._text(value, scope, depth + 1)
            case ast.Attribute(value=value, attr="__name__"):
                return self._own_name(value, scope)
            case ast.Name() | ast.Attribute():
                return self._of_name(expr, scope, depth)
        return None

    def _of_name(self, expr: ast.expr, scope: Scope, depth: int) -> str | None:
        texts: set[str | None] = set()
        for thing in self._names.meanings(expr, scope):
            if isinstance(thing, Value):
                texts.add(self._text(thing.expr, thing.scope, depth + 1))
            else:
                texts.add(None)
        return texts.pop() if len(texts) == 1 else None

    def _own_name(self, expr: ast.expr, scope: Scope) -> str | None:
        """Return ``expr.__name__``, of a lambda what Python calls it."""
        match self._names.meanings(expr, scope):
            case (ClassRecord() | FunctionRecord() as record,):
                return record.own_name
            case (Outside(name=name),):
                return name.rpartition(".")[2]
        return None


def _joined(parts: Iterable[str | None]) -> str | None:
    texts = list(parts)
    whole = "".join(text for text in texts if text is not None)
    return None if None in texts or len(whole) > _LENGTH else whole
