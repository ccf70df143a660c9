"""What is said of a file whose reading did not come to an end: it is incomplete, never clean."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from kerasscan.model.finding import FileReport
from kerasscan.model.saved import Artifact, Container, Problem, ProblemKind, Saved
from kerasscan.reader.limits import MIB, Limits
from kerasscan.rulebook.known_checks import checks_for
from kerasscan.scanner.judge_file import judge_saved
from kerasscan.scanner.work import Work


def lost(file: Path, work: Work, problem: Problem) -> FileReport:
    """Report a file of which nothing is known but why it was given up."""
    artifact = Artifact(os.fspath(file), Container.UNKNOWN, _size(file), (), file.suffix)
    saved = Saved(artifact, problems=(problem,))
    checks = checks_for(rule.check for rule in work.rules)
    return judge_saved(saved, work.rules, checks, work.limits, None)


def too_slow(seconds: float) -> Problem:
    """Return the problem of a file that takes longer than it may."""
    detail = f"reading it took longer than {seconds:,g} s"
    return Problem(ProblemKind.LIMIT_EXCEEDED, detail, incomplete=True)


def too_hungry(limits: Limits) -> Problem:
    """Return the problem of a file whose reading takes more memory than it may or there is."""
    most = f" beyond {limits.memory_bytes / MIB:,g} MiB" if limits.memory_bytes else ""
    detail = f"reading it ran out of memory{most}"
    return Problem(ProblemKind.LIMIT_EXCEEDED, detail, incomplete=True)


def died(exit_code: int | None) -> Problem:
    """Return the problem of a file whose reading ended the process that read it.

    Args:
        exit_code: Of that process; a negative number is that of a signal, None is not known.
    """
    detail = f"the process that read it died ({_cause(exit_code)})"
    return Problem(ProblemKind.UNREADABLE_FILE, detail, incomplete=True)


def _cause(exit_code: int | None) -> str:
    if exit_code is None:
        return "killed, or out of memory"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:  # a real-time signal has a number only
        name = f"signal {-exit_code}"
    return f"{name}, as when the system is out of memory" if name == "SIGKILL" else name


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
