"""The marshal format, read into plain values.

The source of all facts here is `r_object` in Python/marshal.c of CPython 2.7 and 3.2 to 3.14.
Unlike `marshal` this reader makes no objects of the interpreter, follows no reference to an
object that is not complete, and bounds depth, objects and lengths before it allocates anything.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from kerasscan.bytecode.layouts import LAYOUTS, Layout, RawCode, Value, assemble

_DEEPEST: Final = 64
"""Objects inside one another; compilers nest a handful."""

_MOST_OBJECTS: Final = 200_000
"""Values, references included."""

_MOST_DIGITS: Final = 4096
"""Digits of an integer, of 15 bit each."""

_FLAG_REF: Final = 0x80
"""The object may be referred to later (Python 3.4 and later)."""

_NO_VALUE: Final = frozenset(b"NTFS.")
"""``None``, ``True``, ``False``, ``StopIteration``, ``...``."""

_SEQUENCES: Final = frozenset(b"([<>")
"""Tuple, list, set and frozenset, counted in four bytes."""


class Malformed(Exception):
    """The data is no marshalled code object of the layout; the message is a clause."""


@dataclass(frozen=True)
class _Reserved:
    """Stands for an object of which a part is being read."""


_Referable: TypeAlias = "Value | _Reserved"


def unmarshal(data: bytes) -> tuple[RawCode, int]:
    """Read one code object, whatever Python wrote it, and where it ends.

    Raises:
        Malformed: No layout fits; the message is of the one that was read farthest.
    """
    best: tuple[RawCode, int] | None = None
    farthest, reason = -1, ""
    for layout in LAYOUTS:
        reader = _Reader(data, layout)
        try:
            code = reader.outer()
        except Malformed as problem:
            if reader.position > farthest:
                farthest, reason = reader.position, str(problem)
            continue
        if best is None or reader.position > best[1]:
            best = code, reader.position
    if best is None:
        raise Malformed(reason)
    return best


class _Reader:
    """Reads one layout from the first byte on.

    Each function ``_Reader.<kind>`` reads what follows the byte of a type.
    """

    def __init__(self, data: bytes, layout: Layout) -> None:
        self.position = 0
        self._data = data
        self._layout = layout
        self._objects = 0
        self._interned: list[Value] = []
        self._references: list[_Referable] = []

    def outer(self) -> RawCode:
        value = self._value(0)
        if not isinstance(value, RawCode):
            raise Malformed("it holds no code object")
        return value

    def _value(self, depth: int) -> Value:
        at = self.position
        kind = self._take(1)[0]
        self._count(1)
        if depth > _DEEPEST:
            raise Malformed(f"its objects are nested deeper than {_DEEPEST}")
        if not kind & _FLAG_REF or self._layout.is_python2:
            return self._of_kind(kind, depth, at)
        # A container takes its number before what is inside it
        index = len(self._references)
        self._references.append(_Reserved())
        value = self._of_kind(kind & ~_FLAG_REF, depth, at)
        self._references[index] = value
        return value

    def _count(self, objects: int) -> None:
        self._objects += objects
        if self._objects > _MOST_OBJECTS:
            raise Malformed(f"it holds more than {_MOST_OBJECTS:,} objects")

    def _of_kind(self, kind: int, depth: int, at: int) -> Value:
        if kind in _NO_VALUE:
            return None
        if kind in _SEQUENCES:
            return self._sequence(self._size(), depth)
        if kind == ord("c"):
            return self._code(depth, at)
        read = _READERS.get(kind)
        if read is not None:
            return read(self)
        if kind == ord(")"):
            return self._sequence(self._take(1)[0], depth)
        if kind == ord("{"):
            return self._mapping(depth)
        if kind == ord(":"):  # a slice (Python 3.14)
            return self._sequence(3, depth)
        raise Malformed(f"byte {at:,} is 0x{kind:02x}, which is no type of marshal's")

    def _sequence(self, size: int, depth: int) -> tuple[Value, ...]:
        if size > len(self._data) - self.position:
            raise Malformed(f"{size:,} items are announced before the last byte")
        return tuple([self._value(depth + 1) for _ in range(size)])

    def _mapping(self, depth: int) -> tuple[Value, ...]:
        """Keys and values in turn, up to a NULL in place of a key."""
        items: list[Value] = []
        while True:
            if self._data[self.position : self.position + 1] == b"0":
                self.position += 1
                return tuple(items)
            items += (self._value(depth + 1), self._value(depth + 1))

    def _code(self, depth: int, at: int) -> RawCode:
        fields: dict[str, Value] = {}
        for name in self._layout.numbers:
            fields[name] = self.number()
        for name in self._layout.parts:
            is_number = name == "first_line"
            fields[name] = self.number() if is_number else self._value(depth + 1)
        # Counted for each code, as references may give many codes the same long tuple
        self._count(sum(len(part) for part in fields.values() if isinstance(part, tuple)))
        try:
            return assemble(self._layout, fields, self.position - at)
        except TypeError as problem:
            raise Malformed(f"the code object at byte {at:,}: {problem}") from problem

    def number(self) -> int:
        """Return a signed number of four bytes."""
        number: int = _I32.unpack(self._take(4))[0]
        return number

    def wide(self) -> Value:
        """Skip a signed number of eight bytes."""
        self._take(8)
        return None

    def big(self) -> Value:
        """Skip an integer of any size; the sign is that of the count."""
        digits = abs(self.number())
        if digits > _MOST_DIGITS:
            raise Malformed(f"an integer has {digits:,} digits of 15 bit, more than any source has")
        self._take(2 * digits)
        return None

    def real(self) -> Value:
        """Skip a float."""
        self._take(8)
        return None

    def complex_number(self) -> Value:
        """Skip two floats."""
        self._take(16)
        return None

    def real_text(self) -> Value:
        """Skip a float as text (before Python 2.5 and 3.0, or by choice)."""
        self._take(self._take(1)[0])
        return None

    def complex_text(self) -> Value:
        """Skip two floats as text."""
        self.real_text()
        return self.real_text()

    def octets(self) -> bytes:
        """Return a byte string: ``bytes``, or ``str`` of Python 2 that is not interned."""
        return self._take(self._size())

    def text(self) -> str:
        """Return Unicode text."""
        return self._utf8(self._take(self._size()))

    def interned(self) -> Value:
        """Return an interned string: ``str`` of Python 2 (as Latin-1), else text."""
        octets = self._take(self._size())
        value = octets.decode("latin-1") if self._layout.is_python2 else self._utf8(octets)
        self._interned.append(value)
        return value

    def latin1(self) -> str:
        """Return ASCII text; CPython does not check that it is (`PyUnicode_FromKindAndData`)."""
        return self._take(self._size()).decode("latin-1")

    def short_latin1(self) -> str:
        """Return ASCII text of less than 256 characters."""
        return self._take(self._take(1)[0]).decode("latin-1")

    def interned_reference(self) -> Value:
        """Return an earlier interned string (before Python 3.4)."""
        index = self.number()
        if not 0 <= index < len(self._interned):
            raise Malformed(f"it refers to interned string {index:,} of {len(self._interned):,}")
        return self._interned[index]

    def reference(self) -> Value:
        """Return an earlier object (Python 3.4 and later)."""
        index = self.number()
        if not 0 <= index < len(self._references):
            raise Malformed(f"it refers to object {index:,} of {len(self._references):,}")
        value = self._references[index]
        if isinstance(value, _Reserved):
            raise Malformed(f"object {index:,} holds a reference to itself")
        return value

    def _size(self) -> int:
        size = self.number()
        if size < 0:
            raise Malformed(f"a length is {size:,}")
        return size

    def _take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self._data):
            raise Malformed(f"byte {self.position:,} and {size - 1:,} more are past the end")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def _utf8(self, octets: bytes) -> str:
        try:
            return octets.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as problem:
            raise Malformed(f"text before byte {self.position:,} is no UTF-8") from problem


_I32: Final = struct.Struct("<i")

_READERS: Final[dict[int, Callable[[_Reader], Value]]] = {
    ord("i"): _Reader.number,
    ord("I"): _Reader.wide,
    ord("l"): _Reader.big,
    ord("g"): _Reader.real,
    ord("y"): _Reader.complex_number,
    ord("f"): _Reader.real_text,
    ord("x"): _Reader.complex_text,
    ord("s"): _Reader.octets,
    ord("u"): _Reader.text,
    ord("t"): _Reader.interned,
    ord("a"): _Reader.latin1,
    ord("A"): _Reader.latin1,
    ord("z"): _Reader.short_latin1,
    ord("Z"): _Reader.short_latin1,
    ord("R"): _Reader.interned_reference,
    ord("r"): _Reader.reference,
}
"""By the type's byte; those of Python 3.4 and later are never written by older ones."""
