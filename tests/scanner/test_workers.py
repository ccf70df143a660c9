"""Judging in several processes, and what becomes of one that dies, hangs or swells."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace
from pathlib import Path, PosixPath
from typing import Any

import pytest

from kerasscan.model.finding import FileReport, Status
from kerasscan.reader.limits import DEFAULT_LIMITS, MIB
from kerasscan.scanner.scanning import choose_rules
from kerasscan.scanner.work import Work, judge_for
from kerasscan.scanner.worker import WorkerFailed
from kerasscan.scanner.workers import judge_in_processes
from tests.reader.handmade import CONFIG

from .misbehaving import judge_oddly, judge_slowly, never_ready
from .packs import put_card

DIED = "the process that read it died"
SLOW = "reading it took longer than 2 s"
HUNGRY = "reading it ran out of memory beyond 256 MiB"
SMALL = replace(DEFAULT_LIMITS, seconds=2.0, memory_bytes=256 * MIB)


class Deadly(PosixPath):
    """A path that ends the process it is sent to, as the system does when memory runs out."""

    def __reduce__(self) -> Any:
        return os._exit, (9,)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    pack = put_card(
        tmp_path / "pack",
        name="unread",
        check="problem",
        message="It cannot be read: {detail}.",
        options='kinds = ["unreadable-file", "limit-exceeded"]',
    )
    return Work(tuple(choose_rules([pack], ["ZZ101"])), SMALL, hashes=False)


def put_models(folder: Path, *names: str) -> list[Path]:
    paths = [folder / f"{name}.json" for name in names]
    for path in paths:
        path.write_text(CONFIG)
    return paths


def said(report: FileReport) -> str:
    (finding,) = report.findings
    assert report.status is Status.INCOMPLETE
    return finding.message


def test_reports_are_those_of_one_process_in_the_files_order(tmp_path: Path, work: Work) -> None:
    files = put_models(tmp_path, *"012345")
    expected = list(map(judge_for(work), files))
    assert list(judge_in_processes(files, work, 2, judge_slowly)) == expected
    assert {report.status for report in expected} == {Status.SCANNED}


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_every_number_of_processes_judges_every_file(tmp_path: Path, work: Work, jobs: int) -> None:
    files = put_models(tmp_path, *"abcd")
    reports = judge_in_processes(files, work, jobs)
    assert [report.path for report in reports] == [str(file) for file in files]
    assert not multiprocessing.active_children()


def test_no_files_need_no_process(work: Work) -> None:
    assert list(judge_in_processes([], work, 2)) == []


def test_what_ends_its_process_is_told_and_every_other_file_is_judged(
    tmp_path: Path, work: Work
) -> None:
    odd = {3: "killed", 7: "deaf", 8: "swells", 13: "hangs", 19: "killed"}
    files = put_models(tmp_path, *(f"{n}-{odd.get(n, 'good')}" for n in range(20)))
    reports = list(judge_in_processes(files, work, 2, judge_oddly))
    assert [report.path for report in reports] == [str(file) for file in files]
    told = {n: said(report) for n, report in enumerate(reports) if n in odd}
    assert DIED in told[3]
    assert "SIGKILL" in told[19]
    assert SLOW in told[7]
    assert SLOW in told[13]
    assert HUNGRY in told[8]
    rest = [report for n, report in enumerate(reports) if n not in odd]
    assert {(report.status, report.findings) for report in rest} == {(Status.SCANNED, ())}
    assert {report.size for report in reports} == {len(CONFIG)}


def test_one_process_is_replaced_as_often_as_it_takes(tmp_path: Path, work: Work) -> None:
    files = put_models(tmp_path, "0-killed", "1-swells", "2-killed", "3-killed", "4-killed", "5")
    reports = list(judge_in_processes(files, work, 1, judge_oddly))
    assert [report.status for report in reports] == [Status.INCOMPLETE] * 5 + [Status.SCANNED]


def test_a_path_that_kills_is_told(tmp_path: Path, work: Work) -> None:
    files = put_models(tmp_path, *"012")
    files[1] = Deadly(files[1])
    before, killer, after = judge_in_processes(files, work, 2)
    assert f"{DIED} (exit code 9)" in said(killer)
    assert (before.findings, after.findings) == ((), ())


def test_a_killer_that_is_not_there_any_more_is_told_too(tmp_path: Path, work: Work) -> None:
    (report,) = judge_in_processes([Deadly(tmp_path / "gone.keras")], work, 1)
    assert (report.status, report.size) == (Status.INCOMPLETE, 0)


def test_a_file_may_take_its_time_where_there_is_no_limit(tmp_path: Path, work: Work) -> None:
    free = replace(work, limits=replace(SMALL, seconds=0.0, memory_bytes=0))
    files = put_models(tmp_path, *"01")
    statuses = {each.status for each in judge_in_processes(files, free, 2, judge_slowly)}
    assert statuses == {Status.SCANNED}


def test_a_mistake_of_ours_is_raised_with_the_file_s_name(
    tmp_path: Path, work: Work, capfd: pytest.CaptureFixture[str]
) -> None:
    files = put_models(tmp_path, "0", "1-fails")
    with pytest.raises(WorkerFailed, match=r"1-fails\.json: the process that judged it failed"):
        list(judge_in_processes(files, work, 1, judge_oddly))
    assert "ZeroDivisionError: a mistake" in capfd.readouterr().err
    assert not multiprocessing.active_children()


def test_processes_that_never_start_are_not_started_for_ever(tmp_path: Path, work: Work) -> None:
    files = put_models(tmp_path, *"01")
    with pytest.raises(WorkerFailed, match="do not start"):
        list(judge_in_processes(files, work, 2, never_ready))
    assert not multiprocessing.active_children()


def test_who_stops_listening_leaves_no_process(tmp_path: Path, work: Work) -> None:
    files = put_models(tmp_path, "0", "1-deaf", "2-deaf", "3")
    reports = judge_in_processes(files, work, 2, judge_oddly)
    assert next(reports).status is Status.SCANNED
    assert multiprocessing.active_children()
    reports.close()
    assert not multiprocessing.active_children()
