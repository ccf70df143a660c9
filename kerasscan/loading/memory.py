"""What replays of one file in many releases share, so that a hundred cost little more than ten.

Nothing here decides anything: a layer, or the calls of a model, are taken over only where the
release gives the same answers to all that was asked while they were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Final

from kerasscan.loading.asked import Asking
from kerasscan.loading.paper import PaperLayer, Traced
from kerasscan.model.outcome import Change, Reason


@dataclass(frozen=True)
class KnownTrace:
    """What calling the layers of a model found, in one release.

    Attributes:
        line: The release's product line.
        model: The model.
        traced: What was found.
        versions: Versions that the release was compared with, and whether it is as new.
    """

    line: str
    model: PaperLayer
    traced: Traced
    versions: Mapping[tuple[int, ...], bool]


@dataclass(frozen=True)
class KnownLayer:
    """A layer that was made from a config, and what was noted on the way.

    Attributes:
        line: The release's product line.
        asked: What was asked on the way, with the answers.
        layer: The layer, before anything called it.
        shared: What it put among the shared objects.
        reasons: What stands in its way.
        doubts: What cannot be told of it.
        changes: What the loader drops of it or reads otherwise.
    """

    line: str
    asked: tuple[Asking, ...]
    layer: PaperLayer
    shared: Mapping[Any, Any]
    reasons: tuple[Reason, ...]
    doubts: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass
class Memory:
    """What is known of one file.

    Attributes:
        keys: All keys in its documents; arguments of a class beside these make no difference.
        agreed: See `Asked.confirms`.
        traces: Calls of models.
        layers: Layers by ``id`` of their config, which `configs` keeps alive.
        decoded: Documents as JSON decoders of a family give them, by ``id`` of the document.
        configs: Everything whose ``id`` is a key here.
    """

    keys: frozenset[str] = frozenset()
    agreed: dict[tuple[str, int, int], bool] = field(default_factory=dict)
    traces: list[KnownTrace] = field(default_factory=list)
    layers: dict[int, list[KnownLayer]] = field(default_factory=dict)
    decoded: dict[int, Any] = field(default_factory=dict)
    configs: list[Any] = field(default_factory=list)


_MADE_BY_LOADERS: Final = (
    "axis", "batch_input_shape", "batch_shape", "fn", "input_shape", "learning_rate", "lr", "name"
)  # fmt: skip
"""Arguments that loaders write into a config which does not have them."""


def uncalled(layer: PaperLayer) -> PaperLayer:
    """Return the same layer without the calls that a model made of it."""
    made = copy(layer)
    made.calls = []
    return made


def keys_of(values: Iterable[Any]) -> frozenset[str]:
    """Return every key in JSON values, at any depth, and those that loaders add."""
    found: set[str] = set(_MADE_BY_LOADERS)
    todo = list(values)
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            found.update(value)
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return frozenset(found)
