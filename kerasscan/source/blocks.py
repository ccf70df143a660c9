"""The code of a module, function by function, with the scopes its names are followed from.

The walk of `gathering` forgets statements, to save memory; the few modules that call models are
parsed a second time for this.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from kerasscan.model.source import Spot
from kerasscan.source.names import dotted
from kerasscan.source.notebooks import code_cells
from kerasscan.source.parsing import Unparsed, parse
from kerasscan.source.scopes import (
    ClassRecord,
    FunctionNode,
    FunctionRecord,
    Module,
    Scope,
)

_ENTRIES = frozenset(
    {"route", "get", "post", "put", "patch", "websocket", "command", "task", "on_message"}
)
"""Decorators of functions that a framework calls: ``@app.post("/predict")``."""


@dataclass(eq=False)
class Block:
    """The code of a function, or that of a module outside of its functions.

    Attributes:
        module: The module it stands in.
        scope: The scope its names are followed from.
        record: The function; None for a module.
        owner: The class whose method it is.
        parameters: Names of the function's parameters, without ``self`` and ``cls``.
        is_entry: Whether a framework calls it, or nobody needs to: a module's own code.
        nodes: Syntax in the order of the text, names with dots as one; functions inside are
            blocks of their own, lambdas are not.
    """

    module: Module
    scope: Scope
    record: FunctionRecord | None = None
    owner: ClassRecord | None = None
    parameters: frozenset[str] = frozenset()
    is_entry: bool = True
    nodes: list[ast.AST] = field(default_factory=list)


def blocks_of(module: Module, data: bytes) -> list[Block]:
    """Return the blocks of a module that was parsed before: its own code, then its functions.

    Args:
        module: The module.
        data: Its text.
    """
    return _Splitter(module).split(data)


class _Splitter:
    def __init__(self, module: Module) -> None:
        self._module = module
        self._functions: dict[tuple[str, Spot], FunctionRecord] = {}
        self._classes: dict[tuple[str, Spot], ClassRecord] = {}
        self._list(module.scope)

    def _list(self, top: Scope) -> None:
        stack = [top]
        while stack:
            for bindings in stack.pop().bindings.values():
                for binding in bindings:
                    if isinstance(binding, FunctionRecord):
                        self._functions[binding.name, binding.spot] = binding
                        stack.append(binding.body)
                    elif isinstance(binding, ClassRecord):
                        self._classes[binding.name, binding.spot] = binding
                        stack.append(binding.body)

    def split(self, data: bytes) -> list[Block]:
        blocks = [Block(self._module, self._module.scope)]
        work: list[tuple[ast.AST, Block, ClassRecord | None]] = []
        work.extend((tree, blocks[0], None) for tree in reversed(list(self._trees(data))))
        while work:
            node, block, owner = work.pop()
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    inner, inner_owner = self._function(node, block, owner), None
                    blocks.append(inner)
                    parts: list[ast.AST] = list(node.body)
                case ast.ClassDef():
                    inner, parts = block, list(node.body)
                    inner_owner = self._classes.get((node.name, self._module.spot(node)))
                case _:
                    inner, inner_owner, parts = block, owner, _parts(node)
                    block.nodes.append(node)
            work.extend((part, inner, inner_owner) for part in reversed(parts))
        return blocks

    def _function(self, node: FunctionNode, outer: Block, owner: ClassRecord | None) -> Block:
        record = self._functions.get((node.name, self._module.spot(node)))
        arguments = node.args
        names = {
            argument.arg
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        }
        return Block(
            self._module,
            record.body if record else outer.scope,
            record,
            owner or (outer.owner if outer.record else None),
            frozenset(names - {"self", "cls"}),
            any(_is_entry(decorator) for decorator in node.decorator_list),
        )

    def _trees(self, data: bytes) -> Iterator[ast.Module]:
        if not self._module.file.is_notebook:
            yield parse(data)
            return
        start = 0
        for cell in code_cells(data):  # lines are counted as `Project` counts them
            try:
                tree = parse(cell.text.encode("utf-8", "surrogatepass"))
            except Unparsed:
                continue
            ast.increment_lineno(tree, start)
            yield tree
            start += cell.text.count("\n") + cell.text.count("\r") + cell.text.count("\f") + 1


def _parts(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Attribute) and dotted(node):
        return []
    return list(ast.iter_child_nodes(node))


def _is_entry(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    return isinstance(decorator, ast.Attribute) and decorator.attr in _ENTRIES
