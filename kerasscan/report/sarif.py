"""For GitHub code scanning, and whatever else reads SARIF 2.1.0.

One run holds all files, because GitHub refuses several with one category. In the profile for
GitHub, what it requires is always there, what it ignores only where another reader gains by it;
findings that do not count are left out, because GitHub does not know suppressions. The full
profile has all that SARIF can say. Nothing depends on the time, the machine or the order of a
set: the same report gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any, Literal, TypeAlias

from kerasscan.model.finding import FileReport, Finding, Report, Rule
from kerasscan.model.target import Target
from kerasscan.report import sarif_notifications as notifications
from kerasscan.report.json_text import written
from kerasscan.report.rule_page import INFORMATION_URI
from kerasscan.report.sarif_parts import Parts
from kerasscan.report.sarif_results import (
    SOURCE_ROOT,
    Region,
    artifact,
    more_of_result,
    physical,
    result,
)
from kerasscan.report.sarif_rules import descriptor
from kerasscan.report.sarif_taxonomies import Weaknesses
from kerasscan.report.whereabouts import Place, whereabouts

MOST_RESULTS = 25_000
"""GitHub refuses a run with more; of these it keeps the 5,000 most severe. (It also refuses a
file of more than 10 MB after gzip.)"""

Profile: TypeAlias = Literal["github", "full"]
"""``github``: what GitHub takes. ``full``: also the parts of a file with their text, taxonomies,
and findings that are suppressed."""

_SEMANTIC = re.compile(r"\d+\.\d+\.\d+")
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(
    report: Report,
    *,
    root: Path | None,
    region: Region = "none",
    category: str = "kerasscan/",
    profile: Profile = "github",
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
        profile: Who it is for.
        help_markdown: Returns a rule's documentation.
    """
    return written(
        {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": [_Run(report, root, region, profile).document(category, help_markdown)],
        }
    )


class _Run:
    """One run (section 3.14) in the making: files get their index when first mentioned."""

    def __init__(self, report: Report, root: Path | None, region: Region, profile: Profile) -> None:
        self._report = report
        self._region = region
        self._is_full = profile == "full"
        self._weaknesses = Weaknesses(report.rules if self._is_full else ())
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
        results = self._results()  # mentions the parts of files
        run = {
            "tool": {"driver": self._driver(help_markdown)},
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
            "results": results,
        }
        if taxonomy := self._weaknesses.taxonomy():
            run["taxonomies"] = [taxonomy]
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
            (finding, file, physical(place, index, self._region))
            for file, place, index in self._files
            for finding in (file.findings if self._is_full else file.active)
        ]
        parts = Parts(self._artifacts)
        results = []
        for finding, file, location in found if self._is_full else _most_severe(found):
            index = rules[finding.rule]
            told = result(finding, file.container, location, index)
            if self._is_full:
                parent = location["artifactLocation"]["index"]
                related = parts.related(file, parent, finding)
                taxa = self._weaknesses.of(self._report.rules[index])
                told = {**told, **more_of_result(finding, related, taxa)}
            results.append(told)
        return results

    def _notifications(self) -> list[dict[str, Any]]:
        found = [
            notifications.about_file(file, physical(place, index))
            for file, place, index in self._files
        ]
        total = len(self._report.active)
        if total > MOST_RESULTS and not self._is_full:
            found.append(notifications.about_results(MOST_RESULTS, total))
        if self._report.source is not None:
            found += map(notifications.about_source, self._report.source.problems)
        return [notification for notification in found if notification]

    def _driver(self, help_markdown: Callable[[Rule], str] | None) -> dict[str, Any]:
        """Return the driver (section 3.19): the rules that were asked, whatever they found."""
        version = self._report.version
        found: dict[str, Any] = {
            "name": "kerasscan",
            "fullName": f"kerasscan {version}",
            "version": version,
        }
        if _SEMANTIC.fullmatch(version):  # a development version is none (section 3.19.12)
            found["semanticVersion"] = version
        found["informationUri"] = INFORMATION_URI
        found["rules"] = [self._descriptor(rule, help_markdown) for rule in self._report.rules]
        found["notifications"] = notifications.DESCRIPTORS
        if self._weaknesses.taxonomy():
            found["supportedTaxonomies"] = [self._weaknesses.supported()]
        return found

    def _descriptor(
        self, rule: Rule, help_markdown: Callable[[Rule], str] | None
    ) -> dict[str, Any]:
        found = descriptor(rule, help_markdown)
        if self._is_full and (relationships := self._weaknesses.relationships(rule)):
            found["relationships"] = relationships
        return found


_Found: TypeAlias = tuple[Finding, FileReport, dict[str, Any]]


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
