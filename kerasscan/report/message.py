"""A finding's sentence, in formats that refuse an empty one."""

from __future__ import annotations

from kerasscan.model.finding import Finding
from kerasscan.model.visible import flowing


def message_of(finding: Finding) -> str:
    """Return the message as one visible paragraph; where a card makes none, the rule's name."""
    return flowing(finding.message) or flowing(finding.name)
