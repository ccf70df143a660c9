"""`_retrieve_class_or_fn` of 2.12 to 2.15 and tf-keras: from module and name to a class.

Source: serialization_lib.py, see `objects`. Any module is imported: what is installed beside
Keras, the file does not tell.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras2 import names
from kerasscan.loading.ours import is_ours
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

CUSTOM: Final = "custom"
"""What `retrieve` returns for an object that the user gives."""

_BUILTIN_MODULES: Final = (
    "activations",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
)

_PUBLIC: Final = frozenset(
    {
        *_BUILTIN_MODULES,
        "layers",
        "mixed_precision",
        "models",
        "optimizers.legacy",
        "optimizers.schedules",
        "saving",
        "utils",
    }
)
"""Public modules that can be imported though nothing is defined in them."""


def retrieve(replay: Replay, config: dict[str, Any], at: Address) -> Shipped | str | None:
    """Find what a config names, or note why the release does not.

    Returns:
        The class or function; `CUSTOM` for one that the user gives; None where it fails.
    """
    is_function = config["class_name"] == "function"
    name = config["config"] if is_function else config["class_name"]
    module = config.get("module")
    named = config.get("registered_name", name)
    if not isinstance(name, str):
        name = ""
    lookup = name if is_function else str(named)
    if replay.is_given(lookup) or replay.is_importable(module, name):
        return CUSTOM
    own = names.registered(replay, lookup)
    if own is not None:
        return own
    if isinstance(module, str) and module:
        return _by_module(replay, name, named, module, at, is_function=is_function)
    _not_located(replay, name, at, is_function=is_function, ours=False, lookup=lookup)
    return None


def _by_module(
    replay: Replay, name: str, named: Any, module: str, at: Address, *, is_function: bool
) -> Shipped | str | None:
    lookup = name if is_function else str(named)
    found = _exported(replay, name, module, is_function=is_function)
    if found is not None:
        return found
    if is_function and module == "builtins" and replay.is_given_by_ending(name):
        return CUSTOM
    real = module
    if replay.release.line == "tf-keras" and module.startswith("keras"):
        real = f"tf_{module}"
    if real not in ("builtins", "__main__") and not _is_importable(replay, real):
        _not_imported(replay, name, real, at, is_function=is_function, lookup=lookup)
        return None
    found = replay.contents.by_path(f"{real}.{name}") or _public(replay, real, name)
    if found is None and isinstance(named, str):
        found = replay.contents.by_path(f"{real}.{named}")
    if found is None:
        ours = is_ours(name, None, is_function=is_function)
        _not_located(replay, name, at, is_function=is_function, ours=ours, lookup=lookup)
    return found


def _exported(replay: Replay, name: str, module: str, *, is_function: bool) -> Shipped | None:
    """`tf_export.get_symbol_from_name`: every public path, not only the first."""
    paths = [f"{module}.{name}"] if is_keras(module) else []
    if is_function and module == "builtins":
        paths += [f"keras.{part}.{name}" for part in _BUILTIN_MODULES]
    for shipped in replay.contents.by_name(name):
        if any(path in shipped.paths for path in paths):
            return shipped
    return None


def _public(replay: Replay, module: str, name: str) -> Shipped | None:
    """What a public module of tf-keras holds: its paths are known as those of keras."""
    if not module.startswith("tf_keras"):
        return None
    return replay.contents.by_path(f"{module.removeprefix('tf_')}.{name}")


def is_keras(module: str) -> bool:
    """Whether a module is one of keras or tf_keras."""
    return module.partition(".")[0] in ("keras", "tf_keras")


def _is_importable(replay: Replay, module: str) -> bool:
    """Whether a module of this release can be imported, as far as is known."""
    package = "tf_keras" if replay.release.line == "tf-keras" else "keras"
    if module.partition(".")[0] != package:
        return False
    below = module.partition(".")[2]
    return not below or below in _PUBLIC or replay.contents.has_module(module)


def _not_imported(
    replay: Replay, name: str, module: str, at: Address, *, is_function: bool, lookup: str
) -> None:
    kind = "function" if is_function else "class"
    theirs = is_keras(module) or module.startswith("tensorflow.")
    replay.stop(
        ReasonKind.MODULE_GONE if theirs else ReasonKind.CUSTOM_OBJECT,
        Stage.RESOLVE,
        at,
        f"Could not deserialize {kind} '{shown(name)}' because its parent module {shown(module)} "
        "cannot be imported.",
        subject=name,
        argument="module",
        lookup=lookup,
    )


def _not_located(
    replay: Replay, name: str, at: Address, *, is_function: bool, ours: bool, lookup: str
) -> None:
    kind = "function" if is_function else "class"
    replay.stop(
        ReasonKind.CLASS_UNKNOWN if ours else ReasonKind.CUSTOM_OBJECT,
        Stage.RESOLVE,
        at,
        f"Could not locate {kind} '{shown(name)}'. Make sure custom classes are decorated with "
        "`@keras.saving.register_keras_serializable()`.",
        subject=name,
        lookup=lookup,
    )
