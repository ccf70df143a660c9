"""What reading a project may cost."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True)
class SourceLimits:
    """Budgets of one project. Exceeding one is a `SourceProblem`, never silence.

    Attributes:
        files: Python files and notebooks.
        folders: Folders that are looked into for them.
        file_bytes: Size of one file.
        total_bytes: Size of all files that are read.
    """

    files: int = 5_000
    folders: int = 10_000
    file_bytes: int = _MIB
    total_bytes: int = 32 * _MIB


DEFAULT_LIMITS = SourceLimits()
