"""What a function does with the keyword arguments it does not name."""

import ast
from collections.abc import Iterator

from kerasscan.catalog.harvest.syntax import (
    FunctionNode,
    last_name,
    literal_names,
    string_literals,
)


class KeywordUses:
    """What a function does with its `**kwargs`."""

    def __init__(self, name: str, constants: dict[str, list[str]]) -> None:
        self._name = name
        self._known = dict(constants)
        self.taken: dict[str, None] = {}
        self.refuses = False
        self.validates = False
        self._forbidden: set[str] = set()
        self.helpers: list[str] = []
        self.spread: set[str] = set()
        self.forwards: list[ast.Call] = []

    def read(self, function: FunctionNode) -> None:
        """Walk the body once for names it takes, and for what becomes of the rest."""
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._known[name] = literal_names(value)
        for node in ast.walk(function):
            self._read_node(node)
        for key in self._forbidden:
            self.taken.pop(key, None)

    def _keys_tested(self, test: ast.expr) -> Iterator[str]:
        """Keys of `if "key" in kwargs: raise`, which names them only to refuse them."""
        match test:
            case ast.Compare(left=left, ops=[ast.In()], comparators=[owner]):
                if self._names_rest(owner):
                    yield from string_literals(left)

    def _read_node(self, node: ast.AST) -> None:
        match node:
            case ast.Call():
                self._read_call(node)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str() as key)):
                if name == self._name:
                    self.taken[key] = None
            case ast.Compare(left=ast.Constant(value=str() as key), ops=[ast.In()]):
                if self._names_rest(node.comparators[0]):
                    self.taken[key] = None
            case ast.If(test=test, body=body):
                if self._is_leftover_test(test) and _raises(body):
                    self.refuses = True
                elif isinstance(body[0], ast.Raise):
                    self._forbidden.update(self._keys_tested(test))
            case ast.For(target=target, iter=iterable, body=body):
                self._read_loop(target, iterable, body)

    def _read_call(self, call: ast.Call) -> None:
        function = call.func
        if isinstance(function, ast.Attribute) and self._names_rest(function.value):
            if function.attr in ("pop", "get", "setdefault") and call.args:
                for key in string_literals(call.args[0]):
                    self.taken[key] = None
            return
        if any(k.arg is None and self._names_rest(k.value) for k in call.keywords):
            self._read_forward(call)
        elif any(self._names_rest(argument) for argument in call.args):
            if last_name(function) == "validate_kwargs":
                self.refuses = self.validates = True
                self._allow(call.args[1] if len(call.args) > 1 else None)
            elif _is_self_method(function):
                self.helpers.append(last_name(function))

    def _read_forward(self, call: ast.Call) -> None:
        if last_name(call.func) == "__init__":
            self.forwards.append(call)
        elif _is_self_method(call.func):
            self.helpers.append(last_name(call.func))
            self.spread.add(last_name(call.func))

    def _read_loop(self, target: ast.expr, iterable: ast.expr, body: list[ast.stmt]) -> None:
        """Either a check of every leftover name or a loop over names to take."""
        names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        if self._names_rest(iterable) or _is_method_of(iterable, self._name):
            if _raises(body):
                self.refuses = True
                for node in (n for statement in body for n in ast.walk(statement)):
                    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotIn):
                        self._allow(node.comparators[0])
                    elif isinstance(node, ast.If) and not _raises(node.body):
                        self._allow_tolerated(node.test)
            return
        for node in (n for statement in body for n in ast.walk(statement)):
            match node:
                case (
                    ast.Call(func=ast.Attribute(value=owner, attr="pop" | "get"), args=[key, *_])
                    | ast.Subscript(value=owner, slice=key)
                    | ast.Compare(left=key, comparators=[owner])
                ):
                    if self._names_rest(owner) and last_name(key) in names:
                        self.taken.update(dict.fromkeys(self._literals(iterable)))

    def _allow_tolerated(self, test: ast.expr) -> None:
        """`if key in TOLERATED: warn`, beside an `else: raise`."""
        match test:
            case ast.Compare(ops=[ast.In()], comparators=[tolerated]):
                self._allow(tolerated)

    def _allow(self, allowed: ast.expr | None) -> None:
        if allowed is not None:
            self.taken.update(dict.fromkeys(self._literals(allowed)))

    def _literals(self, node: ast.expr) -> list[str]:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value  # DEFAULTS.items()
        if isinstance(node, ast.Name | ast.Attribute):
            return self._known.get(last_name(node), [])
        return literal_names(node)

    def _names_rest(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self._name

    def _is_leftover_test(self, test: ast.expr) -> bool:
        """`if kwargs:`, `if len(kwargs) > 0:`, `if kwargs.keys():`."""
        match test:
            case ast.Compare(left=left):
                return self._is_leftover_test(left)
            case ast.Call(func=ast.Name(id="len" | "bool"), args=[argument]):
                return self._names_rest(argument)
        return self._names_rest(test) or _is_method_of(test, self._name)


def _raises(body: list[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Raise) for s in body for node in ast.walk(s))


def _is_self_method(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
    return False


def _is_method_of(node: ast.expr, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner))):
            return owner == name
        case ast.Call(func=ast.Name(id="list" | "set" | "sorted"), args=[ast.Name(id=owner), *_]):
            return owner == name
    return False
