"""Entries of ignored findings: what they apply to, and which are of no use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasscan.model.finding import Report, SuppressionKind
from kerasscan.rulebook.selection import UnknownSelector
from kerasscan.scanner.globs import matches_layer, matches_path, path_below
from kerasscan.scanner.scanning import scan
from kerasscan.scanner.suppress import Ignore, IgnoreList, ignore
from tests.report.reports import IGNORED, everyday
from tests.report.test_any_report import REPORTS
from tests.samples.manifest import SAMPLES

TODAY = date(2027, 1, 31)
HERE = Path()


def ignoring(*entries: Ignore) -> IgnoreList:
    return IgnoreList(entries, HERE, "kerasscan.ignore.toml")


def suppressed(report: Report) -> list[tuple[str, str]]:
    return [(each.rule, each.layer) for each in report.findings if not each.is_active]


def test_without_entries_nothing_changes() -> None:
    done = ignore(everyday(), ignoring(), TODAY)
    assert done.report == everyday()
    assert done.expired == done.unused == ()


@pytest.mark.parametrize(
    ("entry", "layers"),
    [
        (Ignore("r", rule="KS101"), ["encoder/scale"]),
        (Ignore("r", rule="KR"), ["encoder/pool", "encoder/pool_1"]),
        (Ignore("r", rule="registration", layer="*_1"), ["encoder/pool_1"]),
        (Ignore("r", layer="encoder/*"), ["encoder/scale", "encoder/pool", "encoder/pool_1"]),
        (Ignore("r", fingerprint="0d5ed678fe57bcca:2"), ["encoder/pool_1"]),
        (Ignore("r", path="recommender*"), ["fc1"]),
        (Ignore("r", path="models/legacy"), ["fc1"]),
        (Ignore("r", path="models/**/*.h5"), ["fc1"]),
        (Ignore("r", path="models/*.h5"), []),
        (Ignore("r", rule="KS101", path="*.h5"), []),
    ],
)
def test_an_entry_applies_to_what_fits_all_that_it_says(entry: Ignore, layers: list[str]) -> None:
    done = ignore(everyday(), ignoring(entry), TODAY)
    assert [layer for _, layer in suppressed(done.report)] == layers
    assert done.unused == (() if layers else (entry,))
    for finding in done.report.findings:
        if finding.suppression is not None:
            assert finding.suppression.kind is SuppressionKind.IGNORED
            assert finding.suppression.reason == "r"
            assert finding.suppression.source == "kerasscan.ignore.toml"


def test_the_first_entry_that_applies_gives_the_reason_and_both_are_used() -> None:
    entries = (Ignore("one", rule="KS101"), Ignore("two", rule="KS"))
    done = ignore(everyday(), ignoring(*entries), TODAY)
    assert {each.suppression.reason for each in done.report.findings if each.suppression} == {"one"}
    assert done.unused == ()


def test_an_entry_counts_on_its_last_day_and_not_on_the_next() -> None:
    entry = Ignore("r", rule="KS101", expires=TODAY)
    assert suppressed(ignore(everyday(), ignoring(entry), TODAY).report)
    done = ignore(everyday(), ignoring(entry), date(2027, 2, 1))
    assert done.report == everyday()
    assert done.expired == (entry,)
    assert done.unused == ()


def test_what_was_suppressed_before_keeps_its_reason() -> None:
    report = everyday()
    first = replace(report.files[0].findings[0], suppression=IGNORED)
    file = replace(report.files[0], findings=(first, *report.files[0].findings[1:]))
    entry = Ignore("new", rule="KS101")
    done = ignore(replace(report, files=(file,)), ignoring(entry), TODAY)
    assert done.report.findings[0].suppression == IGNORED
    assert done.unused == ()


def test_an_entry_is_called_unused_only_where_it_could_have_been_used() -> None:
    elsewhere = Ignore("r", path="other/*.keras")
    fixed = Ignore("r", path="clean.keras", rule="KS101")
    not_asked = Ignore("r", rule="KD101")
    entries = ignoring(elsewhere, fixed, not_asked)
    assert ignore(everyday(), entries, TODAY, whole=True).unused == (elsewhere, fixed)
    assert ignore(everyday(), entries, TODAY, whole=False).unused == (fixed,)


@settings(max_examples=60, deadline=None)
@given(REPORTS, st.sampled_from(["KS101", "KR", "ALL", "acme"]))
def test_ignoring_loses_nothing_and_twice_is_once(report: Report, selector: str) -> None:
    entries = ignoring(Ignore("r", rule=selector))
    once = ignore(report, entries, TODAY).report
    assert ignore(once, entries, TODAY).report == once
    bare = [replace(each, suppression=None) for each in once.findings]
    assert bare == list(report.findings)


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("a.keras", "a.keras", True),
        ("a.keras", "x/a.keras", True),
        ("x", "x/a.keras", True),
        ("*.h5", "x/a.keras", False),
        ("x/*", "x/a.keras", True),
        ("x/*", "x/y/a.keras", True),  # the folder y is what the star stands for
        ("x/*.keras", "x/y/a.keras", False),
        ("x/", "x/a.keras", True),
        ("./x/a.keras", "x/a.keras", True),
        ("x/**/a.keras", "x/a.keras", True),
        ("x/**/a.keras", "x/y/z/a.keras", True),
        ("**/a.keras", "a.keras", True),
        ("**", "x/a.keras", True),
        ("y/**", "x/a.keras", False),
        ("x/**/**/b", "x/a.keras", False),
        ("../x/*", "../x/a.keras", True),
        ("[ab].keras", "b.keras", True),
    ],
)
def test_globs_of_paths(glob: str, path: str, *, fits: bool) -> None:
    assert matches_path(glob, path) is fits


def test_a_hostile_name_takes_no_time() -> None:
    assert not matches_path("**/" * 200 + "x", "/".join(["a"] * 2000))
    assert not matches_layer("*a" * 30 + "b", "a" * 4000)


def test_paths_are_seen_from_the_folder_of_the_file(tmp_path: Path) -> None:
    assert path_below(str(tmp_path / "m" / "a.keras"), tmp_path) == "m/a.keras"
    assert path_below(str(tmp_path / "a.keras"), tmp_path / "m") == "../a.keras"


def test_severities_are_changed_before_anything_is_told() -> None:
    lambdas = str(SAMPLES / "security" / "keras-3.15.1-lambda.keras")
    plain = {each.rule: each.severity for each in scan([lambdas]).findings}
    changed = scan([lambdas], severity={"security": "note", "KC220": "off"})
    assert "KC220" in plain
    assert {each.rule: each.severity for each in changed.findings} == {
        rule: "note" for rule in plain if rule != "KC220"
    }
    assert {rule.severity for rule in changed.rules if rule.family == "security"} == {"note"}
    with pytest.raises(UnknownSelector):
        scan([lambdas], severity={"KX1": "note"})


def test_a_change_of_severity_selects_nothing() -> None:
    lambdas = str(SAMPLES / "security" / "keras-3.15.1-lambda.keras")
    report = scan([lambdas], select=["KS"], severity={"ALL": "error", "KC": "note"})
    assert {each.rule[:2] for each in report.findings} == {"KS"}
    assert {each.severity for each in report.findings} == {"error"}
