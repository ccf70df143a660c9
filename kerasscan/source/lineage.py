"""What a class descends from, within the project and at its edge."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TypeAlias

from kerasscan.model.objects import Role
from kerasscan.source.keras_names import class_role
from kerasscan.source.names import Names, Outside, dotted
from kerasscan.source.scopes import ClassRecord, Scope

_LENGTH = 40
"""Ancestors that are followed; a chain of 50,000 classes would take the square of that."""


@dataclass(frozen=True)
class Foreign:
    """An ancestor that is not in the project.

    Attributes:
        name: Its dotted name; ``"?"`` where it is no name, or none that can be followed.
        is_known: Whether the name says where it comes from.
    """

    name: str
    is_known: bool = True


Ancestor: TypeAlias = ClassRecord | Foreign

_NO_NAME = Foreign("?", is_known=False)
_PLAIN = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})
"""Bases that have neither a constructor nor a configuration of their own."""


class Lineage:
    """The ancestors of a project's classes."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._bases: dict[ClassRecord, tuple[Ancestor, ...]] = {}
        self._orders: dict[ClassRecord, tuple[Ancestor, ...]] = {}

    def bases(self, record: ClassRecord) -> tuple[Ancestor, ...]:
        """Return the bases of a class, aliases resolved."""
        known = self._bases.get(record)
        if known is None:
            written = (part for expr in record.bases for part in _meant(expr))
            known = tuple(self.named(expr, record.scope) for expr in written)
            self._bases[record] = known
        return known

    def order(self, record: ClassRecord) -> tuple[Ancestor, ...]:
        """Return a class and its ancestors in the order in which Python looks methods up.

        Depth first, what occurs twice at its last place: it agrees with Python wherever Python
        does not refuse the class, but for exotic diamonds.
        """
        known = self._orders.get(record)
        if known is None:
            self._orders[record] = (record,)  # a class that descends from itself ends here
            known = self._orders[record] = self._ordered(record)
        return known

    def _ordered(self, record: ClassRecord) -> tuple[Ancestor, ...]:
        found: list[Ancestor] = [record]
        pending = list(reversed(self.bases(record)))
        steps = _LENGTH * 4
        while pending and steps:
            steps -= 1
            ancestor = pending.pop()
            found.append(ancestor)
            if isinstance(ancestor, ClassRecord) and ancestor is not record:
                if ancestor in self._orders:
                    found.extend(self._orders[ancestor][1:])
                else:
                    pending.extend(reversed(self.bases(ancestor)))
            if len(found) > _LENGTH:
                return (*_last_places(found)[:_LENGTH], _NO_NAME)
        return (*_last_places(found), *([_NO_NAME] if pending else []))

    def named(self, expr: ast.expr, scope: Scope) -> Ancestor:
        """Return the class that an expression names."""
        match self._names.meaning(expr, scope):
            case ClassRecord() as record:
                return record
            case Outside(name=name):
                return Foreign(name)
        return Foreign(dotted(expr) or "?", is_known=False)

    def keras_base(self, record: ClassRecord) -> tuple[Role, str] | None:
        """Return role and bare name of the class of Keras that a class descends from.

        One whose role is OTHER, a callback, counts only when there is no better one.
        """
        found: tuple[Role, str] | None = None
        for ancestor in self.order(record):
            role = class_role(ancestor.name) if isinstance(ancestor, Foreign) else None
            if role is not None and (found is None or found[0] is Role.OTHER):
                found = role, ancestor.name.rpartition(".")[2]
        return found


def is_plain(ancestor: Foreign) -> bool:
    """Whether a foreign ancestor adds nothing to a class: ``object``, ``abc.ABC``."""
    return ancestor.name in _PLAIN


def _meant(expr: ast.expr) -> list[ast.expr]:
    """Return the bases that a base stands for: ``Base[T]``, ``six.with_metaclass(Meta, Base)``."""
    match expr:
        case ast.Subscript(value=value):
            return [value]
        case ast.Call(func=ast.Name() | ast.Attribute() as func, args=[_, *bases]) if dotted(
            func
        ).endswith("with_metaclass"):
            return bases
    return [expr]


def _last_places(found: list[Ancestor]) -> tuple[Ancestor, ...]:
    return tuple(reversed(dict.fromkeys(reversed(found))))
