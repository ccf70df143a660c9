"""Arithmetic that brings data into a range: ``x / 255``, ``(x - mean) / std``."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from typing import TypeAlias

from kerasscan.model.source import PreparationKind
from kerasscan.source.blocks import Block
from kerasscan.source.names import Names, Value, dotted
from kerasscan.source.scopes import Scope

Step: TypeAlias = tuple[PreparationKind, str, ast.expr | ast.stmt]
"""What is done, in words, and the syntax that does it."""

UNIT = "x / 255"
SIGNED = "x / 127.5 - 1"
STANDARD = "(x - mean) / std"
MIN_MAX = "(x - min) / (max - min)"

_DEPTH = 6

_NO_DATA = re.compile(r"(?:^|_)(?:y|mask|masks|label|labels|target|targets|alpha|colou?rs?)(?:_|$)")
"""Names of what is compared with predictions, or painted, and not given to a model."""

_WRAPPERS = frozenset({"array", "asarray", "cast", "constant", "float32", "convert_to_tensor"})
"""Functions that return the values that they are given."""

_STD = re.compile(r"(?:^|_)(?:stds?|stdev|stddev|sigma|deviation)(?:_|$)")
_MIN = re.compile(r"(?:^|_)min(?:imum|s|val|_val)?(?:_|$)")

_OPERATORS: dict[str, type[ast.operator]] = {
    **dict.fromkeys(("divide", "true_divide", "truediv"), ast.Div),
    "multiply": ast.Mult,
    "subtract": ast.Sub,
}


class Arithmetic:
    """Reads sums and products of a block."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def of(self, block: Block) -> Iterator[Step]:
        """Yield what is rescaled in a block."""
        operations = list(self._operations(block))
        numbers: dict[type[ast.operator], set[float | None]] = {ast.Sub: set(), ast.Mult: set()}
        for op, _, right, _ in operations:
            if op in numbers:
                numbers[op].add(self.number(right, block.scope))
        for op, left, right, node in operations:
            if not _may_be_data(left):
                continue
            factor = self._factor(op, right, block.scope)
            if factor is not None:
                yield from _scaled(factor, numbers[ast.Sub], numbers[ast.Mult], node)
            elif op is ast.Div:
                if _STD.search(_telling_name(right)):
                    yield PreparationKind.NORMALIZE_MEAN_STD, STANDARD, node
                elif _is_range(left, right):
                    yield PreparationKind.MIN_MAX_SCALER, MIN_MAX, node

    def _operations(
        self, block: Block
    ) -> Iterator[tuple[type[ast.operator], ast.expr, ast.expr, ast.expr | ast.stmt]]:
        """Yield each operation with what it is done to, that with a number on its right."""
        for node in block.nodes:
            match node:
                case ast.BinOp(left=left, op=op, right=right):
                    if isinstance(op, ast.Mult) and self.number(left, block.scope) is not None:
                        left, right = right, left
                    yield type(op), left, right, node
                case ast.AugAssign(target=target, op=op, value=value):
                    yield type(op), target, value, node
                case ast.Call(func=ast.Attribute(attr=name), args=[left, right]):
                    if name in _OPERATORS:
                        yield _OPERATORS[name], left, right, node

    def _factor(self, op: type[ast.operator], right: ast.expr, scope: Scope) -> float | None:
        number = self.number(right, scope)
        if not number:
            return None
        if op is ast.Div:
            return 1 / number
        return number if op is ast.Mult else None

    def number(self, expr: ast.expr, scope: Scope, depth: int = 0) -> float | None:
        """Return the number that an expression always is."""
        if depth > _DEPTH:
            return None
        match expr:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return float(value) if abs(value) < 1e300 else None
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.number(operand, scope, depth + 1)
                return None if inner is None else -inner
            case ast.BinOp(left=left, op=op, right=right):
                first = self.number(left, scope, depth + 1)
                second = self.number(right, scope, depth + 1)
                return None if first is None or second is None else _computed(op, first, second)
            case ast.Call(func=func, args=[only], keywords=[]):
                if _last(func) == "float" or _last(func) in _WRAPPERS:
                    return self.number(only, scope, depth + 1)
            case ast.Name() | ast.Attribute():
                return self._named(expr, scope, depth)
        return None

    def _named(self, expr: ast.expr, scope: Scope, depth: int) -> float | None:
        things = self._names.meanings(expr, scope)
        if len(things) == 1 and isinstance(things[0], Value):
            return self.number(things[0].expr, things[0].scope, depth + 1)
        return None


def rescaled(factor: float) -> str | None:
    """Return in words what a factor alone does; None where it is none of those for images."""
    if math.isclose(factor, 1 / 255, rel_tol=5e-3):  # 1 / 256 is as good as 1 / 255
        return UNIT
    return "x / 127.5" if math.isclose(factor, 1 / 127.5, rel_tol=5e-3) else None


def _scaled(
    factor: float,
    minus: set[float | None],
    times: set[float | None],
    node: ast.expr | ast.stmt,
) -> Iterator[Step]:
    says = rescaled(factor)
    if says is None:
        return
    if says == UNIT:
        is_signed = 2 in times and not minus.isdisjoint({0.5, 1})
    else:
        is_signed = not minus.isdisjoint({1, 127.5, 128})
    yield PreparationKind.RESCALE, SIGNED if is_signed else says, node


def _computed(op: ast.operator, left: float, right: float) -> float | None:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right if right else None
        case ast.Pow() if (left, right) == (2, 8):
            return 256.0
    return None


def _may_be_data(expr: ast.expr) -> bool:
    """Whether something may be given to a model: no number, no list of numbers, no label."""
    while True:
        match expr:
            case ast.Subscript(value=inner) | ast.Starred(value=inner):
                expr = inner
            case ast.BinOp(left=inner):
                expr = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="astype" | "reshape")):
                expr = inner
            case ast.Call(func=func, args=[inner, *_]) if _last(func) in _WRAPPERS:
                expr = inner
            case ast.Constant() | ast.List() | ast.Tuple():
                return False
            case _:
                name = dotted(expr).rpartition(".")[2].lower()
                return _NO_DATA.search(name) is None


def _telling_name(expr: ast.expr) -> str:
    """Return the name that tells what a divisor is: of ``x.std(axis=0) + 1e-7`` it is ``std``."""
    while True:
        match expr:
            case ast.BinOp(left=inner) | ast.Subscript(value=inner):
                expr = inner
            case ast.Call(func=func):
                last = _last(func).lower()
                if last in {*_WRAPPERS, "sqrt", "maximum"} and expr.args:
                    expr = expr.args[0]
                    continue
                return last
            case _:
                return dotted(expr).rpartition(".")[2].lower()


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else dotted(func)


def _is_range(left: ast.expr, right: ast.expr) -> bool:
    """Whether it is ``(x - min) / (max - min)``."""
    match left, right:
        case ast.BinOp(op=ast.Sub(), right=low), ast.BinOp(op=ast.Sub(), right=again):
            name = _telling_name(low)
            return _MIN.search(name) is not None and name == _telling_name(again)
    return False
