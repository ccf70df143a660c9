"""For GitLab's Code Quality: a list of issues, as its documentation describes them.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format (GitLab 18).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasscan.model.finding import Finding, Report, Rule, Severity
from kerasscan.model.visible import flowing
from kerasscan.report.json_text import written
from kerasscan.report.message import message_of
from kerasscan.report.unseen import unseen
from kerasscan.report.whereabouts import whereabouts

_BLOCKER = 9.0
_CRITICAL = 7.0
"""Where CVSS 3.1 (section 5) has its severities critical and high begin."""

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render_gitlab(report: Report, *, root: Path | None) -> str:
    """Return the findings as a Code Quality report.

    Args:
        report: What the scan found.
        root: Top level of the git work tree, from which GitLab names files; None: the working
            directory.
    """
    rules = {rule.id: rule for rule in report.rules}
    taken: Counter[str] = Counter()
    return written([_unique(issue, taken) for issue in _issues(report, rules, root)])


def _issues(report: Report, rules: dict[str, Rule], root: Path | None) -> Iterator[dict[str, Any]]:
    places = whereabouts([file.path for file in report.files], root)
    for file, place in zip(report.files, places, strict=True):
        if told := unseen(file):
            name, sentence = told
            yield _issue(sentence, name, (place.uri, name), "major", place.path)
        for finding in file.active:
            yield _issue(
                message_of(finding),
                f"{finding.rule} {flowing(finding.name)}",
                (place.uri, finding.rule, finding.fingerprint),
                _severity(finding, rules.get(finding.rule)),
                place.path,
            )


def _issue(
    description: str, name: str, identity: tuple[str, ...], severity: str, path: str
) -> dict[str, Any]:
    """Return an issue; its line is the first, because a model has none and GitLab wants one."""
    return {
        "description": description,
        "check_name": name,
        "fingerprint": _digest(*identity),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": 1}},
    }


def _severity(finding: Finding, rule: Rule | None) -> str:
    if finding.severity is Severity.ERROR and rule is not None and rule.security_severity:
        if rule.security_severity >= _BLOCKER:
            return "blocker"
        if rule.security_severity >= _CRITICAL:
            return "critical"
    return _SEVERITIES[finding.severity]


def _unique(issue: dict[str, Any], taken: Counter[str]) -> dict[str, Any]:
    """Return the issue with a fingerprint of its own: of equal ones GitLab keeps the first."""
    fingerprint = issue["fingerprint"]
    taken[fingerprint] += 1
    if taken[fingerprint] == 1:
        return issue
    return {**issue, "fingerprint": _digest(fingerprint, str(taken[fingerprint]))}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
