"""What takes memory or time without measure: layers out of proportion, endless expressions.

The size of a layer's weights, or of what it gives, is bounded from below by its own arguments,
without its inputs: an ordinary model never exceeds the bounds, whatever it is connected to.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kerasscan.hazards.storage import SHAPE_RATIO
from kerasscan.model.hazard import Hazard, HazardKind
from kerasscan.model.objects import Form, SavedObject
from kerasscan.model.saved import Container, Saved

_GIB: Final = 1024**3
_STORED_FLOOR: Final = 1 * _GIB
"""Bytes that a layer may want whatever the file holds."""
_BARE_FLOOR: Final = 64 * _GIB
"""The same where the file holds no weights: architectures of large models are ordinary."""
_BYTES: Final = 4
"""Bytes of one number, float32."""

_WITH_WEIGHTS: Final = frozenset({Container.KERAS_ZIP, Container.KERAS_DIR, Container.H5_MODEL})

_LONGEST_EXPRESSION: Final = 256

_EXPRESSIONS: Final = ("exclude_layers", "exclude_from_weight_decay", "var_names")
"""Arguments of optimizers that are matched by `re.search` (keras/src/optimizers/muon.py,
base_optimizer.py)."""


def stored_bytes(saved: Saved) -> int | None:
    """Return how many bytes of weights a file holds; None where it is no file for weights."""
    if saved.artifact.container not in _WITH_WEIGHTS:
        return None
    return sum(
        tensor.nbytes if tensor.stored_bytes is None else tensor.stored_bytes
        for tensor in saved.tensors
    )


def bombs(found: SavedObject, stored: int | None) -> Iterator[Hazard]:
    """Yield a layer that wants far more memory than the file holds, and endless expressions.

    Args:
        found: The object.
        stored: Bytes of weights in the file, as `stored_bytes` gives them.
    """
    if found.form is not Form.OBJECT:
        return
    most = _BARE_FLOOR if stored is None else max(_STORED_FLOOR, SHAPE_RATIO * stored)
    wanted = _numbers(found) * _BYTES
    if wanted > most:
        yield _allocation(found, wanted, stored or 0)
    yield from _expressions(found)


def _allocation(found: SavedObject, wanted: int, stored: int) -> Hazard:
    shown = f"{wanted / _GIB:,.0f} GiB" if wanted < 10**18 else "more than a machine has"
    detail = f"at least {shown} of memory, while the file holds {stored:,} bytes"
    evidence = f"{found.class_name}:allocation"
    kind = HazardKind.ALLOCATION_BOMB
    return Hazard(kind, found.address, found.class_name, detail, evidence, found.role.value)


def _numbers(found: SavedObject) -> int:
    """Return the least number of weights, or of outputs, that a layer makes of its arguments."""
    count = _COUNTS.get(found.class_name.rpartition(">")[2])
    return count(found.config) if count is not None else 0


def _number(config: Mapping[str, Any], *names: str) -> int:
    """Return a positive number among the arguments, by the first name that is there; else 1."""
    for name in names:
        value = config.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return min(value, 10**18)
    return 1


def _product(config: Mapping[str, Any], name: str) -> int:
    """Return the product of a list of numbers; 1 for what is none."""
    value = config.get(name)
    items = value if isinstance(value, (list, tuple)) else [value]
    numbers = [item for item in items if isinstance(item, int) and item >= 1]
    return min(math.prod(numbers[:8]), 10**18) if numbers else 1


def _dense(config: Mapping[str, Any]) -> int:
    return _number(config, "units", "output_dim")


def _convolution(config: Mapping[str, Any]) -> int:
    return _number(config, "filters", "nb_filter") * _product(config, "kernel_size")


def _depthwise(config: Mapping[str, Any]) -> int:
    return _number(config, "depth_multiplier") * _product(config, "kernel_size")


def _embedding(config: Mapping[str, Any]) -> int:
    return _number(config, "input_dim") * _number(config, "output_dim")


def _recurrent(config: Mapping[str, Any]) -> int:
    return _number(config, "units", "output_dim") ** 2


def _attention(config: Mapping[str, Any]) -> int:
    return _number(config, "num_heads") * _number(config, "key_dim", "head_dim")


def _up_sampling(config: Mapping[str, Any]) -> int:
    return _product(config, "size")


def _padding(axes: int) -> Callable[[Mapping[str, Any]], int]:
    """Return what counts the padding alone: ``2`` or ``[2, 3]`` or ``[[2, 2], [3, 3]]``."""

    def count(config: Mapping[str, Any]) -> int:
        value = config.get("padding")
        sides = value if isinstance(value, list) else [value] * axes
        return min(math.prod(_widest(side) for side in sides[:axes]), 10**18)

    return count


def _widest(axis: Any) -> int:
    sides = axis if isinstance(axis, list) else [axis]
    return max((side for side in sides if isinstance(side, int)), default=1) or 1


_COUNTS: Final[dict[str, Callable[[Mapping[str, Any]], int]]] = {
    "Dense": _dense,
    "EinsumDense": lambda config: _product(config, "output_shape"),
    "Embedding": _embedding,
    "ReversibleEmbedding": _embedding,
    **dict.fromkeys(
        ("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
        _convolution,
    ),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _convolution),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    **dict.fromkeys(
        (
            *("LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU"),
            *("LSTMCell", "GRUCell", "SimpleRNNCell"),
        ),
        _recurrent,
    ),
    **dict.fromkeys(("MultiHeadAttention", "GroupedQueryAttention"), _attention),
    "RepeatVector": lambda config: _number(config, "n"),
    "Resizing": lambda config: _number(config, "height") * _number(config, "width"),
    "CategoryEncoding": lambda config: _number(config, "num_tokens"),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), _up_sampling),
    **{f"ZeroPadding{axes}D": _padding(axes) for axes in (1, 2, 3)},
}


def _expressions(found: SavedObject) -> Iterator[Hazard]:
    """Yield expressions that a policy map or an optimizer would match."""
    for argument, text in _texts(found):
        why = slow(text)
        if why:
            at = found.address.down("config", argument)
            evidence = f"{found.class_name}:{argument}:{text[:_LONGEST_EXPRESSION]}"
            shown = text[:_LONGEST_EXPRESSION]
            kind = HazardKind.EXPRESSION_BOMB
            yield Hazard(kind, at, shown, why, evidence, found.role.value)


def _texts(found: SavedObject) -> Iterator[tuple[str, str]]:
    if found.class_name == "DTypePolicyMap":
        keys = found.config.get("policy_map")
        yield from (("policy_map", key) for key in (keys if isinstance(keys, dict) else ()))
    for argument in _EXPRESSIONS:
        value = found.config.get(argument)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                yield argument, item


_QUANTIFIER: Final = re.compile(r"[*+]|\{\d*,\d*\}")


def slow(expression: str) -> str:
    """Return why a regular expression may take exponential time, or nothing.

    A group that is repeated and holds a repetition or alternatives can match one text in
    exponentially many ways (CWE-1333). Said without compiling it.
    """
    if len(expression) > _LONGEST_EXPRESSION:
        return f"{len(expression):,} characters long"
    open_groups: list[bool] = []  # whether a repetition or an alternative was seen inside
    at = 0
    while at < len(expression):
        letter = expression[at]
        repeated = _QUANTIFIER.match(expression, at)
        if letter == "\\":
            at += 1
        elif letter == "[":
            at = _behind_class(expression, at)
        elif letter == "(":
            open_groups.append(False)
        elif letter == ")" and open_groups:
            inner = open_groups.pop()
            if inner and _QUANTIFIER.match(expression, at + 1):
                return "a repeated group that can match one text in many ways"
            if inner and open_groups:
                open_groups[-1] = True
        elif (repeated or letter == "|") and open_groups:
            open_groups[-1] = True
        at += 1
    return ""


def _behind_class(expression: str, at: int) -> int:
    """Return the place of the bracket that ends a set of characters."""
    end = at + 1
    while end < len(expression) and (expression[end] != "]" or end == at + 1):
        end += 2 if expression[end] == "\\" else 1
    return end
