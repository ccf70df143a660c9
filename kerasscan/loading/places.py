"""Which layer a place in the file belongs to, named as everywhere else in the house.

A replay names layers as the loader meets them; what wraps a layer, or is wrapped by one, has a
path of its own in `Saved`. The pointer tells which object of the file a reason is about.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from kerasscan.model.address import Address
from kerasscan.model.outcome import Outcome
from kerasscan.model.saved import Saved


class Places:
    """The places of one file."""

    def __init__(self, saved: Saved) -> None:
        self._saved = saved

    def named(self, outcome: Outcome) -> Outcome:
        """Return an outcome whose reasons and changes name their layers as `Saved` does."""
        if not (outcome.reasons or outcome.changes):
            return outcome
        reasons = (replace(each, address=self._named(each.address)) for each in outcome.reasons)
        changes = (replace(each, address=self._named(each.address)) for each in outcome.changes)
        return replace(
            outcome, reasons=tuple(dict.fromkeys(reasons)), changes=tuple(dict.fromkeys(changes))
        )

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
