"""What each release does with links and datasets that lead out of an HDF5 file.

Two things decide: how the file is opened, and whether the loader looks at what it is given. HDF5
follows links into other files only from a file that it has opened by name. A member of a zip
archive is opened through a file object, and TensorFlow opens HDF5 files so from 2.8 on
(keras/saving/save.py). External storage is followed in both ways, and of a virtual dataset that
is opened through a file object the read hangs, crashes or takes all memory (recorded).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kerasscan.catalog.behaviours import has_behaviour
from kerasscan.catalog.releases import Release
from kerasscan.hazards.containers import Route
from kerasscan.model.hazard import Effect, Hazard, HazardKind
from kerasscan.model.saved import Container, Saved


@dataclass(frozen=True)
class Situation:
    """One release that reads one file.

    Attributes:
        saved: The file.
        way: How the release reads it.
        release: The release.
    """

    saved: Saved
    way: Route
    release: Release

    def has(self, behaviour: str) -> bool:
        """Whether the release behaves in that way (`catalog/overlays/behaviours.json`)."""
        return has_behaviour(self.release.known, behaviour)

    @property
    def is_opened_by_name(self) -> bool:
        """Whether HDF5 opens the file itself, and not through a file object."""
        if self.saved.artifact.container is Container.KERAS_ZIP:
            return False
        return not (self.way is Route.HDF5 and self.has("any-file-opened-as-hdf5"))


def link(hazard: Hazard, situation: Situation) -> Effect:
    """Grade an external or soft link."""
    if _is_checked(hazard, situation):
        return Effect.REFUSED
    if hazard.kind is HazardKind.SOFT_LINK:
        return Effect.NONE
    return Effect.FILE_READ if situation.is_opened_by_name else Effect.REFUSED


def _is_checked(hazard: Hazard, situation: Situation) -> bool:
    """Whether the loader looks at a link before it follows it.

    It looks at the last step of what it asks for: ``layers/<layer>``, then ``vars``, then the
    weight, in files that are found by paths; in the legacy layout ``model_weights``, the layer,
    and ``<name>/<weight>`` at once.
    """
    steps = _steps(hazard)
    if _is_found_by_paths(hazard, situation):
        guards = {1: "hdf5-inner-links-refused", 2: "layer-links-refused"}
        return situation.has(guards.get(len(steps), "hdf5-links-refused"))
    is_inner = len(steps) == _NAME and steps[0] == "model_weights"
    return situation.has("hdf5-inner-links-refused" if is_inner else "hdf5-links-refused")


_NAME: Final = 3
"""Steps to the group inside of a layer's: ``model_weights/dense/dense``."""


def _steps(hazard: Hazard) -> list[str]:
    member = hazard.address.member
    inside = member.partition(".h5")[2] if ".h5/" in member else member
    return [step for step in inside.split("/") if step]


def _is_found_by_paths(hazard: Hazard, situation: Situation) -> bool:
    """Whether the file is in the layout of ``.weights.h5``."""
    if situation.way is Route.ARCHIVE:
        return True
    container = situation.saved.artifact.container
    return container is Container.H5_WEIGHTS and situation.saved.stored_layers is None


def external_storage(hazard: Hazard, situation: Situation) -> Effect:
    """Grade a dataset whose values are in another file."""
    by_paths = _is_found_by_paths(hazard, situation)
    guard = "external-storage-refused" if by_paths else "hdf5-links-refused"
    return Effect.REFUSED if situation.has(guard) else Effect.FILE_READ


def virtual_dataset(hazard: Hazard, situation: Situation) -> Effect:
    """Grade a dataset that is a view of others."""
    if situation.has("hdf5-links-refused"):
        return Effect.REFUSED
    if hazard.detail.endswith(" in ."):
        return Effect.NONE  # a view of the file itself
    is_opened = situation.is_opened_by_name
    return Effect.FILE_READ if is_opened else Effect.DENIAL_OF_SERVICE
