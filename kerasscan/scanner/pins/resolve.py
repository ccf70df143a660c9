"""From the requirements of a project to the releases that it loads models with.

Of a range the newest release that it allows is taken, because that is what pip installs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kerasscan.catalog.releases import BadRequirement, Release, requested

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_FIRST_KERAS_WITHIN = (2, 4)
"""From `keras` 2.4 to 2.15 the package is the tf.keras of the TensorFlow of that number."""

_BOTH = (
    "tf-keras and Keras 3 are both pinned, and both are judged; where TF_USE_LEGACY_KERAS=1 is "
    "set, only tf-keras counts (--target tf-keras)"
)


def resolved(requirements: Iterable[str]) -> tuple[tuple[Release, ...], tuple[str, ...]]:
    """Return the releases that requirements stand for, and notes on those that stand for none."""
    found: dict[str, Release] = {}
    notes = []
    for requirement in requirements:
        try:
            found[requirement] = _newest(requirement)
        except BadRequirement as error:
            notes.append(_short(str(error)))
    releases = tuple(dict.fromkeys(_installed_together(found)))
    lines = {release.line for release in releases}
    if {"tf-keras", "keras3"} <= lines:
        notes.append(_BOTH)
    return releases, tuple(notes)


def _newest(requirement: str) -> Release:
    """Return the newest release that a requirement allows.

    Raises:
        BadRequirement: It is no requirement, or allows no release that is known.
    """
    wanted = _parsed(requirement)
    if wanted is None or wanted.name.lower() != "keras":
        return requested(requirement)[-1]
    within = _within_tensorflow(f"tensorflow{wanted.specifier}")
    try:
        found = requested(requirement)[-1]
    except BadRequirement:
        if within is None:
            raise
        return within
    return found if within is None or found.line == "keras3" else within


def _within_tensorflow(requirement: str) -> Release | None:
    try:
        found = requested(requirement)
    except BadRequirement:
        return None
    same = [each for each in found if each.line == "tf.keras"]
    same = [each for each in same if _number(each) >= _FIRST_KERAS_WITHIN]
    return same[-1] if same else None


def _installed_together(found: dict[str, Release]) -> Iterator[Release]:
    """Leave out what is not installed beside the others: a program has one Keras of each kind."""
    keras = {name for name in found if _is_keras(name)}
    has_keras_3 = any(found[name].line == "keras3" for name in keras)
    tensorflows = [release for release in found.values() if release.line == "tf.keras"]
    for name, release in found.items():
        if name in keras:
            is_wanted = not any(_allows(name, tensorflow) for tensorflow in tensorflows)
        else:
            is_wanted = not (has_keras_3 and release.line == "keras3")
        if is_wanted or release in tensorflows:
            yield release


def _allows(requirement: str, tensorflow: Release) -> bool:
    """Whether a requirement on keras allows the Keras that a TensorFlow brings."""
    wanted = _parsed(requirement)
    if wanted is None or _number(tensorflow) < _FIRST_KERAS_WITHIN:
        return False
    return wanted.specifier.contains(f"{tensorflow.version}.0")


def _is_keras(requirement: str) -> bool:
    wanted = _parsed(requirement)
    return wanted is not None and wanted.name.lower() == "keras"


def _number(release: Release) -> tuple[int, ...]:
    return tuple(int(part) for part in release.version.split("."))


def _parsed(requirement: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(requirement)
    except InvalidRequirement:
        return None


def _short(message: str) -> str:
    """Return a message without the list of all versions that are known."""
    return message.partition("\n")[0].partition(": 2.")[0].partition(": 1.15")[0]
