"""What an earlier report knows does not count: only what is new does.

A finding is known again by its fingerprint, which neither training nor renaming changes, and by
how often it was in the file: of three alike where there were two, one is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kerasscan.model.finding import FileReport, Finding, Report, Suppression, SuppressionKind


@dataclass(frozen=True)
class Known:
    """A finding of an earlier report.

    Attributes:
        rule: The rule's id.
        fingerprint: Of the finding.
    """

    rule: str
    fingerprint: str


@dataclass(frozen=True)
class Baseline:
    """An earlier report.

    Attributes:
        files: Its findings by the path of their file.
        source: The report's file, as it is shown.
    """

    files: Mapping[str, tuple[Known, ...]]
    source: str


@dataclass(frozen=True)
class Compared:
    """A report with what was known before.

    Attributes:
        report: The report.
        gone: How many findings of the baseline are gone: of files that were scanned again, by
            rules that were asked again.
    """

    report: Report
    gone: int


def compare(report: Report, baseline: Baseline, paths: Sequence[str]) -> Compared:
    """Suppress the findings that an earlier report has.

    A file is compared with the one that had its path. A file with a new path takes what the
    files of the baseline have that were not scanned now: it may be one of them under another
    name.

    Args:
        report: What a scan found; what is suppressed already stays as it is.
        baseline: The earlier report.
        paths: The path of each file of the report in the baseline's spelling.
    """
    left = {path: Counter(map(_key, known)) for path, known in baseline.files.items()}
    scanned = set(paths)
    absent = [counts for path, counts in left.items() if path not in scanned]
    pool = sum(absent, Counter[tuple[str, str]]())
    files = [
        _file(file, left.get(path, pool), baseline.source)
        for file, path in zip(report.files, paths, strict=True)
    ]
    asked = {rule.id for rule in report.rules}
    gone = sum(
        number
        for path in scanned & left.keys()
        for (rule, _), number in left[path].items()
        if rule in asked
    )
    return Compared(replace(report, files=tuple(files)), gone)


def _key(known: Known | Finding) -> tuple[str, str]:
    """Return what two findings that count as the same have in common; the ordinal is no part."""
    return known.rule, known.fingerprint.partition(":")[0]


def _file(file: FileReport, left: Counter[tuple[str, str]], source: str) -> FileReport:
    """Suppress what is left over of the baseline for a file, and take it away from there."""
    findings = []
    for finding in file.findings:
        key = _key(finding)
        is_known = left[key] > 0
        if is_known:
            left[key] -= 1
        if is_known and finding.is_active:
            suppression = Suppression(SuppressionKind.BASELINE, "", source)
            findings.append(replace(finding, suppression=suppression))
        else:
            findings.append(finding)
    return replace(file, findings=tuple(findings))
