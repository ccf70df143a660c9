"""What is odd about an archive: a value with a clause."""

from __future__ import annotations

from dataclasses import dataclass

from kerasscan.model.saved import ProblemKind


@dataclass(frozen=True)
class Oddity:
    """One thing about an archive on which programs may disagree.

    Attributes:
        kind: Which problem it is; DAMAGED_ZIP where CPython refuses to read.
        clause: What exactly, without a final period.
        label: Of the member, as in `Entry.label`; ``""`` is the archive as a whole.
        incomplete: Whether something stays unseen because of it.
        is_plain: Whether a `kerasscan.model.saved.Member` says as much: by its name, which leads
            elsewhere, or by its link. Cards judge those; it is not told twice.
    """

    kind: ProblemKind
    clause: str
    label: str = ""
    incomplete: bool = False
    is_plain: bool = False
