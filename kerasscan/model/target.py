"""Which releases a scan judges for, and who said so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """The releases that the scanned models are meant to load with.

    Attributes:
        requirements: As they were asked for or pinned: ``keras>=3.6,<3.9``.
        releases: The known releases that they stand for: ``keras==3.6.0``, oldest first.
        source: Who said so: ``asked``, a file with its path, or ``default``.
        python: Python that loads, such as ``(3, 11)``, where it is known.
        notes: What is worth knowing about the choice: a pin that could not be read.
    """

    requirements: tuple[str, ...]
    releases: tuple[str, ...]
    source: str
    python: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
