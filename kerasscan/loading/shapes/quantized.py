"""Variables of layers of Keras 3 that hold a quantized or a LoRA-enabled matrix.

``gptq`` and ``awq``, and ``int4`` of other layers than ``Dense``, are not told: their packing
depends on more than the config says plainly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kerasscan.loading.paper import Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.visits import Known, Visit, Weights

_BUILT_QUANTIZED = (3, 3)
"""First release whose layers are built quantized; before, their variables were exchanged later."""

_PACKED_BY_COLUMNS = (3, 14)
"""First release that packs two numbers of one row into a byte; before, two of one column."""

_AMAX_HISTORY = 1024
_FLOAT8 = ("inputs", "kernel", "outputs_grad")


def mode(config: Mapping[str, Any]) -> str | None:
    """Return the quantization mode of a layer's policy: ``""`` for none, None if not told."""
    dtype = config.get("dtype")
    if dtype is None:
        return ""
    if isinstance(dtype, Mapping):
        return _mode_of_policy(dtype)
    return _mode_of_name(dtype) if isinstance(dtype, str) else None


def _mode_of_policy(policy: Mapping[str, Any]) -> str | None:
    config = policy.get("config")
    if not isinstance(config, Mapping) or policy.get("class_name") == "DTypePolicyMap":
        return None
    name = config.get("mode", config.get("name"))
    return _mode_of_name(name) if isinstance(name, str) else None


def _mode_of_name(name: str) -> str:
    known = ("int8", "int4", "float8", "gptq", "awq")
    return next((each for each in known if name.startswith(each)), "")


def _amax_history(config: Mapping[str, Any]) -> int | None:
    dtype = config.get("dtype")
    inner = dtype.get("config") if isinstance(dtype, Mapping) else None
    if not isinstance(inner, Mapping):
        return _AMAX_HISTORY
    return settings.positive(inner, "amax_history_length", _AMAX_HISTORY)


def matrix_weights(
    visit: Visit, kernel: Known, bias: Known | None, *, packs: bool = False
) -> Weights:
    """Return the variables of a layer with a kernel and a bias.

    Args:
        visit: The call that builds it.
        kernel: Shape of the kernel as a floating-point layer has it.
        bias: Shape of the bias, None without one.
        packs: Whether ``int4`` is packed as ``Dense`` does.
    """
    rest = () if bias is None else (Weight("", "bias", bias),)
    plain = (Weight("", "kernel", kernel), *rest)
    if not visit.dialect.keras3:
        return plain
    used = mode(visit.config)
    if used == "":
        return with_lora(visit, plain)
    if used is None or not visit.dialect.since(*_BUILT_QUANTIZED):
        return None
    if used == "float8":
        scales = _float8(visit)
        return None if scales is None else with_lora(visit, (*scales, *plain))
    if used == "int8" and len(kernel) == 2:
        return _int8(visit, plain, Weight("", "kernel_scale", kernel[1:], trainable=False))
    if used == "int4" and packs:
        return _int4(visit, kernel, rest)
    return None


def _int4(visit: Visit, kernel: Known, rest: Weights) -> Weights:
    """Return the variables of ``Dense._int4_build``: two numbers in a byte."""
    rows, columns = kernel
    if rest is None or rows is None or columns is None or visit.config.get("lora_rank"):
        return None
    if not visit.dialect.since(*_PACKED_BY_COLUMNS):
        packed = Weight("", "kernel", ((rows + 1) // 2, columns), trainable=False)
        return (*rest, packed, Weight("", "kernel_scale", (columns,), trainable=False))
    block = _block_size(visit.config)
    if block is None:
        return None
    packed = Weight("", "kernel", (rows, (columns + 1) // 2), trainable=False)
    if block == -1:
        return (*rest, packed, Weight("", "kernel_scale", (columns,), trainable=False))
    groups = (-(-rows // block), columns)
    return (
        *rest,
        packed,
        Weight("", "kernel_scale", groups, trainable=False),
        Weight("", "kernel_zero", groups, trainable=False),
        Weight("", "g_idx", (rows,), trainable=False),
    )


def _block_size(config: Mapping[str, Any]) -> int | None:
    """Return `get_block_size_for_layer`, -1 for whole columns; None if not told."""
    given = config.get("quantization_config")
    if isinstance(given, Mapping):
        inner = given.get("config")
        size = inner.get("block_size") if isinstance(inner, Mapping) else 0
    else:
        dtype = config.get("dtype")
        inner = dtype.get("config") if isinstance(dtype, Mapping) else None
        name = str(inner.get("mode", "")) if isinstance(inner, Mapping) else ""
        text = name.partition("/")[2]
        size = int(text) if text.removeprefix("-").isdecimal() else None
    if size is None:
        return -1
    return size if isinstance(size, int) and (size == -1 or size > 0) else None


def embedding_weights(visit: Visit, shape: Known) -> Weights:
    """Return the variables of an ``Embedding`` with a matrix of this shape."""
    plain = (Weight("", "embeddings", shape),)
    if not visit.dialect.keras3:
        return plain
    used = mode(visit.config)
    if used == "":
        return with_lora(visit, plain)
    if used == "int8" and visit.dialect.since(*_BUILT_QUANTIZED):
        return _int8(visit, plain, Weight("", "embeddings_scale", shape[:1], trainable=False))
    return None


def lora_convolution(visit: Visit, plain: tuple[Weight, ...]) -> Weights:
    """Return the variables of a convolution, which may be LoRA-enabled from Keras 3.3 on."""
    return with_lora(visit, plain) if visit.dialect.keras3 else plain


def _int8(visit: Visit, plain: tuple[Weight, ...], scale: Weight) -> Weights:
    """Return the variables where the matrix is a constant of whole numbers, with its scale."""
    lora = _lora(visit, plain[0])
    if lora is None:
        return None
    return (*plain[1:], *lora, replace(plain[0], trainable=False), scale)


def _float8(visit: Visit) -> tuple[Weight, ...] | None:
    length = _amax_history(visit.config)
    if length is None:
        return None
    return tuple(
        Weight("", f"{of}_{what}", shape)
        for of in _FLOAT8
        for what, shape in (("scale", ()), ("amax_history", (length,)))
    )


def with_lora(visit: Visit, plain: tuple[Weight, ...]) -> Weights:
    """Add the two factors where ``lora_rank`` is set; the matrix is then no more trained."""
    matrix = next(weight for weight in plain if weight.name in ("kernel", "embeddings"))
    lora = _lora(visit, matrix)
    if not lora:
        return None if lora is None else plain
    frozen = (replace(each, trainable=each is not matrix) for each in plain)
    return (*frozen, *lora)


def _lora(visit: Visit, matrix: Weight) -> tuple[Weight, ...] | None:
    if not visit.config.get("lora_rank"):
        return ()
    rank = settings.positive(visit.config, "lora_rank")
    if rank is None:
        return None
    return (
        Weight("", f"lora_{matrix.name}_a", (*matrix.shape[:-1], rank)),
        Weight("", f"lora_{matrix.name}_b", (rank, matrix.shape[-1])),
    )
