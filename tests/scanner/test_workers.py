"""Judging in several processes, and what becomes of one that dies."""

from __future__ import annotations

import os
from pathlib import Path, PosixPath
from typing import Any

from kerasscan.model.finding import Status
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.rulebook.known_checks import checks_for
from kerasscan.scanner.judge_file import judge_file
from kerasscan.scanner.scanning import choose_rules
from kerasscan.scanner.workers import Work, judge_in_processes
from tests.reader.handmade import CONFIG

from .packs import put_card

DIED = "the process that read it died"


class Deadly(PosixPath):
    """A path that ends the process it is sent to, as the system does when memory runs out."""

    def __reduce__(self) -> Any:
        return os._exit, (9,)


def work(folder: Path) -> Work:
    pack = put_card(
        folder / "pack",
        name="unread",
        check="problem",
        message="It cannot be read: {detail}.",
        options='kinds = ["unreadable-file"]',
    )
    return Work(tuple(choose_rules([pack], ["ZZ101"])), DEFAULT_LIMITS, hashes=True)


def put_models(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number}.json" for number in range(count)]
    for path in paths:
        path.write_text(CONFIG)
    return paths


def test_reports_come_in_the_files_order(tmp_path: Path) -> None:
    files = put_models(tmp_path, 5)
    todo = work(tmp_path)
    checks = checks_for(rule.check for rule in todo.rules)
    expected = [judge_file(file, todo.rules, checks, todo.limits, hashes=True) for file in files]
    assert list(judge_in_processes(files, todo, 2)) == expected


def test_a_file_that_kills_its_process_is_told_and_the_others_are_judged(tmp_path: Path) -> None:
    files = put_models(tmp_path, 3)
    files[1] = Deadly(files[1])
    reports = list(judge_in_processes(files, work(tmp_path), 2))
    assert [report.status for report in reports] == [
        Status.SCANNED,
        Status.INCOMPLETE,
        Status.SCANNED,
    ]
    assert [report.path for report in reports] == [str(tmp_path / f"{n}.json") for n in range(3)]
    (finding,) = reports[1].findings
    assert DIED in finding.message
    assert reports[1].size == len(CONFIG)
    assert (reports[0].findings, reports[2].findings) == ((), ())


def test_a_killer_that_is_not_there_any_more_is_told_too(tmp_path: Path) -> None:
    (report,) = judge_in_processes([Deadly(tmp_path / "gone.keras")], work(tmp_path), 1)
    assert (report.status, report.size) == (Status.INCOMPLETE, 0)
