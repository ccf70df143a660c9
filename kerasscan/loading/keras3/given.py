"""What Keras 3 does with custom objects that it was given: their base classes are Keras' own."""

from __future__ import annotations

from typing import Any, Final

from kerasscan.loading.keras3 import values
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_OF_KERAS_2: Final = ("jit_compile", "is_legacy_optimizer")
"""Keys that the base class of optimizers writes in 2.11 to 2.15, and that of Keras 3 refuses."""

_ATTRIBUTES: Final = {"regularizer": "Regularizer", "constraint": "Constraint"}


def judge_given(replay: Replay, kind: str | None, name: str, inner: Any, at: Address) -> None:
    """Hold the config of a given class to its base class, as its constructor passes it on.

    Source: `BaseOptimizer.__init__` in keras/src/optimizers/base_optimizer.py and
    `standardize_reduction` in keras/src/losses/loss.py.
    """
    if not isinstance(inner, dict):
        return
    if kind == "loss":
        values.judge_reduction(replay, Thing("loss", name, inner, at), at)
    refused = {key: inner[key] for key in _OF_KERAS_2 if key in inner}
    if kind == "optimizer" and refused:
        replay.stop(
            ReasonKind.ARGUMENT_REFUSED,
            Stage.COMPILE,
            at,
            f"Argument(s) not recognized: {shown(refused)}",
            subject=name,
            argument=", ".join(refused),
            error="ValueError",
            remedy="load with compile=False and compile again",
        )


def judge_attribute(
    replay: Replay, kind: str, value: Any, at: Address, owner: str, argument: str
) -> None:
    """A function where variables want an object (keras/src/backend/common/variables.py)."""
    expected = _ATTRIBUTES.get(kind) if replay.has("variable-attributes-checked") else None
    is_function = isinstance(value, str) or value.get("class_name") == "function"
    if expected is None or not is_function or argument == "activity_regularizer":
        return
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        f"Invalid value for attribute `{kind}`. Expected an instance of "
        f"`keras.{kind}s.{expected}`, or `None`.",
        subject=owner,
        argument=argument,
        error="ValueError",
        remedy=f"make the function a subclass of keras.{kind}s.{expected}",
    )


def judge_copies(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`Bidirectional` makes its layers anew from their configs, under the names that they have.

    A class that is passed, not registered, is written by its bare name and looked for under it;
    when an HDF5 file is loaded, what was passed is out of reach there.
    """
    for part in layer.parts.values():
        for inner in (part, *part.parts.values()):
            if inner.is_custom and not _is_found_again(replay, inner.class_name):
                _not_found_again(replay, inner.class_name.rpartition(">")[2], at)


def _is_found_again(replay: Replay, name: str) -> bool:
    bare = name.rpartition(">")[2]
    registered = replay.given.registered
    if any(each == bare or each.endswith(f">{bare}") for each in registered):
        return True
    if any(each.endswith(f".{bare}") for each in replay.given.importable):
        return not replay.has("import-limited")
    return bare in replay.given.custom_objects and not replay.is_hdf5


def _not_found_again(replay: Replay, name: str, at: Address) -> None:
    replay.stop(
        ReasonKind.CUSTOM_OBJECT,
        Stage.CONSTRUCT,
        at,
        f"Could not locate class '{shown(name)}'.",
        subject=name,
        remedy="register the class: what is passed does not reach the copies that Bidirectional "
        "makes",
    )
