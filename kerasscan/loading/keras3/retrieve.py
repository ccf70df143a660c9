"""`_retrieve_class_or_fn` of Keras 3: from names in a file to a class or function.

Source: keras/src/saving/serialization_lib.py, keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from sys import stdlib_module_names
from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras3.denied import LOADING, NON_MODELING
from kerasscan.loading.ours import is_application_layer, is_ours
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_FUNCTION_MODULES: Final = (
    "activations",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
)
"""`BUILTIN_MODULES`, where a function without a module is looked for."""

_PACKAGES: Final = frozenset({"keras", "keras_hub", "keras_cv", "keras_nlp"})
"""What 3.9 and newer import for a file."""


@dataclass(frozen=True)
class Wanted:
    """What a config names.

    Attributes:
        name: Bare class or function name.
        registered: ``registered_name``, or the class name where the key is absent.
        module: ``module``, or None.
        is_function: Whether the config is that of a function.
        explicit: ``registered_name`` as it stands in the file.
        role: What it is to be, in the catalog's word, where the place tells: ``layer``.
    """

    name: str
    registered: str | None
    module: str | None
    is_function: bool
    explicit: str | None = None
    role: str | None = None

    @property
    def lookup(self) -> str:
        """The name under which it is looked for among what is registered or passed."""
        return self.name if self.is_function else self.registered or self.name


CUSTOM: Final = "custom"
"""What `retrieve` returns for an object that the user gives."""


def wanted(config: dict[str, Any], role: str | None = None) -> Wanted | None:
    """Read the names of a config; None where they are no names."""
    name, module = config.get("class_name"), config.get("module")
    is_function = name == "function"
    explicit = config.get("registered_name")
    if is_function:
        name = config.get("config")
    if not isinstance(name, str) or not isinstance(module, (str, type(None))):
        return None
    registered = explicit if "registered_name" in config else name
    if not isinstance(registered, (str, type(None))):
        return None
    return Wanted(name, registered, module, is_function, explicit or None, role)


def retrieve(replay: Replay, what: Wanted, at: Address) -> Shipped | str | None:
    """Find what a config names, or note why the release does not.

    Returns:
        The class or function; `CUSTOM` for one that the user gives, or of Python's library, which
        Keras up to 3.8 imports; None where it fails.
    """
    if replay.is_given(what.lookup):
        return CUSTOM
    if what.module:
        if _is_denied(replay, what, at):
            return None
        found = _exported(replay, what)
        if found is not None:
            return _unless_registered_otherwise(replay, what, found, at)
        is_nowhere = what.is_function and what.module == "builtins"
        if is_nowhere and replay.is_given_by_ending(what.name):
            return CUSTOM
        if _may_import(replay, what.module):
            return _imported(replay, what, at)
        if not replay.has("import-limited") and not _is_keras(what.module):
            if what.module != "builtins" and what.module.partition(".")[0] in stdlib_module_names:
                return CUSTOM
            if replay.is_importable(what.module, what.name):
                return CUSTOM
            _not_installed(replay, what, at)
            return None
    _not_located(replay, what, at)
    return None


def _is_denied(replay: Replay, what: Wanted, at: Address) -> bool:
    path = f"{what.module}.{what.name}"
    if path in NON_MODELING and replay.has("non-modeling-apis-denied"):
        reason = "it is not a modeling function"
    elif path in LOADING and replay.has("loading-apis-denied"):
        reason = "loading functions are not allowed during deserialization"
    else:
        return False
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.RESOLVE,
        at,
        f"Cannot deserialize `{shown(path)}` because {reason}",
        subject=what.name,
        argument="module",
        error="ValueError",
    )
    return True


def _is_keras(module: str) -> bool:
    return module == "keras" or module.startswith("keras.")


def _exported(replay: Replay, what: Wanted) -> Shipped | None:
    """`get_symbol_from_name`: only the first public path of an object is known there."""
    if what.module is None or not replay.has("api-lookup"):
        return None
    paths = [f"{what.module}.{what.name}"] if _is_keras(what.module) else []
    if what.is_function and what.module == "builtins":
        paths += [f"keras.{module}.{what.name}" for module in _FUNCTION_MODULES]
    return replay.contents.exported(paths)


def _unless_registered_otherwise(
    replay: Replay, what: Wanted, found: Shipped, at: Address
) -> Shipped | None:
    explicit = what.explicit
    own = (what.name, "function" if what.is_function else what.name)
    if explicit and explicit not in own and replay.has("registered-name-checked"):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            f"`registered_name='{shown(explicit)}'` was provided in the config, but "
            f"'{what.module}.{shown(what.name)}' resolved to a Keras built-in",
            subject=what.name,
            argument="registered_name",
            error="ValueError",
            remedy="remove the registered_name from the config",
        )
        return None
    return found


def _may_import(replay: Replay, module: str) -> bool:
    if replay.has("import-limited"):
        return module.split(".", maxsplit=1)[0] in _PACKAGES and _is_keras(module)
    return _is_keras(module)


def _imported(replay: Replay, what: Wanted, at: Address) -> Shipped | str | None:
    """`importlib.import_module` and `vars(mod)[name]`, for modules of Keras itself."""
    module = what.module or ""
    found = replay.contents.by_path(f"{module}.{what.name}")
    if found is None and what.registered and not replay.has("import-limited"):
        found = replay.contents.by_path(f"{module}.{what.registered}")
    saveable_only = replay.has("import-saveable-only")
    if found is not None and (found.is_saveable or not saveable_only):
        return found
    if found is None and is_application_layer(module, what.name):
        return CUSTOM
    if found is None and not saveable_only and replay.is_importable(module, what.name):
        return CUSTOM  # any attribute of a module of Keras, ``keras.src.utils.io_utils.print_msg``
    kind = "function" if what.is_function else "class"
    if not replay.contents.has_module(module):
        replay.stop(
            ReasonKind.MODULE_GONE,
            Stage.RESOLVE,
            at,
            f"Could not deserialize {kind} '{shown(what.name)}' because its parent module "
            f"{shown(module)} cannot be imported.",
            subject=what.name,
            argument="module",
        )
    elif saveable_only:
        replay.stop(
            _kind_of_absence(what),
            Stage.RESOLVE,
            at,
            f"Could not deserialize '{shown(module)}.{shown(what.name)}' because it is not a "
            "KerasSaveable subclass",
            subject=what.name,
            error="ValueError",
        )
    else:
        _not_located(replay, what, at)
    return None


def _not_installed(replay: Replay, what: Wanted, at: Address) -> None:
    """Before 3.9 any module is imported; whether it is there, the file does not tell."""
    kind = "function" if what.is_function else "class"
    package = (what.module or "").partition(".")[0]
    if package == "builtins":
        _not_located(replay, what, at)
        return
    is_tf_keras = package == "tf_keras"
    replay.stop(
        ReasonKind.MODULE_GONE if is_tf_keras else ReasonKind.CUSTOM_OBJECT,
        Stage.RESOLVE,
        at,
        f"Could not deserialize {kind} '{shown(what.name)}' because its parent module "
        f"{shown(what.module or '')} cannot be imported.",
        subject=what.name,
        argument="module",
        lookup=what.lookup,
    )


def _not_located(replay: Replay, what: Wanted, at: Address) -> None:
    kind = "function" if what.is_function else "class"
    if replay.has("locate-message-names-imports"):
        tail = (
            "Make sure custom classes and functions are decorated with "
            "`@keras.saving.register_keras_serializable()`."
        )
    else:
        tail = (
            "Make sure custom classes are decorated with "
            "`@keras.saving.register_keras_serializable()`."
        )
    replay.stop(
        _kind_of_absence(what),
        Stage.RESOLVE,
        at,
        f"Could not locate {kind} '{shown(what.name)}'. {tail}",
        subject=what.name,
        remedy=_for_no_module(replay, what),
        lookup=what.lookup,
    )


def _for_no_module(replay: Replay, what: Wanted) -> str:
    """Return what helps where the release has the class and only `module` is missing."""
    known = what.role is not None and replay.knows(what.role, what.name)
    if what.module is not None or not known:
        return ""
    return "it is Keras' own: write its `module` into the config, or load with a Keras 2"


def _kind_of_absence(what: Wanted) -> ReasonKind:
    """Tell a class that some other release of Keras ships from somebody's own."""
    is_theirs = what.module is not None and not is_keras_module(what.module)
    if is_theirs and not (what.is_function and what.module == "builtins"):
        return ReasonKind.CUSTOM_OBJECT
    names = {what.name} if what.is_function else {what.name, what.registered or what.name}
    ours = all(is_ours(name, what.role, is_function=what.is_function) for name in names)
    return ReasonKind.CLASS_UNKNOWN if ours else ReasonKind.CUSTOM_OBJECT


def is_keras_module(module: str) -> bool:
    """Whether a module is Keras' own, in any of its packages."""
    return module.partition(".")[0] in ("keras", "tf_keras") or module.startswith(
        ("tensorflow.python.keras", "tensorflow.keras")
    )
