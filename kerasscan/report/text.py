"""For a person at a terminal: what is wrong where, and what to do about it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from kerasscan.model.address import Address
from kerasscan.model.finding import FileReport, Finding, Report, Status
from kerasscan.model.visible import flowing, visible
from kerasscan.report.paint import Paint
from kerasscan.report.source_words import source_in_words, source_problems
from kerasscan.report.tally import counted, in_words, tally, target_in_words

_USUAL_WIDTH = 80
_NARROWEST = 40
_WIDEST = 100  # longer lines of prose tire the eye, however wide the window
_LONGEST_FACT = 40
_INDENT = "    "
_NOT_READ = "Part of this file could not be read: it may hold more than is reported here."


def render_text(report: Report, *, color: bool, width: int | None = None) -> str:
    """Return a report to read, with ANSI colours only where asked.

    Files are named when they have findings, were not read to their end or are no models; the
    others are counted in the last line. Only prose is wrapped: names and places stay whole, so
    that they can be searched for and copied.

    Args:
        report: What the scan found.
        color: Whether to write ANSI sequences.
        width: Columns of the terminal; None is 80.
    """
    page = _Page(Paint(color=color), width or _USUAL_WIDTH)
    blocks = ["\n".join(page.file(file)) for file in report.files if _is_named(file)]
    blocks.append("\n".join(page.end(report)))
    return "\n\n".join(blocks) + "\n"


def _is_named(file: FileReport) -> bool:
    return bool(file.findings) or file.status is not Status.SCANNED


class _Page:
    """Sets lines for one width and one choice of colour."""

    def __init__(self, paint: Paint, width: int) -> None:
        self.paint = paint
        self._width = max(width, _NARROWEST)

    def file(self, file: FileReport) -> Iterator[str]:
        """Yield the lines on one file."""
        yield from self._heading(file)
        if file.status is Status.INCOMPLETE:
            yield from self._prose("incomplete: ", "warning", _NOT_READ, indent="  ")
        previous: Finding | None = None
        for finding in file.findings:
            yield ""
            yield from self._finding(finding, previous)
            previous = finding

    def end(self, report: Report) -> Iterator[str]:
        """Yield the lines that sum the scan up."""
        yield self.paint("bold", in_words(tally(report)))
        if report.target is not None and report.files:
            yield from self._prose("", "", target_in_words(report.target), indent="")
            for note in report.target.notes:
                yield from self._prose("note: ", "note", note, indent="")
        if report.source is not None:
            yield from self._prose("", "", source_in_words(report.source), indent="")
            for problem in source_problems(report.source):
                yield from self._prose("warning: ", "warning", problem, indent="")

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
        yield from self._prose("", "", finding.message)
        repeated = previous is not None and (
            (previous.rule, previous.remedy) == (finding.rule, finding.remedy)
        )
        if finding.remedy and not repeated:
            yield from self._prose("help: ", "help", finding.remedy)

    def _title(self, finding: Finding) -> Iterator[str]:
        label, name = f"{finding.severity.value}[{finding.rule}]", visible(finding.name)
        line = f"  {self.paint(finding.severity.value, visible(label))} {self.paint('bold', name)}"
        layer = f"in {visible(finding.layer)}" if finding.layer else ""
        if not layer:
            yield line
        elif 4 + len(label) + len(name) + len(layer) <= self._width:
            yield f"{line} {layer}"
        else:
            yield line
            yield f"{_INDENT}{layer}"

    def _prose(self, label: str, style: str, text: str, *, indent: str = _INDENT) -> Iterator[str]:
        """Yield a paragraph, hanging on its label."""
        room = min(self._width, _WIDEST) - len(indent) - len(label)
        lines = textwrap.wrap(flowing(text), room, break_long_words=False, break_on_hyphens=False)
        margin = indent + self.paint(style, label)
        for line in lines:
            yield margin + line
            margin = indent + " " * len(label)


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
