"""What known releases do with files: the answer of ``kerasscan compat``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kerasscan.model.finding import Status
from kerasscan.model.outcome import Change, Outcome, Reason


@dataclass(frozen=True)
class FileOutcomes:
    """What releases do with one file.

    Attributes:
        path: As the user gave it, or below the folder that the user gave.
        sha256: Hex digest, or None when no report asked for it.
        container: A `Container` value.
        claimed_version: The version string in the file.
        root_class: Class of the model.
        layer_count: Layers at any depth.
        status: How far the reading got.
        outcomes: One for each release asked about, oldest first, product line by line.
        rules: Ids of the rules that stand for the reasons and changes; what is not in it has none.
    """

    path: str
    sha256: str | None
    container: str
    claimed_version: str | None
    root_class: str | None
    layer_count: int
    status: Status
    outcomes: tuple[Outcome, ...]
    rules: Mapping[Reason | Change, str] = field(default_factory=dict, hash=False)

    @property
    def loads_with_all(self) -> bool | None:
        """Whether every release loads it; None where that cannot be told."""
        verdicts = {outcome.loads for outcome in self.outcomes}
        return False if False in verdicts else None if None in verdicts else True

    @property
    def loads_with_any(self) -> bool | None:
        """Whether at least one release loads it; None where that cannot be told."""
        verdicts = {outcome.loads for outcome in self.outcomes}
        return True if True in verdicts else None if None in verdicts else False


@dataclass(frozen=True)
class Compatibility:
    """What releases do with several files.

    Attributes:
        files: Sorted by path.
        requirements: The releases that were asked for, as requirements; empty: all known ones.
        version: kerasscan's version.
    """

    files: tuple[FileOutcomes, ...]
    requirements: tuple[str, ...]
    version: str

    def verdict(self, file: FileOutcomes) -> bool | None:
        """Whether a file loads: with all releases asked for, or, if none were, with any."""
        return file.loads_with_all if self.requirements else file.loads_with_any
