"""When a class or function came, changed and went, in every product line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kerasscan.catalog.fold import SPAN, Folded, in_order
from kerasscan.catalog.lines import LINES, Line
from kerasscan.catalog.shipped import FAMILIES, folded_family, known_releases

Span: TypeAlias = tuple[str, str]
"""First and last release that has something; both have it."""


@dataclass(frozen=True)
class History:
    """One object in one product line.

    Attributes:
        line: The product line.
        path: Canonical public path, or the implementation path of what has no public one.
        kind: ``layer``, ``optimizer``, ...
        spans: Releases that ship it.
        arguments: For each argument of the constructor the releases that accept it.
        written: For each key of ``get_config`` the releases that always write it.
    """

    line: Line
    path: str
    kind: str
    spans: tuple[Span, ...]
    arguments: Mapping[str, tuple[Span, ...]]
    written: Mapping[str, tuple[Span, ...]]


def histories(name: str) -> list[History]:
    """Return everything of that name (bare, or a path that ends in it), by product line."""
    return [found for line in LINES for found in _in_line(line, name)]


def known_names() -> Iterator[str]:
    """Yield the bare name of every class and function; slow, for suggestions only."""
    for line in LINES:
        for family in FAMILIES:
            if family != "tables":
                yield from (key.rpartition(".")[2] for key in folded_family(line, family))


def releases_of(line: Line) -> list[str]:
    """Return the versions of a product line in the catalog, oldest first."""
    return in_order([known.version for known in known_releases() if known.line == line])


def _in_line(line: Line, name: str) -> Iterator[History]:
    versions = releases_of(line)
    for family in FAMILIES:
        if family == "tables":
            continue
        for key, node in folded_family(line, family).items():
            if isinstance(node, dict) and _is_called(name, key, node):
                yield _history(line, key, node, versions)


def _is_called(name: str, key: str, node: Mapping[str, Folded]) -> bool:
    names = [key, *_children(node, "aliases")]
    if "." in name:
        return any(known == name or known.endswith(f".{name}") for known in names)
    return any(known.rpartition(".")[2] == name for known in (*names, *_children(node, "name")))


def _children(node: Mapping[str, Folded], section: str) -> Mapping[str, Folded]:
    found = node.get(section)
    if not isinstance(found, dict):
        return {}
    return {name: child for name, child in found.items() if name != SPAN}


def _history(line: Line, key: str, node: Mapping[str, Folded], versions: Sequence[str]) -> History:
    everywhere = ((versions[0], versions[-1]),)
    spans = _spans(dict(node), everywhere, versions)
    return History(
        line=line,
        path=key,
        kind=next(iter(_children(node, "kind")), "object"),
        spans=spans,
        arguments=_section(node, "args", spans, versions),
        written=_section(node, "emits", spans, versions),
    )


def _section(
    node: Mapping[str, Folded], section: str, above: tuple[Span, ...], versions: Sequence[str]
) -> dict[str, tuple[Span, ...]]:
    """Return the spans of the names in a section; a name without any has those above it."""
    within = _spans(node.get(section, True), above, versions)
    return {
        name: _spans(child, within, versions) for name, child in _children(node, section).items()
    }


def _spans(node: Folded, above: tuple[Span, ...], versions: Sequence[str]) -> tuple[Span, ...]:
    """Return a node's own intervals, each with the last release that has it for its end."""
    intervals = node.get(SPAN, True) if isinstance(node, dict) else node
    if not isinstance(intervals, list):
        return above
    places = {version: place for place, version in enumerate(versions)}
    return tuple(
        (str(first), versions[-1] if end is None else versions[places[end] - 1])
        for first, end in intervals
    )
