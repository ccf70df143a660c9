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
from kerasscan.model.saved import Container, Purpose, Saved

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

_FUNCTION_KINDS = (
    "activation",
    "constraint",
    "initializer",
    "loss",
    "metric",
    "optimizer",
    "regularizer",
)
"""Where a function without a module is looked up: ``BUILTIN_MODULES`` of
keras/src/saving/serialization_lib.py (2.13 and later, Keras 3)."""

_SHORTHANDS = {
    Role.METRIC: ("crossentropy", "ce"),
    Role.INITIALIZER: ("gaussian", "laplacian"),
}
"""Strings that a loader understands without looking them up: metrics that are chosen by the loss
(keras/src/trainers/compile_utils.py, keras/engine/compile_utils.py) and kernels of
``RandomFourierFeatures`` (keras/layers/kernelized.py)."""

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


def _told_by_origin(saved: SavedObject) -> bool | None:
    """Whether the package or the module shows that an object is custom; None: neither does.

    Objects with a ``module`` (Keras 2.12 and later) say where they come from; older ones are
    looked up by name (keras/src/saving/serialization_lib.py, keras/utils/generic_utils.py).
    """
    if saved.package is not None:
        return not is_builtin_registered(saved.registered_name or saved.class_name)
    if _is_own_module(saved.module):
        return False
    if saved.module is not None and saved.module not in _NOWHERE:
        return True
    return None


def _is_custom_class(saved: SavedObject, *, keras_3: bool) -> bool:
    """Whether no Keras release ships the class of an object."""
    if saved.role is Role.VALUE or saved.class_name == "__lambda__":
        return False
    told = _told_by_origin(saved)
    return told if told is not None else not _is_known_class(saved, keras_3=keras_3)


def _is_custom_function(saved: SavedObject) -> bool:
    """Whether no Keras release finds a function by its name, in the object's role."""
    told = _told_by_origin(saved)
    if told is not None:
        return told
    if saved.form is Form.NAME and saved.role is Role.FUNCTION:
        return True  # a Lambda's function: looked up in custom_objects alone
    name, kinds = saved.class_name, _KINDS.get(saved.role, _FUNCTION_KINDS)
    if saved.form is Form.NAME and name in _SHORTHANDS.get(saved.role, ()):
        return False
    if saved.role is Role.OPTIMIZER:
        name = name.lower()  # optimizers are looked up in lower case
    return not any(
        is_builtin_function(name, kind)
        or is_builtin_class(name, kind)
        or is_builtin_class(saved.class_name, kind)
        for kind in kinds
    )


def _origin(module: str | None) -> str:
    return f" from the module '{module}'" if module and module not in _NOWHERE else ""


def _facts(saved: SavedObject) -> dict[str, str]:
    return {
        "class_name": saved.class_name.rpartition(">")[2],
        "name": saved.name or saved.address.layer or saved.class_name,
        "role": saved.role.value.replace("-", " "),
        "registered_name": saved.registered_name or saved.class_name,
        "package": saved.package or "",
        "module": saved.module or "",
        "layer": saved.address.layer or "the model",
        "where": f"layer '{saved.address.layer}'" if saved.address.layer else "the model",
        "origin": _origin(saved.module),
    }


_FACTS = {
    "class_name": "the class (or function) as the file names it, without a package",
    "name": "the instance's own name, or else that of its layer",
    "role": "what it is for: layer, loss, ...",
    "registered_name": "the name that the file looks it up by: package>Name, or the bare name",
    "package": "the package of a registered name, or nothing",
    "module": "the module that the file names, or nothing",
    "layer": "path of the layer that it is or belongs to, or 'the model'",
    "where": "the same in words: layer 'x', or the model",
    "origin": "the module in words, after a blank; or nothing",
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


def _is_revived(saved: Saved, found: SavedObject) -> bool:
    """Whether a loader goes on without the class: a SavedModel, unless it is to be compiled.

    Source: ``KerasObjectLoader._try_build_layer`` in keras/saving/saved_model/load.py of
    tf.keras 2.x; the training configuration is deserialized without such a second way.
    """
    purpose = saved.documents[found.document].purpose
    return saved.artifact.container is Container.SAVEDMODEL and purpose is not Purpose.TRAINING


def _wanted(case: Case, options: Options) -> Iterator[SavedObject]:
    for found in case.saved.objects:
        if found.role not in options["roles"]:
            continue
        is_registered = found.package is not None
        if options.get("registered", is_registered) is not is_registered:
            continue
        if _is_revived(case.saved, found) is options.get("revived", False):
            yield found


def _custom_object(case: Case, options: Options) -> Iterator[Observation]:
    lower = case.saved.provenance.fingerprint.lower
    keras_3 = lower is not None and lower >= (3,)
    for found in _wanted(case, options):
        if found.form is Form.OBJECT and _is_custom_class(found, keras_3=keras_3):
            yield _observation(found)


def _custom_function(case: Case, options: Options) -> Iterator[Observation]:
    for found in _wanted(case, options):
        if found.form is not Form.OBJECT and _is_custom_function(found):
            yield _observation(found)


def _observation(found: SavedObject) -> Observation:
    evidence = found.registered_name or found.class_name
    if found.form is not Form.OBJECT:
        evidence = found.class_name
    return Observation(found.address, _facts(found), evidence)


CUSTOM_OBJECT = Check(
    name="custom-object",
    summary="An object whose class no Keras release ships.",
    run=_custom_object,
    facts=_FACTS,
    options_schema=_OPTIONS,
)

CUSTOM_FUNCTION = Check(
    name="custom-function",
    summary="A function, named by the file, that no Keras release ships.",
    run=_custom_function,
    facts=_FACTS,
    options_schema=_OPTIONS,
)
