"""Code objects written byte by byte, as no compiler writes them."""

from __future__ import annotations

import struct

NONE = b"N"


def number(value: int) -> bytes:
    """Return a number of four bytes."""
    return struct.pack("<i", value)


def octets(value: bytes) -> bytes:
    """Return a byte string."""
    return b"s" + number(len(value)) + value


def word(value: str) -> bytes:
    """Return short ASCII text."""
    return b"z" + bytes([len(value)]) + value.encode("ascii")


def row(*values: bytes) -> bytes:
    """Return a tuple."""
    return b"(" + number(len(values)) + b"".join(values)


def reference(index: int) -> bytes:
    """Return a reference to an earlier object."""
    return b"r" + number(index)


RETURN_NONE = b"d\0S\0"
"""LOAD_CONST 0, RETURN_VALUE of Python 3.8."""


def code(
    bytecode: bytes = octets(RETURN_NONE),
    constants: bytes = row(NONE),
    names: bytes = row(),
    flag: bool = False,
) -> bytes:
    """Return a code object of Python 3.8 to 3.10; with ``flag`` it is object 0 of references."""
    head = (b"\xe3" if flag else b"c") + number(0) * 5 + number(64)
    variables = row() * 3
    return (
        head
        + bytecode
        + constants
        + names
        + variables
        + word("x.py")
        + word("f")
        + number(1)
        + octets(b"")
    )


def code_of_3_14(bytecode: bytes, names: bytes = row(), constants: bytes = row(NONE)) -> bytes:
    """Return a code object of Python 3.14 with one argument ``x``."""
    return (
        b"c"
        + number(1)
        + number(0) * 2
        + number(64) * 2
        + octets(bytecode)
        + constants
        + names
        + row(word("x"))
        + octets(b"\x26")
        + word("x.py")
        + word("f")
        + word("outer.f")
        + number(3)
        + octets(b"") * 2
    )
