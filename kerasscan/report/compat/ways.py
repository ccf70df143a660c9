"""What it takes to load a file in one release: nothing, an argument, or more than that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from kerasscan.model.outcome import Outcome, Reason, ReasonKind, Stage


class Means(StrEnum):
    """An argument of ``load_model`` that gets past something."""

    COMPILE = "compile=False"
    CUSTOM = "custom_objects"
    SAFE = "safe_mode=False"


@dataclass(frozen=True, order=True)
class Way:
    """How a release loads a file.

    Attributes:
        loads: Whether it does, with the means; None where that cannot be told.
        means: The fewest arguments that it takes.
    """

    loads: bool | None
    means: tuple[Means, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether ``load_model(path)`` loads."""
        return self.loads is True and not self.means

    @property
    def in_words(self) -> str:
        """``with compile=False and custom_objects``; nothing where no means are needed."""
        return f"with {' and '.join(self.means)}" if self.means else ""


FAILS = Way(False)


def way(outcome: Outcome) -> Way:
    """Return the way that takes the fewest arguments; undecided only where no way is sure."""
    undecided: Way | None = None
    for means in _choices():
        if all(_is_passed(reason, means, outcome) for reason in outcome.reasons):
            if not outcome.doubts:
                return Way(True, means)
            undecided = undecided or Way(None, means)
    return undecided or FAILS


def _choices() -> Iterator[tuple[Means, ...]]:
    for count in range(len(Means) + 1):
        yield from combinations(Means, count)


def _is_passed(reason: Reason, means: tuple[Means, ...], outcome: Outcome) -> bool:
    """Whether a reason does not stand in the way of a load with these arguments."""
    unsafe = Means.SAFE in means
    if reason.only_when_unsafe and not unsafe:
        return True
    if reason.kind is ReasonKind.LAMBDA_REFUSED and unsafe:
        return True
    if reason.kind is ReasonKind.CUSTOM_OBJECT and Means.CUSTOM in means:
        return True
    skips_compile = Means.COMPILE in means and outcome.honours_compile
    return reason.stage is Stage.COMPILE and skips_compile
