"""Each silent change once, however many releases and layers it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from kerasscan.model.compatibility import FileOutcomes
from kerasscan.model.outcome import Change, ChangeKind
from kerasscan.report.compat.wording import listed

HEAD = "Loads, but not as it was saved"
"""What stands above the changes."""

_Key: TypeAlias = tuple[ChangeKind, str, str, tuple[str, ...]]

_TITLES: Mapping[ChangeKind, str] = MappingProxyType(
    {
        ChangeKind.AXIS_DROPPED: "The axis of {it} is dropped",
        ChangeKind.INPUT_SHAPE_MISREAD: "The input shape of {it} is misread",
        ChangeKind.ACTIVATION_CHANGED: "The {args} of {it} is another function",
        ChangeKind.ARGUMENT_DROPPED: "{it} ignores {args}",
        ChangeKind.WEIGHTS_IGNORED: "{it} does not use its weights",
        ChangeKind.VOCABULARY_LOST: "{it} has no vocabulary",
        ChangeKind.COMPUTED_OTHERWISE: "{it} computes something else",
        ChangeKind.MASK_CHANGED: "{it} merges masks in another way",
        ChangeKind.DEFAULT_CHANGED: "{it} has another default for {args}",
        ChangeKind.SHAPE_CHANGED: "{it} gives another shape",
        ChangeKind.KERNEL_NOT_CONVERTED: "The {args} of {it} is not converted",
        ChangeKind.CALL_FAILS: "The first call fails: {it}",
        ChangeKind.OPTIMIZER_RESET: "The optimizer {it} is not as it was, when training",
    }
)


@dataclass
class ChangeGroup:
    """Changes that differ in class and layer only, in the same releases.

    Attributes:
        change: The first in the file.
        releases: Those that make it, oldest first.
        subjects: Classes concerned, in the file's order.
        layers: Paths of the layers concerned; the model itself is left out.
        messages: What happens, each once.
    """

    change: Change
    releases: list[str]
    subjects: dict[str, None] = field(default_factory=dict)
    layers: dict[str, None] = field(default_factory=dict)
    messages: dict[str, None] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What happens, as a sentence without a period."""
        arguments = [f"'{name}'" for name in self.change.argument.split(", ")]
        words = _TITLES[self.change.what].replace("{args}", listed(arguments))
        return words.replace("{it}", listed(list(self.subjects)))


def changed(file: FileOutcomes) -> list[ChangeGroup]:
    """Return what releases change that load the file, in the order of the newest of them."""
    releases: dict[Change, list[str]] = {}
    for outcome in reversed(file.outcomes):
        for change in outcome.met_changes:
            releases.setdefault(change, []).insert(0, outcome.release)
    groups: dict[_Key, ChangeGroup] = {}
    for change, those in releases.items():
        key = (change.what, change.argument, change.remedy, tuple(those))
        group = groups.setdefault(key, ChangeGroup(change, those))
        group.subjects[change.subject] = None
        group.messages[change.message] = None
        if change.address.layer:
            group.layers[change.address.layer] = None
    return list(groups.values())
