"""Whatever a scan finds, and whatever names a file holds, the reports are valid."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kerasscan.model.finding import FileReport, Finding, Report, Rule, Status
from kerasscan.model.json_value import escape_token
from kerasscan.model.saved import Container
from kerasscan.report.github import render_github
from kerasscan.report.gitlab import render_gitlab
from kerasscan.report.json_report import render_json, report_schema
from kerasscan.report.junit import render_junit
from kerasscan.report.markdown import render_markdown
from kerasscan.report.rdjson import render_rdjson
from kerasscan.report.sarif import render_sarif
from kerasscan.report.text import render_text

from .ci_judges import check_diagnostics, check_issues, check_suites
from .reports import CUSTOM, HOUSE, LAMBDA, POINTER, RULES
from .sarif_schema import run_of

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=12)  # half pairs too
POINTERS = st.lists(ANYTHING, max_size=3).map(
    lambda tokens: "".join(f"/{escape_token(token)}" for token in tokens)
)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    rule: Rule = draw(st.sampled_from([LAMBDA, CUSTOM, POINTER, HOUSE]))
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=rule.severity,
        confidence=rule.confidence,
        message=draw(ANYTHING),
        remedy=draw(ANYTHING),
        layer=draw(ANYTHING),
        pointer=draw(POINTERS),
        member=draw(ANYTHING),
        fingerprint=draw(st.from_regex(r"[0-9a-f]{16}:[1-9]", fullmatch=True)),
    )


FILES = st.builds(
    FileReport,
    path=ANYTHING,
    sha256=st.none() | st.just("0a" * 32),
    size=st.integers(0, 2**62),
    container=st.sampled_from([kind.value for kind in Container]),
    claimed_version=st.none() | ANYTHING,
    fingerprint=st.sampled_from(["", ">=2.13,<3"]),
    backend=st.none() | ANYTHING,
    root_class=st.none() | ANYTHING,
    layer_count=st.integers(0, 1000),
    status=st.sampled_from(Status),
    findings=st.lists(findings(), max_size=3).map(tuple),
)
REPORTS = st.builds(
    Report,
    files=st.lists(FILES, max_size=3).map(tuple),
    rules=st.just(RULES),
    version=st.just("0.1.0"),
)


@settings(max_examples=60, deadline=None)
@given(REPORTS)
def test_any_report_is_valid_sarif(report: Report) -> None:
    text = render_sarif(report, root=None)
    run_of(render_sarif(report, root=None, profile="full"))
    run = run_of(text)
    assert text.isascii()
    assert len(run["results"]) == len(report.findings)
    for result in run["results"]:
        assert result["message"]["text"].endswith(".")
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri
        assert not uri.startswith("/")


@settings(max_examples=60, deadline=None)
@given(REPORTS)
def test_any_report_is_valid_for_ci_systems(report: Report) -> None:
    check_issues(render_gitlab(report, root=None))
    check_diagnostics(render_rdjson(report, root=None))
    check_suites(render_junit(report, root=None))
    for said in (render_github(report, root=None), render_markdown(report, root=None)):
        assert all(char.isprintable() for char in said.replace("\n", ""))
        said.encode()


@settings(max_examples=60, deadline=None)
@given(REPORTS)
def test_any_report_is_valid_json(report: Report) -> None:
    text = render_json(report)
    Draft202012Validator(report_schema()).validate(json.loads(text))
    assert text.isascii()


@settings(max_examples=100, deadline=None)
@given(REPORTS, st.integers(0, 200))
def test_any_report_is_printable_text_that_does_not_hide_what_stayed_unseen(
    report: Report, width: int
) -> None:
    text = render_text(report, color=False, width=width)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in text.replace("\n", ""))
    text.encode()
    last = text.splitlines()[-1]
    if not report.is_complete:
        assert "could not be read to" in last
