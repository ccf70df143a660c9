"""Names of layers that become paths: Keras writes the assets of a layer to a folder of its name.

Source: `DiskIOStore` in keras/src/saving/saving_lib.py; checked there from 3.12.3 and 3.15.0 on.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.hazards.storage import leads_out
from kerasscan.model.hazard import Hazard, HazardKind
from kerasscan.model.objects import SavedObject

_LONGEST = 300


def names(found: SavedObject) -> Iterator[Hazard]:
    """Yield an object's name if it leads out of a folder."""
    name = found.name
    if name and leads_out(name):
        kind = HazardKind.TRAVERSAL_NAME
        yield Hazard(kind, found.address, name[:_LONGEST], "", name, found.role.value)
