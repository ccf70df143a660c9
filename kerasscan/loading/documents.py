"""The documents of a file that a loader asks for."""

from __future__ import annotations

from kerasscan.model.address import Address
from kerasscan.model.saved import Document, Purpose, Saved


def document(saved: Saved, purpose: Purpose, member: str) -> Document | None:
    """Return the document of a purpose in a member (or attribute), or None."""
    for found in saved.documents:
        if found.purpose is purpose and found.member.endswith(member):
            return found
    return None


def place(saved: Saved, found: Document) -> Address:
    """Return the address of a document's value."""
    return Address(found.member, found.pointer, found.layer)
