"""JUnit XML, which every CI server shows: a suite for each file, a test case for each finding.

There is no standard; the elements and attributes here are those that Maven's Surefire writes and
Jenkins, GitLab and others read. A note does not fail: it is a case that passed, with output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kerasscan.model.address import Address
from kerasscan.model.finding import FileReport, Finding, Report, Severity
from kerasscan.model.visible import flowing, visible
from kerasscan.report.message import message_of
from kerasscan.report.unseen import INCOMPLETE, unseen
from kerasscan.report.whereabouts import whereabouts

_COUNTED = ("failure", "error", "skipped")
_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def render_junit(report: Report, *, root: Path | None, show_suppressed: bool = False) -> str:
    """Return the report as JUnit XML, in ASCII.

    Args:
        report: What the scan found.
        root: Top level of the git work tree, from which files are named; None: the working
            directory.
        show_suppressed: Whether findings that do not count appear, as cases that were skipped.
    """
    places = whereabouts([file.path for file in report.files], root)
    suites = [
        _suite(place.path, list(_cases(file, place.path, show_suppressed=show_suppressed)))
        for file, place in zip(report.files, places, strict=True)
    ]
    counts = [sum(numbers) for numbers in zip(*(count for count, _ in suites), strict=True)]
    head = _counts(counts or [0] * (len(_COUNTED) + 1))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="kerasscan"{head}>',
        *(line for _, text in suites for line in text),
        "</testsuites>",
    ]
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode("ascii") + "\n"


def _suite(name: str, cases: list[tuple[str, str]]) -> tuple[list[int], list[str]]:
    """Return how many cases there are in all and of each outcome, and the lines."""
    outcomes = [outcome for outcome, _ in cases]
    counts = [len(cases), *(outcomes.count(counted) for counted in _COUNTED)]
    lines = [
        f'  <testsuite name="{_escaped(name)}"{_counts(counts)}>',
        *(text for _, text in cases),
        "  </testsuite>",
    ]
    return counts, lines


def _counts(numbers: list[int]) -> str:
    names = ("tests", "failures", "errors", "skipped")
    return "".join(f' {name}="{number}"' for name, number in zip(names, numbers, strict=True))


def _cases(file: FileReport, path: str, *, show_suppressed: bool) -> Iterator[tuple[str, str]]:
    """Yield the outcome and the element of each case; a file has at least one."""
    if told := unseen(file):
        name, sentence = told
        outcome = "error" if name == INCOMPLETE else "skipped"
        yield outcome, _case(name, path, _told(outcome, sentence, type_=name))
    findings = file.findings if show_suppressed else file.active
    for finding in findings:
        yield _finding_case(finding, path)
    if not findings and told is None:
        yield "", _case("clean", path, "")


def _finding_case(finding: Finding, path: str) -> tuple[str, str]:
    where = f" in {flowing(finding.layer)}" if finding.layer else ""
    name = f"{finding.rule} {flowing(finding.name)}{where}"
    message = message_of(finding)
    place = str(Address(member=finding.member, pointer=finding.pointer))
    lines = [message, visible(place), flowing(finding.remedy)]
    body = "\n".join(line for line in lines if line)
    if finding.suppression is not None:
        kind, reason = finding.suppression.kind.value, flowing(finding.suppression.reason)
        told = _told("skipped", f"{kind}: {reason}" if reason else kind)
        return "skipped", _case(name, path, told)
    if finding.severity is Severity.NOTE:
        return "", _case(name, path, f"<system-out>{_escaped(body)}</system-out>")
    told = _told("failure", message, body, type_=finding.severity.value)
    return "failure", _case(name, path, told)


def _case(name: str, path: str, inside: str) -> str:
    head = f'    <testcase classname="{_escaped(path)}" name="{_escaped(name)}"'
    return f"{head}>{inside}</testcase>" if inside else f"{head}/>"


def _told(tag: str, message: str, body: str = "", *, type_: str = "") -> str:
    kind = f' type="{_escaped(type_)}"' if type_ and tag != "skipped" else ""
    return f'<{tag} message="{_escaped(message)}"{kind}>{_escaped(body)}</{tag}>'


def _escaped(text: str) -> str:
    """Return text as XML; characters that XML cannot hold are spelt out before that.

    Nor can a line be a command of a CI runner (see `kerasscan.report.runner`).
    """
    shown = "\n".join(visible(line) for line in text.split("\n"))
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        shown = shown.replace(char, entity)
    return _COMMAND.sub(r"\1&#58;", shown).replace("##[", "&#35;#[")
