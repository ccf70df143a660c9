"""Bytecode that `marshal` wrote, and which Python can read it.

The format of code objects changes with almost every minor version of Python, and no file says
which one wrote it. `marshal.loads` in another version raises `bad marshal data`, `EOFError` or
worse; nothing here unmarshals anything, only the first bytes are looked at.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final, TypeAlias

from kerasscan.loading.replay import Replay
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

DOUBT: Final = (
    "a lambda's bytecode loads only under the Python version that wrote it: give --python"
)

Python: TypeAlias = tuple[int, int]

_LAYOUTS: Final[tuple[tuple[int, frozenset[int] | None, Python, Python], ...]] = (
    (4, None, (2, 6), (2, 7)),
    (6, None, (3, 8), (3, 10)),
    (5, frozenset({151, 135}), (3, 11), (3, 12)),
    (5, frozenset({149, 62, 94}), (3, 13), (3, 13)),
    (5, None, (3, 0), (3, 7)),
)
"""Numbers before the bytecode, its first opcode (None: any), first and last Python that fits.

A marshalled code object is `TYPE_CODE` (0x63, or 0xe3 with the reference flag), then counts and
flags of four bytes, then the bytecode (cpython/Python/marshal.c, `r_object`): argcount, nlocals,
stacksize, flags in Python 2; with kwonlyargcount from 3.0, with posonlyargcount from 3.8, without
nlocals from 3.11 on. From 3.11 on the bytecode begins with RESUME, MAKE_CELL or COPY_FREE_VARS,
whose numbers tell its version (cpython/Include/opcode.h of each).
"""


def guarded_lambda(
    replay: Replay, code: Any, at: Address, refusal: str, subject: str, argument: str = ""
) -> Thing:
    """Replay the loading of stored bytecode: refused in safe mode, run without."""
    replay.stop(
        ReasonKind.LAMBDA_REFUSED,
        Stage.CONSTRUCT,
        at,
        refusal,
        subject=subject,
        argument=argument,
        error="ValueError",
        remedy="pass safe_mode=False if you trust where the file comes from",
    )
    was, replay.unsafe = replay.unsafe, True
    stored_code(replay, code, at, subject)
    replay.unsafe = was
    return Thing("function", "lambda", {}, at)


def stored_code(replay: Replay, value: Any, at: Address, subject: str) -> None:
    """Judge whether the loading Python can read marshalled code."""
    if replay.given.python is None:
        replay.doubt(DOUBT)
        return
    span = writers(value[0] if isinstance(value, list) and value else value)
    if span is None:
        replay.doubt("a lambda's bytecode has a form that no known Python writes")
    elif not span[0] <= replay.given.python <= span[1]:
        first, last = (f"{major}.{minor}" for major, minor in span)
        replay.stop(
            ReasonKind.LAMBDA_BYTECODE,
            Stage.CONSTRUCT,
            at,
            "bad marshal data (unknown type code)",
            subject=subject,
            error="ValueError",
            remedy=f"load with a Python that reads this bytecode ({first} to {last})",
        )


def writers(code: Any) -> tuple[Python, Python] | None:
    """Return the first and last Python version whose code objects begin like these bytes."""
    data = _decoded(code)
    if data is None or len(data) < 32 or data[0] & 0x7F != 0x63:
        return None
    for numbers, opcodes, first, last in _LAYOUTS:
        start = 1 + 4 * numbers
        # then a bytes object: its type, its length in four bytes, and the bytecode itself
        is_bytes = data[start] & 0x7F == 0x73
        opcode, argument = data[start + 5], data[start + 6]
        if opcode == 149 and argument:
            opcode = 135  # COPY_FREE_VARS of 3.11 and 3.12; RESUME of 3.13 starts with 0
        if is_bytes and (opcodes is None or opcode in opcodes):
            return first, last
    return None


def _decoded(code: Any) -> bytes | None:
    """Return the bytes of base64 (Keras 2.1 and newer), or of raw text (before)."""
    if not isinstance(code, str):
        return None
    try:
        return base64.b64decode(code.encode("ascii"), validate=False)
    except (binascii.Error, UnicodeEncodeError):
        return code.encode("raw_unicode_escape", "replace")
