"""The checks that cards may name: the built-in ones, and those of installed packages.

Packages offer checks in the entry-point group ``kerasscan.checks``; each entry resolves to a
`Check` or to a list of them. They are looked at only when a card names a check that is not
built in. A pack of cards has no code and is never asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from kerasscan.checks.check import Check
from kerasscan.rulebook.bad_cards import BadCards, CardFault

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "kerasscan.checks"

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def builtin_checks() -> Mapping[str, Check]:
    """Return the checks that kerasscan brings."""
    from kerasscan.checks.registry import BUILTIN_CHECKS

    return BUILTIN_CHECKS


def checks_for(
    names: Iterable[str], builtin: Mapping[str, Check] | None = None
) -> dict[str, Check]:
    """Return the known checks among ``names``; installed packages are asked only if need be.

    Args:
        names: As cards name them; a name that nobody knows is left out.
        builtin: Stands in for the built-in checks.

    Raises:
        BadCards: When an installed package offers something that is no check.
    """
    known = builtin_checks() if builtin is None else builtin
    wanted = set(names)
    found = {name: known[name] for name in wanted if name in known}
    if len(found) < len(wanted):
        others = installed_checks(frozenset(known))
        found |= {name: others[name] for name in wanted - found.keys() if name in others}
    return found


@cache
def installed_checks(taken: frozenset[str]) -> Mapping[str, Check]:
    """Return the checks of installed packages by name.

    Args:
        taken: Names that a package must not use.

    Raises:
        BadCards: When a package offers something that is no check, or a name twice.
    """
    from importlib.metadata import entry_points

    checks: dict[str, Check] = {}
    faults: list[CardFault] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        offered, wrong = _offer(entry)
        for check in offered:
            if check.name in taken or check.name in checks:
                wrong.append(f"a check named '{check.name}' is there already")
            checks.setdefault(check.name, check)
        faults += [CardFault(_place(entry), "$", message) for message in wrong]
    if faults:
        raise BadCards(faults)
    return checks


def _offer(entry: EntryPoint) -> tuple[list[Check], list[str]]:
    try:
        value = entry.load()
    except (ImportError, AttributeError) as error:
        return [], [f"cannot be loaded: {error}"]
    offered = list(value) if isinstance(value, list | tuple) else [value]
    wrong = [message for item in offered for message in _faults(item)]
    return ([] if wrong else offered), wrong


def _place(entry: EntryPoint) -> str:
    return f"entry point {GROUP}: {entry.name} = {entry.value}"


def _faults(check: Any) -> list[str]:
    """Return what is wrong with an object that is offered as a check."""
    if not isinstance(check, Check):
        return [f"gives a {type(check).__name__}, not a Check or a list of them"]
    name, facts = check.name, check.facts
    wrong = []
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        wrong.append(f"check name {name!r} is not in kebab case")
    if not callable(check.run):
        wrong.append(f"check '{name}': run cannot be called")
    if not (isinstance(facts, Mapping) and all(isinstance(text, str) for text in facts.values())):
        wrong.append(f"check '{name}': facts is not a mapping of names to descriptions")
    from kerasscan.rulebook.schema import schema_fault

    fault = schema_fault(check.options_schema)
    if fault:
        wrong.append(f"check '{name}': options_schema is no JSON Schema: {fault}")
    return wrong
