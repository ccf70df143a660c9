"""What is known of a custom object beside the file: who provides it, where it is defined.

The project's own source comes first, then the known packages. One need has one standing, so that
one rule speaks of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kerasscan.custom.needs import Lookup, Need, is_named_as_builtin, needs
from kerasscan.custom.providers import provider_of
from kerasscan.model.provider import Provided, Provider
from kerasscan.model.saved import Container, Saved
from kerasscan.model.source import (
    Definition,
    DefinitionKind,
    Passing,
    Registration,
    Source,
)

UNTOLD = "?>"
"""Beginning of a registered name whose package the source does not tell."""


class Standing(StrEnum):
    """How a need stands; the cards in ``rules/registration`` name these."""

    REGISTERED_HERE = "registered-here"
    """The project registers it under the name that the file carries."""
    PASSED_HERE = "passed-here"
    """The project passes it to Keras under that name."""
    DRIFTED = "drifted"
    """The project registers it, under another name."""
    DEFINED_HERE = "defined-here"
    """The project defines it and neither registers nor passes it."""
    SHADOWED = "shadowed"
    """It is named as one of Keras' own, and the format keeps the name only."""
    PROVIDED = "provided"
    """A known package has it."""
    REGISTERED = "registered"
    """The file says that it was registered; by whom is not known."""
    UNREGISTERED = "unregistered"
    """Nobody is known to have it."""


@dataclass(frozen=True)
class Verdict:
    """What is known of one need.

    Attributes:
        need: The need.
        standing: How it stands.
        definition: Where the project defines it.
        others: Number of further definitions of that name.
        registration: Where the project registers it.
        passing: Where the project passes it.
        provider: A package that is known to have it, or perhaps has it.
        provided: The class or function in that package, where it is known by name.
    """

    need: Need
    standing: Standing
    definition: Definition | None = None
    others: int = 0
    registration: Registration | None = None
    passing: Passing | None = None
    provider: Provider | None = None
    provided: Provided | None = None


_BY_NAME_ALONE = (Container.JSON, Container.YAML, Container.TFJS)


def verdicts(saved: Saved, source: Source | None = None) -> tuple[Verdict, ...]:
    """Return what is known of each need of a file, in the file's order.

    Args:
        saved: The file.
        source: The project's Python files, where they were read.
    """
    if _last and _last[0][0] is saved and _last[0][1] is source:
        return _last[0][2]
    project = _Project(source) if source is not None else None
    found = tuple(_verdict(saved, need, project) for need in needs(saved))
    _last[:] = [(saved, source, found)]
    return found


_last: list[tuple[Saved, Source | None, tuple[Verdict, ...]]] = []
"""The file asked about last: a dozen rules ask about the same one."""


def _verdict(saved: Saved, need: Need, project: _Project | None) -> Verdict:
    here = project.verdict(need) if project is not None else None
    if here is not None:
        return here
    if need.lookup is not Lookup.REGISTERED and is_shadowed(saved, need):
        return Verdict(need, Standing.SHADOWED)
    provider, provided = provider_of(need.found) or (None, None)
    if provider is not None and not (provided and provided.is_ambiguous):
        return Verdict(need, Standing.PROVIDED, provider=provider, provided=provided)
    is_registered = need.lookup is Lookup.REGISTERED
    standing = Standing.REGISTERED if is_registered else Standing.UNREGISTERED
    return Verdict(need, standing, provider=provider, provided=provided)


def is_shadowed(saved: Saved, need: Need) -> bool:
    """Whether a loader takes one of Keras' own for it, because it looks at the name alone.

    Source: ``class_and_config_for_serialized_keras_object`` in keras/utils/generic_utils.py
    (Keras 2) and keras/src/legacy/saving/serialization.py (Keras 3, HDF5): neither looks at a
    module.
    """
    if not need.found.is_listed or not is_named_as_builtin(need.found):
        return False  # what a layer holds is looked up with its module
    container = saved.artifact.container
    by_name = container in _BY_NAME_ALONE and "module" not in need.found.raw
    return by_name or container is Container.H5_MODEL


class _Project:
    """A project's source by names."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @cached_property
    def _definitions(self) -> Mapping[str, list[Definition]]:
        found: dict[str, list[Definition]] = defaultdict(list)
        for each in self._source.definitions:
            found[each.name].append(each)
        return found

    @cached_property
    def _targets(self) -> Mapping[str, list[Registration]]:
        found: dict[str, list[Registration]] = defaultdict(list)
        for each in self._source.registrations:
            found[each.target].append(each)
        return found

    @cached_property
    def _registered(self) -> Mapping[str, Registration]:
        return {each.name: each for each in reversed(self._source.registrations)}

    @cached_property
    def _passed(self) -> Mapping[str, Passing]:
        return {each.name: each for each in reversed(self._source.passings)}

    def verdict(self, need: Need) -> Verdict | None:
        """Return what the source says of a need; None: nothing."""
        registration, passing = self._registered.get(need.key), self._passed.get(need.key)
        name = registration.target if registration else need.name
        found, others = self._definition(need, name)
        if registration is not None:
            return Verdict(need, Standing.REGISTERED_HERE, found, others, registration=registration)
        if passing is not None:
            return Verdict(need, Standing.PASSED_HERE, found, others, passing=passing)
        near = self._targets.get(name, [])
        untold = [each for each in near if each.name.startswith(UNTOLD)]
        if untold and need.lookup is Lookup.REGISTERED:  # it may well be what the file names
            return Verdict(need, Standing.REGISTERED_HERE, found, others, registration=untold[0])
        if near:
            return Verdict(need, Standing.DRIFTED, found, others, registration=near[0])
        return Verdict(need, Standing.DEFINED_HERE, found, others) if found else None

    def _definition(self, need: Need, name: str) -> tuple[Definition | None, int]:
        """Return the definition that is most likely meant, and how many others there are."""
        kind = DefinitionKind.FUNCTION if need.is_function else DefinitionKind.CLASS
        found = [
            each
            for each in self._definitions.get(name, ())
            if need.is_function or each.kind is kind  # a class can stand in for a function
        ]
        found.sort(key=lambda each: _distance(need, each, kind))
        return (found[0], len(found) - 1) if found else (None, 0)


def _distance(need: Need, each: Definition, kind: DefinitionKind) -> tuple[bool, bool, bool]:
    """Order definitions: in the module that the file names, of the right kind, for the role."""
    module = need.found.module or ""
    elsewhere = not (each.module and (module == each.module or module.endswith(f".{each.module}")))
    return elsewhere, each.kind is not kind, each.role is not need.found.role
