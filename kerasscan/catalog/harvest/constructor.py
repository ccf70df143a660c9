"""Which keyword arguments a class's constructor takes, told from its source alone.

`cls(**config)` reaches `__init__` of the first class in the method resolution order that has
one. What it does not name itself it may take out of `**kwargs` (`kwargs.pop("x")`), list as
allowed, hand on to the next constructor, refuse or swallow.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kerasscan.catalog.harvest.definitions import ClassDefinition
from kerasscan.catalog.harvest.keywords import KeywordUses
from kerasscan.catalog.harvest.kinds import Kinds
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.syntax import FunctionNode, last_name, literal_names

_NAMED_OUTSIDE = {"Module"}  # tf.Module(name=None), the one base outside Keras with an argument
_DEPTH = 12


@dataclass
class Acceptance:
    """What a constructor takes: arguments with the text of their default (None: required)."""

    arguments: dict[str, str | None] = field(default_factory=dict)
    swallows: bool = False

    def take(self, names: Iterable[str]) -> None:
        """Add names that are taken out of `**kwargs` and may be left out."""
        for name in names:
            self.arguments.setdefault(name, "None")

    def absorb(self, other: "Acceptance", given: set[str], positional: int) -> None:
        """Add what a constructor further up takes beyond what it is explicitly given."""
        for name in list(other.arguments)[positional:]:
            if name not in given:
                self.arguments.setdefault(name, other.arguments[name])
        self.swallows = self.swallows or other.swallows


class Constructors:
    """Constructor analysis over one release."""

    def __init__(self, library: Library, kinds: Kinds) -> None:
        self._library = library
        self._kinds = kinds

    def signature(self, definition: ClassDefinition) -> tuple[frozenset[str], bool]:
        """Names that the class's own `__init__` spells out, and whether it has **kwargs."""
        for owner in self._kinds.mro(definition):
            method = owner.members.get("__init__")
            if isinstance(method, ast.FunctionDef):
                return frozenset(dict(_parameters(method))), method.args.kwarg is not None
        return frozenset(), False

    def accepted(self, definition: ClassDefinition) -> Acceptance:
        """Arguments that `definition(**config)` takes."""
        return self._from(self._kinds.mro(definition), 0, 0)

    def _from(self, mro: tuple[ClassDefinition, ...], start: int, depth: int) -> Acceptance:
        """Acceptance of the first `__init__` at or after a place in the resolution order."""
        for index in range(start, len(mro)):
            method = mro[index].members.get("__init__")
            if isinstance(method, ast.FunctionDef):
                return self._analyze(method, mro, index, depth)
        outside = {last_name(b) for c in mro for b in c.node.bases}
        return Acceptance({"name": "None"} if outside & _NAMED_OUTSIDE else {})

    def _analyze(
        self, method: FunctionNode, mro: tuple[ClassDefinition, ...], index: int, depth: int
    ) -> Acceptance:
        found = Acceptance(dict(_parameters(method)))
        rest = method.args.kwarg
        if rest is None or depth > _DEPTH:
            return found
        uses = KeywordUses(rest.arg, self._constants(mro[index].module))
        uses.read(method)
        found.take(uses.taken)
        self._absorb_helpers(found, uses, mro, depth)
        if uses.validates:
            return found  # what goes on to the next constructor has been held to a list
        for call in uses.forwards:
            self._absorb_forward(found, call, mro, index, depth)
        if not (uses.refuses or uses.forwards):
            found.swallows = True
        return found

    def _absorb_helpers(
        self,
        found: Acceptance,
        uses: "KeywordUses",
        mro: tuple[ClassDefinition, ...],
        depth: int,
    ) -> None:
        """`self._take(kwargs)`, `self._take(**kwargs)`: takes and refuses for `__init__`."""
        for helper in uses.helpers:
            owner = next((c for c in mro if helper in c.members), None)
            method = owner.members[helper] if owner else None
            if owner is None or not isinstance(method, ast.FunctionDef) or depth > _DEPTH:
                continue
            parameters = dict(_parameters(method))
            name: str | None = next(iter(parameters), None)
            if helper in uses.spread:
                found.take(parameters)
                name = method.args.kwarg.arg if method.args.kwarg else None
                uses.refuses = uses.refuses or name is None
            if name is not None:
                inner = KeywordUses(name, self._constants(owner.module))
                inner.read(method)
                found.take(inner.taken)
                self._absorb_helpers(found, inner, mro, depth + 1)
                uses.refuses = uses.refuses or inner.refuses

    def _absorb_forward(
        self,
        found: Acceptance,
        call: ast.Call,
        mro: tuple[ClassDefinition, ...],
        index: int,
        depth: int,
    ) -> None:
        """`super().__init__(**kwargs)` or `Base.__init__(self, **kwargs)`."""
        given = {keyword.arg for keyword in call.keywords if keyword.arg}
        positional = sum(not isinstance(a, ast.Starred) for a in call.args)
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(owner, ast.Call) and last_name(owner.func) == "super":
            upper = self._from(mro, place_after(owner, mro, index), depth + 1)
        else:
            target = self._library.resolve(mro[index].module, owner) if owner else None
            if not isinstance(target, ClassDefinition):
                return
            upper = self._from(self._kinds.mro(target), 0, depth + 1)
            positional -= 1
        found.absorb(upper, given, max(positional, 0))

    def _constants(self, module: str) -> dict[str, list[str]]:
        """Keys of module-level dict, list, tuple and set literals, by name."""
        found: dict[str, list[str]] = {}
        for statement in self._library.modules[module].tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    found[name] = literal_names(value)
        return found


def _parameters(method: FunctionNode) -> Iterator[tuple[str, str | None]]:
    """Named parameters after `self`, with the text of the default."""
    arguments = method.args
    named = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(named) - len(arguments.defaults))
    pairs = [
        *zip(named, [*defaults, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for argument, default in pairs[1:]:
        yield argument.arg, None if default is None else ast.unparse(default)


def place_after(upper: ast.Call, mro: tuple[ClassDefinition, ...], index: int) -> int:
    """Where `super()` or `super(Class, self)` goes on in the resolution order."""
    named = last_name(upper.args[0]) if upper.args else mro[index].name
    if named == mro[index].name:
        return index + 1
    return next((i + 1 for i, c in enumerate(mro) if c.name == named), index + 1)
