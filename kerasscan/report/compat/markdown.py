"""For a comment on GitHub: a table of files and release families, and the reasons below it.

Whatever comes out of a file stands in a code span: there GitHub makes no links, mentions or HTML
of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerasscan.catalog.spans import FAMILIES, in_words
from kerasscan.model.compatibility import Compatibility, FileOutcomes
from kerasscan.model.finding import Status
from kerasscan.model.visible import flowing
from kerasscan.report.compat.changed import HEAD, changed
from kerasscan.report.compat.grouped import ReasonGroup, doubts, grouped
from kerasscan.report.compat.matrix import matrix
from kerasscan.report.compat.wording import advice, answer, listed, sentence, title

_LONGEST_MESSAGE = 200
_SHOWN_REASONS = 20


def compat_markdown(compatibility: Compatibility) -> str:
    """Return a table with a row for each file, and why files do not load where they do not."""
    known = not compatibility.requirements
    families = [family for family in FAMILIES if _is_asked(compatibility, family)]
    lines = [
        f"| File | {' | '.join(families)} |",
        f"| --- | {' | '.join('---' for _ in families)} |",
    ]
    for file in compatibility.files:
        words = {row.family: row.in_words for row in matrix(file)}
        cells = [words.get(family, "") for family in families]
        lines.append(f"| {_cell(file.path)} | {' | '.join(cells)} |")
    for file in compatibility.files:
        lines += _file(file, known=known)
    return "\n".join(lines) + "\n"


def _is_asked(compatibility: Compatibility, family: str) -> bool:
    return any(row.family == family for file in compatibility.files for row in matrix(file))


def _file(file: FileOutcomes, *, known: bool) -> Iterator[str]:
    yield from ("", f"### {_code(file.path)}", "")
    yield " ".join(answer(file, matrix(file), known=known))
    if file.status is Status.INCOMPLETE:
        yield from ("", "Part of this file could not be read.")
    groups = [group for group in grouped(file) if group.is_met]
    said = [_reason(group, file) for group in groups[:_SHOWN_REASONS]]
    said += [
        f"- Undecided in {in_words(releases)}: {_code(doubt)}"
        for doubt, releases in doubts(file).items()
    ]
    if len(groups) > _SHOWN_REASONS:
        said.append(f"- And {len(groups) - _SHOWN_REASONS} more.")
    if said:
        yield ""
        yield from said
    yield from _changes(file)


def _changes(file: FileOutcomes) -> Iterator[str]:
    groups = changed(file)
    if not groups:
        return
    yield from ("", f"{HEAD}:", "")
    for group in groups[:_SHOWN_REASONS]:
        rule = file.rules.get(group.change)
        layers = listed([_code(layer) for layer in group.layers])
        where = f" in {layers}" if layers else ""
        head = f"- {f'**{rule}** ' if rule else ''}{_code(group.title)}{where}"
        told = f"<br>{_code(_cut(next(iter(group.messages))))}"
        help_words = f"<br>{_code(sentence(group.change.remedy))}" if group.change.remedy else ""
        yield f"{head} ({in_words(group.releases)}){told}{help_words}"
    if len(groups) > _SHOWN_REASONS:
        yield f"- And {len(groups) - _SHOWN_REASONS} more."


def _reason(group: ReasonGroup, file: FileOutcomes) -> str:
    reason = group.reason
    rule = file.rules.get(reason)
    parts = [f"- {f'**{rule}** ' if rule else ''}{_code(title(group))}"]
    layers = [_code(layer) for layer in group.layers if layer]
    if layers:
        parts.append(f" in {listed(layers)}")
    parts.append(f" ({in_words(group.releases)})")
    message = flowing(f"{reason.error}: {reason.message}".strip(": "))
    if message:
        parts.append(f"<br>{_code(_cut(message))}")
    help_words = advice(group, file)
    if help_words:
        parts.append(f"<br>{_code(help_words)}")
    return "".join(parts)


def _cut(message: str) -> str:
    flat = flowing(message)
    return flat if len(flat) <= _LONGEST_MESSAGE else f"{flat[:_LONGEST_MESSAGE]}..."


def _code(text: str) -> str:
    """Return text as a code span, whatever backticks it holds (CommonMark section 6.1)."""
    shown = flowing(text)
    fence = "`" * (max((len(ticks) for ticks in re.findall("`+", shown)), default=0) + 1)
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown or ' '}{pad}{fence}"


def _cell(text: str) -> str:
    return _code(text).replace("|", r"\|")
