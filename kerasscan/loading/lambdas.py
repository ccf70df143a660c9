"""Bytecode that `marshal` wrote, and which Python can read it.

The format of code objects changes with almost every minor version of Python, and no file says
which one wrote it. `marshal.loads` in another version raises `bad marshal data`, `EOFError` or
worse; nothing here unmarshals anything: the room `bytecode` reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kerasscan.loading.replay import Replay
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

if TYPE_CHECKING:
    from kerasscan.model.bytecode import PythonVersion

DOUBT: Final = (
    "a lambda's bytecode loads only under the Python version that wrote it: give --python"
)


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


def writers(code: Any) -> tuple[PythonVersion, PythonVersion] | None:
    """Return the first and last Python version whose code objects begin like these bytes."""
    from kerasscan.bytecode import decode  # few files hold code
    from kerasscan.bytecode import writers as writers_of

    return writers_of(decode(code))
