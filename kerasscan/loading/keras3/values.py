"""Arguments that Keras 3 knows but whose value a constructor refuses.

Each function names the release's own check that it replays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.refusals import refuse
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage


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
        judge_reduction(replay, made, at)


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


_REDUCTIONS: Final = ("none", "sum", "sum_over_batch_size")


def judge_reduction(replay: Replay, made: Thing, at: Address) -> None:
    """`standardize_reduction` of keras/src/losses/loss.py."""
    value = made.config.get("reduction", "sum")
    allowed = [*_REDUCTIONS, None]
    if replay.has("reduction-mean"):
        allowed += ["mean", "mean_with_sample_weight"]
    if value not in allowed:
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
    name: Any = dtype
    if isinstance(dtype, dict) and not replay.has("hashing-dtype-by-name"):
        inner = dtype.get("config")
        name = inner.get("name") if isinstance(inner, dict) else None
    if name not in ("int32", "int64"):
        refuse(
            replay, at, layer.class_name, "dtype",
            'When `output_mode="int"`, `dtype` should be an integer type, \'int32\' or \'in64\'. '
            f"Received: dtype={shown(name)}",
        )  # fmt: skip


def _multi_head_attention(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`query_shape[:-1] + self._output_shape`: a tuple and a list."""
    if layer.config.get("output_shape") and replay.has("attention-output-shape-breaks"):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at.down("config", "output_shape"),
            'can only concatenate tuple (not "TrackedList") to tuple',
            subject=layer.class_name,
            argument="output_shape",
        )


def _bidirectional(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`[output_shape] + state_shape`: a list and a tuple."""
    part = layer.parts.get("layer")
    has_state = part is not None and part.config.get("return_state")
    if has_state and replay.has("bidirectional-state-breaks"):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at,
            'can only concatenate list (not "tuple") to list',
            subject=layer.class_name,
            argument="return_state",
        )


def _pipeline(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """Configs in place of layers are called."""
    if layer.config.get("layers") and replay.has("pipeline-layers-kept-raw"):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at.down("config", "layers"),
            "'dict' object has no attribute '_call_has_mask_arg'",
            subject=layer.class_name,
            argument="layers",
            error="AttributeError",
        )


def _lookup(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """A vocabulary that is a path (keras/src/layers/preprocessing/index_lookup.py)."""
    path = layer.config.get("vocabulary")
    if not isinstance(path, str):
        return
    if not replay.has("vocabulary-path-guarded"):
        replay.doubt(f"{layer.class_name} reads the vocabulary file {shown(path)}")
        return
    replay.stop(
        ReasonKind.LAMBDA_REFUSED,
        Stage.CONSTRUCT,
        at.down("config", "vocabulary"),
        "Requested the loading of a vocabulary file outside of the model archive.",
        subject=layer.class_name,
        argument="vocabulary",
        error="ValueError",
        remedy="pass safe_mode=False if you trust where the file comes from",
    )


def _uncallable(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`Layer.call` raises NotImplementedError, which a Sequential survives from 3.4 on."""
    if replay.has("uncallable-layer-raises"):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at,
            f"Could not automatically infer the output shape / dtype of '{shown(layer.name)}' "
            f"(of type {layer.class_name}).",
            subject=layer.class_name,
            error="RuntimeError",
        )


def _batch_normalization(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`self.axis = int(axis)`: Keras 2 writes a list."""
    axis = layer.config.get("axis", -1)
    if not isinstance(axis, (int, float, str)):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            at.down("config", "axis"),
            "int() argument must be a string, a bytes-like object or a real number, not "
            f"'{type(axis).__name__}'",
            subject=layer.class_name,
            argument="axis",
            remedy="write the axis as a number",
        )


def _dot(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`build` from `build_config`: the shapes in a file are lists."""
    if layer.build_shape is not None and replay.has("dot-shapes-must-be-tuples"):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            at.down("build_config"),
            "A `Dot` layer should be called on a list of 2 inputs.",
            subject=layer.class_name,
            argument="build_config",
            error="ValueError",
            remedy="remove the layer's build_config",
        )


def _random_shear(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`_check_factor_range`: from 0 to 1, though a single number is stored as minus and plus."""
    for key in ("x_factor", "y_factor"):
        factor = layer.config.get(key)
        values = factor if isinstance(factor, list) else [factor]
        numbers = [value for value in values if isinstance(value, (int, float))]
        wrong = [value for value in numbers if not 0 <= value <= 1]
        if wrong and replay.has("shear-factor-checked"):
            refuse(
                replay, at, layer.class_name, key,
                "The `factor` argument should be a number (or a list of two numbers) in the range "
                f"[0, 1.0]. Received: input_number={wrong[0]}",
                f"store {key} with numbers from 0 to 1",
            )  # fmt: skip
            return


_Check = Callable[[Replay, PaperLayer, Address], None]

_CHECKS: Final[dict[str, _Check]] = {
    "Attention": _attention,
    "AdditiveAttention": _attention,
    "BatchNormalization": _batch_normalization,
    "Bidirectional": _bidirectional,
    "Dot": _dot,
    "Hashing": _hashing,
    "InputLayer": _input_layer,
    "IntegerLookup": _lookup,
    "Layer": _uncallable,
    "MultiHeadAttention": _multi_head_attention,
    "Pipeline": _pipeline,
    "RandomShear": _random_shear,
    "StringLookup": _lookup,
    "TextVectorization": _lookup,
    "Wrapper": _uncallable,
}
