"""For GitHub Actions: annotations, by the commands that its runner obeys.

The runner shows ten annotations of each kind in a step, so no more are written; a last line says
how many findings have none. The commands are those of GitHub's documentation, "Workflow commands
for GitHub Actions".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kerasscan.model.finding import Finding, Report, Severity
from kerasscan.model.visible import flowing
from kerasscan.report.message import message_of
from kerasscan.report.runner import command
from kerasscan.report.tally import counted, in_words, tally
from kerasscan.report.unseen import unseen
from kerasscan.report.whereabouts import whereabouts

MOST_OF_A_KIND = 10

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(report: Report, *, root: Path | None) -> str:
    """Return workflow commands, worst first, and a line that sums the scan up.

    Args:
        report: What the scan found.
        root: Top level of the git work tree, from which GitHub names files; None: the working
            directory.
    """
    lines: list[str] = []
    given: Counter[str] = Counter()
    for kind, line in _annotations(report, root):
        given[kind] += 1
        if given[kind] <= MOST_OF_A_KIND:
            lines.append(line)
    more = sum(max(0, number - MOST_OF_A_KIND) for number in given.values())
    last = in_words(tally(report))
    if more:
        last += (
            f" {counted(more, 'more annotation')} left out: GitHub shows "
            f"{MOST_OF_A_KIND} of a kind in a step."
        )
    return "\n".join([*lines, last]) + "\n"


def _annotations(report: Report, root: Path | None) -> Iterator[tuple[str, str]]:
    """Yield the kind and the command of each finding, and of each file not wholly read."""
    places = whereabouts([file.path for file in report.files], root)
    files = list(zip(report.files, places, strict=True))
    for file, place in files:
        if told := unseen(file):
            name, sentence = told
            yield "warning", command("warning", sentence, title=_title(name), file=place.path)
    for severity in reversed(Severity):
        kind = _KINDS[severity]
        for file, place in files:
            for finding in file.active:
                if finding.severity is severity:
                    title = _title(f"{finding.rule} {finding.name}")
                    yield kind, command(kind, _message(finding), title=title, file=place.path)


def _title(name: str) -> str:
    return f"kerasscan: {flowing(name)}"


def _message(finding: Finding) -> str:
    remedy = flowing(finding.remedy)
    return f"{message_of(finding)}\nhelp: {remedy}" if remedy else message_of(finding)
