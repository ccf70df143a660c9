"""Time and memory, kept inside this process."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kerasscan.model.finding import FileReport, Status
from kerasscan.model.saved import ProblemKind
from kerasscan.reader.limits import DEFAULT_LIMITS, MIB
from kerasscan.scanner.budgets import TimeUp, memory, within
from kerasscan.scanner.judge_here import judge_here
from kerasscan.scanner.lost import died
from kerasscan.scanner.scanning import choose_rules
from kerasscan.scanner.work import HASHED_A_SECOND, Work
from tests.reader.handmade import CONFIG

from .misbehaving import judge_oddly


def forever() -> None:
    while True:
        pass


def test_what_is_done_in_time_is_returned() -> None:
    assert within(30, lambda: 42) == 42
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_loop_is_given_up_and_the_timer_given_back() -> None:
    with pytest.raises(TimeUp):
        within(0.1, forever)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_an_exception_leaves_no_timer() -> None:
    with pytest.raises(ZeroDivisionError):
        within(30, lambda: 1 // 0)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_alarm_that_a_finalizer_swallows_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    swallowed = []
    monkeypatch.setattr(sys, "unraisablehook", lambda each: swallowed.append(each.exc_type))

    class Swallows:
        def __del__(self) -> None:
            time.sleep(0.3)  # the first alarm comes here

    def call() -> None:
        Swallows()
        forever()

    with pytest.raises(TimeUp):
        within(0.1, call)
    assert swallowed == [TimeUp]


@pytest.fixture
def own_handler() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("own_handler")
def test_a_program_s_own_alarm_is_left_alone() -> None:
    assert within(0.01, lambda: signal.getitimer(signal.ITIMER_REAL)) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN


def test_another_thread_takes_its_time() -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(within(0.01, lambda: 42)))
    thread.start()
    thread.join()
    assert found == [42]


def test_more_memory_than_allowed_is_refused_and_the_limit_taken_back() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with memory(64 * MIB):
        assert len(bytearray(16 * MIB)) == 16 * MIB
        with pytest.raises(MemoryError):
            bytearray(8192 * MIB)  # more than what a long test run has freed
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_no_limit_is_no_limit() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with memory(0):
        assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert within(0, lambda: signal.getitimer(signal.ITIMER_REAL)) == (0.0, 0.0)


@pytest.fixture
def work() -> Work:
    limits = replace(DEFAULT_LIMITS, seconds=1.0, memory_bytes=64 * MIB)
    return Work(tuple(choose_rules(select=["KF301", "KF310"])), limits, hashes=False)


def judged(file: Path, work: Work) -> FileReport:
    file.write_text(CONFIG)
    return judge_here(file, work, judge_oddly(work), limit_memory=True)


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("hangs", "reading it took longer than 1 s"),
        ("swells", "reading it ran out of memory beyond 64 MiB"),
    ],
)
def test_in_this_process_too_a_file_is_given_up(
    tmp_path: Path, work: Work, name: str, detail: str
) -> None:
    report = judged(tmp_path / f"{name}.json", work)
    (finding,) = report.findings
    assert (report.status, finding.rule) == (Status.INCOMPLETE, "KF310")
    assert detail in finding.message
    after = judged(tmp_path / "good.json", work)
    assert (after.status, after.findings) == (Status.SCANNED, ())


def test_a_mistake_of_ours_stays_one(tmp_path: Path, work: Work) -> None:
    with pytest.raises(ZeroDivisionError):
        judged(tmp_path / "fails.json", work)


def test_a_hash_has_the_time_that_stored_bytes_take(tmp_path: Path, work: Work) -> None:
    full, hollow = tmp_path / "full", tmp_path / "hollow"
    with full.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, 2 * HASHED_A_SECOND)
    with hollow.open("wb") as stream:
        stream.truncate(1_000 * HASHED_A_SECOND)
    hashing = replace(work, hashes=True)
    assert hashing.seconds_for(full) == 1 + 2
    assert hashing.seconds_for(tmp_path) == 1 + 2
    assert hashing.seconds_for(hollow) == 1
    assert hashing.seconds_for(tmp_path / "gone") == 1
    assert work.seconds_for(full) == 1
    free = replace(hashing, limits=replace(work.limits, seconds=0.0))
    assert free.seconds_for(full) == 0


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (-signal.SIGSEGV, "SIGSEGV"),
        (-signal.SIGKILL, "SIGKILL, as when the system is out of memory"),
        (-50, "signal 50"),
        (3, "exit code 3"),
        (None, "killed, or out of memory"),
    ],
)
def test_the_end_of_a_process_is_named(code: int | None, cause: str) -> None:
    problem = died(code)
    assert problem.detail == f"the process that read it died ({cause})"
    assert (problem.kind, problem.incomplete) == (ProblemKind.UNREADABLE_FILE, True)
