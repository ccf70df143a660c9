"""Baselines: what an earlier report has does not count, whichever format it has."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasscan.cli.exits import CLEAN, INCOMPLETE, exit_code
from kerasscan.model.finding import FileReport, Finding, Report, Severity, SuppressionKind
from kerasscan.report.json_report import render_json
from kerasscan.report.sarif import render_sarif
from kerasscan.scanner.baseline import Baseline, Known, compare
from kerasscan.scanner.baseline_file import BadBaseline, Earlier, compare_with, read_baseline
from tests.report.reports import CUSTOM, IGNORED, everyday, file_report, finding, report
from tests.report.test_any_report import REPORTS

FORMATS = ("json", "sarif", "full")


def written(told: Report, form: str) -> str:
    if form == "json":
        return render_json(told)
    return render_sarif(told, root=None, profile="full" if form == "full" else "github")


def earlier(folder: Path, told: Report, form: str = "json") -> Earlier:
    file = folder / f"baseline.{form}"
    file.write_text(written(told, form), encoding="utf-8")
    return read_baseline(file)


def pool(number: int, digits: str = "0" * 16) -> tuple[Finding, ...]:
    return tuple(
        finding(CUSTOM, "Alike.", layer="a", fingerprint=f"{digits}:{ordinal}")
        for ordinal in range(1, number + 1)
    )


def active(told: Report) -> dict[str, int]:
    return {file.path: len(file.active) for file in told.files}


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_compared_with_itself_has_nothing_new(tmp_path: Path, form: str) -> None:
    done = compare_with(everyday(), earlier(tmp_path, everyday(), form))
    assert done.report.active == ()
    assert done.gone == 0
    kinds = {each.suppression.kind for each in done.report.findings if each.suppression}
    assert kinds == {SuppressionKind.BASELINE}


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_new_counts_and_what_is_gone_is_counted(tmp_path: Path, form: str) -> None:
    before = report(file_report("a.keras", *pool(3)))
    after = report(file_report("a.keras", *pool(1), *pool(1, "f" * 16)))
    done = compare_with(after, earlier(tmp_path, before, form))
    assert [each.fingerprint[0] for each in done.report.active] == ["f"]
    assert done.gone == 2


def test_one_more_of_the_same_counts(tmp_path: Path) -> None:
    done = compare_with(
        report(file_report("a.keras", *pool(3))),
        earlier(tmp_path, report(file_report("a.keras", *pool(2)))),
    )
    assert active(done.report) == {"a.keras": 1}


@pytest.mark.parametrize("form", FORMATS)
def test_a_renamed_file_is_known_again(tmp_path: Path, form: str) -> None:
    before = report(file_report("old.keras", *pool(2)))
    done = compare_with(
        report(file_report("new/name.keras", *pool(2))), earlier(tmp_path, before, form)
    )
    assert done.report.active == ()
    assert done.gone == 0


def test_a_copy_counts_while_the_file_itself_is_there(tmp_path: Path) -> None:
    before = earlier(tmp_path, report(file_report("a.keras", *pool(1))))
    both = report(file_report("a.keras", *pool(1)), file_report("b.keras", *pool(1)))
    assert active(compare_with(both, before).report) == {"a.keras": 0, "b.keras": 1}


def test_two_copies_of_a_renamed_file_are_one_known_and_one_new(tmp_path: Path) -> None:
    before = earlier(tmp_path, report(file_report("old.keras", *pool(1))))
    both = report(file_report("a.keras", *pool(1)), file_report("b.keras", *pool(1)))
    assert active(compare_with(both, before).report) == {"a.keras": 0, "b.keras": 1}


def test_another_spelling_of_a_path_is_the_same_path(tmp_path: Path) -> None:
    before = earlier(tmp_path, report(file_report("./m/../a.keras", *pool(2))))
    done = compare_with(report(file_report("a.keras", *pool(1))), before)
    assert (done.gone, done.report.active) == (1, ())


def test_what_was_not_looked_at_again_is_not_gone(tmp_path: Path) -> None:
    before = report(file_report("a.keras", *pool(1)), file_report("b.keras", *pool(1)))
    one = replace(report(file_report("a.keras")), rules=())
    assert compare_with(one, earlier(tmp_path, before)).gone == 0


def test_another_rule_with_the_same_digits_is_not_known() -> None:
    baseline = Baseline({"a": (Known("KS101", "0" * 16 + ":1"),)}, "b.json")
    told = report(file_report("a", *pool(1)))
    assert compare(told, baseline, ["a"]).report.active == pool(1)


@pytest.mark.parametrize("form", ["json", "full"])
def test_what_the_project_ignored_then_is_no_part_of_a_baseline(tmp_path: Path, form: str) -> None:
    ignored = tuple(replace(each, suppression=IGNORED) for each in pool(1))
    before = report(file_report("a.keras", *ignored))
    text = render_json(before, show_suppressed=True) if form == "json" else written(before, form)
    (tmp_path / "b").write_text(text, encoding="utf-8")
    done = compare_with(report(file_report("a.keras", *pool(1))), read_baseline(tmp_path / "b"))
    assert active(done.report) == {"a.keras": 1}


def test_a_baseline_of_a_baseline_keeps_what_was_known(tmp_path: Path) -> None:
    first = compare_with(everyday(), earlier(tmp_path, everyday())).report
    (tmp_path / "b").write_text(render_json(first, show_suppressed=True), encoding="utf-8")
    assert compare_with(everyday(), read_baseline(tmp_path / "b")).report.active == ()


PATHS = st.sampled_from(["a.keras", "b.keras", "m/c.h5", "m/ü d.h5"])


@st.composite
def several(draw: st.DrawFn) -> Report:
    """A report with files of different names whose findings have much in common."""
    told = draw(REPORTS)
    files: dict[str, FileReport] = {}
    for file in told.files:
        path = draw(PATHS)
        files[path] = replace(file, path=path)
    return replace(told, files=tuple(files[path] for path in sorted(files)))


@settings(max_examples=80, deadline=None)
@given(several(), st.sampled_from(FORMATS))
def test_the_baseline_of_any_report_leaves_nothing_of_it(
    tmp_path_factory: pytest.TempPathFactory, told: Report, form: str
) -> None:
    done = compare_with(told, earlier(tmp_path_factory.mktemp("b"), told, form))
    assert done.report.active == ()
    assert done.gone == 0
    assert exit_code(done.report, Severity.NOTE) == (CLEAN if told.is_complete else INCOMPLETE)


@settings(max_examples=80, deadline=None)
@given(several(), several())
def test_a_baseline_applied_twice_is_applied_once(
    tmp_path_factory: pytest.TempPathFactory, before: Report, after: Report
) -> None:
    baseline = earlier(tmp_path_factory.mktemp("b"), before)
    once = compare_with(after, baseline)
    assert compare_with(once.report, baseline) == once
    assert [replace(each, suppression=None) for each in once.report.findings] == list(
        after.findings
    )


@settings(max_examples=60, deadline=None)
@given(several(), several())
def test_what_is_suppressed_never_reaches_github(
    tmp_path_factory: pytest.TempPathFactory, before: Report, after: Report
) -> None:
    done = compare_with(after, earlier(tmp_path_factory.mktemp("b"), before)).report
    (run,) = json.loads(render_sarif(done, root=None))["runs"]
    told = [(each["ruleId"], each["partialFingerprints"]) for each in run["results"]]
    assert told == [
        (each.rule, {"primaryLocationLineHash": each.fingerprint}) for each in done.active
    ]
    assert "suppress" not in json.dumps(run["results"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1"),
        ("{", "line 1, column 2"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "$.schema: is not 'kerasscan-report/1'"),
        ('{"schema": "kerasscan-compat/1"}', "$.schema: is not 'kerasscan-report/1'"),
        ('{"schema": "kerasscan-report/1"}', "$.files: is not what"),
        ('{"schema": "kerasscan-report/1", "files": [3]}', "$.files[0]: is not an object"),
        ('{"runs": [{"tool": {"driver": {"name": "ruff"}}}]}', "driver.name: is not kerasscan"),
        ('{"runs": 3}', "$.runs: is not what"),
    ],
)
def test_a_file_that_is_no_report_is_told_with_the_place(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(BadBaseline) as caught:
        read_baseline(tmp_path / "b.json")
    assert said in str(caught.value)
    assert str(tmp_path / "b.json") in str(caught.value)


def test_bytes_and_nothing_are_told_too(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\xff")
    for name, said in (("b.json", "is no JSON"), ("gone.json", "cannot be read"), (".", "cannot")):
        with pytest.raises(BadBaseline, match=said):
            read_baseline(tmp_path / name)


def _broken(document: Any, draw: st.DataObject) -> Any:
    """Replace one value of a document by another."""
    inner = document if isinstance(document, dict) else dict(enumerate(document))
    key = draw.draw(st.sampled_from(sorted(inner, key=str)))
    value = document[key]
    if isinstance(value, dict | list) and value and draw.draw(st.booleans()):
        document[key] = _broken(value, draw)
    else:
        document[key] = draw.draw(st.sampled_from([None, 3, "x", [], {}, [None], {"a": 1}]))
    return document


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FORMATS), st.data())
def test_no_broken_report_is_worse_than_a_wrong_baseline(
    tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("b") / "b.json"
    file.write_text(json.dumps(_broken(json.loads(written(everyday(), form)), data)))
    try:
        compare_with(everyday(), read_baseline(file))
    except BadBaseline as error:
        assert str(file) in str(error)
