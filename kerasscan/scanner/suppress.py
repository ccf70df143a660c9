"""Findings that do not count, because the project says so: a report in, a report out.

Nothing is taken away: a suppressed finding stays in the report and says who suppressed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kerasscan.model.finding import (
    FileReport,
    Finding,
    Report,
    Rule,
    Suppression,
    SuppressionKind,
)
from kerasscan.rulebook.selection import answering
from kerasscan.scanner.globs import matches_layer, matches_path, path_below


@dataclass(frozen=True)
class Ignore:
    """An entry: it applies to a finding that fits all that it says.

    Attributes:
        reason: Why, in the words of whoever wrote it.
        rule: Selector; ``""`` is any rule.
        path: Glob of the file; ``""`` is any file.
        layer: Glob of the layer path; ``""`` is any layer, and the file as a whole.
        fingerprint: Of the finding; ``""`` is any.
        expires: The last day on which it counts; None: it counts for ever.
        place: ``file:line``, for messages.
    """

    reason: str
    rule: str = ""
    path: str = ""
    layer: str = ""
    fingerprint: str = ""
    expires: date | None = None
    place: str = ""


@dataclass(frozen=True)
class IgnoreList:
    """The entries of one file.

    Attributes:
        entries: In the file's order; the first that applies gives the reason.
        folder: Where the globs start.
        source: The file, as it is shown.
    """

    entries: tuple[Ignore, ...]
    folder: Path
    source: str


@dataclass(frozen=True)
class Ignored:
    """A report with what was ignored.

    Attributes:
        report: The report.
        expired: Entries whose day is over; they suppress nothing.
        unused: Entries that could have applied, and did not: see `ignore`.
    """

    report: Report
    expired: tuple[Ignore, ...]
    unused: tuple[Ignore, ...]


def ignore(report: Report, ignores: IgnoreList, today: date, *, whole: bool = True) -> Ignored:
    """Suppress the findings that an entry applies to.

    Args:
        report: What a scan found; what is suppressed already stays as it is.
        ignores: The entries.
        today: Decides which of them have expired.
        whole: Whether the scan looked at all that the entries may be about. If not, an entry is
            unused only when a file was scanned that its ``path`` names. One whose rule was not
            asked is never called unused.
    """
    alive = [each for each in ignores.entries if not _is_over(each, today)]
    asked = [_Entry(each, _answering(each, report.rules)) for each in alive]
    used: set[int] = set()
    named: set[int] = set()
    files = []
    for file in report.files:
        path = path_below(file.path, ignores.folder)
        here = [
            (index, entry)
            for index, entry in enumerate(asked)
            if not entry.ignore.path or matches_path(entry.ignore.path, path)
        ]
        named.update(index for index, entry in here if entry.ignore.path)
        files.append(_file(file, here, ignores.source, used))
    return Ignored(
        replace(report, files=tuple(files)),
        expired=tuple(each for each in ignores.entries if _is_over(each, today)),
        unused=tuple(
            entry.ignore
            for index, entry in enumerate(asked)
            if index not in used and entry.rules and (whole or index in named)
        ),
    )


@dataclass(frozen=True)
class _Entry:
    """An entry, and the rules that it is about among those that were asked."""

    ignore: Ignore
    rules: frozenset[str]

    def applies(self, finding: Finding) -> bool:
        """Whether a finding of a file that the entry is about fits it."""
        entry = self.ignore
        return (
            finding.rule in self.rules
            and entry.fingerprint in {"", finding.fingerprint}
            and (not entry.layer or matches_layer(entry.layer, finding.layer))
        )


def _answering(entry: Ignore, rules: Sequence[Rule]) -> frozenset[str]:
    if entry.rule:
        return answering(entry.rule, rules)
    return frozenset(rule.id for rule in rules)


def _is_over(entry: Ignore, today: date) -> bool:
    return entry.expires is not None and entry.expires < today


def _file(
    file: FileReport, entries: Iterable[tuple[int, _Entry]], source: str, used: set[int]
) -> FileReport:
    here = list(entries)
    if not here:
        return file
    findings = []
    for finding in file.findings:
        fitting = [(index, entry) for index, entry in here if entry.applies(finding)]
        used.update(index for index, _ in fitting)
        if fitting and finding.is_active:
            reason = fitting[0][1].ignore.reason
            suppression = Suppression(SuppressionKind.IGNORED, reason, source)
            findings.append(replace(finding, suppression=suppression))
        else:
            findings.append(finding)
    return replace(file, findings=tuple(findings))
