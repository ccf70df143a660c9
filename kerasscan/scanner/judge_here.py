"""Judging a file in this process, within its time and memory."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from kerasscan.model.finding import FileReport
from kerasscan.scanner.budgets import TimeUp, memory, within
from kerasscan.scanner.work import Judge, Work


def judge_here(file: Path, work: Work, judge: Judge, *, limit_memory: bool) -> FileReport:
    """Judge a file, and report it as incomplete when time or memory runs out.

    Args:
        file: A model file or directory.
        work: What is asked of it.
        judge: Judges it.
        limit_memory: Whether this whole process may be limited meanwhile: right for a program
            that does nothing else, wrong for one that calls kerasscan beside its own work.
    """
    seconds = work.seconds_for(file)
    limited = memory(work.limits.memory_bytes) if limit_memory else nullcontext()
    is_slow = False
    try:
        with limited:
            return within(seconds, lambda: judge(file))
    except TimeUp:
        is_slow = True
    except MemoryError:
        pass  # what took the memory is let go with the exception, before anything else is made
    import gc

    from kerasscan.scanner.lost import lost, too_hungry, too_slow

    gc.collect()  # and what of it is cyclic
    return lost(file, work, too_slow(seconds) if is_slow else too_hungry(work.limits))
