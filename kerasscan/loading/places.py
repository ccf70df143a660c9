"""Which layer a place in the file belongs to, named as everywhere else in the house.

A replay names layers as the loader meets them; what wraps a layer, or is wrapped by one, has a
path of its own in `Saved`. The pointer tells which object of the file a reason is about.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from kerasscan.model.address import Address
from kerasscan.model.outcome import Change, Outcome, Reason
from kerasscan.model.saved import Saved


class Places:
    """The places of one file."""

    def __init__(self, saved: Saved) -> None:
        self._saved = saved
        self._known: dict[int, tuple[Reason | Change, Any]] = {}

    def named(self, outcome: Outcome) -> Outcome:
        """Return an outcome whose reasons and changes name their layers as `Saved` does."""
        if not (outcome.reasons or outcome.changes):
            return outcome
        reasons = dict.fromkeys(map(self._placed, outcome.reasons))
        changes = dict.fromkeys(map(self._placed, outcome.changes))
        return replace(outcome, reasons=tuple(reasons), changes=tuple(changes))

    def _placed(self, one: Reason | Change) -> Any:
        """Return a reason or change with its layer; releases that load alike share them."""
        known = self._known.get(id(one))
        if known is None:
            known = self._known[id(one)] = (one, replace(one, address=self._named(one.address)))
        return known[1]

    @cached_property
    def _layers(self) -> dict[tuple[str, str], str]:
        """Layer paths by member and pointer of the objects in the file."""
        return {
            (found.address.member, found.address.pointer): found.address.layer
            for found in self._saved.objects
        }

    def _named(self, address: Address) -> Address:
        """Return the address in the layer of the innermost object around its pointer."""
        pointer = address.pointer
        while pointer:
            layer = self._layers.get((address.member, pointer))
            if layer is not None:
                return address.within(layer)
            pointer = pointer.rpartition("/")[0]
        return address
