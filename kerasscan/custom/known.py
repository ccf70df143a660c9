"""Under which names a project's custom objects are known to a program that imports it."""

from __future__ import annotations

from kerasscan.model.source import Source


def known_names(source: Source) -> frozenset[str]:
    """Return the names that the project registers or passes: ``package>Name``, or bare ones."""
    registered = {each.name for each in source.registrations}
    return frozenset(registered | {each.name for each in source.passings})


def importable(source: Source) -> frozenset[str]:
    """Return the dotted names of what stands at the top of the project's modules."""
    return frozenset(
        f"{each.module}.{each.name}"
        for each in source.definitions
        if each.module and each.qualname == each.name
    )
