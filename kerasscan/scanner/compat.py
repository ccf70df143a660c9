"""Paths to a `Compatibility`: what the known releases do with each file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from kerasscan.catalog.releases import Release, releases
from kerasscan.loading.given import Given
from kerasscan.model.compatibility import Compatibility, FileOutcomes
from kerasscan.model.finding import Case, Rule
from kerasscan.model.outcome import Change, Outcome, Reason
from kerasscan.model.saved import Saved
from kerasscan.model.version import __version__
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.reading import read
from kerasscan.scanner.discover import Search, discover
from kerasscan.scanner.status import status_of

_ANYTHING = Given()


def compat(
    paths: Iterable[str | os.PathLike[str]],
    *,
    targets: Sequence[str] = (),
    given: Given = _ANYTHING,
    limits: Limits = DEFAULT_LIMITS,
    hashes: bool = True,
) -> Compatibility:
    """Tell what releases of Keras do with model files, without Keras.

    Args:
        paths: Files and folders; folders are searched for model files.
        targets: Requirements such as ``keras>=3.6,<3.9``; empty means all known releases.
        given: What files cannot tell about the program that loads them.
        limits: Budgets of the reader.
        hashes: Whether to compute each file's sha256, which reads all of it.

    Raises:
        NoSuchPath: A path does not exist.
        BadRequirement: A target that is no requirement, or allows no release that is known.
    """
    asked = _asked(targets) if targets else releases()
    files = discover(paths, Search())
    found = (_file(path, asked, given, limits, hashes=hashes) for path in files)
    return Compatibility(tuple(found), tuple(targets), __version__)


def _asked(targets: Sequence[str]) -> tuple[Release, ...]:
    from kerasscan.scanner.target import asked_target, releases_of

    return releases_of(asked_target(targets))


def _file(
    path: Path, asked: Sequence[Release], given: Given, limits: Limits, *, hashes: bool
) -> FileOutcomes:
    from kerasscan.loading.prediction import predict_all

    saved = read(path, limits)
    outcomes = predict_all(saved, asked, given)
    rules: dict[Reason | Change, str] = dict(
        chain(explained(saved, outcomes).items(), explained_changes(outcomes).items())
    )
    return FileOutcomes(
        path=saved.artifact.path,
        sha256=_digest(path) if hashes else None,
        container=saved.artifact.container.value,
        claimed_version=saved.provenance.claimed_version,
        root_class=saved.root.class_name if saved.root else None,
        layer_count=len(saved.layers),
        status=status_of(saved),
        outcomes=outcomes,
        rules=rules,
    )


def _digest(path: Path) -> str | None:
    from kerasscan.scanner.digest import digest  # hashlib takes longer to import than all else

    return digest(path)


def explained(saved: Saved, outcomes: Iterable[Outcome]) -> Mapping[Reason, str]:
    """Return the id of the rule whose page explains each reason, where there is one."""
    reasons = {reason for outcome in outcomes for reason in outcome.reasons}
    if not reasons:
        return {}
    from kerasscan.checks.failures import LOAD_FAILURE, stands_for
    from kerasscan.rulebook.builtin import builtin_rules

    rules = builtin_rules()
    cards = [rule for rule in rules if rule.check == LOAD_FAILURE.name]
    found = {
        reason: card.id
        for card in cards
        for reason in reasons
        if stands_for(card.options, reason, saved)
    }
    rest = reasons - found.keys()
    return {**found, **_by_place(saved, rest, rules)} if rest else found


def explained_changes(outcomes: Iterable[Outcome]) -> Mapping[Change, str]:
    """Return the id of the rule whose page explains each change."""
    changes = {change for outcome in outcomes for change in outcome.changes}
    if not changes:
        return {}
    from kerasscan.checks.changing import LOAD_CHANGE, stands_for_change
    from kerasscan.rulebook.builtin import builtin_rules

    cards = [rule for rule in builtin_rules() if rule.check == LOAD_CHANGE.name]
    return {
        change: card.id
        for card in cards
        for change in changes
        if stands_for_change(card.options, change)
    }


_BY_PLACE = ("custom-object", "custom-function", "object-matches")
"""Checks whose cards of the families below explain what is missing at a place in the file."""

_FAMILIES = ("registration", "compatibility")


def _by_place(
    saved: Saved, reasons: Iterable[Reason], rules: Iterable[Rule]
) -> Mapping[Reason, str]:
    """Ask the cards on custom objects and old layers, and match what they see by its place."""
    from kerasscan.rulebook.known_checks import checks_for

    cards = [rule for rule in rules if rule.family in _FAMILIES and rule.check in _BY_PLACE]
    checks = checks_for(rule.check for rule in cards)
    case = Case(saved)
    seen = {
        observation.address: card.id
        for card in cards
        for observation in checks[card.check].run(case, card.options)
    }
    return {reason: seen[reason.address] for reason in reasons if reason.address in seen}
