"""A process that judges one file after the other, from both ends of its pipe.

The parent sends a path, the process answers with the file's report. What happens to the process
is told by its end: it is watched from outside, because nothing inside can be trusted to answer.
"""

from __future__ import annotations

import math
import os
import signal
import time
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from kerasscan.model.finding import FileReport
from kerasscan.model.saved import Problem
from kerasscan.scanner.budgets import memory
from kerasscan.scanner.lost import died, too_hungry, too_slow
from kerasscan.scanner.work import MakeJudge, Work

FAILED = 1
"""Exit code of a process that an exception ended: Python has written the traceback to stderr."""

OUT_OF_MEMORY = 71
"""Exit code of a process that ran out of memory, which has none left to say more."""

START_SECONDS = 120.0
"""Most wall time until a process is ready. It takes well below a second on an idle machine."""

_GRACE = 5.0
"""Seconds for the system to end a process whose pipe is closed, or that was killed."""


class WorkerFailed(RuntimeError):
    """A process did not start, or came upon a mistake of kerasscan's own."""


class Worker:
    """The parent's end.

    Attributes:
        pipe: Has something to read when the process has answered or has ended.
        deadline: When the process is given up, in the time of `time.monotonic`.
        index: Number of the file that it judges; None while it starts.
    """

    def __init__(self, work: Work, make_judge: MakeJudge) -> None:
        """Start the process."""
        context = get_context("spawn")  # the same on every platform, and inherits no open files
        self.pipe, theirs = context.Pipe()
        self.deadline = time.monotonic() + START_SECONDS
        self.index: int | None = None
        self._work = work
        self._file = Path()
        self._seconds = START_SECONDS
        # a daemon is ended with the parent, should the parent not come to end it itself
        self._process = context.Process(target=serve, args=(theirs, work, make_judge), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, index: int, file: Path) -> None:
        """Let the process judge a file."""
        self.index, self._file = index, file
        self._seconds = self._work.seconds_for(file)
        self.deadline = time.monotonic() + (self._seconds or math.inf)
        with suppress(OSError):  # it has just died, which is told when it is asked
            self.pipe.send((file, self._seconds))

    def answer(self) -> FileReport | Problem | None:
        """Return what the process has to say, or what became of it: it must be done or overdue.

        Returns:
            The report of its file; why there is none; None: it is ready for the first file.

        Raises:
            WorkerFailed: It ended by an exception that is not the file's fault.
        """
        try:
            if self.pipe.poll():
                report: FileReport | None = self.pipe.recv()
                return report
        except (EOFError, OSError):
            return self._end_of_it()
        return too_slow(self._seconds)

    def _end_of_it(self) -> Problem:
        self._process.join(_GRACE)
        code = self._process.exitcode
        if code == OUT_OF_MEMORY:
            return too_hungry(self._work.limits)
        if code == FAILED and self.index is not None:
            raise WorkerFailed(
                f"{self._file}: the process that judged it failed; see its traceback"
            )
        return died(code)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self._process.kill()
        self._process.join(_GRACE)


def serve(pipe: Connection, work: Work, make_judge: MakeJudge) -> None:
    """Judge the files that come through a pipe until it is closed: what the process runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and ends this
    judge = make_judge(work)
    try:
        pipe.send(None)
        while True:
            file, seconds = pipe.recv()
            _end_after(2 * seconds)  # should the parent have died and not do so in time
            with memory(work.limits.memory_bytes):
                report = judge(file)
            _end_after(0)
            pipe.send(report)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the parent is gone, or has closed its end


def _end_after(seconds: float) -> None:
    """Let the system end this process after a time, whatever it does then; 0: not any more."""
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_REAL, seconds)  # SIGALRM ends a process by default
