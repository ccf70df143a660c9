"""What a report has to say of a file beside its findings: that not all of it was seen."""

from __future__ import annotations

from kerasscan.model.finding import FileReport, Status
from kerasscan.model.visible import flowing

INCOMPLETE = "incomplete-scan"
"""Name for a file of which a part stayed unseen, in formats that name everything."""
NOT_A_MODEL = "not-a-model"
"""Name for a file without a model."""


def unseen(file: FileReport) -> tuple[str, str] | None:
    """Return a name and a sentence on a file that was not, or not wholly, scanned."""
    match file.status:
        case Status.SCANNED:
            return None
        case Status.INCOMPLETE:
            return INCOMPLETE, (
                "Part of this file could not be read: it may hold more than is reported here."
            )
        case Status.NOT_A_MODEL:
            return NOT_A_MODEL, f"This file is not a model ({flowing(file.container)})."
