"""Which classes and functions of a file are not Keras' own."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.catalog.builtin import (
    is_builtin_class,
    is_builtin_function,
    is_builtin_registered,
)
from kerasscan.checks.check import Check, Options
from kerasscan.model.finding import Case, Observation
from kerasscan.model.objects import Form, Role, SavedObject

_KINDS = {
    Role.MODEL: ("layer", "model"),
    Role.LAYER: ("layer",),
    Role.CELL: ("cell", "layer"),
    Role.OPERATION: ("operation",),
    Role.INITIALIZER: ("initializer",),
    Role.REGULARIZER: ("regularizer",),
    Role.CONSTRAINT: ("constraint",),
    Role.ACTIVATION: ("activation", "layer"),
    Role.LOSS: ("loss", "metric"),
    Role.METRIC: ("metric", "loss"),
    Role.OPTIMIZER: ("optimizer",),
    Role.SCHEDULE: ("schedule",),
    Role.DTYPE_POLICY: ("dtype_policy",),
    Role.QUANTIZER: ("quantizer",),
}
"""Kinds of the catalog among which a class or function in a role is looked up; others: any."""

_OWN_PACKAGES = ("keras", "tf_keras")
_NOWHERE = ("", "builtins")


def _is_own_module(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] in _OWN_PACKAGES


def _is_known_class(saved: SavedObject, *, keras_3: bool) -> bool:
    """Whether some release finds the class by its bare name, in the object's role."""
    kinds = _KINDS.get(saved.role)
    if kinds is None:
        return is_builtin_class(saved.class_name)
    if any(is_builtin_class(saved.class_name, kind) for kind in kinds):
        return True
    return keras_3 and saved.is_layer_like and is_builtin_class(saved.class_name, "operation")


def _is_custom_class(saved: SavedObject, *, keras_3: bool) -> bool:
    """Whether no Keras release ships the class of an object.

    Objects with a ``module`` (Keras 2.12 and later) say where the class comes from; older
    ones are looked up by name (keras/src/saving/serialization_lib.py,
    keras/utils/generic_utils.py).
    """
    if saved.role is Role.VALUE or saved.class_name == "__lambda__":
        return False
    if saved.package is not None:
        return not is_builtin_registered(saved.registered_name or saved.class_name)
    if _is_own_module(saved.module):
        return False
    if saved.module is not None and saved.module not in _NOWHERE:
        return True
    return not _is_known_class(saved, keras_3=keras_3)


def _is_custom_function(saved: SavedObject) -> bool:
    if saved.package is not None:
        return not is_builtin_registered(saved.registered_name or saved.class_name)
    if _is_own_module(saved.module):
        return False
    if saved.module is not None and saved.module not in _NOWHERE:
        return True
    name, kinds = saved.class_name, _KINDS.get(saved.role)
    if saved.role is Role.OPTIMIZER:
        name = name.lower()  # optimizers are looked up in lower case
    if kinds is None:
        return not (is_builtin_function(name) or is_builtin_class(name))
    return not any(
        is_builtin_function(name, kind)
        or is_builtin_class(name, kind)
        or is_builtin_class(saved.class_name, kind)
        for kind in kinds
    )


def _facts(saved: SavedObject) -> dict[str, str]:
    return {
        "class_name": saved.class_name.rpartition(">")[2],
        "name": saved.name or saved.address.layer or saved.class_name,
        "role": saved.role.value.replace("-", " "),
        "registered_name": saved.registered_name or saved.class_name,
        "package": saved.package or "",
        "module": saved.module or "",
        "layer": saved.address.layer or "the model",
        "origin": f" from the module '{saved.module}'" if saved.module else "",
    }


_FACTS = {
    "class_name": "the class (or function) as the file names it, without a package",
    "name": "the instance's own name, or else that of its layer",
    "role": "what it is for: layer, loss, ...",
    "registered_name": "the name that the file looks it up by: package>Name, or the bare name",
    "package": "the package of a registered name, or nothing",
    "module": "the module that the file names, or nothing",
    "layer": "path of the layer that it is or belongs to, or 'the model'",
    "origin": "the module in words, after a blank; or nothing",
}

_ROLES = {
    "description": "Roles of objects to report.",
    "type": "array",
    "minItems": 1,
    "items": {"enum": [str(role) for role in Role]},
}


def _custom_object(case: Case, options: Options) -> Iterator[Observation]:
    lower = case.saved.provenance.fingerprint.lower
    keras_3 = lower is not None and lower >= (3,)
    for saved in case.saved.objects:
        wanted = saved.form is Form.OBJECT and saved.role in options["roles"]
        if not wanted or (saved.package is not None) is not options["registered"]:
            continue
        if _is_custom_class(saved, keras_3=keras_3):
            yield Observation(
                saved.address, _facts(saved), saved.registered_name or saved.class_name
            )


CUSTOM_OBJECT = Check(
    name="custom-object",
    summary="An object whose class no Keras release ships.",
    run=_custom_object,
    facts=_FACTS,
    options_schema={
        "type": "object",
        "properties": {
            "roles": _ROLES,
            "registered": {
                "description": "Report classes that the file looks up by a registered name "
                "package>Name (true), or those that it looks up without one (false).",
                "type": "boolean",
            },
        },
        "required": ["roles", "registered"],
        "additionalProperties": False,
    },
)


def _custom_function(case: Case, options: Options) -> Iterator[Observation]:
    for saved in case.saved.objects:
        wanted = saved.form is not Form.OBJECT and saved.role in options["roles"]
        if wanted and _is_custom_function(saved):
            yield Observation(
                saved.address, _facts(saved), saved.registered_name or saved.class_name
            )


CUSTOM_FUNCTION = Check(
    name="custom-function",
    summary="A function, named by the file, that no Keras release ships.",
    run=_custom_function,
    facts=_FACTS,
    options_schema={
        "type": "object",
        "properties": {"roles": _ROLES},
        "required": ["roles"],
        "additionalProperties": False,
    },
)
