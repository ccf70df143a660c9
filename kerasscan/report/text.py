"""For a person at a terminal: what is wrong where, and what to do about it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kerasscan.model.address import Address
from kerasscan.model.excerpt import Excerpt
from kerasscan.model.finding import FileReport, Finding, Report, Severity, Status, Suppression
from kerasscan.model.visible import flowing, visible
from kerasscan.report.paint import Paint
from kerasscan.report.rule_page import page_url
from kerasscan.report.runner import inert
from kerasscan.report.source_words import source_in_words, source_problems
from kerasscan.report.tally import counted, in_words, suppressed_in_words, tally, target_in_words

_USUAL_WIDTH = 80
_NARROWEST = 40
_WIDEST = 100  # longer lines of prose tire the eye, however wide the window
_LONGEST_FACT = 40
_WIDEST_SEVERITY = len(max(Severity, key=len))
_INDENT = "    "
_NOT_READ = "Part of this file could not be read: it may hold more than is reported here."


def render_text(
    report: Report,
    *,
    color: bool,
    width: int | None = None,
    links: bool = False,
    show_suppressed: bool = False,
    statistics: bool = False,
) -> str:
    """Return a report to read, with ANSI colours only where asked.

    Files are named when they have findings, were not read to their end or are no models; the
    others are counted in the last line. Only prose is wrapped: names and places stay whole, so
    that they can be searched for and copied.

    Args:
        report: What the scan found.
        color: Whether to write ANSI sequences.
        width: Columns of the terminal; None is 80.
        links: Whether rules lead to their pages, by OSC 8.
        show_suppressed: Whether findings that do not count are shown, as such.
        statistics: Whether to end with how often each rule found something.
    """
    paint = Paint(color=color, links=links)
    urls = {rule.id: page_url(rule) for rule in report.rules} if links else {}
    page = _Page(paint, width or _USUAL_WIDTH, urls)
    shown = [(file, file.findings if show_suppressed else file.active) for file in report.files]
    blocks = [
        "\n".join(page.file(file, findings))
        for file, findings in shown
        if findings or file.status is not Status.SCANNED
    ]
    if statistics and (lines := list(page.statistics(report.active))):
        blocks.append("\n".join(lines))
    blocks.append("\n".join(page.end(report)))
    return inert("\n\n".join(blocks) + "\n")


class _Page:
    """Sets lines for one width and one choice of colour."""

    def __init__(self, paint: Paint, width: int, urls: Mapping[str, str | None]) -> None:
        self.paint = paint
        self._width = max(width, _NARROWEST)
        self._urls = urls

    def file(self, file: FileReport, findings: Sequence[Finding]) -> Iterator[str]:
        """Yield the lines on one file."""
        yield from self._heading(file)
        if file.status is Status.INCOMPLETE:
            yield from self._prose("incomplete: ", "warning", _NOT_READ, indent="  ")
        previous: Finding | None = None
        for finding in findings:
            yield ""
            yield from self._finding(finding, previous)
            previous = finding

    def end(self, report: Report) -> Iterator[str]:
        """Yield the lines that sum the scan up."""
        numbers = tally(report)
        yield self.paint("bold", in_words(numbers))
        if numbers.suppressed:
            yield suppressed_in_words(numbers)
        if report.target is not None and report.files:
            yield from self._prose("", "", target_in_words(report.target), indent="")
            for note in report.target.notes:
                yield from self._prose("note: ", "note", note, indent="")
        if report.source is not None:
            yield from self._prose("", "", source_in_words(report.source), indent="")
            for problem in source_problems(report.source):
                yield from self._prose("warning: ", "warning", problem, indent="")

    def statistics(self, findings: Sequence[Finding]) -> Iterator[str]:
        """Yield how often each rule found something, most often first."""
        counts = Counter((finding.rule, finding.name, finding.severity) for finding in findings)
        wide = len(str(max(counts.values(), default=0)))
        for (rule, name, severity), number in sorted(
            counts.items(), key=lambda each: (-each[1], each[0][0])
        ):
            word = self.paint(severity.value, f"{severity.value:<{_WIDEST_SEVERITY}}")
            label = self.paint.link(self._urls.get(rule), visible(rule))
            yield f"{number:>{wide}}  {word}  {label}  {visible(name)}"

    def _heading(self, file: FileReport) -> Iterator[str]:
        path, facts = visible(file.path), ", ".join(_facts(file))
        if len(path) + len(facts) + len(" ()") <= self._width:
            yield f"{self.paint('bold', path)} {self.paint('dim', f'({facts})')}"
        else:
            yield self.paint("bold", path)
            yield f"  {self.paint('dim', facts)}"

    def _finding(self, finding: Finding, previous: Finding | None) -> Iterator[str]:
        yield from self._title(finding)
        place = str(Address(member=finding.member, pointer=finding.pointer))
        if place:
            yield f"{_INDENT}{self.paint('dim', f'--> {visible(place)}')}"
        if finding.excerpt is not None and not _is_same_place(finding, previous):
            yield from self._excerpt(finding.excerpt, finding.severity.value)
        yield from self._prose("", "", finding.message)
        if finding.suppression is not None:
            yield from self._prose("suppressed: ", "dim", _suppressed(finding.suppression))
        repeated = previous is not None and (
            (previous.rule, previous.remedy) == (finding.rule, finding.remedy)
        )
        if finding.remedy and not repeated:
            yield from self._prose("help: ", "help", finding.remedy)

    def _title(self, finding: Finding) -> Iterator[str]:
        label, name = f"{finding.severity.value}[{finding.rule}]", visible(finding.name)
        shown = self.paint(finding.severity.value, visible(label))
        linked = self.paint.link(self._urls.get(finding.rule), shown)
        line = f"  {linked} {self.paint('bold', name)}"
        layer = f"in {visible(finding.layer)}" if finding.layer else ""
        if not layer:
            yield line
        elif 4 + len(label) + len(name) + len(layer) <= self._width:
            yield f"{line} {layer}"
        else:
            yield line
            yield f"{_INDENT}{layer}"

    def _excerpt(self, excerpt: Excerpt, style: str) -> Iterator[str]:
        """Yield the lines of a configuration, those that the finding is about marked."""
        room = self._width - len(_INDENT) - len("> | ")
        for number, line in enumerate(excerpt.lines):
            is_meant = excerpt.first <= number <= excerpt.last
            mark = self.paint(style, ">") if is_meant else " "
            cut = line if len(line) <= room else f"{line[: room - 3]}..."
            bar = self.paint("dim", "|")
            yield f"{_INDENT}{mark} {bar} {cut if is_meant else self.paint('dim', cut)}"

    def _prose(self, label: str, style: str, text: str, *, indent: str = _INDENT) -> Iterator[str]:
        """Yield a paragraph, hanging on its label."""
        room = min(self._width, _WIDEST) - len(indent) - len(label)
        lines = textwrap.wrap(flowing(text), room, break_long_words=False, break_on_hyphens=False)
        margin = indent + self.paint(style, label)
        for line in lines:
            yield margin + line
            margin = indent + " " * len(label)


def _is_same_place(finding: Finding, previous: Finding | None) -> bool:
    return previous is not None and (
        (previous.member, previous.pointer) == (finding.member, finding.pointer)
    )


def _suppressed(suppression: Suppression) -> str:
    by = f"{suppression.kind.value}, by {suppression.source}"
    return f"{suppression.reason} ({by})" if suppression.reason else by


def _facts(file: FileReport) -> Iterator[str]:
    """Yield what is known of a file, most telling first."""
    if file.status is Status.NOT_A_MODEL:
        yield f"not a model: {file.container}"
        return
    yield file.container
    if file.claimed_version:
        yield f"Keras {_short(file.claimed_version)}"
    elif file.fingerprint:
        yield f"Keras {_short(file.fingerprint)}"
    if file.root_class:
        yield _short(file.root_class)
    if file.layer_count:
        yield counted(file.layer_count, "layer")


def _short(fact: str) -> str:
    """Return a fact that leaves the line readable, whatever the file says."""
    shown = flowing(fact)
    return shown if len(shown) <= _LONGEST_FACT else f"{shown[: _LONGEST_FACT - 3]}..."
