"""Lookups in one release, unfolding no more of the data than the answer needs.

Asking a hundred releases about one file must not unfold a hundred snapshots. A class changes in
few releases, so what is unfolded is kept for each stretch of releases in which it stays the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property

from kerasscan.catalog.fold import SPAN, Folded, in_order, unfold
from kerasscan.catalog.lines import Line
from kerasscan.catalog.shipped import (
    FAMILIES,
    NOT_OBJECTS,
    KnownRelease,
    Shipped,
    folded_family,
    known_releases,
    snapshot,
)
from kerasscan.catalog.tree import Tree

_Entry = tuple[str, str]
"""Family and key of a class or function."""


class ReleaseContents:
    """What one release ships, by every name that a loader may use."""

    def __init__(self, release: KnownRelease) -> None:
        self.release = release
        self._line = _line_data(release.line)
        self._place = self._line.places[release.version]
        self._found: dict[_Entry, Shipped | None] = {}

    def family(self, name: str) -> Mapping[str, Shipped]:
        """All objects of a family by key."""
        root = self.release.root
        return {
            key: Shipped(key, facts, root) for key, facts in snapshot(self.release, name).items()
        }

    def objects(self) -> Iterator[Shipped]:
        """Every class and function."""
        for family in FAMILIES:
            if family not in NOT_OBJECTS:
                yield from self.family(family).values()

    def by_path(self, path: str) -> Shipped | None:
        """The object of a public path (aliases too) or of an implementation path."""
        for shipped in self.by_name(path.rpartition(".")[2]):
            if path in shipped.paths or path == f"{shipped.module}.{shipped.name}":
                return shipped
        return None

    def exported(self, paths: Sequence[str]) -> Shipped | None:
        """The object whose first public path is one of these, which end in the same name."""
        for shipped in self.by_name(paths[0].rpartition(".")[2]) if paths else ():
            if shipped.canonical in paths:
                return shipped
        return None

    def by_name(self, name: str) -> Iterator[Shipped]:
        """Everything whose bare name, or that of one of its public paths, is this one."""
        for entry in self._line.entries(name):
            shipped = self._get(entry)
            if shipped is not None:
                yield shipped

    def in_table(self, kind: str, name: str) -> tuple[Shipped, ...]:
        """What a short name leads to in the table of a kind, such as "layer" or "optimizer".

        Several objects where the loader chooses between new and legacy implementations.
        """
        found = self._line.unfolded(("tables", kind), self._place).get(name, {})
        return tuple(shipped for key in found for shipped in self._by_key(key))

    def has_module(self, module: str) -> bool:
        """Whether a module of the implementation can be imported, as far as is known.

        That is, whether something is defined in it or below it.
        """
        root = self.release.root
        if module != root and not module.startswith(f"{root}."):
            return root.startswith(f"{module}.") or self._is_public(module)
        return self._line.has_module(module.replace(root, "~", 1), self._place)

    def _is_public(self, module: str) -> bool:
        """Whether a module outside the implementation exports something."""
        return self._line.exports(module, self._place)

    def _by_key(self, key: str) -> Iterator[Shipped]:
        for entry in self._line.entries(key.rpartition(".")[2]):
            shipped = self._get(entry) if entry[1] == key else None
            if shipped is not None:
                yield shipped
                return

    def _get(self, entry: _Entry) -> Shipped | None:
        if entry not in self._found:
            self._found[entry] = self._line.shipped(entry, self._place, self.release.root)
        return self._found[entry]


_ORDER = (
    "layers",
    "initializers",
    "functions",
    "optimizers",
    "losses",
    "metrics",
    "policies",
    "regularizers",
    "constraints",
    "operations",
    "others",
    "api",
)
"""Families in the order in which names are looked for: what files name most comes first."""


class _LineData:
    """The folded data of one product line, indexed by bare name as far as it was needed."""

    def __init__(self, line: Line) -> None:
        self._name: Line = line
        self.versions = in_order(
            [known.version for known in known_releases() if known.line == line]
        )
        self.places = {version: place for place, version in enumerate(self.versions)}
        self._changes: dict[_Entry, Sequence[int]] = {}
        self._kept: dict[tuple[_Entry, int], Tree] = {}
        self._objects: dict[tuple[_Entry, int, str], Shipped] = {}
        self._indexes: dict[str, Mapping[str, tuple[_Entry, ...]]] = {}

    def entries(self, name: str) -> Iterator[_Entry]:
        """Yield family and key of everything of a bare name, loading families as needed."""
        for family in _ORDER:
            if family not in self._indexes:
                self._indexes[family] = _index(family, folded_family(self._name, family))
            yield from self._indexes[family].get(name, ())

    def shipped(self, entry: _Entry, place: int, root: str) -> Shipped | None:
        """The object in a release, or None where the release does not have it."""
        stretch = bisect_right(self._changes_of(entry), place)
        known = (entry, stretch, root)
        if known not in self._objects:
            tree = self.unfolded(entry, place)
            if entry[1] not in tree:
                return None
            self._objects[known] = Shipped(entry[1], tree[entry[1]], root)
        return self._objects[known]

    def unfolded(self, entry: _Entry, place: int) -> Tree:
        """The facts of one name of a family in a release, below that name if it is a table."""
        stretch = (entry, bisect_right(self._changes_of(entry), place))
        if stretch not in self._kept:
            family, key = entry
            node = folded_family(self._name, family).get(key)
            tree = {} if node is None else unfold({key: node}, self.versions, self.versions[place])
            self._kept[stretch] = tree.get(key, {}) if family in NOT_OBJECTS else tree
        return self._kept[stretch]

    def has_module(self, relative: str, place: int) -> bool:
        """Whether something is defined in a module (`~` is the package's root) or below it."""
        below = f"{relative}."
        return any(
            self._is_there(node, place, module)
            for module, nodes in self._by_module.items()
            if module == relative or module.startswith(below)
            for node in nodes
        )

    def exports(self, module: str, place: int) -> bool:
        """Whether something has a public path in a module or below it."""
        below = f"{module}."
        for family in _ORDER:
            for key, node in folded_family(self._name, family).items():
                paths = [key, *(_names(node, "aliases") if isinstance(node, dict) else ())]
                if any(path.startswith(below) for path in paths):
                    part: dict[str, Folded] = {key: node if isinstance(node, list) else True}
                    if isinstance(node, dict):
                        part = {key: {SPAN: node[SPAN]} if SPAN in node else True}
                    if unfold(part, self.versions, self.versions[place]):
                        return True
        return False

    @cached_property
    def _by_module(self) -> Mapping[str, list[Mapping[str, Folded]]]:
        found: dict[str, list[Mapping[str, Folded]]] = {}
        for family in _ORDER:
            for node in folded_family(self._name, family).values():
                if isinstance(node, dict):
                    for module in _names(node, "module"):
                        found.setdefault(module, []).append(node)
        return found

    def _is_there(self, node: Mapping[str, Folded], place: int, module: str) -> bool:
        """Whether an object is in a release, and in that module there."""
        part: dict[str, Folded] = {"x": {k: node[k] for k in (SPAN, "module") if k in node}}
        tree = unfold(part, self.versions, self.versions[place])
        return module in tree.get("x", {}).get("module", {})

    def _changes_of(self, entry: _Entry) -> Sequence[int]:
        """Places in the sequence of releases at which anything about a name changes."""
        if entry not in self._changes:
            node = folded_family(self._name, entry[0]).get(entry[1], True)
            self._changes[entry] = sorted({self.places[version] for version in _ends(node)})
        return self._changes[entry]


@cache
def _line_data(line: Line) -> _LineData:
    return _LineData(line)


def _index(family: str, nodes: Mapping[str, Folded]) -> Mapping[str, tuple[_Entry, ...]]:
    """Return family and key of everything by the bare names of its key and of its aliases."""
    found: dict[str, dict[_Entry, None]] = {}
    for key, node in nodes.items():
        paths = [key]
        if isinstance(node, dict):
            paths += (name for part in ("name", "aliases") for name in _names(node, part))
        for path in paths:
            found.setdefault(path.rpartition(".")[2], {})[family, key] = None
    return {name: tuple(entries) for name, entries in found.items()}


def _names(node: Mapping[str, Folded], part: str) -> Iterator[str]:
    below = node.get(part)
    if isinstance(below, dict):
        yield from (name for name in below if name != SPAN)


def _ends(node: Folded) -> Iterator[str]:
    """Yield every release at which an interval in a folded node begins or ends."""
    if isinstance(node, list):
        for interval in node:
            yield from (end for end in interval if end is not None)
    elif isinstance(node, dict):
        for child in node.values():
            yield from _ends(child)


@cache
def shipped(requirement: str) -> ReleaseContents:
    """Contents of a release such as `keras==3.15.1`; KeyError if it is not in the catalog."""
    by_requirement = {release.requirement: release for release in known_releases()}
    return contents_of(by_requirement[requirement])


@cache
def contents_of(release: KnownRelease) -> ReleaseContents:
    """Contents of a release, made once."""
    return ReleaseContents(release)
