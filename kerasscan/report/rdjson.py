"""For reviewdog: its Diagnostic Format, as ``proto/rdf/reviewdog.proto`` describes it (0.21)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasscan.model.finding import Finding, Report, Rule, Severity
from kerasscan.model.visible import flowing
from kerasscan.report.json_text import written
from kerasscan.report.message import message_of
from kerasscan.report.rule_page import INFORMATION_URI, page_url
from kerasscan.report.unseen import unseen
from kerasscan.report.whereabouts import whereabouts

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def render_rdjson(report: Report, *, root: Path | None) -> str:
    """Return the findings as one ``DiagnosticResult``.

    Locations have no range: a model has no lines.

    Args:
        report: What the scan found.
        root: Top level of the git work tree, from which files are named; None: the working
            directory.
    """
    return written(
        {
            "source": {"name": "kerasscan", "url": INFORMATION_URI},
            "diagnostics": list(_diagnostics(report, root)),
        }
    )


def _diagnostics(report: Report, root: Path | None) -> Iterator[dict[str, Any]]:
    rules = {rule.id: rule for rule in report.rules}
    places = whereabouts([file.path for file in report.files], root)
    for file, place in zip(report.files, places, strict=True):
        location = {"path": place.path}
        if told := unseen(file):
            name, sentence = told
            code = {"value": name}
            severity = _SEVERITIES[Severity.WARNING]
            yield {"message": sentence, "location": location, "severity": severity, "code": code}
        for finding in file.active:
            yield {
                "message": _message(finding),
                "location": location,
                "severity": _SEVERITIES[finding.severity],
                "code": _code(finding, rules.get(finding.rule)),
            }


def _message(finding: Finding) -> str:
    remedy = flowing(finding.remedy)
    return f"{message_of(finding)}\n\n{remedy}" if remedy else message_of(finding)


def _code(finding: Finding, rule: Rule | None) -> dict[str, str]:
    code = {"value": finding.rule}
    if rule is not None and (url := page_url(rule)):
        code["url"] = url
    return code
