"""What stops `load_model` in the releases that a model is meant for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeAlias

from kerasscan.catalog.spans import in_words
from kerasscan.checks.check import Check, Options
from kerasscan.checks.connections import CYCLE, DANGLING_CONNECTION, DUPLICATE_LAYER_NAME
from kerasscan.checks.files import EXTENSION
from kerasscan.model.finding import Case, Observation
from kerasscan.model.outcome import Reason, ReasonKind, Stage
from kerasscan.model.saved import Container, Saved

_Key: TypeAlias = tuple[ReasonKind, str, str, str]

_NO_REMEDY = "the command kerasscan compat tells which releases load the file"


_OTHERS = {
    check.name: check for check in (CYCLE, DANGLING_CONNECTION, DUPLICATE_LAYER_NAME, EXTENSION)
}
"""Checks that a card may give way to; they take no options."""


@dataclass
class _Failure:
    """The same reason in one or more releases: the newest one's words are shown."""

    reason: Reason
    releases: list[str] = field(default_factory=list)


def stands_for(options: Options, reason: Reason, saved: Saved) -> bool:
    """Whether a card with these options is the one that explains a reason."""
    if reason.kind not in options["kinds"]:
        return False
    if "stages" in options and reason.stage not in options["stages"]:
        return False
    if "containers" in options and saved.artifact.container not in options["containers"]:
        return False
    return reason.subject not in options.get("except_classes", ())


def _is_named_by_another(case: Case, options: Options) -> bool:
    """Whether a check sees something that explains the failure without any release."""
    others = [_OTHERS[name] for name in options.get("unless", ())]
    return any(True for other in others for _ in other.run(case, {}))


def _load_failure(case: Case, options: Options) -> Iterator[Observation]:
    if not case.outcomes or _is_named_by_another(case, options):
        return
    failures: dict[_Key, _Failure] = {}
    for outcome in case.outcomes:
        for reason in outcome.reasons:
            if reason.only_when_unsafe or not stands_for(options, reason, case.saved):
                continue
            key = (reason.kind, reason.subject, reason.argument, reason.address.layer)
            failure = failures.setdefault(key, _Failure(reason))
            failure.reason = reason
            if outcome.release not in failure.releases:
                failure.releases.append(outcome.release)
    for failure in failures.values():
        yield _observation(failure, case.saved)


def _observation(failure: _Failure, saved: Saved) -> Observation:
    reason = failure.reason
    file = PurePath(saved.artifact.path).name
    layer = reason.address.layer
    facts = {
        "file": file,
        "layer": layer,
        "where": f"Layer '{layer}'" if layer else "The model",
        "subject": reason.subject or file,
        "argument": reason.argument,
        "stage": reason.stage.value,
        "releases": in_words(failure.releases),
        "message": _clause(reason.message),
        "error": reason.error or "no error",
        "remedy": _upper(reason.remedy or _NO_REMEDY),
    }
    evidence = f"{reason.kind}:{reason.subject}:{reason.argument}"
    return Observation(reason.address, facts, evidence)


def _clause(message: str) -> str:
    """Return a message as it can stand inside of a sentence: on one line, without its period."""
    return " ".join(message.split()).rstrip(".")


def _upper(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:].rstrip('.')}"


LOAD_FAILURE = Check(
    name="load-failure",
    summary="Something in the file that stops load_model in a release of the target.",
    run=_load_failure,
    needs_outcomes=True,
    facts={
        "file": "the file's name without its folder",
        "layer": "the layer's path, or nothing",
        "where": "the layer, in words",
        "subject": "the class or function concerned, or the file's name",
        "argument": "the argument concerned, several with commas, or nothing",
        "stage": "the step of the load that stops",
        "releases": "the releases of the target that stop, such as keras 3.6.0-3.8.0",
        "message": "what the newest of them says, without a final period",
        "error": "class of the exception",
        "remedy": "what helps, as a sentence without its period",
    },
    options_schema={
        "type": "object",
        "properties": {
            "kinds": {
                "description": "Kinds of reasons to report.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(kind) for kind in ReasonKind]},
            },
            "stages": {
                "description": "Steps of the load to report; without it all.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(stage) for stage in Stage]},
            },
            "containers": {
                "description": "Kinds of files to report; without it all.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(kind) for kind in Container]},
            },
            "unless": {
                "description": "Checks that explain the failure better: where one of them sees "
                "something in the file, nothing is reported.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": sorted(_OTHERS)},
            },
            "except_classes": {
                "description": "Classes that another card reports.",
                "type": "array",
                "minItems": 1,
                "items": {"type": "string"},
            },
        },
        "required": ["kinds"],
        "additionalProperties": False,
    },
)
