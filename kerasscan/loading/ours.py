"""Whether a name is one of Keras' own, in any release."""

from __future__ import annotations

from kerasscan.catalog.builtin import (
    APPLICATION_PRIVATE,
    is_builtin_class,
    is_builtin_function,
    is_builtin_registered,
    kinds_of_class,
)

_LAYER_LIKE = ("layer", "model", "cell", "operation")


def is_ours(name: str, kind: str | None = None, *, is_function: bool = False) -> bool:
    """Whether some release of Keras ships a class or function of this name.

    Args:
        name: As in the file.
        kind: What the place in the file tells: ``layer``, ``loss``, ...; None if nothing.
        is_function: Whether a function is meant.
    """
    if is_builtin_registered(name):
        return True
    if is_function:
        return is_builtin_function(name, kind if kind != "layer" else None)
    kinds = _LAYER_LIKE if kind == "layer" else (kind,)
    return any(is_builtin_class(name, each) for each in kinds)


def is_application_layer(module: str, name: str) -> bool:
    """Whether a class is one that `keras.applications` defines for itself in that module.

    A loader that imports modules finds it; one that looks names up does not.
    """
    return ".applications." in module and APPLICATION_PRIVATE in kinds_of_class(name)
