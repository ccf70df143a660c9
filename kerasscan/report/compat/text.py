"""For a person at a terminal: first the answer, then the matrix, then why not elsewhere."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from kerasscan.catalog.spans import in_words
from kerasscan.model.compatibility import Compatibility, FileOutcomes
from kerasscan.model.finding import Status
from kerasscan.model.visible import flowing, visible
from kerasscan.report.compat.changed import HEAD, ChangeGroup, changed
from kerasscan.report.compat.grouped import ReasonGroup, doubts, grouped
from kerasscan.report.compat.matrix import matrix
from kerasscan.report.compat.wording import advice, answer, listed, sentence, title
from kerasscan.report.paint import Paint
from kerasscan.report.tally import counted

_USUAL_WIDTH = 80
_NARROWEST = 40
_WIDEST = 100
_LONGEST_MESSAGE = 300
_SHOWN_REASONS = 12
_SHOWN_BEHIND = 6
_BEHIND = "Behind these, where the load would stop next:"
_NOT_READ = "Part of this file could not be read: there may be more that stops the load."


def compat_text(compatibility: Compatibility, *, color: bool, width: int | None = None) -> str:
    """Return what releases do with files, to read.

    Args:
        compatibility: What they do.
        color: Whether to write ANSI sequences.
        width: Columns of the terminal; None is 80.
    """
    page = _Page(Paint(color=color), width or _USUAL_WIDTH, known=not compatibility.requirements)
    blocks = ["\n".join(page.file(file)) for file in compatibility.files]
    if len(compatibility.files) != 1:
        blocks.append(page.paint("bold", _summary(compatibility)))
    return "\n\n".join(blocks) + "\n"


class _Page:
    """Sets lines for one width and one choice of colour."""

    def __init__(self, paint: Paint, width: int, *, known: bool) -> None:
        self.paint = paint
        self._width = max(width, _NARROWEST)
        self._known = known

    def file(self, file: FileOutcomes) -> Iterator[str]:
        """Yield the lines on one file."""
        rows = matrix(file)
        yield self.paint("bold", visible(file.path))
        yield f"  {self.paint('dim', ', '.join(_facts(file)))}"
        if file.status is Status.INCOMPLETE:
            yield from self._prose("incomplete: ", "warning", _NOT_READ, indent="  ")
        yield ""
        for line in answer(file, rows, known=self._known):
            yield from self._prose("", "", line, indent="  ", bold=True)
        if self._known or any(not how.is_plain for row in rows for how, _ in row.ways):
            yield ""
            for row in rows:
                words = row.in_words
                yield from self._prose(f"{row.family:<12}", "dim", words, indent="  ")
        yield from self._reasons(file)
        yield from self._changes(file)
        for doubt, releases in doubts(file).items():
            yield ""
            label = f"undecided in {in_words(releases)}: "
            yield from self._prose("", "", label + doubt, indent="  ")

    def _reasons(self, file: FileOutcomes) -> Iterator[str]:
        groups = grouped(file)
        met = [group for group in groups if group.is_met][:_SHOWN_REASONS]
        for group in met:
            yield ""
            yield from self._reason(group, file)
        rest = [group for group in groups if group not in met]
        if rest:
            yield ""
            yield from self._prose("", "dim", _BEHIND, indent="  ")
        for group in rest[:_SHOWN_BEHIND]:
            yield from self._prose("- ", "", f"{title(group)} ({in_words(group.releases)})")
        if len(rest) > _SHOWN_BEHIND:
            more = counted(len(rest) - _SHOWN_BEHIND, "more reason")
            yield f"    and {more}; --output-format json gives all of them"

    def _changes(self, file: FileOutcomes) -> Iterator[str]:
        groups = changed(file)
        if groups:
            yield ""
            yield from self._prose("", "", f"{HEAD}:", indent="  ")
        for group in groups[:_SHOWN_REASONS]:
            yield ""
            yield from self._change(group, file)
        if len(groups) > _SHOWN_REASONS:
            more = counted(len(groups) - _SHOWN_REASONS, "more change")
            yield f"    and {more}; --output-format json gives all of them"

    def _change(self, group: ChangeGroup, file: FileOutcomes) -> Iterator[str]:
        rule = file.rules.get(group.change, "")
        yield from self._prose(
            f"{rule} " if rule else "", "warning", group.title, indent="  ", bold=True
        )
        yield from self._prose("loads  ", "dim", in_words(group.releases))
        layers = [visible(layer) for layer in group.layers]
        if layers:
            yield from self._prose("in     ", "dim", listed(layers))
        said = _cut(next(iter(group.messages)))
        yield from self._prose("so     ", "dim", said)
        if group.change.remedy:
            words = sentence(group.change.remedy)
            yield from self._prose("help   ", "help", words)

    def _reason(self, group: ReasonGroup, file: FileOutcomes) -> Iterator[str]:
        rule = file.rules.get(group.reason, "")
        head = f"{rule} " if rule else ""
        yield from self._prose(head, "error", title(group), indent="  ", bold=True)
        layers = [visible(layer) for layer in group.layers if layer]
        said = f"{group.reason.error}: {group.reason.message}".strip(": ")
        yield from self._prose("fails  ", "dim", in_words(group.releases))
        if layers:
            yield from self._prose("in     ", "dim", listed(layers))
        if said:
            yield from self._prose("says   ", "dim", _cut(said))
        help_words = advice(group, file)
        if help_words:
            yield from self._prose("help   ", "help", help_words)

    def _prose(
        self, label: str, style: str, text: str, *, indent: str = "    ", bold: bool = False
    ) -> Iterator[str]:
        """Yield a paragraph, hanging on its label."""
        room = min(self._width, _WIDEST) - len(indent) - len(label)
        lines = textwrap.wrap(flowing(text), room, break_long_words=False, break_on_hyphens=False)
        margin = indent + self.paint(style, label)
        for line in lines:
            yield margin + (self.paint("bold", line) if bold else line)
            margin = indent + " " * len(label)


def _cut(message: str) -> str:
    flat = flowing(message)
    return flat if len(flat) <= _LONGEST_MESSAGE else f"{flat[: _LONGEST_MESSAGE - 3]}..."


def _facts(file: FileOutcomes) -> Iterator[str]:
    if file.status is Status.NOT_A_MODEL:
        yield f"not a model: {file.container}"
        return
    yield file.container
    if file.claimed_version:
        yield f"Keras {flowing(file.claimed_version)[:40]}"
    if file.root_class:
        yield flowing(file.root_class)[:40]
    if file.layer_count:
        yield counted(file.layer_count, "layer")


def _summary(compatibility: Compatibility) -> str:
    """Return the sentence that counts files; of one file everything has been said."""
    files = compatibility.files
    if not files:
        return "No files to judge."
    counts = Counter(compatibility.verdict(file) for file in files)
    whom = "every release asked" if compatibility.requirements else "some release"
    words = f"{counts[True]} of {counted(len(files), 'file')} can be loaded with {whom}"
    if counts[None]:
        words += f"; of {counts[None]} it cannot be told"
    return f"{words}."
