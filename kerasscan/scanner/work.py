"""What a process needs to judge files, and the way one file is judged with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kerasscan.model.finding import FileReport, Rule
from kerasscan.model.target import Target
from kerasscan.reader.limits import MIB, Limits
from kerasscan.rulebook.known_checks import checks_for
from kerasscan.scanner.judge_file import judge_file

if TYPE_CHECKING:
    from kerasscan.scanner.project import Project

HASHED_A_SECOND = 32 * MIB
"""Bytes that even a slow disk or a network share gives in a second."""


@dataclass(frozen=True)
class Work:
    """What every process needs besides the path of a file."""

    rules: tuple[Rule, ...]
    limits: Limits
    hashes: bool
    target: Target | None = None
    project: Project | None = None
    parts: bool = False

    def seconds_for(self, file: Path) -> float:
        """Return how long a file may take; 0: as long as it wants.

        The budget is for what a file makes the reader do. Its sha256 takes as long as its bytes
        take to come, and a healthy file of many gigabytes must not be called too slow for that.
        """
        if not self.limits.seconds or not self.hashes:
            return self.limits.seconds
        return self.limits.seconds + _bytes_on_disk(file, self.limits) // HASHED_A_SECOND


Judge: TypeAlias = Callable[[Path], FileReport]
"""Judges one file."""

MakeJudge: TypeAlias = Callable[[Work], Judge]
"""Makes what judges files."""


def judge_for(work: Work) -> Judge:
    """Return what judges files, with all that does not depend on the file done once."""
    checks = checks_for(rule.check for rule in work.rules)
    predict = None
    if work.target is not None:
        from kerasscan.scanner.target import prediction

        predict = prediction(work.target, checks.values())

    def judge(file: Path) -> FileReport:
        return judge_file(
            file,
            work.rules,
            checks,
            work.limits,
            hashes=work.hashes,
            parts=work.parts,
            predict=predict,
            project=work.project,
        )

    return judge


def _bytes_on_disk(path: Path, limits: Limits) -> int:
    """Return the bytes that are stored for a file or folder.

    They are not its size: a file with holes, whose size is a wish, gains no time by them.
    """
    try:
        files: Iterable[Path] = [path]
        if path.is_dir():
            files = islice(path.rglob("*"), limits.archive_members)
        return sum(_stored(file.lstat()) for file in files)
    except OSError:  # the reader comes upon that too, and tells
        return 0


def _stored(status: os.stat_result) -> int:
    blocks = getattr(status, "st_blocks", None)  # Windows counts none
    return status.st_size if blocks is None else min(status.st_size, blocks * 512)
