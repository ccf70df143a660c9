"""For a comment on a pull request or the summary of a job: a table for each file.

Whatever comes out of a file stands in a code span or block: there nothing is a link, a mention
or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kerasscan.model.address import Address
from kerasscan.model.finding import FileReport, Finding, Report
from kerasscan.model.visible import flowing, visible
from kerasscan.report.message import message_of
from kerasscan.report.rule_page import page_url
from kerasscan.report.runner import inert
from kerasscan.report.tally import counted, in_words, suppressed_in_words, tally, target_in_words
from kerasscan.report.unseen import unseen
from kerasscan.report.whereabouts import Place, whereabouts

COMMENT = 65_000
"""Bytes; GitHub takes 65,536 characters in a comment."""
SUMMARY = 1_000_000
"""Bytes; GitHub refuses the whole summary of a step beyond 1 MiB."""

_ROOM_FOR_THE_END = 300


def render_markdown(
    report: Report,
    *,
    root: Path | None,
    show_suppressed: bool = False,
    most_bytes: int = COMMENT,
) -> str:
    """Return the report as GitHub Flavored Markdown.

    Files that were read to their end without findings are counted only. What does not fit is
    left out, and it is said how much that is.

    Args:
        report: What the scan found.
        root: Top level of the git work tree, from which files are named; None: the working
            directory.
        show_suppressed: Whether findings that do not count appear too.
        most_bytes: The most that the text may have.
    """
    places = whereabouts([file.path for file in report.files], root)
    urls = {rule.id: page_url(rule) for rule in report.rules}
    text = "\n".join(_head(report)) + "\n"
    room = most_bytes - len(text.encode()) - _ROOM_FOR_THE_END
    left_out = 0
    for file, place in zip(report.files, places, strict=True):
        findings = file.findings if show_suppressed else file.active
        blocks, missing = _file(file, place, findings, urls, room)
        room -= len(blocks.encode())
        text += blocks
        left_out += missing
    if left_out:
        text += f"\n{counted(left_out, 'more finding')} left out here; the JSON report has all.\n"
    return inert(text)


def _head(report: Report) -> Iterator[str]:
    numbers = tally(report)
    yield "## kerasscan"
    yield ""
    yield in_words(numbers)
    if numbers.suppressed:
        yield suppressed_in_words(numbers)
    if report.target is not None and report.files:
        yield ""
        yield _code(target_in_words(report.target))


def _file(
    file: FileReport,
    place: Place,
    findings: tuple[Finding, ...],
    urls: dict[str, str | None],
    room: int,
) -> tuple[str, int]:
    """Return the block on a file, and how many findings are not in it for want of room."""
    told = unseen(file)
    if not findings and told is None:
        return "", 0
    lines = ["", f"### {_code(place.path)}"]
    if told is not None:
        lines += ["", f"**{told[1]}**"]
    used = sum(len(line.encode()) + 1 for line in lines)
    if used > room:
        return "", len(findings) or 1
    rows: list[str] = []
    details: list[str] = []
    table = ["", "| Severity | Rule | Layer | Finding |", "| --- | --- | --- | --- |"]
    frame = sum(len(line.encode()) + 1 for line in (*table, *_folded([])))
    used += frame
    for finding in findings:
        row, detail = _row(finding, urls.get(finding.rule)), list(_detail(finding))
        used += sum(len(line.encode()) + 1 for line in (row, *detail))
        if used > room:
            break
        rows.append(row)
        details += detail
    if rows:
        lines += [*table, *rows, *_folded(details)]
    return "\n".join(lines) + "\n", len(findings) - len(rows)


def _row(finding: Finding, url: str | None) -> str:
    rule = f"{_code(finding.rule)} {_code(finding.name)}"
    if url is not None:
        rule = f"[{_code(finding.rule)}](<{url}>) {_code(finding.name)}"
    severity = finding.severity.value
    if finding.suppression is not None:
        severity = f"~~{severity}~~ {finding.suppression.kind.value}"
    layer = _code(finding.layer) if finding.layer else ""
    cells = (severity, rule, layer, _code(message_of(finding)))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _folded(details: list[str]) -> list[str]:
    return ["", "<details><summary>Where, and what to do</summary>", *details, "", "</details>"]


def _detail(finding: Finding) -> Iterator[str]:
    place = visible(str(Address(member=finding.member, pointer=finding.pointer)))
    head = f"**{finding.severity.value}** {_code(finding.rule)}"
    yield ""
    yield f"{head} at {_code(place)}" if place else head
    if finding.suppression is not None and finding.suppression.reason:
        yield ""
        yield f"{finding.suppression.kind.value}: {_code(finding.suppression.reason)}"
    if finding.excerpt is not None:
        yield from ("", *_block(finding.excerpt.lines))
    if finding.remedy:
        yield from ("", _code(finding.remedy))


def _block(lines: tuple[str, ...]) -> list[str]:
    """Return a fenced block, whatever backticks it holds (CommonMark section 4.5)."""
    fence = "`" * max(3, _longest_ticks("\n".join(lines)) + 1)
    return [f"{fence}json", *lines, fence]


def _code(text: str) -> str:
    """Return text as a code span, whatever backticks it holds (CommonMark section 6.1)."""
    shown = flowing(text)
    fence = "`" * (_longest_ticks(shown) + 1)
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown or ' '}{pad}{fence}"


def _longest_ticks(text: str) -> int:
    return max((len(ticks) for ticks in re.findall("`+", text)), default=0)
