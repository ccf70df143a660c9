"""Files that, by their names alone, kill, hang or exhaust the process that reads them.

Nothing in kerasscan knows of them: tests hand `judge_oddly` to the processes, or put
`SITECUSTOMIZE` before the command line.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from kerasscan.model.finding import FileReport
from kerasscan.scanner.work import Judge, Work, judge_for

SITECUSTOMIZE = """
import kerasscan.reader.reading

read = kerasscan.reader.reading.read

def read_oddly(path, *rest):
    from tests.scanner.misbehaving import misbehave  # which imports what reads
    misbehave(path)
    return read(path, *rest)

kerasscan.reader.reading.read = read_oddly
"""
"""A module that Python imports at every start, in the processes that a scan starts too."""

BLOCK = 16 * 1024 * 1024


def misbehave(path: str | os.PathLike[str]) -> None:
    """Do what the name of a file says: ``killed``, ``hangs``, ``deaf``, ``swells``, ``fails``."""
    place = Path(path)
    what = place.stem.rpartition("-")[2]
    if what in ("hangs", "deaf"):
        place.with_suffix(".begun").touch()
    if what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "deaf":  # as a loop in C is: no signal but SIGKILL ends it
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    if what in ("hangs", "deaf"):
        while True:
            pass
    if what == "swells":
        held = []
        while True:
            held.append(bytearray(BLOCK))
    if what == "fails":
        raise ZeroDivisionError("a mistake")


def judge_oddly(work: Work) -> Judge:
    """Make what judges files, and misbehaves for some."""
    judge = judge_for(work)

    def oddly(file: Path) -> FileReport:
        misbehave(file)
        return judge(file)

    return oddly


def judge_slowly(work: Work) -> Judge:
    """Make what takes its time for the first file, and none for the others."""
    judge = judge_for(work)

    def slowly(file: Path) -> FileReport:
        if file.stem == "0":
            time.sleep(0.5)
        return judge(file)

    return slowly


def never_ready(_work: Work) -> Judge:
    """End the process before it has judged anything."""
    os._exit(7)
