"""Snapshots of releases <-> one tree of intervals, without loss.

A folded node is `true` where a name is there exactly as long as the name above it; a list of
half-open intervals `[first release with it, first release without it or null]` where not; and an
object where names stand below it, with its own intervals, if any, under "@". Releases are
ordered by version, and an interval counts in the releases listed in `releases.json`: a fix that
came to 3.12.3, was missing in 3.13.0 and came back in 3.14.1 has two intervals.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from packaging.version import Version

from kerasscan.catalog.tree import Tree

Interval: TypeAlias = list[str | None]
Folded: TypeAlias = "bool | list[Interval] | dict[str, Folded]"
SPAN = "@"


def in_order(versions: Sequence[str]) -> list[str]:
    """Versions from oldest to newest."""
    return sorted(versions, key=Version)


def fold(snapshots: Mapping[str, Tree]) -> dict[str, Folded]:
    """Intervals of every name in the snapshots of a product line, by version."""
    order = in_order(list(snapshots))
    present = {version: snapshots[version] for version in order}
    return _fold_children(present, order)


def unfold(folded: Mapping[str, Folded], versions: Sequence[str], version: str) -> Tree:
    """The snapshot of one release; `versions` are all that were folded."""
    places: dict[str | None, int] = {known: place for place, known in enumerate(in_order(versions))}
    return _unfold_children(folded, places, places[version])


def holds(intervals: Sequence[Interval], version: str) -> bool:
    """Whether a version lies in one of the intervals."""
    number = Version(version)
    return any(
        Version(first or "0") <= number and (end is None or number < Version(end))
        for first, end in intervals
    )


def _fold_children(present: Mapping[str, Tree], order: Sequence[str]) -> dict[str, Folded]:
    """Fold what stands below one name, `present` holding the releases that have the name."""
    names = sorted({name for tree in present.values() for name in tree})
    folded: dict[str, Folded] = {}
    for name in names:
        below = {version: tree[name] for version, tree in present.items() if name in tree}
        children = _fold_children(below, order)
        if len(below) == len(present):
            folded[name] = children or True
        else:
            intervals = _intervals(below, order)
            folded[name] = {SPAN: intervals, **children} if children else intervals
    return folded


def _intervals(present: Mapping[str, Tree], order: Sequence[str]) -> list[Interval]:
    found: list[Interval] = []
    open_interval: Interval | None = None
    for version in order:
        if version in present and open_interval is None:
            open_interval = [version, None]
            found.append(open_interval)
        elif version not in present and open_interval is not None:
            open_interval[1] = version
            open_interval = None
    return found


def _unfold_children(
    folded: Mapping[str, Folded], places: Mapping[str | None, int], place: int
) -> Tree:
    tree: Tree = {}
    for name, node in folded.items():
        if name == SPAN:
            continue
        intervals = node.get(SPAN, True) if isinstance(node, dict) else node
        if isinstance(intervals, list) and not _covers(intervals, places, place):
            continue
        tree[name] = _unfold_children(node, places, place) if isinstance(node, dict) else {}
    return tree


def _covers(intervals: Sequence[Interval], places: Mapping[str | None, int], place: int) -> bool:
    return any(
        places[first] <= place and (end is None or place < places[end]) for first, end in intervals
    )
