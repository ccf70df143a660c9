"""How many: the numbers that end a text report and open a JSON report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kerasscan.model.finding import Report, Severity, Status
from kerasscan.model.target import Target


@dataclass(frozen=True)
class Tally:
    """Counts over a report.

    Attributes:
        files: Files looked at.
        files_with_findings: Those that have at least one finding.
        scanned: Those that were read to their end.
        incomplete: Those of which a part stayed unseen.
        not_a_model: Those that hold no model.
        errors: Findings of severity error.
        warnings: Findings of severity warning.
        notes: Findings of severity note.
        suppressed: Findings that do not count, and are in none of the other numbers.
    """

    files: int
    files_with_findings: int
    scanned: int
    incomplete: int
    not_a_model: int
    errors: int
    warnings: int
    notes: int
    suppressed: int


def tally(report: Report) -> Tally:
    """Count a report's files and findings."""
    status = Counter(file.status for file in report.files)
    severity = Counter(finding.severity for finding in report.active)
    return Tally(
        files=len(report.files),
        files_with_findings=sum(bool(file.active) for file in report.files),
        scanned=status[Status.SCANNED],
        incomplete=status[Status.INCOMPLETE],
        not_a_model=status[Status.NOT_A_MODEL],
        errors=severity[Severity.ERROR],
        warnings=severity[Severity.WARNING],
        notes=severity[Severity.NOTE],
        suppressed=len(report.findings) - len(report.active),
    )


def counted(number: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def in_words(numbers: Tally) -> str:
    """Return the one sentence that sums a scan up; it never hides what stayed unseen."""
    if not numbers.files:
        return "No files to scan."
    unseen = _unseen(numbers)
    found = _found(numbers)
    if not found:
        start = f"No findings in {counted(numbers.files, 'file')}"
        return f"{start}, but {unseen}." if unseen else f"{start}."
    start = f"Found {found} in {_share(numbers)}"
    return f"{start}; {unseen}." if unseen else f"{start}."


def suppressed_in_words(numbers: Tally) -> str:
    """Return the sentence on findings that do not count."""
    verb = "is" if numbers.suppressed == 1 else "are"
    return f"{counted(numbers.suppressed, 'finding')} {verb} suppressed."


def target_in_words(target: Target) -> str:
    """Return the sentence that says which releases the files were judged for, and why those."""
    from kerasscan.catalog.spans import in_words as releases_in_words  # only with a target

    releases = releases_in_words(target.releases)
    if target.source == "default":
        return f"Judged for {releases}, the newest: nothing else is asked for or pinned."
    if target.source == "asked":
        return f"Judged for {releases}, as asked ({', '.join(target.requirements)})."
    pinned = f"{', '.join(target.requirements)} in {target.source}"
    return f"Judged for {releases}, because of {pinned}."


def _found(numbers: Tally) -> str:
    counts = ((numbers.errors, "error"), (numbers.warnings, "warning"), (numbers.notes, "note"))
    parts = [counted(number, noun) for number, noun in counts if number]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _share(numbers: Tally) -> str:
    if numbers.files == 1:
        return "1 file"
    return f"{numbers.files_with_findings} of {numbers.files} files"


def _unseen(numbers: Tally) -> str:
    parts = []
    if numbers.incomplete == 1:
        parts.append("1 file could not be read to its end")
    elif numbers.incomplete:
        parts.append(f"{numbers.incomplete} files could not be read to their end")
    if numbers.not_a_model == 1:
        parts.append("1 file is not a model")
    elif numbers.not_a_model:
        parts.append(f"{numbers.not_a_model} files are not models")
    return " and ".join(parts)
