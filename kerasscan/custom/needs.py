"""Which objects and functions of a file are not Keras' own, and how a loader looks them up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kerasscan.catalog.builtin import (
    is_builtin_class,
    is_builtin_function,
    is_builtin_registered,
)
from kerasscan.custom.older import WITHIN_TENSORFLOW, Saver, saver_of
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
NOWHERE = ("", "builtins", "__main__")
"""Modules that a file names and from which nothing can be imported."""

TRAINING_ROLES = frozenset({Role.LOSS, Role.METRIC, Role.OPTIMIZER, Role.SCHEDULE})
"""Roles that only compiling asks for: ``compile=False`` gets past them."""


class Lookup(StrEnum):
    """How a loader finds a custom object."""

    REGISTERED = "registered"
    """By ``package>Name``, which the code that defines it registers."""
    MODULE = "module"
    """By a module that the file names; what is registered or passed comes first."""
    NAME = "name"
    """By its bare name, among what is registered or passed."""


@dataclass(frozen=True)
class Need:
    """A custom object or function that a file asks for.

    Attributes:
        found: Where and how it is written.
        is_function: Whether a function is meant; an object's class otherwise.
        lookup: How it is looked up.
        is_training: Whether only compiling asks for it.
        is_revived: Whether TensorFlow goes on without it, with functions that a SavedModel holds.
    """

    found: SavedObject
    is_function: bool
    lookup: Lookup
    is_training: bool
    is_revived: bool

    @property
    def name(self) -> str:
        """The bare name of the class or function."""
        return self.found.class_name.rpartition(">")[2]

    @property
    def key(self) -> str:
        """The name under which a loader looks for it among what is registered or passed."""
        if self.is_function:
            return self.found.class_name
        return self.found.registered_name or self.found.class_name


def needs(saved: Saved) -> tuple[Need, ...]:
    """Return the custom objects and functions that a file asks for, in its order."""
    if _last and _last[0][0] is saved:
        return _last[0][1]
    saver = saver_of(saved.provenance)
    foreign = _foreign(saved, saver)
    found = tuple(
        _need(saved, each)
        for each in saved.objects
        if (_is_custom(each, saver) or id(each) in foreign) and not _is_repeated(saved, each)
    )
    _last[:] = [(saved, found)]
    return found


_last: list[tuple[Saved, tuple[Need, ...]]] = []
"""The file asked about last: a dozen rules ask about the same one."""


def _is_repeated(saved: Saved, found: SavedObject) -> bool:
    """Whether a SavedModel holds its model once more, there without the registered name."""
    root = saved.root
    if root is None or root is found or found.depth or found.address.pointer != "/model_config":
        return False
    return root.class_name.rpartition(">")[2] == found.class_name


def _foreign(saved: Saved, saver: Saver) -> frozenset[int]:
    """Return the identities of the layers that only look like Keras' own; see `foreign`."""
    if saved.artifact.container is not Container.H5_MODEL or saver.version is None:
        return frozenset()
    if saver.version < (2, 2):
        return frozenset()  # files of Keras 1 are rewritten key by key when they are loaded
    named = [
        found
        for found in saved.layers
        if found.role is not Role.MODEL and "module" not in found.raw and found.config
        if not _is_custom(found, saver)
    ]
    if not named:
        return frozenset()
    from kerasscan.custom.foreign import foreign  # reads the catalog of the release

    return foreign(named, saver.version, within_tensorflow=saver.lines == WITHIN_TENSORFLOW)


def _need(saved: Saved, found: SavedObject) -> Need:
    if found.package is not None:
        lookup = Lookup.REGISTERED
    elif found.module is not None and found.module not in NOWHERE:
        lookup = Lookup.MODULE
    else:
        lookup = Lookup.NAME
    return Need(
        found=found,
        is_function=found.form is not Form.OBJECT,
        lookup=lookup,
        is_training=found.role in TRAINING_ROLES,
        is_revived=_is_revived(saved, found),
    )


def _is_custom(found: SavedObject, saver: Saver) -> bool:
    if found.form is Form.OBJECT:
        return _is_custom_class(found, saver)
    return _is_custom_function(found)


def _is_own_module(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] in _OWN_PACKAGES


def _is_known_class(saved: SavedObject, saver: Saver) -> bool:
    """Whether some release finds the class by its bare name, in the object's role."""
    kinds = _KINDS.get(saved.role)
    if kinds is None:
        return is_builtin_class(saved.class_name)
    if any(is_builtin_class(saved.class_name, kind) for kind in kinds):
        return not (saved.is_layer_like and saver.predates(saved.class_name, kinds))
    return (
        saver.is_keras_3 and saved.is_layer_like and is_builtin_class(saved.class_name, "operation")
    )


def is_named_as_builtin(found: SavedObject) -> bool:
    """Whether Keras ships something of the same bare name for the same role."""
    if found.form is not Form.OBJECT:
        return any(is_builtin_function(found.class_name, kind) for kind in _FUNCTION_KINDS)
    kinds = _KINDS.get(found.role, ())
    return any(is_builtin_class(found.class_name, kind) for kind in kinds)


def _told_by_origin(saved: SavedObject) -> bool | None:
    """Whether the package or the module shows that an object is custom; None: neither does.

    Objects with a ``module`` (Keras 2.12 and later) say where they come from; older ones are
    looked up by name (keras/src/saving/serialization_lib.py, keras/utils/generic_utils.py). Those
    without a module but with a registered name are of a class that was defined in ``__main__``,
    or that is registered: Keras' own have a module and no registered name.
    """
    if saved.package is not None:
        return not is_builtin_registered(saved.registered_name or saved.class_name)
    if _is_own_module(saved.module):
        return False
    if saved.module is not None and saved.module not in ("", "builtins"):
        return True
    if saved.form is Form.OBJECT and saved.module is None and "module" in saved.raw:
        return True if isinstance(saved.raw.get("registered_name"), str) else None
    return None


def _is_custom_class(saved: SavedObject, saver: Saver) -> bool:
    """Whether no Keras release ships the class of an object."""
    if saved.role is Role.VALUE or saved.class_name == "__lambda__":
        return False
    told = _told_by_origin(saved)
    return told if told is not None else not _is_known_class(saved, saver)


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


def _is_revived(saved: Saved, found: SavedObject) -> bool:
    """Whether a loader goes on without the class: a SavedModel, unless it is to be compiled.

    Source: ``KerasObjectLoader._try_build_layer`` in keras/saving/saved_model/load.py of
    tf.keras 2.x; the training configuration is deserialized without such a second way.
    """
    purpose = saved.documents[found.document].purpose
    return saved.artifact.container is Container.SAVEDMODEL and purpose is not Purpose.TRAINING
