"""Judging files in several processes; a process that dies becomes a finding, not a lost scan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from kerasscan.checks.check import Check
from kerasscan.model.finding import FileReport, Rule
from kerasscan.model.saved import Artifact, Container, Problem, ProblemKind, Saved
from kerasscan.model.target import Target
from kerasscan.reader.limits import Limits
from kerasscan.rulebook.known_checks import checks_for
from kerasscan.scanner.judge_file import judge_file, judge_saved

if TYPE_CHECKING:
    from kerasscan.scanner.project import Project
    from kerasscan.scanner.target import Predict


@dataclass(frozen=True)
class Work:
    """What every process needs besides the path of a file."""

    rules: tuple[Rule, ...]
    limits: Limits
    hashes: bool
    target: Target | None = None
    project: Project | None = None

    @property
    def checks(self) -> Mapping[str, Check]:
        """The checks that the rules name."""
        return checks_for(rule.check for rule in self.rules)

    @property
    def predict(self) -> Predict | None:
        """What predicts the outcomes of a file; None where no rule asks for them."""
        if self.target is None:
            return None
        from kerasscan.scanner.target import prediction

        return prediction(self.target, self.checks.values())


def judge_in_processes(files: Sequence[Path], work: Work, jobs: int) -> Iterator[FileReport]:
    """Judge files in ``jobs`` processes and yield the reports in the files' order.

    When a process dies (killed, out of memory), every file that was not done is judged again
    in a process of its own, and the one that kills it is reported as incomplete.
    """
    broken = False
    with _pool(work, jobs) as pool:
        futures = [pool.submit(_judge, file) for file in files]
        for file, future in zip(files, futures, strict=True):
            report = None if broken else _result(future)
            broken = broken or report is None
            yield report or _alone(work, file)


def _pool(work: Work, jobs: int) -> ProcessPoolExecutor:
    context = get_context("spawn")  # the same on every platform, and inherits no open files
    return ProcessPoolExecutor(jobs, context, initializer=_prepare, initargs=(work,))


def _result(future: Future[FileReport]) -> FileReport | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _alone(work: Work, file: Path) -> FileReport:
    with _pool(work, 1) as pool:
        return _result(pool.submit(_judge, file)) or _died(work, file)


def _died(work: Work, file: Path) -> FileReport:
    """Report a file whose reading killed the process that read it."""
    detail = "the process that read it died (killed, or out of memory)"
    problem = Problem(ProblemKind.UNREADABLE_FILE, detail, incomplete=True)
    size = file.stat().st_size if file.exists() else 0
    artifact = Artifact(os.fspath(file), Container.UNKNOWN, size, (), file.suffix)
    saved = Saved(artifact, problems=(problem,))
    return judge_saved(saved, work.rules, work.checks, work.limits, None)


_prepared: list[Work] = []
"""In a worker: the work it was started with."""


def _prepare(work: Work) -> None:
    _prepared[:] = [work]


def _judge(file: Path) -> FileReport:
    (work,) = _prepared
    return judge_file(
        file,
        work.rules,
        work.checks,
        work.limits,
        hashes=work.hashes,
        predict=work.predict,
        project=work.project,
    )
