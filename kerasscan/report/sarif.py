"""For GitHub code scanning, and whatever else reads SARIF 2.1.0.

One run holds all files, because GitHub refuses several with one category. What GitHub requires
is always there, what it ignores only where another reader gains by it. Nothing depends on the
time, the machine or the order of a set: the same report gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any, TypeAlias

from kerasscan.model.finding import FileReport, Finding, Report, Rule
from kerasscan.model.target import Target
from kerasscan.report import sarif_notifications as notifications
from kerasscan.report.json_text import written
from kerasscan.report.sarif_results import SOURCE_ROOT, Region, artifact, physical, result
from kerasscan.report.sarif_rules import INFORMATION_URI, descriptor
from kerasscan.report.whereabouts import Place, whereabouts

MOST_RESULTS = 25_000
"""GitHub refuses a run with more; of these it keeps the 5,000 most severe. (It also refuses a
file of more than 10 MB after gzip.)"""

_SEMANTIC = re.compile(r"\d+\.\d+\.\d+")
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(
    report: Report,
    *,
    root: Path | None,
    region: Region = "none",
    category: str = "kerasscan/",
    help_markdown: Callable[[Rule], str] | None = None,
) -> str:
    """Return the report as SARIF.

    Args:
        report: What the scan found.
        root: Top level of the git work tree, from which GitHub names files; None: the working
            directory.
        region: Whether results carry a line.
        category: Tells uploads of one tool apart: ``automationDetails.id`` (section 3.17.3), of
            which GitHub takes all up to the last slash. A missing last slash is added.
        help_markdown: Returns a rule's documentation.
    """
    return written(
        {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": [_Run(report, root, region).document(category, help_markdown)],
        }
    )


class _Run:
    """One run (section 3.14) in the making: files get their index when first mentioned."""

    def __init__(self, report: Report, root: Path | None, region: Region) -> None:
        self._report = report
        self._region = region
        self._artifacts: list[dict[str, Any]] = []
        self._index: dict[str, int] = {}
        places = whereabouts([file.path for file in report.files], root)
        self._files = [
            (file, place, self._enter(file, place))
            for file, place in zip(report.files, places, strict=True)
        ]

    def document(
        self, category: str, help_markdown: Callable[[Rule], str] | None
    ) -> dict[str, Any]:
        """Return the run; its results are a list also when empty (section 3.14.23)."""
        run = {
            "tool": {"driver": _driver(self._report, help_markdown)},
            "invocations": [
                {
                    "executionSuccessful": True,  # it was: else there would be no report
                    "toolExecutionNotifications": self._notifications(),
                }
            ],
            "originalUriBaseIds": {
                SOURCE_ROOT: {"description": {"text": "The top level of the repository."}}
            },
            "automationDetails": {"id": f"{category.rstrip('/')}/"},
            "columnKind": "unicodeCodePoints",
            "artifacts": self._artifacts,
            "results": self._results(),
        }
        if self._report.target is not None:
            run["properties"] = {"target": _target(self._report.target)}
        return run

    def _enter(self, file: FileReport, place: Place) -> int:
        """Return the index of a file's artifact; the list holds each URI once (3.14.15)."""
        if place.uri not in self._index:
            self._index[place.uri] = len(self._artifacts)
            self._artifacts.append(artifact(file, place))
        return self._index[place.uri]

    def _results(self) -> list[dict[str, Any]]:
        rules = {rule.id: index for index, rule in enumerate(self._report.rules)}
        found = [
            (finding, file.container, physical(place, index, self._region))
            for file, place, index in self._files
            for finding in file.findings
        ]
        return [
            result(finding, container, location, rules[finding.rule])
            for finding, container, location in _most_severe(found)
        ]

    def _notifications(self) -> list[dict[str, Any]]:
        found = [
            notifications.about_file(file, physical(place, index))
            for file, place, index in self._files
        ]
        total = len(self._report.findings)
        if total > MOST_RESULTS:
            found.append(notifications.about_results(MOST_RESULTS, total))
        if self._report.source is not None:
            found += map(notifications.about_source, self._report.source.problems)
        return [notification for notification in found if notification]


_Found: TypeAlias = tuple[Finding, str, dict[str, Any]]


def _most_severe(found: list[_Found]) -> list[_Found]:
    """Return at most as many results as GitHub takes, in the report's order."""
    if len(found) <= MOST_RESULTS:
        return found
    worst_first = sorted(range(len(found)), key=lambda at: -found[at][0].severity.rank)
    return [found[at] for at in sorted(worst_first[:MOST_RESULTS])]


def _target(target: Target) -> dict[str, Any]:
    """Return the target; of an absolute path only the name, which tells nothing of the machine."""
    source = PurePath(target.source)
    return {
        "requirements": list(target.requirements),
        "releases": list(target.releases),
        "source": source.name if source.is_absolute() else target.source,
    }


def _driver(report: Report, help_markdown: Callable[[Rule], str] | None) -> dict[str, Any]:
    """Return the driver (section 3.19): the rules that were asked, whatever they found."""
    found: dict[str, Any] = {
        "name": "kerasscan",
        "fullName": f"kerasscan {report.version}",
        "version": report.version,
    }
    if _SEMANTIC.fullmatch(report.version):  # a development version is none (section 3.19.12)
        found["semanticVersion"] = report.version
    found["informationUri"] = INFORMATION_URI
    found["rules"] = [descriptor(rule, help_markdown) for rule in report.rules]
    found["notifications"] = notifications.DESCRIPTORS
    return found
