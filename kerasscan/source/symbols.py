"""Steps that are a part of a model, and are saved with it: ``preprocess_input(inputs)``."""

from __future__ import annotations

import ast

from kerasscan.source.blocks import Block
from kerasscan.source.keras_names import keras_parts
from kerasscan.source.names import Names, Outside, Value, dotted
from kerasscan.source.scopes import Scope

_STEPS = 60


class Symbols:
    """Tells what is done to the symbolic tensors that a model is built of."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def inside(self, block: Block) -> frozenset[ast.AST]:
        """Return the syntax that is an argument of a layer, or is applied to an ``Input``."""
        found: set[ast.AST] = set()
        for node in block.nodes:
            if not isinstance(node, ast.Call):
                continue
            if self._is_layer(node.func, block.scope):
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                found.update(part for each in given for part in ast.walk(each))
            elif any(self.is_symbolic(each, block.scope) for each in node.args):
                found.update(ast.walk(node))
        return frozenset(found)

    def is_symbolic(self, node: ast.expr | ast.stmt, scope: Scope) -> bool:
        """Whether it is made of an ``Input``, as far as that can be followed."""
        work: list[tuple[ast.AST, Scope]] = [(node, scope)]
        seen: set[ast.AST] = set()
        for _ in range(_STEPS):
            if not work:
                return False
            part, where = work.pop()
            if part in seen:
                continue
            seen.add(part)
            match part:
                case ast.Call(func=func, args=args):
                    if self._is_input(func, where):
                        return True
                    work.extend((each, where) for each in args)
                case ast.BinOp(left=left, right=right):
                    work.extend([(left, where), (right, where)])
                case ast.AugAssign(target=target):
                    work.append((target, where))
                case ast.Attribute(value=ast.Name() as value):
                    work.append((value, where))
                case ast.Name():
                    things = self._names.meanings(part, where)
                    work.extend((t.expr, t.scope) for t in things if isinstance(t, Value))
        return False

    def _is_input(self, func: ast.expr, scope: Scope) -> bool:
        meaning = self._names.meaning(func, scope)
        if not isinstance(meaning, Outside):
            return False
        return keras_parts(meaning.name) is not None and meaning.name.endswith(".Input")

    def _is_layer(self, func: ast.expr, scope: Scope) -> bool:
        """Whether it makes a layer of what it is given: ``Lambda(lambda x: x / 255)``."""
        if not dotted(func).endswith("Lambda"):
            return False
        meaning = self._names.meaning(func, scope)
        return isinstance(meaning, Outside) and keras_parts(meaning.name) is not None
