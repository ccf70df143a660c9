"""Is a name one of Keras's own? Membership in `names.json`, which `harvest` makes from wheels.

A name counts when any release of the five lines (`lines.py`) ships it. The kinds of classes are
layer, model, cell, initializer, regularizer, constraint, loss, metric, optimizer, schedule,
dtype_policy, quantizer, operation (`keras.src.ops`: nodes of a Keras 3 graph) and other;
`application_private` holds layers that keras.applications defines for itself and that no release
loads without `custom_objects`. The kinds of functions are activation, loss, metric, initializer,
regularizer, constraint, optimizer, quantizer, layer and operation; they include the strings that
stand for a class, such as "adam" and "glorot_uniform".
"""

from functools import cache
from typing import Final, TypeAlias, cast

from kerasscan.catalog.lines import Line

Kinds: TypeAlias = dict[str, dict[str, list[str]]]

APPLICATION_PRIVATE: Final = "application_private"

SERIALIZATION_TAGS: Final = frozenset(
    {
        # keras/saving/legacy/saved_model/json_utils.py: tf.keras 2.4 and newer
        "CompositeTensor",
        "TensorShape",
        "TypeSpec",
        "__ellipsis__",
        "__tuple__",
        # keras/src/saving/serialization_lib.py: keras 2.12 and newer, Keras 3
        "__bytes__",
        "__keras_tensor__",
        "__lambda__",
        "__numpy__",
        "__slice__",
        "__tensor__",
        "__typespec__",
        "function",
    }
)
"""Values of `class_name` that mark an encoded value and name no class at all."""

_WIDER: Final = {
    "layer": ("layer", "model", "cell"),  # Model and the cells are subclasses of Layer
}


def is_builtin_class(name: str, kind: str | None = None, line: Line | None = None) -> bool:
    """Whether a release of Keras (of one product line, if given) ships a class of this name.

    Ask with the kind where the place in the config tells it: "Resize" and "BatchNorm" are
    operations of Keras 3 and favourite names of custom layers. "layer" includes models and cells.
    """
    if kind is not None:
        return any(_seen("class", k, name, line) for k in _WIDER.get(kind, (kind,)))
    kinds = _catalog()["class"]
    return any(_seen("class", k, name, line) for k in kinds if k != APPLICATION_PRIVATE)


def is_builtin_function(name: str, kind: str | None = None, line: Line | None = None) -> bool:
    """Whether a string stands for a function (or a class of that short name) of Keras.

    Give the line where it is known: "precision" is a metric of keras1 and keras3, in files of
    tf.keras it can only be a custom function.
    """
    kinds = _catalog()["function"] if kind is None else (kind,)
    return any(_seen("function", k, name, line) for k in kinds)


def is_builtin_registered(name: str) -> bool:
    """Whether Keras itself registers this name, as keras 2.11 does with "Custom>Adam"."""
    return _seen("registered", "any", name, None)


def kinds_of_class(name: str) -> tuple[str, ...]:
    """All kinds of classes of this name, `application_private` included."""
    return tuple(kind for kind, names in _catalog()["class"].items() if name in names)


def releases_of_class(name: str, kind: str) -> tuple[tuple[str, str, str], ...]:
    """(line, first release, last release) for every product line that has the class."""
    spans = _catalog()["class"].get(kind, {}).get(name, ())
    return tuple(cast("tuple[str, str, str]", tuple(span.split())) for span in spans)


def _seen(group: str, kind: str, name: str, line: Line | None) -> bool:
    spans = _catalog()[group].get(kind, {}).get(name)
    if spans is None or line is None:
        return spans is not None
    return any(span.partition(" ")[0] == line for span in spans)


@cache
def _catalog() -> dict[str, Kinds]:
    import json  # here, so that importing this module costs next to nothing
    from pathlib import Path

    text = Path(__file__).with_name("names.json").read_text("utf-8")
    return cast("dict[str, Kinds]", json.loads(text))
