"""The books of one reading: what it may still cost, and what was found wrong so far."""

from __future__ import annotations

from collections import Counter
from types import TracebackType

from kerasscan.model.address import Address
from kerasscan.model.saved import Problem, ProblemKind
from kerasscan.reader.hdf5.flaws import Exceeded, Exhausted, Flaw
from kerasscan.reader.limits import Limits

_STEPS_AT_LEAST = 20_000
_STEPS_PER_OBJECT = 16
_BYTES_PER_STEP = 4
"""Every structure that costs a step takes 8 bytes or more, and is read once or twice."""
_NAME_BYTES_PER_OBJECT = 256
_HASHING = 8_000_000
"""Rounds of hashing, each as dear as its blocks are many: some seconds."""
_BYTES_PER_VALUE = 32
"""What one element of an array costs in memory, whatever its size in the file."""


class Filing:
    """A block in which a `Flaw` becomes a problem, and reading goes on behind the block."""

    __slots__ = ("_before", "_ledger", "_place")

    def __init__(self, ledger: Ledger, place: str) -> None:
        self._ledger = ledger
        self._place = place
        self._before = ledger.place

    def __enter__(self) -> None:
        self._before = self._ledger.place
        self._ledger.place = self._place

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        is_flaw = isinstance(error, Flaw)
        if isinstance(error, Flaw):
            self._ledger.problem(error.kind, error.detail, incomplete=True)
        if is_flaw or error is None:
            self._ledger.place = self._before
        return is_flaw


class Ledger:
    """Budgets and problems.

    Attributes:
        limits: The budgets as given.
        place: Path of the object that is being read; problems are filed under it.
    """

    def __init__(self, limits: Limits, size: int) -> None:
        self.limits = limits
        self.place = "/"
        self._problems: list[Problem] = []
        self._counts: Counter[ProblemKind] = Counter()
        most = limits.hdf5_objects
        self._steps = min(_STEPS_AT_LEAST + size // _BYTES_PER_STEP, most * _STEPS_PER_OBJECT)
        self._objects = most
        self._too_many = f"the file has more than {most} groups, datasets and links"
        self._links = limits.hdf5_objects
        self._path_bytes = self._link_bytes = limits.hdf5_objects * _NAME_BYTES_PER_OBJECT
        self._attribute_bytes = limits.hdf5_attribute_bytes
        self._hashing = _HASHING

    def step(self, count: int = 1) -> None:
        """Pay for small structures: header messages, tree entries, heap objects.

        A sound file never runs out; one whose structures overlap and are read over and
        over does.
        """
        self._steps -= count
        if self._steps < 0:
            raise Exhausted("its structures overlap: they would be read over and over")

    def link(self, size: int) -> None:
        """Pay for a link that is kept in memory, and for its name and target."""
        self._links -= 1
        self._link_bytes -= size
        if self._links < 0:
            raise Exceeded(self._too_many)
        if self._link_bytes < 0:
            raise Exceeded("the names of its links take too much memory")

    def visit(self, path: str) -> None:
        """Pay for a link that is walked and for its path."""
        self._objects -= 1
        self._path_bytes -= len(path)
        if self._objects < 0:
            raise Exhausted(self._too_many)
        if self._path_bytes < 0:
            raise Exhausted("the paths of its objects take too much memory")

    def attribute(self, size: int, values: int = 0) -> None:
        """Pay for what attributes hold: bytes, or elements as far as they cost more."""
        cost = max(size, values * _BYTES_PER_VALUE)
        if cost > self._attribute_bytes:
            most = self.limits.hdf5_attribute_bytes
            raise Exceeded(f"attributes take more than {most} bytes, this one {cost} more")
        self._attribute_bytes -= cost

    def hash(self, cost: int) -> bool:
        """Pay for verifying checksums; return whether it can be paid, and tell once if not."""
        if self._hashing < 0:
            return False
        self._hashing -= cost
        if self._hashing < 0:
            what = "its checksums take too long: not all were verified"
            self.problem(ProblemKind.LIMIT_EXCEEDED, what, incomplete=True)
        return self._hashing >= 0

    def filing(self, place: str | None = None) -> Filing:
        """Return a block that files flaws, under a path if one is given."""
        return Filing(self, self.place if place is None else place)

    def problem(self, kind: ProblemKind, detail: str, *, incomplete: bool = False) -> None:
        """File a problem at the place that is being read."""
        self._counts[kind] += 1
        if self._counts[kind] <= self.limits.findings_per_rule:
            self._problems.append(Problem(kind, detail, Address(self.place), incomplete))

    def close(self) -> tuple[Problem, ...]:
        """Return the problems, with a word on those that were too many to list."""
        most = self.limits.findings_per_rule
        more = tuple(
            Problem(
                ProblemKind.LIMIT_EXCEEDED,
                f"{count - most} more problems of kind {kind} are not listed",
                incomplete=True,
            )
            for kind, count in self._counts.items()
            if count > most
        )
        return tuple(self._problems) + more
