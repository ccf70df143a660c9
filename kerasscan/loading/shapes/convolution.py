"""Convolutions: plain, transposed, depthwise, separable, and locally connected."""

from __future__ import annotations

from dataclasses import dataclass

from kerasscan.loading.paper import Shape, Weight
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.lengths import product, slid, times
from kerasscan.loading.shapes.quantized import lora_convolution
from kerasscan.loading.shapes.visits import (
    UNKNOWN,
    InputSpec,
    Known,
    Refused,
    Rule,
    Visit,
    Weights,
)


@dataclass(frozen=True)
class Window:
    """The settings that convolutions share, as far as the config is in order.

    Attributes:
        rank: Number of spatial axes.
        size: ``kernel_size``.
        strides: Steps.
        dilation: ``dilation_rate``.
        padding: ``valid``, ``same`` or ``causal``.
        first: Whether channels come before space.
        bias: ``use_bias``.
    """

    rank: int
    size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: str
    first: bool
    bias: bool

    @property
    def channel_axis(self) -> int:
        """Position of the channels."""
        return 1 if self.first else -1

    def space(self, shape: Known) -> Known:
        """Return the spatial axes of a shape."""
        return shape[2:] if self.first else shape[1:-1]

    def around(self, shape: Known, space: Known, channels: int | None) -> Known:
        """Return a shape with other spatial axes and channels."""
        if self.first:
            return (shape[0], channels, *space)
        return (shape[0], *space, channels)


def window(visit: Visit, rank: int) -> Window | None:
    """Return the settings of a convolution; None where one of them is odd."""
    config = visit.config
    size = settings.sizes(config, "kernel_size", rank)
    strides = settings.sizes(config, "strides", rank, 1)
    dilation = settings.sizes(config, "dilation_rate", rank, 1)
    padding = settings.word(config, "padding", "valid")
    first = settings.channels_first(config)
    bias = settings.flag(config, "use_bias", True)
    if size is None or strides is None or dilation is None or padding is None:
        return None
    if first is None or bias is None or padding.lower() not in ("valid", "same", "causal"):
        return None
    return Window(rank, size, strides, dilation, padding.lower(), first, bias)


def _before(visit: Visit, rank: int) -> InputSpec:
    if visit.dialect.multi_backend:
        return InputSpec(ndim=rank + 2)
    return InputSpec(min_ndim=rank + 2)


def _after(visit: Visit, rank: int) -> InputSpec | None:
    used = window(visit, rank)
    if used is None:
        return _before(visit, rank)
    axes = ((used.channel_axis, visit.axis(used.channel_axis)),)
    if visit.dialect.multi_backend:
        return InputSpec(ndim=rank + 2, axes=axes)
    return InputSpec(min_ndim=rank + 2, axes=axes)


def _slid_space(visit: Visit, used: Window, shape: Known, kernel: Known) -> Known | None:
    """Return the spatial axes that a convolution leaves; Keras 3 says where none is left."""
    keras3 = visit.dialect.keras3
    if len(shape) != used.rank + 2:
        if keras3:
            raise Refused(
                "Kernel shape must have the same length as input, but received kernel of shape "
                f"{kernel} and input of shape {shape}."
            )
        return None
    space = tuple(
        slid(axis, size, stride, used.padding, dilation)
        for axis, size, stride, dilation in zip(
            used.space(shape), used.size, used.strides, used.dilation, strict=True
        )
    )
    if all(axis is None or axis > 0 for axis in space):
        return space
    if keras3 and used.padding == "valid":
        raise Refused(
            f"Computed output size would be zero or negative. Received `inputs shape={shape}`, "
            f"`kernel shape={kernel}`, `dilation_rate={list(used.dilation)}`, "
            f"`strides={used.strides}`, `padding={used.padding}`."
        )
    return None


def _conv_weights(visit: Visit, rank: int) -> Weights:
    used = window(visit, rank)
    filters = settings.positive(visit.config, "filters")
    groups = settings.positive(visit.config, "groups", 1)
    if used is None or filters is None or groups is None:
        return None
    channels = visit.axis(used.channel_axis)
    if channels is None and visit.shape is not None and visit.dialect.keras3:
        raise Refused("unsupported operand type(s) for %: 'NoneType' and 'int'", "TypeError")
    if channels is not None and channels % groups:
        return _uneven(visit, groups, channels)
    if visit.shape is not None and visit.dialect.keras3:
        _slid_space(visit, used, visit.shape, (*used.size, channels, filters))
    kernel = (*used.size, None if channels is None else channels // groups, filters)
    plain = (Weight("", "kernel", kernel), *_bias(used, filters))
    return lora_convolution(visit, plain)


def _uneven(visit: Visit, groups: int, channels: int) -> Weights:
    if visit.dialect.keras3:
        raise Refused(
            "The number of input channels must be evenly divisible by the number of groups. "
            f"Received groups={groups}, but the input has {channels} channels (full input shape "
            f"is {visit.shape}).",
            argument="groups",
        )
    return None


def _bias(used: Window, length: int | None) -> tuple[Weight, ...]:
    return (Weight("", "bias", (length,)),) if used.bias else ()


def _conv_outputs(visit: Visit, rank: int) -> tuple[Shape, ...]:
    filters = settings.positive(visit.config, "filters")
    return UNKNOWN if filters is None else _convolved(visit, rank, filters)


def _convolved(visit: Visit, rank: int, channels: int | None) -> tuple[Shape, ...]:
    used = window(visit, rank)
    shape = visit.shape
    if used is None or shape is None:
        return UNKNOWN
    kernel = (*used.size, visit.axis(used.channel_axis), channels)
    space = _slid_space(visit, used, shape, kernel)
    return UNKNOWN if space is None else (used.around(shape, space, channels),)


def _transpose_weights(visit: Visit, rank: int) -> Weights:
    used = window(visit, rank)
    filters = settings.positive(visit.config, "filters")
    if used is None or filters is None:
        return None
    kernel = (*used.size, filters, visit.axis(used.channel_axis))
    return (Weight("", "kernel", kernel), *_bias(used, filters))


def _transpose_outputs(visit: Visit, rank: int) -> tuple[Shape, ...]:
    used = window(visit, rank)
    filters = settings.positive(visit.config, "filters")
    shape = visit.shape
    given = visit.config.get("output_padding")
    extra = settings.sizes({"k": given}, "k", rank) if given not in (None, 0) else None
    if used is None or filters is None or shape is None or (given and extra is None):
        return UNKNOWN
    if len(shape) != rank + 2:
        return _transpose_of_other_rank(visit, shape, rank)
    if given is not None and extra is None:
        extra = (0,) * rank
    space = tuple(
        _stretched(used, index, axis, None if extra is None else extra[index])
        for index, axis in enumerate(used.space(shape))
    )
    return (used.around(shape, space, filters),)


def _transpose_of_other_rank(visit: Visit, shape: Known, rank: int) -> tuple[Shape, ...]:
    """Answer for a kernel with fewer axes than there is space: Keras 3 runs out of its tuple."""
    if visit.dialect.keras3 and len(shape) > rank + 2:
        raise Refused("tuple index out of range", "IndexError")
    return UNKNOWN


def _stretched(used: Window, index: int, axis: int | None, extra: int | None) -> int | None:
    if axis is None:
        return None
    stride = used.strides[index]
    reach = (used.size[index] - 1) * used.dilation[index] + 1
    if used.padding == "same":
        return axis * stride if extra is None else (axis - 1) * stride + reach % 2 + extra
    return (axis - 1) * stride + reach + (max(reach, stride) - reach if extra is None else extra)


def _depth(visit: Visit, used: Window) -> tuple[int | None, int | None, int | None]:
    """Return input channels, ``depth_multiplier`` and their product."""
    channels = visit.axis(used.channel_axis)
    multiplier = settings.positive(visit.config, "depth_multiplier", 1)
    return channels, multiplier, times(channels, multiplier)


def _depthwise_weights(visit: Visit, rank: int) -> Weights:
    used = window(visit, rank)
    if used is None:
        return None
    channels, multiplier, made = _depth(visit, used)
    if multiplier is None:
        return None
    name = "kernel" if visit.dialect.keras3 else "depthwise_kernel"
    return (Weight("", name, (*used.size, channels, multiplier)), *_bias(used, made))


def _depthwise_outputs(visit: Visit, rank: int) -> tuple[Shape, ...]:
    used = window(visit, rank)
    if used is None:
        return UNKNOWN
    _, multiplier, made = _depth(visit, used)
    return UNKNOWN if multiplier is None else _convolved(visit, rank, made)


def _separable_weights(visit: Visit, rank: int) -> Weights:
    used = window(visit, rank)
    filters = settings.positive(visit.config, "filters")
    if used is None or filters is None:
        return None
    channels, multiplier, made = _depth(visit, used)
    if multiplier is None:
        return None
    return (
        Weight("", "depthwise_kernel", (*used.size, channels, multiplier)),
        Weight("", "pointwise_kernel", (*(1,) * rank, made, filters)),
        *_bias(used, filters),
    )


def _local_weights(visit: Visit, rank: int) -> Weights:
    """Answer for an unshared kernel, of which the third kind cannot be told (sparse)."""
    used = window(visit, rank)
    filters = settings.positive(visit.config, "filters")
    shape = visit.shape
    kind = settings.number(visit.config, "implementation", 1)
    if used is None or filters is None or shape is None or kind not in (1, 2):
        return None
    space = _slid_space(visit, used, shape, ())
    if space is None:
        return None
    made, channels = product(space), visit.axis(used.channel_axis)
    if kind == 1:
        kernel: Known = (made, times(channels, product(used.size)), filters)
    elif used.first:
        kernel = (channels, *used.space(shape), filters, *space)
    else:
        kernel = (*used.space(shape), channels, *space, filters)
    bias = (Weight("", "bias", (*space, filters)),) if used.bias else ()
    return (Weight("", "kernel", kernel), *bias)


def _rules(rank: int) -> dict[str, Rule]:
    def before(visit: Visit) -> InputSpec:
        return _before(visit, rank)

    def after(visit: Visit) -> InputSpec | None:
        return _after(visit, rank)

    def convolved(visit: Visit) -> tuple[Shape, ...]:
        return _conv_outputs(visit, rank)

    return {
        f"Conv{rank}D": Rule(convolved, lambda v: _conv_weights(v, rank), before, after),
        f"Conv{rank}DTranspose": Rule(
            lambda v: _transpose_outputs(v, rank),
            lambda v: _transpose_weights(v, rank),
            before,
            after,
        ),
        f"DepthwiseConv{rank}D": Rule(
            lambda v: _depthwise_outputs(v, rank),
            lambda v: _depthwise_weights(v, rank),
            before,
            after,
        ),
        f"SeparableConv{rank}D": Rule(
            convolved, lambda v: _separable_weights(v, rank), before, after
        ),
        f"LocallyConnected{rank}D": Rule(
            convolved, lambda v: _local_weights(v, rank), lambda _: InputSpec(ndim=rank + 2)
        ),
    }


RULES: dict[str, Rule] = {**_rules(1), **_rules(2), **_rules(3)}
