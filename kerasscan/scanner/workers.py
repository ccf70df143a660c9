"""Judging files in several processes: one that dies, hangs or swells costs its file, no other."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing
from multiprocessing.connection import wait
from pathlib import Path

from kerasscan.model.finding import FileReport
from kerasscan.model.saved import Problem
from kerasscan.scanner.lost import died, lost
from kerasscan.scanner.work import MakeJudge, Work, judge_for
from kerasscan.scanner.worker import Worker, WorkerFailed

_FALSE_STARTS = 3
"""So many processes in a row that end before they are ready: the next would end too."""


def judge_in_processes(
    files: Sequence[Path], work: Work, jobs: int, make_judge: MakeJudge = judge_for
) -> Generator[FileReport, None, None]:
    """Judge files in ``jobs`` processes and yield the reports in the files' order.

    Each process has one file at a time. When it dies (killed, crashed), takes longer than
    ``limits.seconds`` or needs more than ``limits.memory_bytes``, that file is reported as
    incomplete, and another process takes its place. No process is left when this ends, however
    it ends.

    Args:
        files: Model files and directories.
        work: What is asked of them.
        jobs: Processes, at least 1.
        make_judge: Makes, in each process, what judges a file; found there by its module's name.

    Raises:
        WorkerFailed: kerasscan is mistaken somewhere, or no process starts.
    """
    early: dict[int, FileReport] = {}
    following = 0
    with closing(_Crew(files, work, jobs, make_judge).judged()) as judged:
        for index, report in judged:
            early[index] = report
            while following in early:
                yield early.pop(following)
                following += 1


class _Crew:
    """The processes, and the files that none of them has yet."""

    def __init__(self, files: Sequence[Path], work: Work, jobs: int, make_judge: MakeJudge) -> None:
        self._files = files
        self._todo = deque(range(len(files)))
        self._work = work
        self._jobs = jobs
        self._make_judge = make_judge
        self._workers: list[Worker] = []
        self._false_starts = 0

    def judged(self) -> Generator[tuple[int, FileReport], None, None]:
        """Yield the number and the report of each file as it is done."""
        try:
            while self._todo or self._workers:
                self._hire()
                for worker in self._done_or_overdue():
                    index, answer = worker.index, worker.answer()
                    if self._todo and not isinstance(answer, Problem):
                        self._give(worker)
                    else:
                        self._dismiss(worker)
                    if index is None:
                        self._count_start(answer)
                    else:
                        yield index, self._report(index, answer)
        finally:
            for worker in self._workers:
                worker.end()

    def _report(self, index: int, answer: FileReport | Problem | None) -> FileReport:
        if isinstance(answer, FileReport):
            return answer
        return lost(self._files[index], self._work, answer or died(None))

    def _hire(self) -> None:
        """Start as many processes as there are files for, up to ``jobs``."""
        free = sum(worker.index is None for worker in self._workers)
        wanted = min(self._jobs - len(self._workers), len(self._todo) - free)
        for _ in range(wanted):
            self._workers.append(Worker(self._work, self._make_judge))

    def _give(self, worker: Worker) -> None:
        index = self._todo.popleft()
        worker.give(index, self._files[index])

    def _dismiss(self, worker: Worker) -> None:
        self._workers.remove(worker)
        worker.end()

    def _done_or_overdue(self) -> list[Worker]:
        """Wait for the first process that has answered, has died, or has had its time."""
        until = min(worker.deadline for worker in self._workers)
        left = None if until == float("inf") else max(0.0, until - time.monotonic())
        heard = wait([worker.pipe for worker in self._workers], left)
        now = time.monotonic()
        return [each for each in self._workers if each.pipe in heard or each.deadline <= now]

    def _count_start(self, answer: FileReport | Problem | None) -> None:
        """Count the processes that end before they are ready.

        Raises:
            WorkerFailed: Too many.
        """
        if not isinstance(answer, Problem):
            self._false_starts = 0
            return
        self._false_starts += 1
        if self._false_starts >= _FALSE_STARTS:
            raise WorkerFailed(
                "the processes that judge files do not start; a script that calls scan() with "
                'more than one job must do so below `if __name__ == "__main__":`'
            )
