"""Which classes and functions of a file are not Keras' own, and who has them."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.catalog.builtin import APPLICATION_PRIVATE, kinds_of_class
from kerasscan.checks.check import Check, Options
from kerasscan.custom.needs import NOWHERE, Lookup
from kerasscan.custom.standing import Standing, Verdict, verdicts
from kerasscan.model.finding import Case, Observation
from kerasscan.model.objects import Role


def needed(case: Case, options: Options) -> Iterator[Verdict]:
    """Yield what is known of the custom objects that a card's options ask for."""
    standings = options.get("standings")
    for each in verdicts(case.saved, case.source):
        need = each.need
        if need.found.role not in options["roles"]:
            continue
        is_registered = need.lookup is Lookup.REGISTERED
        if options.get("registered", is_registered) is not is_registered:
            continue
        if need.is_revived is not options.get("revived", False):
            continue
        if standings is None or each.standing in standings:
            yield each


def _custom_object(case: Case, options: Options) -> Iterator[Observation]:
    yield from (observed(each) for each in needed(case, options) if not each.need.is_function)


def _custom_function(case: Case, options: Options) -> Iterator[Observation]:
    yield from (observed(each) for each in needed(case, options) if each.need.is_function)


def observed(seen: Verdict, **more: str) -> Observation:
    """Return an observation of a need, with the facts below and more."""
    return Observation(seen.need.found.address, {**facts_of(seen), **more}, seen.need.key)


def facts_of(seen: Verdict) -> dict[str, str]:
    """Return what cards may say of a need."""
    found = seen.need.found
    return {
        "class_name": seen.need.name,
        "name": found.name or found.address.layer or found.class_name,
        "role": found.role.value.replace("-", " "),
        "registered_name": found.registered_name or found.class_name,
        "package": found.package or "",
        "module": found.module or "",
        "layer": found.address.layer or "the model",
        "where": f"layer '{found.address.layer}'" if found.address.layer else "the model",
        "origin": _origin(found.module),
        "provided": _provided(seen),
        "advice": _advice(seen),
        "hint": _hint(seen),
    }


def _origin(module: str | None) -> str:
    return f" from the module '{module}'" if module and module not in NOWHERE else ""


def _provided(seen: Verdict) -> str:
    if seen.provider is None or seen.standing is not Standing.PROVIDED:
        return "is registered by code outside of Keras"
    return f"comes from the package {seen.provider.package}"


def _advice(seen: Verdict) -> str:
    name = seen.need.key
    if seen.provider is None or seen.standing is not Standing.PROVIDED:
        return f"Install and import the code that registers '{name}' before you call load_model"
    package, known = seen.provider.package, seen.provided
    is_told = seen.need.lookup is Lookup.REGISTERED
    if is_told and (known is None or known.registered == name):
        return f"Install {package} and run `{seen.provider.imports}` before you call load_model"
    if seen.provider.offers:
        return f"Install {package} and load the model with `{seen.provider.offers}`"
    path = known.path if known else _path(seen)
    passed = f"custom_objects={{'{name}': {path.rpartition('.')[2]}}}"
    return f"Install {package}, import {path} and pass {passed} to load_model"


def _path(seen: Verdict) -> str:
    module = seen.need.found.module
    return f"{module}.{seen.need.name}" if module and module not in NOWHERE else seen.need.name


def _hint(seen: Verdict) -> str:
    if APPLICATION_PRIVATE in kinds_of_class(seen.need.name):
        return "; models of keras.applications have a private layer of that name"
    if seen.provider is None or seen.standing is Standing.PROVIDED:
        return ""
    return f"; perhaps it is the one of {seen.provider.package}"


FACTS = {
    "class_name": "the class (or function) as the file names it, without a package",
    "name": "the instance's own name, or else that of its layer",
    "role": "what it is for: layer, loss, ...",
    "registered_name": "the name that the file looks it up by: package>Name, or the bare name",
    "package": "the package of a registered name, or nothing",
    "module": "the module that the file names, or nothing",
    "layer": "path of the layer that it is or belongs to, or 'the model'",
    "where": "the same in words: layer 'x', or the model",
    "origin": "the module in words, after a blank; or nothing",
    "provided": "who has it, in words: comes from the package keras-hub",
    "advice": "what to install, import or pass, as a sentence without its period",
    "hint": "a clause on a package that perhaps has it, after a semicolon; or nothing",
}

_OPTIONS = {
    "type": "object",
    "properties": {
        "roles": {
            "description": "Roles of objects to report.",
            "type": "array",
            "minItems": 1,
            "items": {"enum": [str(role) for role in Role]},
        },
        "registered": {
            "description": "Report only what the file looks up by a registered name "
            "package>Name (true), or only what it looks up without one (false); both if absent.",
            "type": "boolean",
        },
        "standings": {
            "description": "Report only what stands so: registered-here, passed-here, drifted and "
            "defined-here are about the project's own Python files; shadowed is named as one of "
            "Keras' own in a format that keeps the name only; provided comes from a package that "
            "kerasscan knows; registered carries a package's name that it does not know; "
            "unregistered is the rest. All if absent.",
            "type": "array",
            "minItems": 1,
            "items": {"enum": [str(standing) for standing in Standing]},
        },
        "revived": {
            "description": "Report only objects of SavedModels that TensorFlow can revive from "
            "saved functions when the class is missing (true), or only all others (false, the "
            "default).",
            "type": "boolean",
        },
    },
    "required": ["roles"],
    "additionalProperties": False,
}

CUSTOM_OBJECT = Check(
    name="custom-object",
    summary="An object whose class no Keras release ships.",
    run=_custom_object,
    needs_source=True,
    facts=FACTS,
    options_schema=_OPTIONS,
)

CUSTOM_FUNCTION = Check(
    name="custom-function",
    summary="A function, named by the file, that no Keras release ships.",
    run=_custom_function,
    needs_source=True,
    facts=FACTS,
    options_schema=_OPTIONS,
)
