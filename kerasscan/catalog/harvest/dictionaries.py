"""Following a function body that builds a dictionary: which keys its result has.

A small model of dictionaries is carried from statement to statement: keys that are there for
certain, keys under a condition, and whether keys are added that no text spells out.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kerasscan.catalog.harvest.syntax import FunctionNode, last_name, literal_names, string_literals


@dataclass
class Keys:
    """Keys of one dictionary."""

    certain: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    open_ended: bool = False

    def copy(self) -> "Keys":
        """An independent copy."""
        return Keys(set(self.certain), set(self.possible), self.open_ended)

    def add(self, other: "Keys | None") -> None:
        """`self.update(other)`; of a dictionary that is not known any key may come."""
        if other is None:
            self.open_ended = True
            return
        self.certain |= other.certain
        self.possible = (self.possible | other.possible) - self.certain
        self.open_ended = self.open_ended or other.open_ended

    def drop(self, key: str) -> None:
        """`del self[key]`."""
        self.certain.discard(key)
        self.possible.discard(key)

    def either(self, other: "Keys") -> "Keys":
        """What holds when one of two happened and it is not known which."""
        certain = self.certain & other.certain
        keys = self.certain | self.possible | other.certain | other.possible
        return Keys(certain, keys - certain, self.open_ended or other.open_ended)


@dataclass(frozen=True)
class Automatic:
    """The constructor of a class whose default `get_config` writes the arguments by itself."""

    accepted: frozenset[str]
    named: frozenset[str]
    has_kwargs: bool


class Surroundings(Protocol):
    """What a body needs to know of the class and module it stands in."""

    @property
    def automatic(self) -> Automatic | None:
        """The constructor, if the default `get_config` of Layer or Operation is in use."""

    def value(self, call: ast.Call) -> Keys | None:
        """Keys of the dictionary that a call returns."""


class Body:
    """One function body on its way from the first statement to its returns."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._variables: dict[str, Keys] = {}
        self._literals: dict[str, list[str]] = {}
        self._returned: list[Keys] = []

    def run(self, function: FunctionNode) -> Keys | None:
        """Keys of what the function returns; several returns are joined."""
        self._block(function.body)
        if not self._returned:
            return None
        result = self._returned[0]
        for other in self._returned[1:]:
            result = result.either(other)
        return result

    def _block(self, body: Iterable[ast.stmt]) -> bool:
        """Follow statements; True if they end by leaving the function."""
        return any(self._statement(statement) for statement in body)

    def _statement(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Return() | ast.Raise():
                return self._leave(statement)
            case ast.If():
                return self._branch(statement)
            case ast.With(body=body):
                return self._block(body)
            case ast.Try(body=body, orelse=orelse):
                return self._block([*body, *orelse])
        self._effect(statement)
        return False

    def _effect(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=[target], value=value):
                self._assign(target, value)
            case ast.AugAssign(target=ast.Name(id=name), value=value) if name in self._variables:
                self._variables[name].add(self._value(value))
            case ast.Delete(targets=targets):
                for target in targets:
                    self._delete(target)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name))) as call):
                if name in self._variables:
                    self._method(self._variables[name], call)
            case ast.For():
                self._loop(statement)

    def _leave(self, statement: ast.Return | ast.Raise) -> bool:
        if isinstance(statement, ast.Return) and statement.value is not None:
            keys = self._value(statement.value)
            if keys is not None:
                self._returned.append(keys.copy())
        return True

    def _branch(self, statement: ast.If) -> bool:
        holds = self._decided(ast.unparse(statement.test))
        if holds is not None:
            return self._block(statement.body if holds else statement.orelse)
        before = {name: keys.copy() for name, keys in self._variables.items()}
        left = self._block(statement.body)
        after = self._variables
        self._variables = before
        left_otherwise = self._block(statement.orelse)
        if left:
            return left_otherwise
        if left_otherwise:
            self._variables = after
        else:
            names = after.keys() | self._variables.keys()
            self._variables = {
                name: after.get(name, Keys()).either(self._variables.get(name, Keys()))
                for name in names
            }
        return False

    def _decided(self, test: str) -> bool | None:
        """The outcome of a test in a default `get_config`, None for any other test."""
        automatic = self._surroundings.automatic
        if test.endswith("is_default(self.get_config)"):
            return (automatic is not None) != test.startswith("not ")
        if automatic is None:
            return None
        if test == "argspec.varkw != 'kwargs'":
            return not automatic.has_kwargs
        if test.startswith("not init_has_name and"):
            return "name" not in automatic.named and not automatic.has_kwargs
        return None

    def _loop(self, statement: ast.For) -> None:
        """A loop over spelled-out names writes them; over anything else it writes the unknown."""
        automatic = self._surroundings.automatic
        if automatic is not None and "argspec.args" in ast.unparse(statement.iter):
            for variable in self._variables.values():  # keys that `__init__` does not name go
                variable.certain &= automatic.named
            return
        names = self._names(statement.iter)
        for node in (inner for outer in statement.body for inner in ast.walk(outer)):
            match node:
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)]):
                    variable = self._variables.get(name, Keys())
                    if literal := string_literals(key):
                        variable.add(Keys(possible=set(literal) - variable.certain))
                    else:
                        known = names if isinstance(key, ast.Name) else []
                        variable.add(Keys(set(known)) if known else None)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self._literals[name] = literal_names(value)
                keys = self._value(value)
                self._variables.pop(name, None)
                if keys is not None:
                    self._variables[name] = keys.copy()
            case ast.Subscript(value=ast.Name(id=name), slice=key) if name in self._variables:
                literal = string_literals(key)
                self._variables[name].add(Keys(set(literal)) if literal else None)

    def _delete(self, target: ast.expr) -> None:
        match target:
            case ast.Subscript(value=ast.Name(id=name), slice=key) if name in self._variables:
                for text in string_literals(key):
                    self._variables[name].drop(text)

    def _method(self, variable: Keys, call: ast.Call) -> None:
        """`config.update(...)` and `config.pop("key")`."""
        method = last_name(call.func)
        if method == "update":
            variable.add(self._joined(call.args, call.keywords))
        elif method == "pop" and call.args:
            for text in string_literals(call.args[0]):
                variable.drop(text)

    def _value(self, node: ast.expr) -> Keys | None:
        """Keys of an expression that is a dictionary, None for any other."""
        match node:
            case ast.Name(id=name):
                return self._variables.get(name)
            case ast.Attribute(value=owner, attr="config") if last_name(owner) == "_auto_config":
                automatic = self._surroundings.automatic
                return Keys(possible=set(automatic.accepted) if automatic else set())
            case ast.Dict(keys=keys, values=values):
                return self._literal(keys, values)
            case ast.DictComp(key=key, generators=[generator]):
                names = self._names(generator.iter) if isinstance(key, ast.Name) else []
                return Keys(set(names), open_ended=not names)
            case ast.BinOp(left=left, right=right, op=ast.Add() | ast.BitOr()):
                return self._joined([left, right], [])
            case ast.IfExp(body=body, orelse=orelse):
                one, two = self._value(body), self._value(orelse)
                return one.either(two) if one and two else one or two
            case ast.Call():
                return self._call(node)
        return None

    def _call(self, call: ast.Call) -> Keys | None:
        match call.func:
            case ast.Name(id="dict" | "OrderedDict") | ast.Attribute(attr="OrderedDict"):
                return self._joined(call.args, call.keywords)
            case ast.Name(id="list") | ast.Attribute(attr="deepcopy"):
                return self._value(call.args[0]) if call.args else None
            case ast.Attribute(value=owner, attr="items" | "copy"):
                return self._value(owner)
        return self._surroundings.value(call)

    def _joined(self, parts: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> Keys:
        found = Keys()
        for part in parts:
            found.add(self._value(part))
        for keyword in keywords:
            found.add(Keys({keyword.arg}) if keyword.arg else self._value(keyword.value))
        return found

    def _literal(self, keys: list[ast.expr | None], values: list[ast.expr]) -> Keys:
        found = Keys()
        for key, value in zip(keys, values, strict=True):
            if key is None:
                found.add(self._value(value))
            else:
                literal = string_literals(key)
                found.add(Keys(set(literal)) if literal else None)
        return found

    def _names(self, iterable: ast.expr) -> list[str]:
        if isinstance(iterable, ast.Name):
            return self._literals.get(iterable.id, [])
        return literal_names(iterable)
