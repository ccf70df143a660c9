"""Names that stand for another function in Keras 3 than in Keras 2.

Source: `hard_sigmoid` of keras/backend/tensorflow_backend.py (2.2.4), keras/backend.py (2.15.0) and
keras/src/backend/tensorflow/nn.py (3.0.0 to 3.15.1); the names of all other activations that both
have stand for the same function.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.loading.replay import Replay
from kerasscan.model.address import Address
from kerasscan.model.outcome import ChangeKind
from kerasscan.model.release import version_number
from kerasscan.model.saved import Provenance

_NAME: Final = "hard_sigmoid"
_KERAS_3: Final = 3
_FORMULAS: Final = {2: "clip(0.2 * x + 0.5, 0, 1)", 3: "clip(x / 6 + 0.5, 0, 1)"}


def judge_meaning(replay: Replay, argument: str, value: Any, at: Address, owner: str) -> None:
    """Note an activation whose name means another function than where the file was saved."""
    if _named(value) != _NAME or replay.is_given(_NAME):
        return
    here = _KERAS_3 if replay.release.line == "keras3" else 2
    there = writer(replay.saved.provenance)
    if there in (None, here):
        return
    replay.change(
        ChangeKind.ACTIVATION_CHANGED,
        at,
        f"{_NAME} was {_FORMULAS[5 - here]} in Keras {5 - here}, which saved the file, and is "
        f"{_FORMULAS[here]} in Keras {here}",
        subject=owner,
        argument=argument,
        remedy=f"set {argument} of the layer, or of its cell, to the old function after loading",
    )


def writer(provenance: Provenance) -> int | None:
    """Return the generation of Keras that saved a file: 2 (and 1) or 3; None if not certain."""
    span = provenance.fingerprint
    claimed = version_number(provenance.claimed_version or "")
    if claimed is not None:
        is_old = claimed < (_KERAS_3,)
        return None if claimed not in span else 2 if is_old else _KERAS_3
    if span.upper is not None and span.upper <= (_KERAS_3,):
        return 2
    return _KERAS_3 if span.lower is not None and span.lower >= (_KERAS_3,) else None


def _named(value: Any) -> Any:
    """Return the name in a function's config, or the name itself."""
    if isinstance(value, dict) and value.get("class_name") == "function":
        return value.get("config")
    return value
