"""Findings with the lines that they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kerasscan.model.excerpt import Excerpt, Part, Region
from kerasscan.model.finding import Finding
from kerasscan.model.saved import Document
from kerasscan.report.excerpts.layout import Layout, asked_tree, laid_out

_AROUND = 2
_MOST_LINES = 5


def with_excerpts(
    findings: Sequence[Finding], documents: Sequence[Document]
) -> tuple[tuple[Finding, ...], tuple[Part, ...]]:
    """Return the findings with their excerpts, and the documents that they are about.

    A finding about a file, a member or a document as a whole has no excerpt.

    Args:
        findings: Of one file.
        documents: Of the same file.
    """
    about = _by_document(findings, documents)
    found: list[Finding] = list(findings)
    parts: list[Part] = []
    for number in sorted(about):
        document, indexes = documents[number], about[number]
        start = len(document.pointer)
        layout = laid_out(
            document.value, asked_tree(findings[index].pointer[start:] for index in indexes)
        )
        regions = {}
        for index in indexes:
            pointer = findings[index].pointer
            region = regions[pointer] = layout.nearest(pointer[start:])
            found[index] = replace(findings[index], excerpt=_excerpt(layout, region))
        parts.append(Part(document.member, document.pointer, layout.text, regions))
    return tuple(found), tuple(parts)


def _by_document(
    findings: Sequence[Finding], documents: Sequence[Document]
) -> dict[int, list[int]]:
    """Return for the number of each document the numbers of the findings about it.

    Of several documents in a member, the innermost that holds the pointer is the one.
    """
    known: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, document in enumerate(documents):
        known[document.member].append((document.pointer, number))
    for candidates in known.values():
        candidates.sort(key=lambda each: (-len(each[0]), each[1]))
    about: dict[int, list[int]] = defaultdict(list)
    for index, finding in enumerate(findings):
        if not finding.pointer:
            continue
        for pointer, number in known.get(finding.member, ()):
            if finding.pointer.startswith(f"{pointer}/"):
                about[number].append(index)
                break
    return about


def _excerpt(layout: Layout, region: Region) -> Excerpt | None:
    """Return the lines of a value with some around it; of a long value only its first ones."""
    first, last = region.start_line - 1, region.end_line - 1
    if (first, last) == (0, len(layout.lines) - 1):
        return None
    if first == last:
        start, end = max(0, first - _AROUND), min(len(layout.lines) - 1, last + _AROUND)
    else:
        start, end = first, min(last, first + _MOST_LINES - 1)
    lines = layout.lines[start : end + 1]
    margin = min(len(line) - len(line.lstrip(" ")) for line in lines)
    return Excerpt(tuple(line[margin:] for line in lines), first - start, min(last, end) - start)
