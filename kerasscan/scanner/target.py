"""The releases that a scan judges for: asked for, pinned by the project, or the newest Keras."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kerasscan.catalog.releases import Release, newest, releases, requested
from kerasscan.loading.given import Given
from kerasscan.model.outcome import Outcome
from kerasscan.model.saved import Saved
from kerasscan.model.target import Target

if TYPE_CHECKING:
    from kerasscan.checks.check import Check

Predict: TypeAlias = Callable[[Saved], tuple[Outcome, ...]]
"""What the releases of a target do with a file."""

ASKED = "asked"
"""The source of a target that the caller names."""
DEFAULT = "default"
"""The source of the newest Keras 3, where nothing else is known."""


def asked_target(requirements: Sequence[str], source: str = ASKED) -> Target:
    """Return the target that requirements stand for: every known release that one allows.

    Raises:
        BadRequirement: One of them is no requirement, or allows no release that is known.
    """
    found = {release for each in requirements for release in requested(each)}
    return _target(requirements, found, source)


def project_target(start: Path) -> Target:
    """Return what the project pins that a path lies in, or else the newest Keras 3."""
    from kerasscan.scanner.pins.resolve import resolved
    from kerasscan.scanner.pins.search import find_pins

    pins = find_pins(start)
    if pins.file is None:
        return _target((), {newest()}, DEFAULT, pins.notes)
    found, notes = resolved(pins.requirements)
    source = _shown(pins.file, start)
    if not found:
        unused = (*pins.notes, *(f"{source}: {note}" for note in notes))
        return _target((), {newest()}, DEFAULT, unused)
    return _target(pins.requirements, set(found), source, (*pins.notes, *notes))


def prediction(target: Target | None, checks: Iterable[Check]) -> Predict | None:
    """Return what predicts the outcomes of a file; None where no check asks for them."""
    if target is None or not any(check.needs_outcomes for check in checks):
        return None
    from kerasscan.loading.prediction import predict_all

    releases, given = releases_of(target), Given(python=target.python)
    return lambda saved: predict_all(saved, releases, given)


def releases_of(target: Target) -> tuple[Release, ...]:
    """Return the releases of a target as the catalog knows them."""
    wanted = set(target.releases)
    return tuple(release for release in releases() if release.requirement in wanted)


def _target(
    requirements: Sequence[str], found: set[Release], source: str, notes: tuple[str, ...] = ()
) -> Target:
    ordered = tuple(each.requirement for each in releases() if each in found)
    return Target(tuple(requirements), ordered, source, notes=notes)


def _shown(file: Path, start: Path) -> str:
    """Return a file's path the way the scanned path was given: relative, or absolute."""
    if start.is_absolute():
        return str(file)
    try:
        return os.path.relpath(file)
    except ValueError:  # another drive of Windows
        return str(file)
