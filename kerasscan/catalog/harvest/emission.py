"""Which keys `get_config` writes, told from its source alone."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from kerasscan.catalog.harvest.constructor import Constructors, place_after
from kerasscan.catalog.harvest.definitions import ClassDefinition, FunctionDefinition
from kerasscan.catalog.harvest.dictionaries import Automatic, Body, Keys
from kerasscan.catalog.harvest.kinds import Kinds
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.syntax import FunctionNode, last_name

_DEPTH = 12


class Emissions:
    """`get_config` analysis over one release."""

    def __init__(self, library: Library, kinds: Kinds, constructors: Constructors) -> None:
        self._library = library
        self._kinds = kinds
        self._constructors = constructors

    def written(self, definition: ClassDefinition) -> Keys | None:
        """Keys that `get_config()` of an instance returns; None where no class has one."""
        mro = self._kinds.mro(definition)
        method = _first(mro, 0, "get_config")
        if method is None:
            return None
        automatic = None
        if any(last_name(decorator) == "default" for decorator in method[1].decorator_list):
            accepted = frozenset(self._constructors.accepted(definition).arguments)
            automatic = Automatic(accepted, *self._constructors.signature(definition))
        calls = Calls(self._library, self._kinds, mro, 0, mro[0].module, automatic, 0)
        return calls.inherited(0, "get_config")


@dataclass(frozen=True)
class Calls:
    """What the calls inside one method (or function) return, as far as it is a dictionary.

    `automatic` is there if no class of the instance overrides the default `get_config` of Layer
    and Operation.
    """

    library: Library
    kinds: Kinds
    order: tuple[ClassDefinition, ...]
    index: int
    module: str
    automatic: Automatic | None
    depth: int

    def value(self, call: ast.Call) -> Keys | None:
        """Keys of the dictionary that a call returns; None if it returns another thing."""
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")) as upper, attr=name):
                return self.inherited(place_after(upper, self.order, self.index), name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if self.order:
                return self.inherited(0, name)
            case ast.Attribute(value=owner, attr="get_config"):
                target = self.library.resolve(self.module, owner)
                if isinstance(target, ClassDefinition):
                    mro = self.kinds.mro(target)
                    return self._inside(mro, 0, target.module).inherited(0, "get_config")
                return None
        target = self.library.resolve(self.module, call.func)
        if isinstance(target, FunctionDefinition) and self.depth < _DEPTH:
            return Body(self._inside((), 0, target.module)).run(target.node)
        return None

    def inherited(self, start: int, name: str) -> Keys | None:
        """What a method found at or after a place in the resolution order returns."""
        method = _first(self.order, start, name)
        if method is None or self.depth >= _DEPTH:
            return None
        index, node = method
        return Body(self._inside(self.order, index, self.order[index].module)).run(node)

    def _inside(self, mro: tuple[ClassDefinition, ...], index: int, module: str) -> "Calls":
        automatic = self.automatic if mro else None
        return Calls(self.library, self.kinds, mro, index, module, automatic, self.depth + 1)


def _first(
    mro: Iterable[ClassDefinition], start: int, name: str
) -> tuple[int, FunctionNode] | None:
    """Place and definition of a method at or after a place in the resolution order."""
    for index, owner in enumerate(mro):
        method = owner.members.get(name)
        if index >= start and isinstance(method, ast.FunctionDef):
            return index, method
    return None
