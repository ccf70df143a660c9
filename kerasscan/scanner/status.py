"""How far the reading of a file got, in one word."""

from __future__ import annotations

from kerasscan.model.finding import Status
from kerasscan.model.saved import Saved


def status_of(saved: Saved) -> Status:
    """Return whether a file was read to its end, and whether it holds a model at all."""
    if not saved.is_complete:
        return Status.INCOMPLETE
    return Status.SCANNED if saved.artifact.container.is_model else Status.NOT_A_MODEL
