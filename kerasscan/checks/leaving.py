"""Classes that the target still loads and a later Keras does not have."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.catalog.releases import Release, newest, releases
from kerasscan.checks.check import Check, Options
from kerasscan.model.finding import Case, Observation
from kerasscan.model.objects import Form, SavedObject

_KERAS_3 = "keras3"
_NOT_LOADED = "keras._legacy."
"""Public paths of Keras 3 for old classes that its loader does not look up."""


def _leaving_class(case: Case, options: Options) -> Iterator[Observation]:
    if not case.outcomes or case.outcomes[-1].release == newest().requirement:
        return
    target = next(each for each in releases() if each.requirement == case.outcomes[-1].release)
    stopped = {reason.subject for outcome in case.outcomes for reason in outcome.reasons}
    seen: set[tuple[str, str]] = set()
    for found in case.saved.objects:
        name, key = found.class_name, (found.class_name, found.address.layer)
        if key in seen or name in stopped or name in options.get("except_classes", ()):
            continue
        if _is_candidate(found) and _has(target, name) and not _has(newest(), name):
            seen.add(key)
            yield _observation(found, target)


def _is_candidate(found: SavedObject) -> bool:
    return found.form is Form.OBJECT and found.is_layer_like and found.package is None


def _has(release: Release, name: str) -> bool:
    """Whether a release ships a class of this name that its loader would find."""
    from kerasscan.catalog.contents import contents_of

    return any(
        not (shipped.canonical or "").startswith(_NOT_LOADED)
        for shipped in contents_of(release.known).by_name(name)
    )


def _observation(found: SavedObject, target: Release) -> Observation:
    name = found.class_name
    facts = {
        "layer": found.address.layer,
        "where": f"Layer '{found.address.layer}'" if found.address.layer else "The model",
        "class_name": name,
        "target": f"{target.product} {target.version}",
        "removed": f"keras {_first_without(name).version}",
    }
    return Observation(found.address, facts, name)


def _first_without(name: str) -> Release:
    """Return the oldest Keras 3 from which on the class is gone."""
    first = newest()
    for release in reversed(releases()):
        if release.line != _KERAS_3 or _has(release, name):
            break
        first = release
    return first


LEAVING_CLASS = Check(
    name="leaving-class",
    summary="A class that the target loads, and that the newest Keras does not have.",
    run=_leaving_class,
    needs_outcomes=True,
    facts={
        "layer": "the layer's path, or nothing",
        "where": "the layer, in words",
        "class_name": "the class",
        "target": "the newest release of the target, such as tensorflow 2.10",
        "removed": "the first release without the class, such as keras 3.0.0",
    },
    options_schema={
        "type": "object",
        "properties": {
            "except_classes": {
                "description": "Classes that another card reports.",
                "type": "array",
                "minItems": 1,
                "items": {"type": "string"},
            },
        },
        "additionalProperties": False,
    },
)
