"""What a module binds to its names, scope by scope, as it is written."""

from __future__ import annotations

import ast
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeAlias

from kerasscan.model.source import Spot
from kerasscan.source.finding import SourceFile

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Imported:
    """A name that an import binds.

    Attributes:
        level: Dots of a relative import.
        module: The module after ``from``, or after ``import``.
        name: What is taken from it; None: the module itself.
    """

    level: int
    module: str
    name: str | None = None


@dataclass(frozen=True, eq=False)
class Assigned:
    """A name that is bound to a value."""

    value: ast.expr


@dataclass(frozen=True, eq=False)
class FunctionRecord:
    """A ``def`` or a lambda that is bound to a name.

    Attributes:
        name: Bare name.
        qualname: With the classes and functions around it.
        spot: Where it stands.
        scope: The scope that binds the name.
        body: Its own scope.
        decorators: As written.
        node: The syntax; None for a lambda, and where nothing asks for it, to save memory.
        is_async: Whether it is a coroutine.
        returned: What its ``return`` statements return.
        is_lambda: Whether it is a lambda.
    """

    name: str
    qualname: str
    spot: Spot
    scope: Scope
    body: Scope
    decorators: tuple[ast.expr, ...] = ()
    node: FunctionNode | None = None
    is_async: bool = False
    returned: list[ast.expr] = field(default_factory=list)
    is_lambda: bool = False

    @property
    def own_name(self) -> str:
        """Its ``__name__``."""
        return "<lambda>" if self.is_lambda else self.name


@dataclass(frozen=True, eq=False)
class ClassRecord:
    """A class.

    Attributes:
        name: Bare name.
        qualname: With the classes and functions around it.
        spot: Where it stands.
        scope: The scope that binds the name.
        body: Its own scope.
        bases: As written, without ``metaclass=`` and its like.
        decorators: As written.
    """

    name: str
    qualname: str
    spot: Spot
    scope: Scope
    body: Scope
    bases: tuple[ast.expr, ...]
    decorators: tuple[ast.expr, ...]

    @property
    def own_name(self) -> str:
        """Its ``__name__``."""
        return self.name

    def method(self, name: str) -> FunctionRecord | None:
        """Return the last ``def`` of that name in its body."""
        found = [b for b in self.body.bindings.get(name, ()) if isinstance(b, FunctionRecord)]
        return found[-1] if found else None


class Unknown:
    """A name that is bound to what cannot be told: a parameter, a loop's variable."""


UNKNOWN = Unknown()

Binding: TypeAlias = Imported | Assigned | FunctionRecord | ClassRecord | Unknown


@dataclass(frozen=True, eq=False)
class Item:
    """A ``mapping[key] = value``.

    Attributes:
        mapping: What is written to.
        key: The key.
        value: The value.
        scope: The scope it stands in.
    """

    mapping: ast.expr
    key: ast.expr
    value: ast.expr
    scope: Scope


@dataclass(frozen=True, eq=False)
class Called:
    """A call that may have to do with custom objects."""

    call: ast.Call
    scope: Scope


@dataclass(eq=False)
class Scope:
    """The names of a module, a class or a function.

    Attributes:
        module: The module it belongs to.
        parent: The scope around it.
        owner: Qualified name of its class or function; ``""`` for a module.
        is_class: Whether it is a class: functions inside do not see its names.
        bindings: What each name is bound to, in the order of the text.
        stars: Modules whose names are all imported.
        items: What is written into the mapping that a name is bound to.
        updates: Calls of the ``update`` of what a name is bound to.
    """

    module: Module
    parent: Scope | None
    owner: str = ""
    is_class: bool = False
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[Imported] = field(default_factory=list)
    items: dict[str, list[Item]] = field(default_factory=dict)
    updates: dict[str, list[Called]] = field(default_factory=dict)

    def bind(self, name: str, binding: Binding) -> None:
        """Note one more meaning of a name."""
        self.bindings.setdefault(name, []).append(binding)

    def inner_name(self, name: str) -> str:
        """Return the qualified name of what is defined here under ``name``."""
        return f"{self.owner}.{name}" if self.owner else name


class Module:
    """A module or notebook after it was walked.

    Attributes:
        file: Where it comes from.
        scope: Its own names.
        classes: Every class, at any level, in the order of the text.
        functions: Every function that is no method, likewise, and static methods.
        decorated: Classes and functions that have decorators.
        items: Every ``mapping[key] = value``.
        calls: Calls, where the text mentions custom objects at all.
    """

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.scope = Scope(self, None)
        self.classes: list[ClassRecord] = []
        self.functions: list[FunctionRecord] = []
        self.decorated: list[ClassRecord | FunctionRecord] = []
        self.items: list[Item] = []
        self.calls: list[Called] = []
        self._starts: list[int] = []
        self._cells: list[int] = []

    def add_cell(self, number: int, start: int) -> None:
        """Note that a notebook's cell follows after the line ``start`` of all cells together."""
        self._starts.append(start)
        self._cells.append(number)

    def spot(self, node: ast.expr | ast.stmt) -> Spot:
        """Return where a node stands."""
        if not self._starts:
            return Spot(self.file.shown, node.lineno)
        index = bisect_right(self._starts, node.lineno - 1) - 1
        return Spot(self.file.shown, node.lineno - self._starts[index], self._cells[index])
