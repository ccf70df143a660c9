"""Operations of ``keras.ops`` that are nodes of a functional model."""

from __future__ import annotations

from functools import reduce

from kerasscan.loading.paper import Shape
from kerasscan.loading.shapes import settings
from kerasscan.loading.shapes.lengths import broadcast, position
from kerasscan.loading.shapes.visits import UNKNOWN, Rule, Visit, symbols

ELEMENTWISE = (
    "Abs",
    "Absolute",
    "Arccos",
    "Arccosh",
    "Arcsin",
    "Arcsinh",
    "Arctan",
    "Arctanh",
    "Around",
    "Cast",
    "Ceil",
    "Celu",
    "Clip",
    "Conj",
    "Cos",
    "Cosh",
    "Elu",
    "Erf",
    "Erfinv",
    "Exp",
    "Exp2",
    "Expm1",
    "Flip",
    "Floor",
    "Gelu",
    "HardShrink",
    "HardSigmoid",
    "HardSilu",
    "HardSwish",
    "HardTanh",
    "Imag",
    "Isfinite",
    "Isinf",
    "Isnan",
    "LeakyRelu",
    "Log",
    "Log10",
    "Log1p",
    "Log2",
    "LogSigmoid",
    "LogSoftmax",
    "LogicalNot",
    "NanToNum",
    "Negative",
    "Normalize",
    "OnesLike",
    "Real",
    "Reciprocal",
    "Relu",
    "Relu6",
    "Roll",
    "Round",
    "Rsqrt",
    "Selu",
    "Sigmoid",
    "Sign",
    "Silu",
    "Sin",
    "Sinh",
    "SoftShrink",
    "Softplus",
    "Softsign",
    "Sort",
    "SparsePlus",
    "Sqrt",
    "Square",
    "Squareplus",
    "StopGradient",
    "Tan",
    "Tanh",
    "TanhShrink",
    "Threshold",
    "Tril",
    "Triu",
    "ZerosLike",
)

BINARY = (
    "Arctan2",
    "BitwiseAnd",
    "BitwiseOr",
    "BitwiseXor",
    "Divide",
    "DivideNoNan",
    "Equal",
    "FloorDivide",
    "Greater",
    "GreaterEqual",
    "Less",
    "LessEqual",
    "Logaddexp",
    "LogicalAnd",
    "LogicalOr",
    "LogicalXor",
    "Mod",
    "NotEqual",
    "Power",
    "TrueDivide",
)

REDUCING = (
    "All",
    "Amax",
    "Amin",
    "Any",
    "CountNonzero",
    "Logsumexp",
    "Max",
    "Mean",
    "Median",
    "Min",
    "Prod",
    "Std",
    "Sum",
    "Var",
)


def _same(visit: Visit) -> tuple[Shape, ...]:
    return (visit.first,)


def _along_axis(visit: Visit) -> tuple[Shape, ...]:
    """Keep the shape, but for an operation on the flattened tensor."""
    return UNKNOWN if visit.config.get("axis") is None else (visit.first,)


def binary(visit: Visit) -> tuple[Shape, ...]:
    """Broadcast the operands; a number beside a tensor has no axes."""
    operands = [*visit.args, *visit.kwargs.values()]
    shapes: list[Shape] = []
    for operand in operands[:2]:
        found = [symbol.shape for symbol in symbols(operand)]
        if found:
            shapes.append(found[0])
        elif isinstance(operand, (bool, int, float)):
            shapes.append(())
        else:
            return UNKNOWN
    return (reduce(broadcast, shapes),) if len(shapes) == 2 else UNKNOWN


def _where(visit: Visit) -> tuple[Shape, ...]:
    shapes = [symbol.shape for symbol in symbols([*visit.args, *visit.kwargs.values()])]
    return (reduce(broadcast, shapes),) if len(shapes) == 3 else UNKNOWN


def _axes(visit: Visit, rank: int) -> tuple[int, ...] | None:
    """Return the axes that an operation names; all of them where it says None."""
    value = visit.config.get("axis", visit.kwargs.get("axis"))
    if value is None:
        return tuple(range(rank))
    single = settings.integer(value)
    listed = (single,) if single is not None else settings.integers(value)
    places = [position(axis, rank) for axis in listed or ()]
    known = tuple(place for place in places if place is not None)
    return known if known and len(known) == len(places) else None


def reduced(visit: Visit) -> tuple[Shape, ...]:
    """Drop the axes that are reduced, or keep them with length 1."""
    shape = visit.first
    keepdims = settings.flag(visit.config, "keepdims", False)
    axes = None if shape is None else _axes(visit, len(shape))
    if shape is None or axes is None or keepdims is None or "axis" not in visit.config:
        return UNKNOWN
    if keepdims:
        return (tuple(1 if place in axes else axis for place, axis in enumerate(shape)),)
    return (tuple(axis for place, axis in enumerate(shape) if place not in axes),)


def _expanded(visit: Visit) -> tuple[Shape, ...]:
    shape = visit.first
    axis = settings.number(visit.config, "axis")
    place = None if shape is None else position(axis, len(shape) + 1)
    if shape is None or place is None:
        return UNKNOWN
    return ((*shape[:place], 1, *shape[place:]),)


def _squeezed(visit: Visit) -> tuple[Shape, ...]:
    shape = visit.first
    axis = settings.number(visit.config, "axis")
    place = None if shape is None else position(axis, len(shape))
    if shape is None or place is None or shape[place] != 1:
        return UNKNOWN
    return ((*shape[:place], *shape[place + 1 :]),)


def _transposed(visit: Visit) -> tuple[Shape, ...]:
    shape = visit.first
    axes = visit.config.get("axes")
    if shape is None:
        return UNKNOWN
    if axes is None:
        return (shape[::-1],) if "axes" in visit.config else UNKNOWN
    listed = settings.integers(axes) or ()
    places = [position(axis, len(shape)) for axis in listed]
    known = [place for place in places if place is not None]
    if sorted(known) != list(range(len(shape))):
        return UNKNOWN
    return (tuple(shape[place] for place in known),)


def _multiplied(visit: Visit) -> tuple[Shape, ...]:
    shapes = [symbol.shape for symbol in symbols([*visit.args, *visit.kwargs.values()])]
    if len(shapes) != 2 or shapes[0] is None or shapes[1] is None:
        return UNKNOWN
    one, other = shapes[0], shapes[1]
    if len(one) < 2 or len(other) < 2:
        return UNKNOWN
    leading = broadcast(one[:-2], other[:-2])
    return UNKNOWN if leading is None else ((*leading, one[-2], other[-1]),)


RULES: dict[str, Rule] = {
    **dict.fromkeys(ELEMENTWISE, Rule(_same)),
    **dict.fromkeys(BINARY, Rule(binary)),
    **dict.fromkeys(REDUCING, Rule(reduced)),
    "Cumprod": Rule(_along_axis),
    "Cumsum": Rule(_along_axis),
    "Where": Rule(_where),
    "ExpandDims": Rule(_expanded),
    "Squeeze": Rule(_squeezed),
    "Transpose": Rule(_transposed),
    "Matmul": Rule(_multiplied),
}
"""By class name. Operations named like layers are with the layers."""

UNTOLD = (
    "Arange",
    "Argmax",
    "Argmin",
    "Argsort",
    "Average",
    "BroadcastTo",
    "Concatenate",
    "Conv",
    "Diag",
    "Diagonal",
    "Dot",
    "Einsum",
    "Full",
    "FullLike",
    "GetItem",
    "LinearSolve",
    "Linspace",
    "Meshgrid",
    "Moments",
    "Moveaxis",
    "Norm",
    "OneHot",
    "Outer",
    "Pad",
    "Ravel",
    "Repeat",
    "Reshape",
    "Shape",
    "Slice",
    "Split",
    "Stack",
    "Swapaxes",
    "Take",
    "TakeAlongAxis",
    "Tensordot",
    "Tile",
    "TopK",
    "Unstack",
    "Vdot",
    "Vectorize",
)
"""Operations without a rule: their outputs are unknown, but they have no variables."""
