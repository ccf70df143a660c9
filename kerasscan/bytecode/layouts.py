"""How the families of Python lay out a code object.

The source is the case `TYPE_CODE` of `r_object` in Python/marshal.c: of 2.7 (the same from 2.3
on), 3.7 (from 3.0 on), 3.8 to 3.10, and 3.11 to 3.14.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from kerasscan.model.bytecode import PythonVersion


@dataclass(frozen=True)
class Layout:
    """What stands in a code object, in order.

    Attributes:
        first: First Python with this layout.
        last: Last one.
        numbers: Numbers of four bytes.
        parts: Objects after them; ``first_line`` among them is one more number.
    """

    first: PythonVersion
    last: PythonVersion
    numbers: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def is_python2(self) -> bool:
        """Whether names are byte strings."""
        return self.first < (3, 0)

    @property
    def has_kinds(self) -> bool:
        """Whether locals, cells and free variables share one tuple (from Python 3.11 on)."""
        return "kinds" in self.parts


_OLD_PARTS: Final = (
    "bytecode",
    "constants",
    "names",
    "local_names",
    "free_names",
    "cell_names",
    "filename",
    "name",
    "first_line",
    "lines",
)
_NEW_PARTS: Final = (
    "bytecode",
    "constants",
    "names",
    "local_names",
    "kinds",
    "filename",
    "name",
    "qualname",
    "first_line",
    "lines",
    "exceptions",
)
_OLD_NUMBERS: Final = ("arguments", "keyword_only", "locals", "stack", "flags")

LAYOUTS: Final = (
    Layout((3, 8), (3, 10), ("arguments", "positional_only", *_OLD_NUMBERS[1:]), _OLD_PARTS),
    Layout(
        (3, 11),
        (3, 14),
        ("arguments", "positional_only", "keyword_only", "stack", "flags"),
        _NEW_PARTS,
    ),
    Layout((3, 0), (3, 7), _OLD_NUMBERS, _OLD_PARTS),
    Layout((2, 6), (2, 7), ("arguments", "locals", "stack", "flags"), _OLD_PARTS),
)
"""All of them. No data fits two: the type that each expects first stands elsewhere."""

_LOCAL, _CELL, _FREE = 0x20, 0x40, 0x80
"""Bits of ``kinds`` (Include/internal/pycore_code.h of Python 3.11 and later)."""

_VARIADIC = (0x04, 0x08)
"""Bits of ``flags``: the function has ``*args``, ``**kwargs``."""


@dataclass(frozen=True, eq=False)
class RawCode:
    """A code object as it was stored.

    Attributes:
        layout: How it was laid out.
        bytecode: Its instructions.
        constants: What they load.
        names: ``co_names``.
        variables: What the numbers of local variables count: ``co_varnames``; from Python 3.11 on
            with cells and free variables.
        local_names: ``co_varnames``.
        cell_names: ``co_cellvars``.
        free_names: ``co_freevars``.
        arguments: Number of local variables that are arguments.
        filename: ``co_filename``.
        name: ``co_name``.
        qualname: ``co_qualname``.
        first_line: ``co_firstlineno``.
        flags: ``co_flags``.
        size: Its bytes.
    """

    layout: Layout
    bytecode: bytes
    constants: tuple[Value, ...]
    names: tuple[str, ...]
    variables: tuple[str, ...]
    local_names: tuple[str, ...]
    cell_names: tuple[str, ...]
    free_names: tuple[str, ...]
    arguments: int
    filename: str
    name: str
    qualname: str
    first_line: int
    flags: int
    size: int


Value: TypeAlias = "int | str | bytes | tuple[Value, ...] | RawCode | None"
"""A value that was read. Numbers that do not fit four bytes, and singletons, are None."""


def assemble(layout: Layout, fields: dict[str, Value], size: int) -> RawCode:
    """Return the code object that these fields make.

    Raises:
        TypeError: A field is of a type that CPython refuses too; the message is a clause.
    """
    if layout.is_python2:
        fields = {key: _as_text(key, value) for key, value in fields.items()}
    variables = _names(fields, "local_names")
    if layout.has_kinds:
        kinds = _octets(fields, "kinds")
        if len(kinds) != len(variables):
            raise TypeError(f"{len(kinds):,} kinds are given for {len(variables):,} variables")
        local, cell, free = (
            tuple(name for name, kind in zip(variables, kinds, strict=True) if kind & bit)
            for bit in (_LOCAL, _CELL, _FREE)
        )
    else:
        local, cell, free = variables, _names(fields, "cell_names"), _names(fields, "free_names")
    name, flags = _text(fields, "name"), _number(fields, "flags")
    counted = sum(max(_number(fields, each), 0) for each in ("arguments", "keyword_only"))
    constants = fields["constants"]
    if not isinstance(constants, tuple):
        raise TypeError("its constants are no tuple")
    return RawCode(
        layout=layout,
        bytecode=_octets(fields, "bytecode"),
        constants=constants,
        names=_names(fields, "names"),
        variables=variables,
        local_names=local,
        cell_names=cell,
        free_names=free,
        arguments=counted + sum(bool(flags & bit) for bit in _VARIADIC),
        filename=_text(fields, "filename"),
        name=name,
        qualname=_text(fields, "qualname") if layout.has_kinds else name,
        first_line=_number(fields, "first_line"),
        flags=flags,
        size=size,
    )


_BYTES_IN_PYTHON2: Final = frozenset({"bytecode", "constants", "lines"})


def _as_text(key: str, value: Value) -> Value:
    """Return a field of Python 2 with its byte strings as text, where they are names.

    References cannot multiply these bytes: in Python 2 they lead to interned strings alone.
    """
    if key in _BYTES_IN_PYTHON2:
        return value
    if isinstance(value, tuple):
        return tuple(_as_text(key, each) if isinstance(each, bytes) else each for each in value)
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _number(fields: dict[str, Value], key: str) -> int:
    value = fields.get(key, 0)
    return value if isinstance(value, int) else 0


def _octets(fields: dict[str, Value], key: str) -> bytes:
    value = fields[key]
    if not isinstance(value, bytes):
        raise TypeError(f"its {key} is no byte string")
    return value


def _text(fields: dict[str, Value], key: str) -> str:
    value = fields[key]
    if not isinstance(value, str):
        raise TypeError(f"its {key.replace('_', ' ')} is no text")
    return value


def _names(fields: dict[str, Value], key: str) -> tuple[str, ...]:
    value = fields[key]
    if not isinstance(value, tuple):
        raise TypeError(f"its {key.replace('_', ' ')} are no tuple")
    names = tuple(each for each in value if isinstance(each, str))
    if len(names) != len(value):
        raise TypeError(f"its {key.replace('_', ' ')} are no text")
    return names
