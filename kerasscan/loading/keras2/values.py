"""Arguments that Keras 2 knows but whose value a constructor refuses.

Each function names the release's own check that it replays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras2 import legacy
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.refusals import refuse
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address


def judge_dtype(replay: Replay, shipped: Shipped, layer: PaperLayer, at: Address) -> None:
    """keras/engine/base_layer.py, `_set_dtype_policy`: a policy may come as its config."""
    value = layer.config.get("dtype")
    if isinstance(value, dict) and replay.has("dtype-policies"):
        legacy.deserialize(
            replay, "dtype_policy", value, at.down("config", "dtype"), printable="dtype policy"
        )


def judge_values(replay: Replay, shipped: Shipped, layer: PaperLayer, at: Address) -> None:
    """Replay the checks of a layer's constructor."""
    check = _CHECKS.get(shipped.name)
    if check is not None:
        check(replay, layer, at)


_REDUCTIONS: Final = ("auto", "none", "sum", "sum_over_batch_size")


def judge_thing(replay: Replay, shipped: Shipped, made: Thing, at: Address) -> None:
    """keras/utils/losses_utils.py, `ReductionV2.validate`."""
    if shipped.kind != "loss" or "reduction" not in made.config or not shipped.accepts("reduction"):
        return
    value = made.config["reduction"]
    allowed = _REDUCTIONS[1:] if replay.release.line == "keras2" else _REDUCTIONS
    if value not in allowed:
        refuse(
            replay, at, made.name, "reduction",
            f"Invalid Reduction Key: {shown(value)}. Expected keys are "
            + ", ".join(f'"{each}"' for each in allowed),
            "load with compile=False and compile again",
        )  # fmt: skip


_Check = Callable[[Replay, PaperLayer, Address], None]


def _one_of(
    replay: Replay, layer: PaperLayer, at: Address, argument: str, allowed: tuple[str, ...]
) -> None:
    """`layer_utils.validate_string_arg`."""
    value = layer.config.get(argument)
    if isinstance(value, str) and value not in allowed and not replay.is_given(value):
        refuse(
            replay, at, layer.class_name, argument,
            f"{layer.class_name}'s {argument} arg received an invalid value {shown(value)}. "
            f"Allowed values are one of {', '.join(allowed)}",
        )  # fmt: skip


def _numbers(*arguments: str) -> _Check:
    """Activation layers compare these with numbers.

    2.12 wrote NumPy scalars as `{"class_name": "__numpy__", ...}` into archives, which nothing
    decodes there.
    """

    def check(replay: Replay, layer: PaperLayer, at: Address) -> None:
        for argument in arguments:
            value = layer.config.get(argument)
            if isinstance(value, dict):
                refuse(
                    replay, at, layer.class_name, argument,
                    "'<' not supported between instances of 'dict' and 'float'",
                    "write the number in place of the object",
                )  # fmt: skip

    return check


def _up_sampling(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/layers/convolutional.py: two interpolations up to 2.8, then all of `image_utils`."""
    if not replay.has("up-sampling-interpolations"):
        _one_of(replay, layer, at, "interpolation", ("nearest", "bilinear"))


def _lookup(dtype: str) -> _Check:
    """keras/layers/preprocessing/{string,integer,index}_lookup.py."""

    def check(replay: Replay, layer: PaperLayer, at: Address) -> None:
        stored = layer.config.get("dtype", dtype)
        if stored != dtype and replay.has("lookup-dtype-fixed"):
            refuse(
                replay, at, layer.class_name, "dtype",
                f"The value of the dtype argument for {layer.class_name} may only be one of "
                f"[tf.{dtype}].",
            )  # fmt: skip
        modes: tuple[str, ...] = ("int", "binary", "count", "tf-idf")
        if replay.has("one-hot-modes"):
            modes = (*modes, "one_hot", "multi_hot", "tf_idf")
        if "output_mode" in layer.config:
            _one_of(replay, layer, at, "output_mode", modes)
        if layer.config.get("invert") and layer.config.get("output_mode", "int") != "int":
            refuse(
                replay, at, layer.class_name, "output_mode",
                "`output_mode` must be int when `invert` is true.",
            )  # fmt: skip

    return check


def _category(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/layers/preprocessing/category_encoding.py."""
    if replay.has("one-hot-modes"):
        modes: tuple[str, ...] = ("count", "one_hot", "multi_hot", "binary")
    elif replay.has("category-count-required"):
        modes = ("count", "binary")
    else:
        modes = ("count", "binary", "tf-idf")
    _one_of(replay, layer, at, "output_mode", modes)
    count = layer.config.get("num_tokens", layer.config.get("max_tokens"))
    if count is None and replay.has("category-count-required"):
        refuse(
            replay, at, layer.class_name, "num_tokens",
            "num_tokens must be set to use this layer.",
        )  # fmt: skip


def _modes(*modes: str) -> _Check:
    """keras/layers/preprocessing/{discretization,hashing,hashed_crossing}.py."""

    def check(replay: Replay, layer: PaperLayer, at: Address) -> None:
        _one_of(replay, layer, at, "output_mode", modes)
        bins, boundaries = layer.config.get("num_bins"), layer.config.get("bin_boundaries")
        if layer.class_name == "Discretization" and None not in (bins, boundaries):
            refuse(
                replay, at, layer.class_name, "num_bins",
                "Both `num_bins` and `bin_boundaries` should not be set.",
            )  # fmt: skip

    return check


def _vectorization(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/layers/preprocessing/text_vectorization.py."""
    more = replay.has("characters-split")
    standardize = ("lower_and_strip_punctuation", *(("lower", "strip_punctuation") if more else ()))
    _one_of(replay, layer, at, "standardize", standardize)
    _one_of(replay, layer, at, "split", ("whitespace", *(("character",) if more else ())))
    modes: tuple[str, ...] = ("int", "count", "binary", "tf-idf")
    if replay.has("one-hot-modes"):
        modes = (*modes, "multi_hot", "tf_idf")
    _one_of(replay, layer, at, "output_mode", modes)
    ngrams = layer.config.get("ngrams")
    if ngrams is not None and not isinstance(ngrams, int):
        # a tuple when it was saved, a list since
        refuse(
            replay, at, layer.class_name, "ngrams",
            f"`ngrams` must be None, an integer, or a tuple of integers. You "
            f"passed {shown(ngrams)}",
        )  # fmt: skip


def _augmentation(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/layers/preprocessing/image_preprocessing.py, `check_fill_mode_and_interpolation`."""
    modes: tuple[str, ...] = ("reflect", "wrap", "constant")
    if replay.has("fill-mode-nearest"):
        modes = (*modes, "nearest")
    _one_of(replay, layer, at, "fill_mode", modes)
    _one_of(replay, layer, at, "interpolation", ("nearest", "bilinear"))


def _normalization(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/layers/preprocessing/normalization.py."""
    axis = layer.config.get("axis", -1)
    has_first = axis == 0 or (isinstance(axis, list) and 0 in axis)
    if has_first and not isinstance(axis, bool) and replay.has("first-axis-refused"):
        refuse(replay, at, layer.class_name, "axis", "The argument 'axis' may not be 0.")
    given = [layer.config.get(key) is not None for key in ("mean", "variance")]
    if any(given) and not all(given):
        refuse(
            replay, at, layer.class_name, "mean",
            "When setting values directly, both `mean` and `variance` must be set.",
        )  # fmt: skip


def _embedding(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/layers/core/embedding.py of 2.12 and newer."""
    is_both = layer.config.get("sparse") and layer.config.get("mask_zero")
    if is_both and replay.has("sparse-mask-refused"):
        refuse(
            replay, at, layer.class_name, "sparse",
            "`mask_zero` cannot be enabled when `tf.keras.layers.Embedding` is used with `tf."
            "SparseTensor` input.",
        )  # fmt: skip


_CHECKS: Final[dict[str, _Check]] = {
    "CategoryEncoding": _category,
    "CategoricalEncoding": _category,
    "Discretization": _modes("int", "one_hot", "multi_hot", "count"),
    "ELU": _numbers("alpha"),
    "Embedding": _embedding,
    "HashedCrossing": _modes("int", "one_hot"),
    "Hashing": _modes("int", "one_hot", "multi_hot", "count"),
    "IntegerLookup": _lookup("int64"),
    "LeakyReLU": _numbers("alpha"),
    "Normalization": _normalization,
    "RandomRotation": _augmentation,
    "RandomTranslation": _augmentation,
    "RandomZoom": _augmentation,
    "ReLU": _numbers("max_value", "negative_slope", "threshold"),
    "StringLookup": _lookup("string"),
    "TextVectorization": _vectorization,
    "ThresholdedReLU": _numbers("theta"),
    "UpSampling2D": _up_sampling,
}
