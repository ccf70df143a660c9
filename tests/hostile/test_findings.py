"""Every trick is found, and its harmless counterpart is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.model.finding import FileReport, Status
from kerasscan.scanner.scanning import scan
from tests.hostile.expected import EXPECTED, expected
from tests.hostile.tricks import TRICKS, Trick

HARMLESS = [trick for trick in TRICKS if trick.harmless]
HOSTILE = [trick for trick in TRICKS if not trick.harmless]
ORDINARY = ("KP", "KR", "KC", "KF201", "KF202", "KF203", "KF204", "KF308")
"""Beginnings of rules that may speak of a harmless file: what it needs, how it is called, and that
it is written by hand."""


def scanned(trick: Trick, folder: Path) -> FileReport:
    (report,) = scan([trick.make(folder)], hashes=False).files
    return report


def rules_of(report: FileReport) -> set[str]:
    return {finding.rule for finding in report.findings}


@pytest.mark.parametrize("trick", HARMLESS, ids=lambda trick: trick.id)
def test_a_harmless_file_is_not_called_hostile(trick: Trick, tmp_path: Path) -> None:
    report = scanned(trick, tmp_path)
    assert report.status is not Status.INCOMPLETE
    assert {rule for rule in rules_of(report) if not rule.startswith(ORDINARY)} == set()


@pytest.mark.parametrize("trick", HOSTILE, ids=lambda trick: trick.id)
def test_a_trick_is_found(trick: Trick, tmp_path: Path) -> None:
    wanted = expected(trick.id)
    assert wanted is not None, "say in expected.py what must be found"
    assert wanted - rules_of(scanned(trick, tmp_path)) == set()


def test_every_expectation_is_about_a_trick() -> None:
    used = {rules for trick in HOSTILE if (rules := expected(trick.id)) is not None}
    assert used == {rules for _, rules in EXPECTED}
