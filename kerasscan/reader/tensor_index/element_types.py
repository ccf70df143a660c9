"""TensorFlow's element types and shapes, as its protobufs write them.

Numbers from tensorflow/core/framework/types.proto (``DataType``), fields from
tensor_shape.proto (``TensorShapeProto`` {2: dim {1: size}, 3: unknown_rank}), sizes from
types.cc (``DataTypeSize``).
"""

from __future__ import annotations

from dataclasses import dataclass

from kerasscan.reader.wire import Message, WireType, signed

_REFERENCE = 100
"""Added to a number for TensorFlow 1's reference variables."""


@dataclass(frozen=True)
class ElementType:
    """NumPy's or TensorFlow's name, and bytes per element (0 where they differ)."""

    name: str
    size: int = 0


_TYPES = {
    0: ElementType("unknown"),
    1: ElementType("float32", 4),
    2: ElementType("float64", 8),
    3: ElementType("int32", 4),
    4: ElementType("uint8", 1),
    5: ElementType("int16", 2),
    6: ElementType("int8", 1),
    7: ElementType("string"),
    8: ElementType("complex64", 8),
    9: ElementType("int64", 8),
    10: ElementType("bool", 1),
    11: ElementType("qint8", 1),
    12: ElementType("quint8", 1),
    13: ElementType("qint32", 4),
    14: ElementType("bfloat16", 2),
    15: ElementType("qint16", 2),
    16: ElementType("quint16", 2),
    17: ElementType("uint16", 2),
    18: ElementType("complex128", 16),
    19: ElementType("float16", 2),
    20: ElementType("resource"),
    21: ElementType("variant"),
    22: ElementType("uint32", 4),
    23: ElementType("uint64", 8),
    24: ElementType("float8_e5m2", 1),
    25: ElementType("float8_e4m3fn", 1),
    26: ElementType("float8_e4m3fnuz", 1),
    27: ElementType("float8_e4m3b11fnuz", 1),
    28: ElementType("float8_e5m2fnuz", 1),
    29: ElementType("int4"),
    30: ElementType("uint4"),
    31: ElementType("int2"),
    32: ElementType("uint2"),
}


def element_type(number: int) -> ElementType:
    """Return the type of a ``DataType`` number; one that is not known gets a made-up name."""
    known = _TYPES.get(number) or _TYPES.get(number - _REFERENCE)
    return known or ElementType(f"datatype-{number}")


def declared_shape(shape: Message) -> tuple[int | None, ...] | None:
    """Return the shape in a ``TensorShapeProto``: None for an unknown axis or an unknown rank."""
    axes: list[int | None] = []
    unknown_rank = False
    for number, wire_type, value in shape.fields():
        if number == 2 and isinstance(value, Message):
            size = value.integer(1)
            axes.append(size if size >= 0 else None)
        elif number == 3 and wire_type is WireType.VARINT and isinstance(value, int):
            unknown_rank = signed(value) != 0
    return None if unknown_rank else tuple(axes)
