"""What a load changes without an error in the releases that a model is meant for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeAlias

from kerasscan.catalog.spans import in_words
from kerasscan.checks.check import Check, Options
from kerasscan.model.finding import Case, Observation
from kerasscan.model.outcome import Change, ChangeKind
from kerasscan.model.saved import Saved

_Key: TypeAlias = tuple[ChangeKind, str, str, str]


@dataclass
class _Seen:
    """The same change in one or more releases: the newest one's words are shown."""

    change: Change
    releases: list[str] = field(default_factory=list)


def stands_for_change(options: Options, change: Change) -> bool:
    """Whether a card with these options is the one that explains a change."""
    return change.what in options["kinds"]


def _load_change(case: Case, options: Options) -> Iterator[Observation]:
    seen: dict[_Key, _Seen] = {}
    for outcome in case.outcomes:
        for change in outcome.met_changes:
            if not stands_for_change(options, change):
                continue
            key = (change.what, change.subject, change.argument, change.address.layer)
            same = seen.setdefault(key, _Seen(change))
            same.change = change
            if outcome.release not in same.releases:
                same.releases.append(outcome.release)
    for each in seen.values():
        yield _observation(each, case.saved)


def _observation(seen: _Seen, saved: Saved) -> Observation:
    change = seen.change
    layer = change.address.layer
    facts = {
        "file": PurePath(saved.artifact.path).name,
        "layer": layer,
        "where": f"Layer '{layer}'" if layer else "The model",
        "subject": change.subject,
        "argument": change.argument,
        "releases": in_words(seen.releases),
        "message": " ".join(change.message.split()).rstrip("."),
        "remedy": f"{change.remedy[:1].upper()}{change.remedy[1:].rstrip('.')}",
    }
    evidence = f"{change.what}:{change.subject}:{change.argument}"
    return Observation(change.address, facts, evidence)


LOAD_CHANGE = Check(
    name="load-change",
    summary="Something that load_model drops or reads otherwise, without an error, in a release "
    "of the target.",
    run=_load_change,
    needs_outcomes=True,
    facts={
        "file": "the file's name without its folder",
        "layer": "the layer's path, or nothing",
        "where": "the layer, in words",
        "subject": "the class concerned",
        "argument": "the argument concerned, several with commas, or nothing",
        "releases": "the releases of the target that do so, such as keras 3.6.0-3.8.0",
        "message": "what happens, without a final period",
        "remedy": "what helps, as a sentence without its period",
    },
    options_schema={
        "type": "object",
        "properties": {
            "kinds": {
                "description": "Kinds of changes to report.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(kind) for kind in ChangeKind]},
            },
        },
        "required": ["kinds"],
        "additionalProperties": False,
    },
)
