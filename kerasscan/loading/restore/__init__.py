"""Reading the weights into the layers: numbers, shapes and places, never values.

May enter: what `load_weights` of each loader family compares.
"""

from __future__ import annotations

from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay


def restore(replay: Replay, model: PaperLayer) -> None:
    """Call the layers on shapes and compare their variables with what the file stores."""
