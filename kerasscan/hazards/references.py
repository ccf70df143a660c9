"""References to functions and classes that a model has no reason to name.

Any object with a ``class_name`` is resolved by Keras, at any depth and in any place of a
configuration (``deserialize_keras_object`` in keras/src/saving/serialization_lib.py), so every
saved object is asked, whatever it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kerasscan.catalog.builtin import SERIALIZATION_TAGS
from kerasscan.hazards.roles import Standing, is_keras, standing
from kerasscan.model.hazard import Hazard, HazardKind
from kerasscan.model.objects import Form, SavedObject

_SWITCHES: Final = frozenset(
    {
        "disable_interactive_logging",
        "enable_interactive_logging",
        "enable_unsafe_deserialization",
        "register_keras_serializable",
        "set_backend",
        "set_global_attribute",
        "set_safe_mode",
    }
)
"""Functions that change state of the whole process, safe mode among it."""

_KINDS: Final = {
    Standing.UTILITY: HazardKind.UTILITY_REFERENCE,
    Standing.FOREIGN: HazardKind.FOREIGN_REFERENCE,
}


def references(found: SavedObject) -> Iterator[Hazard]:
    """Yield a reference that is neither ordinary nor somebody's own."""
    if found.form is Form.NAME or not found.module:
        return
    if found.form is Form.OBJECT and found.class_name in SERIALIZATION_TAGS:
        return
    yield from _judged(found, found.module)


def _judged(found: SavedObject, module: str) -> Iterator[Hazard]:
    is_function = found.form is Form.FUNCTION
    for name in _names(found):
        what = standing(module, name, is_function=is_function)
        kind = _KINDS.get(what)
        if kind is None:
            continue
        if is_keras(module) and name in _SWITCHES:
            kind = HazardKind.SAFE_MODE_SWITCH
        path = f"{module}.{name}"
        form = "function" if is_function else "class"
        yield Hazard(
            kind, found.address, path, _detail(found, name), f"{form}:{path}", found.role.value
        )
        return


def _names(found: SavedObject) -> tuple[str, ...]:
    """Return the names by which a loader may look: its own, and a registered one.

    Keras up to 3.8 and tf-keras fall back to ``registered_name`` where the module lacks the name.
    """
    raw = found.raw
    own = raw.get("config") if found.form is Form.FUNCTION else raw.get("class_name")
    named = [own, raw.get("registered_name")]
    names = [name for name in named if isinstance(name, str) and name and name != "function"]
    return tuple(dict.fromkeys(names))


def _detail(found: SavedObject, name: str) -> str:
    own = found.raw.get("config") if found.form is Form.FUNCTION else found.raw.get("class_name")
    return "" if name == own else f"by its registered_name; it calls itself '{own}'"
