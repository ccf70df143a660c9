"""What one case may cost: seconds of the processor, and memory."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MIB = 1024 * 1024
SECONDS = 10.0
"""Processor time of one case."""
GROWTH = 512 * MIB
"""By how much one case may raise the peak of the process's memory."""
PROCESS_SECONDS = 600.0
"""Processor time of all cases of one target in the test run."""
ADDRESS_SPACE = 2048 * MIB
"""Address space of a process that runs cases."""


class TooSlow(BaseException):
    """A case took longer than it may; no handler in the code under test catches it."""


class TooMuchMemory(AssertionError):
    """A case raised the peak of the process's memory by more than it may."""


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow(f"more than {SECONDS:g} seconds of processor time")


@contextmanager
def watched() -> Iterator[None]:
    """Stop what takes too long, and tell of what takes too much memory.

    Raises:
        TooSlow: In the midst of the block.
        TooMuchMemory: At its end.
    """
    before = peak()
    previous = signal.signal(signal.SIGPROF, _alarm)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)
    grown = peak() - before
    if grown > GROWTH:
        raise TooMuchMemory(f"the peak of memory grew by {grown // MIB} MiB")


def peak() -> int:
    """Return the most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def bound_memory() -> None:
    """Bound the address space of this process; for processes that only run cases."""
    _bound(resource.RLIMIT_AS, ADDRESS_SPACE)


def bound_time() -> None:
    """Let the system end this process when it hangs in C, where no alarm gets through."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime + PROCESS_SECONDS)
    _bound(resource.RLIMIT_CPU, end)


def _bound(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
