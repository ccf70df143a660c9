"""Which Python wrote a code object, told by its first bytes."""

from __future__ import annotations

from typing import Final

from kerasscan.model.bytecode import PythonVersion

_LAYOUTS: Final[tuple[tuple[int, frozenset[int] | None, PythonVersion, PythonVersion], ...]] = (
    (4, None, (2, 6), (2, 7)),
    (6, None, (3, 8), (3, 10)),
    (5, frozenset({151, 135, 75}), (3, 11), (3, 12)),
    (5, frozenset({149, 62, 94, 35}), (3, 13), (3, 13)),
    (5, frozenset({128, 60, 97, 34}), (3, 14), (3, 14)),
    (5, None, (3, 0), (3, 7)),
)
"""Numbers before the bytecode, its first opcode (None: any), first and last Python that fits.

A marshalled code object is `TYPE_CODE` (0x63, or 0xe3 with the reference flag), then counts and
flags of four bytes, then the bytecode (cpython/Python/marshal.c, `r_object`): argcount, nlocals,
stacksize, flags in Python 2; with kwonlyargcount from 3.0, with posonlyargcount from 3.8, without
nlocals from 3.11 on. From 3.11 on the bytecode begins with RESUME, MAKE_CELL, COPY_FREE_VARS
or RETURN_GENERATOR, whose numbers tell its version (cpython/Include/opcode.h, opcode_ids.h of
each). In Python 3.7 and before, 135 is LOAD_CLOSURE, which seldom comes first.
"""

_SHORTEST = 32
"""Bytes; no code object is shorter."""


def head_span(data: bytes) -> tuple[PythonVersion, PythonVersion] | None:
    """Return the first and last Python version whose code objects begin like these bytes."""
    if len(data) < _SHORTEST or data[0] & 0x7F != ord("c"):
        return None
    for numbers, opcodes, first, last in _LAYOUTS:
        start = 1 + 4 * numbers
        # then a bytes object: its type, its length in four bytes, and the bytecode itself
        is_bytes = data[start] & 0x7F == ord("s")
        opcode, argument = data[start + 5], data[start + 6]
        if opcode == 149 and argument:
            opcode = 135  # COPY_FREE_VARS of 3.11 and 3.12; RESUME of 3.13 starts with 0
        if is_bytes and (opcodes is None or opcode in opcodes):
            return first, last
    return None
