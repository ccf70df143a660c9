"""Time and memory for what a process does: how they are kept inside the process itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")

_REPEAT = 1.0
"""Seconds until the alarm is given again: an exception that meets a finalizer is swallowed."""


class TimeUp(BaseException):
    """The time is over.

    It may come anywhere, so it is none of the exceptions that code expects, as
    ``KeyboardInterrupt`` is none.
    """


def within(seconds: float, call: Callable[[], _T]) -> _T:
    """Return what ``call`` returns, or give it up.

    The alarm is the system's one timer of a process (``setitimer``). It is left alone where the
    program uses it or the signal SIGALRM for itself, outside the main thread, where Python does
    not handle signals, and on Windows, which has none: there, ``call`` takes its time.

    Args:
        seconds: Most wall time; 0: any.
        call: Python code. A function of C that never returns to it is not interrupted.

    Raises:
        TimeUp: The time is over.
    """
    if sys.platform == "win32" or not seconds:
        return call()
    import signal

    is_used = signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL
    if is_used or signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0):
        return call()
    try:
        signal.signal(signal.SIGALRM, _time_up)
    except ValueError:  # not the main thread
        return call()
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT)
        return call()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _time_up(_signal: int, _frame: object) -> None:
    raise TimeUp


@contextmanager
def memory(most: int) -> Iterator[None]:
    """Let this process take so much more memory than it has; then Python raises MemoryError.

    The limit is on addresses (RLIMIT_AS) and holds for the whole process, all its threads.
    Linux alone keeps it and tells how many a process has; elsewhere nothing is limited here.

    Args:
        most: Bytes; 0: any.
    """
    if sys.platform != "linux" or not most:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _addresses(resource.getpagesize()) + most
    known = [each for each in (wanted, soft, hard) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(known), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _addresses(page: int) -> int:
    """Return the bytes of address space that this process has (``man 5 proc``, statm)."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * page
    except OSError:  # a container without /proc; the process itself takes some 50 MB
        return 0
