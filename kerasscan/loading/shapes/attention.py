"""Attention, einsum projections, and the layers made of them."""

from __future__ import annotations

import re
from typing import Any

from kerasscan.loading.paper import Shape, Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.quantized import matrix_weights, mode
from kerasscan.loading.shapes.visits import (
    UNKNOWN,
    Known,
    Refused,
    Rule,
    Symbol,
    Visit,
    Weights,
)

_GATE = (3, 14)
_FREE_OUTPUT = (3, 7)
"""First release whose ``MultiHeadAttention`` can be given an ``output_shape`` from a file."""

_EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


def _scaled(visit: Visit) -> Weights:
    """Answer for ``Attention``: two optional scalars."""
    use_scale = settings.flag(visit.config, "use_scale", False)
    score = settings.word(visit.config, "score_mode", "dot")
    if use_scale is None or score not in ("dot", "concat"):
        return None
    scale = (Weight("", "scale", ()),) if use_scale else ()
    return (*scale, Weight("", "concat_score_weight", ())) if score == "concat" else scale


def _additive(visit: Visit) -> Weights:
    use_scale = settings.flag(visit.config, "use_scale", True)
    if use_scale is None:
        return None
    query = visit.first
    depth = query[-1] if query else None
    return (Weight("", "scale", (depth,)),) if use_scale else ()


def _attended(visit: Visit) -> tuple[Shape, ...]:
    """`Attention._validate_inputs`, keras/layers/attention/base_dense_attention.py before."""
    inputs = visit.inputs
    if visit.shape is not None:
        name = visit.layer.class_name
        raise Refused(
            f"{name} layer must be called on a list of inputs, namely [query, value] or "
            f"[query, value, key]. Received: inputs={visit.shape}."
        )
    if len(inputs) < 2 or not inputs[0] or not inputs[1]:
        return UNKNOWN
    return ((*inputs[0][:-1], inputs[1][-1]),)


def _shape_of(value: Any) -> Shape:
    return value.shape if isinstance(value, Symbol) else None


def _roles(visit: Visit) -> tuple[Shape, Shape, Shape]:
    """Return the shapes of query, key and value; the value serves as key where none is given."""
    query = _shape_of(visit.argument(0, "query"))
    value = _shape_of(visit.argument(1, "value"))
    key = visit.argument(2, "key")
    return query, value if key is None else _shape_of(key), value


def _last(shape: Shape) -> int | None:
    return shape[-1] if shape else None


def _projection(owner: str, kernel: Known, bias: Known, use_bias: bool) -> tuple[Weight, ...]:
    weights = (Weight(owner, "kernel", kernel),)
    return (*weights, Weight(owner, "bias", bias)) if use_bias else weights


def _multi_head(visit: Visit) -> Weights:
    config = visit.config
    heads = settings.positive(config, "num_heads")
    depth = settings.positive(config, "key_dim")
    wide = depth if config.get("value_dim") is None else settings.positive(config, "value_dim")
    use_bias = settings.flag(config, "use_bias", True)
    out = _output_shape(visit)
    plain = not visit.dialect.keras3 or mode(config) == ""
    if heads is None or depth is None or wide is None or use_bias is None or not plain:
        return None
    if out is None:
        return None
    query, key, value = (_last(shape) for shape in _roles(visit))
    gate = _gate(visit, (query, heads, wide), use_bias)
    if gate is None:
        return None
    return (
        *_projection("query_dense", (query, heads, depth), (heads, depth), use_bias),
        *_projection("key_dense", (key, heads, depth), (heads, depth), use_bias),
        *gate,
        *_projection("value_dense", (value, heads, wide), (heads, wide), use_bias),
        *_projection("output_dense", (heads, wide, *out), out, use_bias),
    )


def _gate(visit: Visit, kernel: Known, use_bias: bool) -> tuple[Weight, ...] | None:
    used = settings.flag(visit.config, "use_gate", False)
    if used is None:
        return None
    if not used or not visit.dialect.keras3 or not visit.dialect.since(*_GATE):
        return ()
    return _projection("_gate_dense", kernel, kernel[1:], use_bias)


def _output_shape(visit: Visit) -> Known | None:
    """Return what stands for the last axis of the query in the output."""
    value = visit.config.get("output_shape")
    if value is None:
        query, _, _ = _roles(visit)
        return (_last(query),)
    return settings.lengths(value)


def _multi_head_outputs(visit: Visit) -> tuple[Shape, ...]:
    query, _, value = _roles(visit)
    out = _output_shape(visit)
    if visit.dialect.keras3 and not visit.dialect.since(*_FREE_OUTPUT):
        _check_output(visit, query, value)
    return UNKNOWN if not query or out is None else ((*query[:-1], *out),)


def _check_output(visit: Visit, query: Shape, value: Shape) -> None:
    """Check what ``compute_output_shape`` could not take up to Keras 3.6."""
    a, b = _last(query), _last(value)
    if query and value and a != b:
        raise Refused(
            "The last dimension of `query_shape` and `value_shape` must be equal, but are "
            f"{a}, {b}. Received: query_shape={{query_shape}}, value_shape={{value_shape}}"
        )
    if visit.config.get("output_shape"):
        kind = "int" if isinstance(visit.config["output_shape"], int) else "TrackedList"
        raise Refused(
            f'can only concatenate tuple (not "{kind}") to tuple', "TypeError", "output_shape"
        )


def _grouped(visit: Visit) -> Weights:
    config = visit.config
    depth = settings.positive(config, "head_dim")
    heads = settings.positive(config, "num_query_heads")
    shared = settings.positive(config, "num_key_value_heads")
    use_bias = settings.flag(config, "use_bias", True)
    if depth is None or heads is None or shared is None or use_bias is None:
        return None
    if mode(config) != "":
        return None
    query, key, value = (_last(shape) for shape in _roles(visit))
    gate = _gate(visit, (query, heads, depth), use_bias)
    if gate is None:
        return None
    return (
        *_projection("_query_dense", (query, heads, depth), (heads, depth), use_bias),
        *_projection("_key_dense", (key, shared, depth), (shared, depth), use_bias),
        *gate,
        *_projection("_value_dense", (value, shared, depth), (shared, depth), use_bias),
        *_projection("_output_dense", (heads, depth, query), (query,), use_bias),
    )


def _grouped_outputs(visit: Visit) -> tuple[Shape, ...]:
    query, _, _ = _roles(visit)
    return (query,)


Analyzed = tuple[Known, Known | None, Known]
"""Shapes of kernel, bias and output of an einsum."""


def _analyzed(visit: Visit) -> Analyzed | None:
    """Work out an ``EinsumDense``; None where the equation or the input is not understood."""
    equation, shape = visit.config.get("equation"), visit.shape
    found = _EQUATION.fullmatch(equation) if isinstance(equation, str) else None
    if found is None or not shape:
        return None
    left, source, right, kernel, left_out, target, right_out = found.groups()
    if (left, right) != (left_out, right_out) or (left and right):
        return None
    elided = len(shape) - len(source)
    out = _full_output(visit, shape, elided, bool(left))
    if out is None or elided < 0 or (elided and not left and not right):
        return None
    return _labelled(visit, shape, out, (source, kernel, target), elided if left else 0)


def _full_output(visit: Visit, shape: Known, elided: int, left: bool) -> Known | None:
    """Return the partial output shape of the config with batch and elided axes."""
    value = visit.config.get("output_shape")
    partial: Known | None = settings.lengths(value)
    if partial is None:
        partial = settings.shape(value)
    if partial is None:
        return None
    if left:
        return (*shape[: max(elided, 1)], *partial)
    return (shape[0], *partial, *(shape[len(shape) - elided :] if elided else ()))


def _labelled(
    visit: Visit, shape: Known, out: Known, labels: tuple[str, str, str], shift: int
) -> Analyzed | None:
    source, kernel, target = labels
    if len(target) + shift > len(out) or len(set(target)) < len(target):
        return None
    made = {label: out[place + shift] for place, label in enumerate(target)}
    given = {label: shape[place + shift] for place, label in enumerate(source)}
    if any(label not in made and label not in given for label in kernel):
        return None
    full = list(out)
    for place, label in enumerate(target):
        if full[place + shift] is None and label in given:
            full[place + shift] = given[label]
    lengths = {**given, **made}
    axes = visit.config.get("bias_axes")
    if axes and (not isinstance(axes, str) or any(axis not in target for axis in axes)):
        return None
    bias = _einsum_bias(axes, made, target) if axes else None
    return tuple(lengths[label] for label in kernel), bias, tuple(full)


def _einsum_bias(axes: str, made: dict[str, int | None], target: str) -> Known:
    """Return the shape of the bias: it begins at the first axis that has one.

    Later axes without a bias have length 1.
    """
    start = min(target.index(axis) for axis in axes)
    return tuple(made[label] if label in axes else 1 for label in target[start:])


def _einsum_weights(visit: Visit) -> Weights:
    found = _analyzed(visit)
    if found is None:
        return None
    kernel, bias, _ = found
    if visit.dialect.keras3 and mode(visit.config) == "int8":
        return None  # the shape of its scale depends on which axes are reduced
    return matrix_weights(visit, kernel, bias)


def _einsum_outputs(visit: Visit) -> tuple[Shape, ...]:
    found = _analyzed(visit)
    return UNKNOWN if found is None else (found[2],)


_GROUPED = Rule(_grouped_outputs, _grouped)

RULES: dict[str, Rule] = {
    "Attention": Rule(_attended, _scaled),
    "AdditiveAttention": Rule(_attended, _additive),
    "MultiHeadAttention": Rule(_multi_head_outputs, _multi_head),
    "GroupedQueryAttention": _GROUPED,
    "GroupQueryAttention": _GROUPED,
    "EinsumDense": Rule(_einsum_outputs, _einsum_weights),
}
