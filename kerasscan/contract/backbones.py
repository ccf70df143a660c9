"""Recognises the families of ``keras.applications`` in a file, by structure.

What counts is that everything from the stem to a deep layer is as a real release built it; see
`kerasscan.contract.backbone_labels`. So a cut, renamed or nested model is found, and a network that
merely begins alike is not. `find_backbones` is the door.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isclose
from typing import Final

from kerasscan.contract.backbone_families import Group, families, signatures
from kerasscan.contract.backbone_labels import (
    ACTIVATIONS,
    Mark,
    class_of,
    label_of_stem,
    marks,
    sources,
    stems,
)
from kerasscan.model.backbone import Backbone, Family, Inside
from kerasscan.model.graph import Layer, LayerGraph
from kerasscan.model.saved import Saved

DEEP: Final = 8
"""So many convolutions on one path in common make a family, whatever the names. The networks that
people write by hand after the pattern of VGG differ from it before that."""

DEEP_IF_NAMED: Final = 4
"""So many are enough where the layers also have Keras' names: a VGG cut for its features."""

_NAMED: Final = 3
"""So many of Keras' names make a network named by Keras."""

_TAIL: Final = 4
"""So many layers at most stand behind the last convolution or sum of a family: normalization, and
an activation that older releases write as three operations."""

_CLOSE: Final = 1e-3

_VISITS: Final = 100_000
"""Layers that are looked at in one graph, once for each stem: dozens of the largest families. A
graph with more is a made one."""


def find_backbones(saved: Saved) -> tuple[Backbone, ...]:
    """Return the known families in a file, in the order of its models.

    A family whose preprocessing was cut off is not returned: what it expects then is not known.
    """
    claimed = saved.provenance.claimed_version
    return tuple(found for graph in saved.graphs for found in _in_graph(graph, claimed))


@dataclass(frozen=True)
class _Match:
    """Layers of a graph that are those of known variants.

    Attributes:
        graph: The model.
        stem: Its first convolution.
        marks: All that descends from the stem.
        hits: The layers with known labels, each behind what it takes tensors from.
    """

    graph: LayerGraph
    stem: Layer
    marks: Mapping[str, Mark]
    hits: tuple[tuple[Layer, Group], ...]

    @property
    def depth(self) -> int:
        """Convolutions on the longest path that is known."""
        return max(self.marks[layer.name].depth for layer, _ in self.hits)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The distinct groups of its layers, the stem's first."""
        return tuple(dict.fromkeys(group for _, group in self.hits))

    @cached_property
    def family(self) -> str:
        """The family; ``""`` where several are left."""
        found = frozenset.intersection(*(group.families for group in self.groups))
        return next(iter(found)) if len(found) == 1 else ""

    @cached_property
    def variant(self) -> str:
        """The variant; ``""`` where several are left."""
        found = frozenset.intersection(*(group.variants for group in self.groups))
        return next(iter(found)) if len(found) == 1 else ""

    @cached_property
    def is_named(self) -> bool:
        """Whether its layers have the names that Keras gives them."""
        known = signatures().names.get(self.family, frozenset())
        return sum(layer.name in known for layer, _ in self.hits) >= _NAMED

    @property
    def is_deep(self) -> bool:
        """Whether enough is in common to call it by the family's name."""
        return bool(self.family) and self.depth >= (DEEP_IF_NAMED if self.is_named else DEEP)


def _in_graph(graph: LayerGraph, claimed: str | None) -> Iterator[Backbone]:
    if graph.kind == "subclassed" or len(graph.layers) < DEEP_IF_NAMED:
        return
    taken: set[str] = set()
    left = _VISITS
    for stem in stems(graph):
        if stem.name in taken or not _is_known(graph, stem):
            continue
        left -= len(graph.layers)
        if left < 0:
            return
        match = _match(graph, stem)
        if not match.is_deep:
            continue
        taken |= match.marks.keys()
        found = _backbone(match, claimed)
        if found is not None:
            yield found


def _is_known(graph: LayerGraph, stem: Layer) -> bool:
    return label_of_stem(graph, stem) in signatures().groups


def _match(graph: LayerGraph, stem: Layer) -> _Match:
    known = signatures().groups
    found = marks(graph, stem)
    hits = [
        (graph.by_name[name], known[mark.label])
        for name, mark in found.items()
        if mark.kind != "passed" and mark.label in known
    ]
    return _Match(graph, stem, found, tuple(hits))


def _backbone(match: _Match, claimed: str | None) -> Backbone | None:
    """Return the family that a match is of; None where no entry fits what stands before it."""
    before = list(_before(match.graph, match.stem))
    first = before.pop(0) if before and class_of(before[0]) == "ZeroPadding2D" else match.stem
    chosen = _entry(match, before, claimed)
    if chosen is None:
        return None
    family, inside = chosen
    if inside:
        first = inside[-1]
    return Backbone(
        family=family,
        variant=match.variant,
        model=match.graph.path,
        first=first.name,
        last=_last(match).name,
        input=next(iter(sources(first)), ""),
        evidence=_evidence(match),
        named=match.is_named,
    )


def _before(graph: LayerGraph, stem: Layer) -> Iterator[Layer]:
    """Yield what stands before the stem, nearest first, as far as it is a chain."""
    layer: Layer | None = stem
    seen = {stem.name}
    while layer is not None:
        near = sources(layer)
        layer = graph.by_name.get(near[0]) if len(near) == 1 else None
        if layer is None or layer.name in seen:
            return
        seen.add(layer.name)
        yield layer


def _entry(
    match: _Match, before: Sequence[Layer], claimed: str | None
) -> tuple[Family, list[Layer]] | None:
    """Return the entry whose preprocessing stands before the stem, and that, nearest first.

    Of several the one with the most layers inside: an entry without any fits everything.
    """
    fitting = []
    for family in families():
        is_of_variant = not family.variants or match.variant in family.variants
        if family.name != match.family or not is_of_variant or not _is_of(family, claimed):
            continue
        inside = _inside(family, before)
        if inside is not None:
            fitting.append((family, inside))
    return max(fitting, key=lambda pair: len(pair[1]), default=None)


def _is_of(family: Family, claimed: str | None) -> bool:
    """Whether a file of the claimed version may be of an entry.

    Asked only of an entry that holds for one release: what it includes, people put before models of
    other releases. A file may have been saved again, with a later release than built it.
    """
    exact = [each.partition("==")[2] for each in family.releases if "==" in each]
    if len(exact) != len(family.releases):
        return True
    return any((claimed or "").startswith(f"{version}.") for version in exact)


def _inside(family: Family, before: Sequence[Layer]) -> list[Layer] | None:
    """Return the layers that are a family's preprocessing, nearest the stem first, or None."""
    found: list[Layer] = []
    for wanted in reversed(family.inside):
        layer = before[len(found)] if len(found) < len(before) else None
        if layer is not None and _is(layer, wanted):
            found.append(layer)
        elif not wanted.optional:
            return None
    return found


def _is(layer: Layer, wanted: Inside) -> bool:
    config = layer.saved.config
    return class_of(layer) == wanted.class_name and all(
        _agrees(config.get(key), value)
        for key, value in (
            ("scale", wanted.scale),
            ("offset", wanted.offset),
            ("mean", wanted.mean),
        )
    )


def _agrees(stored: object, wanted: float | None) -> bool:
    """Whether a stored number, or the first of nested lists of them, is the wanted one."""
    while isinstance(stored, list) and stored:
        stored = stored[0]
    if wanted is None or stored is None:
        return True
    return isinstance(stored, int | float) and isclose(stored, wanted, rel_tol=_CLOSE)


def _last(match: _Match) -> Layer:
    """Return the last known layer, or the activation or normalization that belongs to it."""
    deepest = (layer for layer, _ in match.hits if match.marks[layer.name].depth == match.depth)
    *_, layer = deepest
    for _ in range(_TAIL):
        layer = _belonging(match, layer) or layer
    return layer


def _belonging(match: _Match, layer: Layer) -> Layer | None:
    mark = match.marks[layer.name]
    if mark.kind == "pool":
        return None
    for name in match.graph.targets.get(layer.name, ()):
        target, after = match.graph.by_name.get(name), match.marks.get(name)
        if target is None or after is None or target is layer:
            continue
        is_same = after.label == mark.label and class_of(target) in ACTIVATIONS
        if is_same or (after.kind == "norm" and mark.kind == "conv"):
            return target
    return None


def _evidence(match: _Match) -> str:
    named = ", and have the names that Keras gives them" if match.is_named else ""
    title = match.variant or match.family
    return (
        f"its layers from '{match.stem.name}' on, {match.depth} deep, are those of {title}{named}"
    )
