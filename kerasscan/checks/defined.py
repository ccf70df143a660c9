"""What the project's own Python files say of the custom objects that a file needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kerasscan.checks.check import Check, Options
from kerasscan.checks.custom import FACTS, needed, observed
from kerasscan.custom.constructing import dropped_arguments, missing_arguments, refused_keys
from kerasscan.custom.needs import Lookup, Need
from kerasscan.custom.standing import Standing, Verdict
from kerasscan.model.finding import Case, Observation
from kerasscan.model.objects import Role
from kerasscan.model.source import Definition, PassingKind

DECORATOR = "@keras.saving.register_keras_serializable"


def _custom_definition(case: Case, options: Options) -> Iterator[Observation]:
    for seen in needed(case, options):
        if seen.registration or seen.passing or seen.definition:
            yield observed(seen, **_facts(seen))


def _facts(seen: Verdict) -> dict[str, str]:
    spot = seen.definition.spot if seen.definition else None
    place = seen.registration or seen.passing
    others = f" ({seen.others} more of that name are defined elsewhere)" if seen.others else ""
    return {
        "spot": str(spot or (place.spot if place else "")),
        "others": others if spot else "",
        "how": _how(seen),
        "registered_as": seen.registration.name if seen.registration else "",
        "register_spot": str(seen.registration.spot) if seen.registration else "",
        "decorator": decorator(seen.need),
        "repair": _repair(seen),
    }


_PASSED = {
    PassingKind.LOAD: "is passed in custom_objects",
    PassingKind.SCOPE: "is passed in a custom_object_scope",
    PassingKind.REGISTRY: "is entered in get_custom_objects()",
}


def _how(seen: Verdict) -> str:
    if seen.registration is not None:
        return f"is registered at {seen.registration.spot}"
    if seen.passing is not None:
        return f"{_PASSED[seen.passing.kind]} at {seen.passing.spot}"
    return "is neither registered nor passed in custom_objects"


def decorator(need: Need) -> str:
    """Return the decorator that registers a class or function for what is saved, or was."""
    package, _, name = need.key.rpartition(">")
    if need.lookup is not Lookup.REGISTERED:
        return f'{DECORATOR}(package="{_root(need)}")'
    if name == need.name:
        return f'{DECORATOR}(package="{package}")'
    return f'{DECORATOR}(package="{package}", name="{name}")'


def _root(need: Need) -> str:
    root = (need.found.module or "").partition(".")[0]
    return root if root not in ("", "builtins", "__main__") else "my_project"


def _repair(seen: Verdict) -> str:
    """Return what to write, as sentences without the last period."""
    need = seen.need
    name = seen.registration.target if seen.registration else need.name
    passed = f"pass custom_objects={{'{need.key}': {name}}} to load_model"
    if need.lookup is Lookup.REGISTERED:
        where = f" above {seen.definition.spot}" if seen.definition else ""
        return f"Write {decorator(need)}{where}, or {passed}"
    imported = _imported(seen.definition, name)
    if seen.standing is Standing.DRIFTED:
        return f"{imported}{passed}; a file that is saved from now on needs the import only"
    after = f". For the next save, write {decorator(need)} above it"
    return f"{imported}{passed}{after}"


def _imported(definition: Definition | None, name: str) -> str:
    if definition is None or not definition.module or definition.qualname != definition.name:
        return "Import it and "
    return f"Run `from {definition.module} import {name}` and "


_FAULTS: Mapping[str, Callable[[Need, Definition], tuple[str, ...]]] = {
    "refused": refused_keys,
    "missing": missing_arguments,
    "dropped": dropped_arguments,
}


def _custom_constructor(case: Case, options: Options) -> Iterator[Observation]:
    find = _FAULTS[options["fault"]]
    for seen in needed(case, options):
        if seen.definition is None:
            continue
        names = find(seen.need, seen.definition)
        if names:
            facts = {**_facts(seen), "arguments": ", ".join(f"'{name}'" for name in names)}
            yield observed(seen, **facts)


_ROLES = {
    "description": "Roles of objects to report.",
    "type": "array",
    "minItems": 1,
    "items": {"enum": [str(role) for role in Role]},
}

_HERE = (
    Standing.REGISTERED_HERE,
    Standing.PASSED_HERE,
    Standing.DRIFTED,
    Standing.DEFINED_HERE,
)

_FACTS = {
    **FACTS,
    "spot": "file and line of the definition, or else of the registration",
    "others": "how many more are defined under that name, in brackets after a blank; or nothing",
    "how": "how the project makes it known, in words: is registered at layers.py:12",
    "registered_as": "the name under which the project registers it, or nothing",
    "register_spot": "file and line where it is registered, or nothing",
    "decorator": "the decorator that registers it",
    "repair": "what to write, as a sentence without its period",
}

CUSTOM_DEFINITION = Check(
    name="custom-definition",
    summary="A custom object that the project's own Python files define, register or pass.",
    run=_custom_definition,
    needs_source=True,
    facts=_FACTS,
    options_schema={
        "type": "object",
        "properties": {
            "roles": _ROLES,
            "standings": {
                "description": "Report only what stands so in the project's Python files.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(standing) for standing in _HERE]},
            },
        },
        "required": ["roles", "standings"],
        "additionalProperties": False,
    },
)

CUSTOM_CONSTRUCTOR = Check(
    name="custom-constructor",
    summary="A class of the project that does not fit the configuration that a file holds for it.",
    run=_custom_constructor,
    needs_source=True,
    facts={**_FACTS, "arguments": "the arguments concerned, in quotes, with commas"},
    options_schema={
        "type": "object",
        "properties": {
            "roles": _ROLES,
            "fault": {
                "description": "refused: the file holds what the constructor does not take; "
                "missing: the constructor requires what the file does not hold; dropped: "
                "get_config no longer writes what the constructor requires.",
                "enum": list(_FAULTS),
            },
        },
        "required": ["roles", "fault"],
        "additionalProperties": False,
    },
)
