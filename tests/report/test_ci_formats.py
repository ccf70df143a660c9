"""Formats for GitHub Actions, GitLab, JUnit's readers, reviewdog, and comments."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kerasscan.model.finding import Status
from kerasscan.report import job_summary
from kerasscan.report.github import render_github
from kerasscan.report.gitlab import render_gitlab
from kerasscan.report.junit import render_junit
from kerasscan.report.markdown import COMMENT, render_markdown
from kerasscan.report.rdjson import render_rdjson

from .ci_judges import check_diagnostics, check_issues, check_suites
from .reports import CUSTOM, HOUSE, LAMBDA, RULES, everyday, file_report, finding, report

CLEAN = report(file_report("a.keras"))
EVIL = "a,b:c%\r\n\u202e\x00|`</x>](y)"


def test_nothing_found_is_no_annotation() -> None:
    assert render_github(CLEAN, root=None) == "No findings in 1 file.\n"


def test_a_finding_is_an_annotation_on_its_file() -> None:
    found = report(file_report("m/a.keras", finding(CUSTOM, "Found.", remedy="Mend it.")))
    assert render_github(found, root=None).splitlines()[0] == (
        "::warning title=kerasscan%3A KR101 unregistered-layer,file=m/a.keras"
        "::Found.%0Ahelp: Mend it."
    )


def test_each_severity_has_its_kind_and_unseen_parts_are_told() -> None:
    kinds = re.findall(r"^::(\w+) ", render_github(everyday(), root=None), re.MULTILINE)
    assert kinds == ["warning"] * 2 + ["error"] * 2 + ["warning"] * 2 + ["notice"]


def test_what_the_runner_unescapes_is_escaped() -> None:
    flaw = finding(replace(CUSTOM, name=EVIL), f"50% of {EVIL}", remedy="")
    line, _ = render_github(report(file_report(f"{EVIL}.keras", flaw)), root=None).splitlines()
    properties, _, message = line.removeprefix("::warning ").partition("::")
    assert message.startswith(r"50%25 of a,b:c%25 \u202e\x00|")
    assert [each.partition("=")[0] for each in properties.split(",")] == ["title", "file"]
    assert ":" not in properties
    assert "%2C" in properties


def test_of_each_kind_ten_are_annotated_and_the_rest_is_counted() -> None:
    flaws = [finding(LAMBDA, "A.")] * 12 + [finding(CUSTOM, "B.")] * 11 + [finding(HOUSE, "C.")]
    *lines, last = render_github(report(file_report("a", *flaws)), root=None).splitlines()
    kinds = [line.split(" ")[0] for line in lines]
    assert kinds == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"]
    assert last == (
        "Found 12 errors, 11 warnings and 1 note in 1 file. 3 more annotations left out: "
        "GitHub shows 10 of a kind in a step."
    )


def test_files_are_named_from_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    found = report(file_report("my model.keras", finding(CUSTOM, "Found.")))
    assert "file=sub/my model.keras::" in render_github(found, root=tmp_path)
    (issue,) = check_issues(render_gitlab(found, root=tmp_path))
    assert issue["location"]["path"] == "sub/my model.keras"
    (diagnostic,) = check_diagnostics(render_rdjson(found, root=tmp_path))
    assert diagnostic["location"] == {"path": "sub/my model.keras"}


def test_no_findings_are_no_issues() -> None:
    assert check_issues(render_gitlab(CLEAN, root=None)) == []


def test_issues_have_gitlab_s_severities() -> None:
    issues = check_issues(render_gitlab(everyday(), root=None))
    assert [(issue["check_name"], issue["severity"]) for issue in issues] == [
        ("KS101 lambda-bytecode", "blocker"),
        ("KR101 unregistered-layer", "minor"),
        ("KR101 unregistered-layer", "minor"),
        ("incomplete-scan", "major"),
        ("ACME7 old-name", "info"),
        ("not-a-model", "major"),
        ("KF101 lfs-pointer", "major"),
    ]


def test_the_same_finding_in_two_files_and_twice_in_one_has_its_own_fingerprints() -> None:
    flaw = finding(CUSTOM, "Found.")
    twice = report(file_report("a", flaw, flaw), file_report("b", flaw), file_report("./a", flaw))
    assert len(check_issues(render_gitlab(twice, root=None))) == 4


def test_a_fingerprint_knows_neither_wording_nor_severity() -> None:
    first, second = (
        check_issues(render_gitlab(report(file_report("a", flaw)), root=None))[0]["fingerprint"]
        for flaw in (finding(CUSTOM, "Found."), finding(CUSTOM, "Seen."))
    )
    assert first == second


def test_a_clean_file_is_a_case_that_passed() -> None:
    (suite,) = check_suites(render_junit(CLEAN, root=None))
    assert [(case.attrib["name"], len(case)) for case in suite] == [("clean", 0)]


def test_findings_fail_notes_pass_and_unseen_parts_are_errors() -> None:
    suites = check_suites(render_junit(everyday(), root=None))
    told = [[child.tag for case in suite for child in case] for suite in suites]
    assert told == [
        ["failure"] * 3,
        [],
        ["error", "system-out"],
        ["skipped", "failure"],
    ]
    assert suites[2][0][0].attrib["type"] == "incomplete-scan"


def test_a_file_cannot_write_xml() -> None:
    flaw = finding(LAMBDA, EVIL, layer=EVIL, member="]]>\x1b\ufffe\ud800", remedy="<a b='\"'>&c;")
    (suite,) = check_suites(render_junit(report(file_report(EVIL, flaw)), root=None))
    assert suite[0][0].text is not None
    assert r"]]>\x1b\ufffe\ud800" in suite[0][0].text
    assert "<a b='\"'>&c;" in suite[0][0].text


def test_diagnostics_link_to_the_rule() -> None:
    diagnostics = check_diagnostics(render_rdjson(everyday(), root=None))
    assert [each["severity"] for each in diagnostics] == [
        "ERROR", "WARNING", "WARNING", "WARNING", "INFO", "WARNING", "ERROR",
    ]  # fmt: skip
    assert diagnostics[0]["code"]["url"].endswith("/rules/ks101/")
    assert check_diagnostics(render_rdjson(CLEAN, root=None)) == []


def test_a_rule_s_link_that_is_none_is_left_out() -> None:
    evil = replace(HOUSE, references=("javascript:alert(1)",))
    found = replace(report(file_report("a", finding(evil, "Found."))), rules=(evil,))
    (diagnostic,) = check_diagnostics(render_rdjson(found, root=None))
    assert diagnostic["code"] == {"value": "ACME7"}


def test_a_comment_has_a_table_for_each_file_with_findings() -> None:
    said = render_markdown(everyday(), root=None)
    assert said.count("| --- | --- | --- | --- |") == 3
    assert said.count("<details>") == said.count("</details>") == 3
    assert "clean.keras" not in said
    assert "**Part of this file could not be read: it may hold more than is reported" in said


def test_a_clean_scan_is_a_short_comment() -> None:
    assert render_markdown(CLEAN, root=None) == "## kerasscan\n\nNo findings in 1 file.\n"


def test_a_file_cannot_write_markdown() -> None:
    evil = "@all #1 ``` | </details> [x](y) <img> \n# h"
    flaw = finding(LAMBDA, evil, layer=evil, member=evil, remedy=evil)
    said = render_markdown(report(file_report(evil, flaw, status=Status.INCOMPLETE)), root=None)
    (row,) = [line for line in said.splitlines() if line.startswith("| error")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 5
    spans = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", said)
    for mark in ("@all", "<img>", "[x]"):
        assert mark in said
        assert mark not in spans
    assert "\n# h" not in said


@pytest.mark.parametrize("count", [200, 10_000])
def test_a_comment_keeps_to_github_s_limit_and_says_what_is_left_out(count: int) -> None:
    flaws = [finding(CUSTOM, f"Found {number}.", remedy="Mend. " * 20) for number in range(count)]
    said = render_markdown(report(*(file_report(f"{n}.keras", *flaws) for n in (1, 2))), root=None)
    assert len(said.encode()) <= COMMENT
    (left,) = re.findall(r"^([\d,]+) more findings left out here", said, re.MULTILINE)
    assert said.count("| warning |") + int(left.replace(",", "")) == 2 * count


def test_a_job_summary_is_under_a_mebibyte_with_what_is_there_already() -> None:
    flaws = [finding(CUSTOM, "Found.", remedy="Mend. " * 20) for _ in range(20_000)]
    found = report(file_report("a.keras", *flaws))
    for taken in (0, 500_000, 2_000_000):
        said = job_summary(found, taken=taken)
        assert taken + len(said.encode()) < 1024 * 1024 or taken > 1024 * 1024
        assert "left out here" in said


def test_the_rules_of_these_reports_are_known() -> None:
    assert {each.rule for each in everyday().findings} <= {rule.id for rule in RULES}
