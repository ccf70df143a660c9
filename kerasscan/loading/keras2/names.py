"""Names that a release looks up: what it has registered, and how it complains.

Source: keras/utils/generic_utils.py (up to 2.10), keras/saving/object_registration.py and
keras/saving/legacy/serialization.py (2.11 and newer).
"""

from __future__ import annotations

from typing import Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.ours import is_ours
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

WORDS: Final = {
    "activation": "activation function",
    "loss": "loss function",
    "metric": "metric function",
    "schedule": "decay",
}
"""`printable_module_name` of each table, where it is not the kind's own name."""

_PREFIX: Final = "Custom>"
_ELSEWHERE: Final = ("legacy", "optimizer_v", "dtensor")


def word(kind: str) -> str:
    """Return what messages call the objects of a table."""
    return WORDS.get(kind, kind)


def registered(replay: Replay, name: str) -> Shipped | None:
    """Return a class that Keras itself registers, by its registered name.

    The optimizers of `optimizer_experimental` (2.8 to 2.11) and of 2.12 and newer are decorated
    with `register_keras_serializable()`, as are SharpnessAwareMinimization and a layer of
    `keras.applications`.
    """
    if not name.startswith(_PREFIX):
        return None
    bare = name.removeprefix(_PREFIX)
    for shipped in replay.contents.by_name(bare):
        if _is_decorated(shipped):
            return shipped
    return None


def _is_decorated(shipped: Shipped) -> bool:
    module = shipped.module
    if shipped.kind == "optimizer":
        if any(part in module for part in _ELSEWHERE) or shipped.name == "TFOptimizer":
            return False
        return "optimizers." in module or "optimizer_experimental." in module
    return "sharpness_aware_minimization" in module or "applications.inception_resnet" in module


def unknown(
    replay: Replay, kind: str, name: str, at: Address, *, is_class: bool, printable: str = ""
) -> None:
    """Note a name that neither the table nor the registered objects have."""
    what = printable or word(kind)
    replay.stop(
        kind_of_absence(kind, name, is_class=is_class),
        Stage.RESOLVE,
        at,
        _message(replay, what, name, is_class=is_class),
        subject=name,
        error="ValueError",
    )


def unknown_function(replay: Replay, kind: str, own: object, at: Address) -> None:
    """Note the config of a function where only names of functions are read.

    2.13 and newer write `{"class_name": "function", "config": "own", ...}` into HDF5 files and look
    for a class of that name when they read it again; custom objects do not help.
    """
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.RESOLVE,
        at,
        _message(replay, word(kind), "function", is_class=True),
        subject="function",
        argument=own if isinstance(own, str) else "",
        error="ValueError",
        remedy="write the name of the function in place of its config, or save as .keras",
    )


def kind_of_absence(kind: str, name: str, *, is_class: bool) -> ReasonKind:
    """Tell a class or function of another release of Keras from somebody's own."""
    ours = is_ours(name, kind) or (not is_class and is_ours(name, kind, is_function=True))
    if is_class and kind == "optimizer":
        ours = ours or is_ours(name, kind, is_function=True)
    return ReasonKind.CLASS_UNKNOWN if ours else ReasonKind.CUSTOM_OBJECT


def _message(replay: Replay, what: str, name: str, *, is_class: bool) -> str:
    if replay.has("unknown-name-quoted"):
        return (
            f"Unknown {what}: '{shown(name)}'. Please ensure you are using a "
            "`keras.utils.custom_object_scope` and that this object is included in the scope."
        )
    if replay.has("unknown-name-explained"):
        return (
            f"Unknown {what}: {shown(name)}. Please ensure this object is passed to the "
            "`custom_objects` argument."
        )
    space = " " if is_class or replay.has("unknown-name-spaced") else ""
    return f"Unknown {what}:{space}{shown(name)}"
