"""What in a file can harm whoever loads it, with what the releases let it do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kerasscan.catalog.spans import in_words
from kerasscan.checks.check import Check, Options
from kerasscan.hazards.finding import hazards
from kerasscan.model.finding import Case, Observation
from kerasscan.model.hazard import Effect, Hazard, HazardKind

_CLAUSES = {
    Effect.CODE_ON_LOAD: "code runs on load in",
    Effect.CODE_ON_CALL: "code runs when the model is used in",
    Effect.FILE_WRITE: "a file is written in",
    Effect.FILE_READ: "a file is read in",
    Effect.NETWORK: "a connection is made in",
    Effect.DENIAL_OF_SERVICE: "memory or time runs out in",
    Effect.REFUSED: "refused in",
    Effect.NONE: "without effect in",
}
"""Effects as the beginning of a clause that names releases, worst first."""


_RANKS = ("system", "unknown", "numeric")
"""Values of `Rank`, which is not imported for their sake."""


def _hazards(case: Case, options: Options) -> Iterator[Observation]:
    kinds = options["kinds"]
    reaches = options.get("reach")
    for hazard in hazards(case.saved):
        if hazard.kind not in kinds:
            continue
        if reaches is None or hazard.facts.get("reach") in reaches:
            yield _observed(case, hazard)


def _observed(case: Case, hazard: Hazard) -> Observation:
    from kerasscan.hazards.grading import effects_of  # replays: only where there is a hazard

    effects = effects_of(hazard, case.saved)
    target = [outcome.release for outcome in case.outcomes]
    worst = min((effects[release] for release in target), key=_rank, default=None)
    layer = hazard.address.layer
    facts = {
        "where": f"Layer '{layer}'" if layer else "The model",
        "layer": layer,
        "member": hazard.address.member,
        "subject": hazard.subject,
        "detail": hazard.detail,
        "role": hazard.role.replace("-", " "),
        "argument": hazard.facts.get("argument", ""),
        "class_name": hazard.facts.get("class_name", hazard.subject),
        "slot": hazard.facts.get("slot", ""),
        "encoding": hazard.facts.get("encoding", ""),
        "size": hazard.facts.get("size", ""),
        "python": hazard.facts.get("python", ""),
        "origin": hazard.facts.get("origin", ""),
        "effects": _clauses(effects),
        "target": _clauses({release: effects[release] for release in target}),
    }
    said = worst.value if worst is not None else ""
    return Observation(hazard.address, facts, hazard.evidence, effect=said)


def _rank(effect: Effect) -> int:
    return effect.rank


def _clauses(effects: dict[str, Effect]) -> str:
    """Return what releases do, the worst first: ``code runs on load in ...; refused in ...``."""
    found = []
    for effect, words in _CLAUSES.items():
        releases = [release for release, each in effects.items() if each is effect]
        if releases:
            found.append(f"{words} {_listed(releases)}")
    return "; ".join(found)


def _listed(releases: Sequence[str]) -> str:
    return in_words(releases)


HAZARD = Check(
    name="hazard",
    summary="Something that runs code, reads files or takes resources when the file is loaded.",
    run=_hazards,
    needs_outcomes=True,
    facts={
        "where": "the layer, in words",
        "layer": "path of the layer, or nothing",
        "member": "the member of the container, or nothing",
        "subject": "the function, class, path or member concerned",
        "detail": "a clause that says more, or nothing",
        "role": "what the object is for: activation, loss, ...; or nothing",
        "argument": "the argument that holds it, or nothing",
        "class_name": "the class of the object",
        "slot": "of bytecode, the argument that holds it",
        "encoding": "of bytecode, how it is written",
        "size": "of bytecode, the length of the encoded code in characters",
        "python": "of bytecode, the Pythons that write such code",
        "origin": "of bytecode, file and line of its source where it was saved; or nothing",
        "effects": "what every known release does: code runs on load in ...; refused in ...",
        "target": "the same for the releases of the target alone",
    },
    options_schema={
        "type": "object",
        "properties": {
            "kinds": {
                "description": "Kinds of hazards to report.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(kind) for kind in HazardKind]},
            },
            "reach": {
                "description": "Of bytecode, report only what reaches that far: system names "
                "what reaches out of a computation, numeric names only what computes, unknown is "
                "all else. All if absent.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": list(_RANKS)},
            },
        },
        "required": ["kinds"],
        "additionalProperties": False,
    },
)
