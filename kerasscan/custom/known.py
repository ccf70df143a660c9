"""Under which names a project's custom objects are known to a program that imports it."""

from __future__ import annotations

from kerasscan.model.source import PassingKind, Source


def registered_names(source: Source) -> frozenset[str]:
    """Return the names that the project registers or puts into a scope."""
    registered = {each.name for each in source.registrations}
    kept = {each.name for each in source.passings if each.kind is not PassingKind.LOAD}
    return frozenset(registered | kept)


def passed_names(source: Source) -> frozenset[str]:
    """Return the names that the project passes to ``load_model``."""
    return frozenset(each.name for each in source.passings if each.kind is PassingKind.LOAD)


def importable(source: Source) -> frozenset[str]:
    """Return the dotted names of what stands at the top of the project's modules."""
    return frozenset(
        f"{each.module}.{each.name}"
        for each in source.definitions
        if each.module and each.qualname == each.name
    )
