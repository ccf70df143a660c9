"""Each reason once, however many releases and layers it stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from kerasscan.model.address import Address
from kerasscan.model.compatibility import FileOutcomes
from kerasscan.model.outcome import Reason, ReasonKind, Stage

_Key: TypeAlias = tuple[ReasonKind, bool, str, str]


@dataclass
class ReasonGroup:
    """Reasons that differ in layer and release only, or in the class too.

    Attributes:
        reason: The one that the newest release gives first.
        subjects: Classes or functions concerned, in the file's order.
        lookups: The names under which they are looked for, likewise.
        releases: Those that it stops, oldest first.
        addresses: Where in the file, each place once, with what sorts it.
        rank: Sorts groups: what stops the newest release, and there comes first, is first.
        is_first: Whether some release stops at it, and not at another reason before it.
    """

    reason: Reason
    subjects: list[str]
    lookups: list[str]
    releases: list[str] = field(default_factory=list)
    addresses: dict[Address, tuple[int, int]] = field(default_factory=dict)
    rank: tuple[int, int] = (0, 0)
    is_first: bool = False

    @property
    def is_met(self) -> bool:
        """Whether a user meets it: some release stops at it first, or the newest has it too."""
        return self.is_first or self.rank[0] == 0

    @property
    def layers(self) -> list[str]:
        """Paths of the layers concerned, each once; ``""`` is the model or file."""
        ordered = sorted(self.addresses, key=lambda address: self.addresses[address])
        return list(dict.fromkeys(address.layer for address in ordered))


def grouped(file: FileOutcomes) -> list[ReasonGroup]:
    """Return the reasons of all releases, what stops the newest first."""
    groups: dict[_Key, ReasonGroup] = {}
    for age, outcome in enumerate(reversed(file.outcomes)):
        for place, reason in enumerate(outcome.reasons):
            group = groups.get(_key(reason))
            if group is None:
                group = _group(reason, (age, place))
                groups[_key(reason)] = group
            if not group.releases or group.releases[0] != outcome.release:
                group.releases.insert(0, outcome.release)
            group.addresses.setdefault(reason.address, (age, place))
            group.is_first = group.is_first or reason is outcome.first
    return sorted(_merged(groups.values()), key=lambda group: group.rank)


def _group(reason: Reason, rank: tuple[int, int]) -> ReasonGroup:
    return ReasonGroup(reason, [reason.subject], [reason.lookup or reason.subject], rank=rank)


def doubts(file: FileOutcomes) -> dict[str, list[str]]:
    """Return each doubt with the releases that it concerns, oldest first."""
    found: dict[str, list[str]] = {}
    for outcome in file.outcomes:
        for doubt in outcome.doubts:
            found.setdefault(doubt, []).append(outcome.release)
    return found


def _key(reason: Reason) -> _Key:
    return reason.kind, reason.stage is Stage.COMPILE, reason.subject, reason.argument


def _merged(groups: Iterable[ReasonGroup]) -> list[ReasonGroup]:
    """Join groups in which the same is wrong with different classes, in the same releases."""
    found: dict[object, ReasonGroup] = {}
    for group in groups:
        kind, compiling, _, argument = _key(group.reason)
        key = (kind, compiling, argument, tuple(group.releases))
        same = found.setdefault(key, group)
        if same is not group:
            same.subjects += group.subjects
            same.lookups += group.lookups
            same.addresses.update(group.addresses)
            same.rank = min(same.rank, group.rank)
            same.is_first = same.is_first or group.is_first
    return list(found.values())
