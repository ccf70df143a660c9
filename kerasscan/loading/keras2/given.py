"""What Keras 2 does with custom optimizers that it was given: their base class is Keras' own."""

from __future__ import annotations

from typing import Any, Final

from kerasscan.loading.replay import Replay
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_OF_NEW: Final = (
    "weight_decay",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "jit_compile",
    "is_legacy_optimizer",
)
"""Keys that the base class of 2.11 and newer writes, and that of 2.10 and older refuses."""

_OF_OLD: Final = ("decay",)
_OF_KERAS_3: Final = ("loss_scale_factor", "gradient_accumulation_steps")


def judge_given(replay: Replay, kind: str, name: str, inner: Any, at: Address) -> None:
    """Hold the config of a given optimizer to its base class, as its constructor passes it on.

    Source: `OptimizerV2.__init__` in keras/optimizers/optimizer_v2/optimizer_v2.py,
    `_process_kwargs` in keras/optimizers/optimizer.py.
    """
    if kind != "optimizer" or not isinstance(inner, dict) or replay.release.line == "keras2":
        return
    if not _is_new(replay):
        refused = [key for key in inner if key in (*_OF_NEW, *_OF_KERAS_3)]
        message = "Unexpected keyword argument passed to optimizer: {}"
    else:
        refused = [key for key in inner if key in (*_OF_OLD, *_OF_KERAS_3)]
        message = "{} is deprecated in the new Keras optimizer"
        if refused and refused[0] in _OF_KERAS_3:
            message = "{} is not a valid argument, kwargs should be empty"
    if refused:
        replay.stop(
            ReasonKind.ARGUMENT_REFUSED,
            Stage.COMPILE,
            at,
            message.format(refused[0]),
            subject=name,
            argument=", ".join(refused),
            error="ValueError" if refused[0] in _OF_OLD else "TypeError",
            remedy="load with compile=False and compile again",
        )


def _is_new(replay: Replay) -> bool:
    """Whether `keras.optimizers.Optimizer` is the class that is the default from 2.11 on."""
    base = replay.contents.by_path("keras.optimizers.Optimizer")
    return base is not None and "jit_compile" in base.arguments
