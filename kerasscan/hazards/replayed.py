"""Whether the load of a release stops at a hazard, by the replay of `load_model`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kerasscan.catalog.behaviours import has_behaviour
from kerasscan.catalog.releases import Release, releases
from kerasscan.hazards.finding import hazards
from kerasscan.loading.given import Given
from kerasscan.loading.prediction import predict_all
from kerasscan.model.address import Address
from kerasscan.model.hazard import Hazard, HazardKind
from kerasscan.model.outcome import Outcome, Reason, ReasonKind, Stage
from kerasscan.model.saved import Saved

REFERENCES = (
    HazardKind.FOREIGN_REFERENCE,
    HazardKind.SAFE_MODE_SWITCH,
    HazardKind.UTILITY_REFERENCE,
)
"""Kinds whose subject is the path of a function or class."""


def outcomes_of(saved: Saved) -> Mapping[str, Outcome]:
    """Return what every release does with a file, by release (``keras==3.15.1``).

    What a reference names is taken for installed: a hostile file names what is.
    """
    if _last and _last[0][0] is saved:
        return _last[0][1]
    named = frozenset(each.subject for each in hazards(saved) if each.kind in REFERENCES)
    found = predict_all(saved, releases(), Given(importable=named))
    outcomes = {outcome.release: outcome for outcome in found}
    _last[:] = [(saved, outcomes)]
    return outcomes


_last: list[tuple[Saved, Mapping[str, Outcome]]] = []
"""The file asked about last."""


def stops_at(outcome: Outcome, hazard: Hazard, release: Release) -> bool:
    """Whether a load stops before it reads the file, or where the hazard stands.

    What stops it elsewhere may be mended or passed, and does not count.
    """
    return any(
        reason.stage is Stage.CONTAINER
        or _is_same_place(reason.address, hazard.address)
        or _is_around(reason, hazard.address)
        for reason in outcome.reasons
        if not reason.only_when_unsafe
        and reason.stage not in _AFTERWARDS
        and not _is_called_all_the_same(hazard, reason, release)
    )


def _is_called_all_the_same(hazard: Hazard, reason: Reason, release: Release) -> bool:
    """Whether a function stands in a list of layers: it is no layer, but it is called as one."""
    is_in_list = hazard.kind in REFERENCES and hazard.address.pointer == reason.address.pointer
    is_refused = has_behaviour(release.known, "elements-checked")
    return is_in_list and reason.stage is Stage.CONSTRUCT and not is_refused


_AFTERWARDS = (Stage.CONNECT, Stage.WEIGHTS)
"""What is met when the object is there and may have run."""


def _is_around(reason: Reason, hazard: Address) -> bool:
    """Whether a class around the hazard is not found, so that nothing in it is looked at."""
    is_lost = reason.stage is Stage.RESOLVE and reason.kind is not ReasonKind.CUSTOM_OBJECT
    is_above = reason.address.member == hazard.member and _is_below(
        hazard.pointer, reason.address.pointer
    )
    return is_lost and is_above


_LAYER = re.compile(r".*/(?:(?:layers|cells)/\d+|layer|backward_layer|cell)(?=/|$)")
"""The pointer of the innermost layer around a value."""


def _is_same_place(reason: Address, hazard: Address) -> bool:
    """Whether a reason is about a value, or about something in it or around it in its layer."""
    if reason.member != hazard.member or not reason.pointer:
        return False
    if _is_below(reason.pointer, hazard.pointer):
        return True
    layer = _LAYER.match(hazard.pointer)
    is_in_layer = layer is None or _is_below(reason.pointer, layer[0])
    return is_in_layer and _is_below(hazard.pointer, reason.pointer)


def _is_below(pointer: str, outer: str) -> bool:
    return pointer == outer or pointer.startswith(f"{outer}/")
