"""Arguments that Keras 3 knows but whose value a constructor refuses.

Each function names the release's own check that it replays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage


def refuse(
    replay: Replay, at: Address, subject: str, argument: str, message: str, remedy: str = ""
) -> None:
    """Note a value that the constructor refuses."""
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at.down("config", argument) if argument else at,
        message,
        subject=subject,
        argument=argument,
        error="ValueError",
        remedy=remedy,
    )


def judge_values(replay: Replay, shipped: Shipped, layer: PaperLayer, at: Address) -> None:
    """Replay the checks of a layer's constructor."""
    _name(replay, layer, at)
    _trainable(replay, layer, at)
    check = _CHECKS.get(shipped.name)
    if check is not None:
        check(replay, layer, at)


def judge_thing(replay: Replay, shipped: Shipped, made: Thing, at: Address) -> None:
    """Replay the checks of other constructors."""
    if shipped.kind == "loss":
        _reduction(replay, made, at)


def _name(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/ops/operation.py and backend/common/keras_tensor.py: no slash in a name."""
    name = layer.config.get("name")
    if isinstance(name, str) and "/" in name:
        refuse(
            replay, at, layer.class_name, "name",
            "Argument `name` must be a string and cannot contain character `/`. Received: "
            f"name={shown(name)}",
            "replace the slash in the name, and in every connection that uses it",
        )  # fmt: skip


def _trainable(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/layers/layer.py of 3.15: `trainable` is a boolean."""
    value = layer.config.get("trainable", True)
    if not isinstance(value, bool) and replay.has("trainable-checked"):
        refuse(
            replay, at, layer.class_name, "trainable",
            f"Expected `trainable` to be a boolean. Received: trainable={shown(value)}",
        )  # fmt: skip


_REDUCTIONS: Final = frozenset({"none", "sum", "sum_over_batch_size"})


def _reduction(replay: Replay, made: Thing, at: Address) -> None:
    """`standardize_reduction` of keras/src/losses/loss.py."""
    value = made.config.get("reduction", "sum")
    allowed = _REDUCTIONS
    if replay.has("reduction-mean"):
        allowed |= {"mean", "mean_with_sample_weight"}
    if value is not None and value not in allowed:
        refuse(
            replay, at, made.name, "reduction",
            f"Invalid value for argument `reduction`. Received: reduction={shown(value)}",
            "load with compile=False and compile again",
        )  # fmt: skip


def _input_layer(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/layers/core/input_layer.py: a shape in one of its forms."""
    keys = ["shape", "batch_shape", "input_tensor"]
    if replay.has("input-layer-takes-batch-input-shape"):
        keys += ["batch_input_shape", "input_shape"]
    if all(layer.config.get(key) is None for key in keys):
        refuse(replay, at, layer.class_name, "batch_shape", "You must pass a `shape` argument.")


def _attention(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/layers/attention/attention.py: `score_mode` is one of two names."""
    value = layer.config.get("score_mode", "dot")
    if isinstance(value, Thing) or value not in ("dot", "concat"):
        name = value.name if isinstance(value, Thing) else value
        refuse(
            replay, at, layer.class_name, "score_mode",
            "Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. Received: "
            f"score_mode=<function {shown(name)}>",
            "save the model as .keras",
        )  # fmt: skip


def _hashing(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/layers/preprocessing/hashing.py: an integer dtype for integers."""
    dtype = layer.config.get("dtype")
    mode = layer.config.get("output_mode", "int")
    if mode != "int" or dtype is None:
        return
    if replay.has("hashing-dtype-by-name") and isinstance(dtype, dict):
        name: Any = dtype
    else:
        name = dtype.get("config", {}).get("name") if isinstance(dtype, dict) else dtype
    if name not in ("int32", "int64"):
        refuse(
            replay, at, layer.class_name, "dtype",
            'When `output_mode="int"`, `dtype` should be an integer type, \'int32\' or \'in64\'. '
            f"Received: dtype={shown(name)}",
        )  # fmt: skip


_Check = Callable[[Replay, PaperLayer, Address], None]

_CHECKS: Final[dict[str, _Check]] = {
    "Attention": _attention,
    "AdditiveAttention": _attention,
    "Hashing": _hashing,
    "InputLayer": _input_layer,
}
