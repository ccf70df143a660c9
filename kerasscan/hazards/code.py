"""Python bytecode, in every form and place in which a loader finds it."""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from kerasscan.model.address import Address
from kerasscan.model.hazard import Hazard, HazardKind
from kerasscan.model.json_value import get_dict
from kerasscan.model.objects import Form, SavedObject

if TYPE_CHECKING:
    from kerasscan.model.bytecode import Reach, StoredCode, Unreadable

_SLOTS: Final = ("function", "output_shape", "mask", "mode")
"""Arguments that hold functions: of ``Lambda`` (all releases), ``mode`` of ``Merge`` (Keras 1)."""

_LAMBDAS: Final = ("Lambda", "LambdaMerge", "Merge")

_HEAD: Final = 16
"""Characters of base64 that hold the head of a marshalled code object."""

_SHORTEST: Final = 40
"""Characters: no code object is shorter, encoded."""

NEW_FORM: Final = "a __lambda__ object"
"""How Keras 2.13 and later writes it."""

_NAMED: Final = 6
"""Names that a sentence lists."""


def stored_code(found: SavedObject) -> Iterator[Hazard]:
    """Yield every piece of bytecode that an object holds by itself."""
    if found.form is not Form.OBJECT:
        return
    if found.class_name == "__lambda__":
        code = _code_of(found.raw)
        slot = found.address.pointer.rpartition("/")[2]
        yield _seen(found, found.address, slot, code, NEW_FORM)
        return
    for slot, value in found.config.items():
        yield from _in_argument(found, slot, _untupled(value))


def _code_of(raw: dict[str, Any]) -> Any:
    """Return the code of a ``__lambda__`` object.

    Keras 3 writes ``{"code": ..., "defaults": ..., "closure": ...}`` for a Lambda layer, and
    ``{"value": [code, defaults, closure]}`` elsewhere (keras/src/saving/serialization_lib.py).
    """
    config = get_dict(raw, "config")
    code = config.get("code", config.get("value", raw.get("config")))
    return code[0] if isinstance(code, list) and code else code


def _in_argument(found: SavedObject, slot: str, value: Any) -> Iterator[Hazard]:
    address = found.address.down("config", slot)
    encoding = _encoding(found, slot, value)
    if encoding:
        code = value[0] if isinstance(value, list) and value else value
        yield _seen(found, address, slot, code, encoding)
        return
    for code in _marshalled(value):
        yield _seen(found, address, slot, code, "marshalled code in base64")


def _untupled(value: Any) -> Any:
    """Return the items of a tuple as SavedModels write it (``json_utils.py`` of tf.keras)."""
    if isinstance(value, dict) and value.get("class_name") == "__tuple__":
        return value.get("items")
    return value


def _encoding(found: SavedObject, slot: str, value: Any) -> str:
    """Return how bytecode is written in an argument that is made for it, or nothing.

    Keras 1 and 2 write ``[code, defaults, closure]`` and say ``<slot>_type: "lambda"``
    (keras/utils/generic_utils.py, ``func_dump``); early Keras 1 the code alone.
    """
    says_so = found.config.get(f"{slot}_type") == "lambda"
    expected = found.class_name.rpartition(">")[2] in _LAMBDAS and slot in _SLOTS
    if not (says_so or expected):
        return ""
    is_list = isinstance(value, list) and bool(value) and isinstance(value[0], str)
    if is_list and (says_so or slot == "function" or len(value[0]) >= _SHORTEST):
        return "a list of code, defaults and closure"
    if isinstance(value, str) and (says_so or (slot == "function" and not value.isidentifier())):
        return "a string of code"
    return ""


def _marshalled(value: Any) -> Iterator[str]:
    """Yield the strings in a value that are marshalled code, whatever stands around them.

    Objects inside are left to themselves: they are looked at as objects.
    """
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if _is_marshalled(item):
                yield item
        elif isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict) and not isinstance(item.get("class_name"), str):
            stack.extend(reversed(list(item.values())))


def _is_marshalled(text: str) -> bool:
    """Whether a text is base64 of a marshalled code object.

    Its first byte is TYPE_CODE, ``c``, perhaps with FLAG_REF; the number of arguments follows
    in four bytes (CPython, Python/marshal.c).
    """
    if len(text) < _SHORTEST or text[:1] not in ("4", "Y"):
        return False
    try:
        head = binascii.a2b_base64(text[:_HEAD])
    except (binascii.Error, ValueError):
        return False
    return head[:1] in (b"c", b"\xe3") and head[2:5] == b"\x00\x00\x00"


def _seen(found: SavedObject, at: Address, slot: str, code: Any, encoding: str) -> Hazard:
    from kerasscan.bytecode import decode, reach, read_code  # few files hold code

    text = code if isinstance(code, str) else repr(code)
    read = read_code(decode(code))
    reached = reach(read)
    facts = {
        "slot": slot,
        "encoding": encoding,
        "size": f"{len(text):,}",
        "reach": reached.rank.value,
        "names": _listed(reached.evidence),
        "python": _python(read),
        "origin": _origin(read),
    }
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    evidence = f"{slot}:{digest[:16]}"
    detail = _what(read, reached, facts["names"])
    kind = HazardKind.BYTECODE
    return Hazard(kind, at, found.class_name, detail, evidence, found.role.value, facts)


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(name[:60] for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _python(read: StoredCode | Unreadable) -> str:
    if not _is_read(read):
        return "an unknown Python"
    first, last = (f"{major}.{minor}" for major, minor in read.python)
    return f"Python {first}" if first == last else f"Python {first} to {last}"


def _origin(read: StoredCode | Unreadable) -> str:
    if not _is_read(read) or not read.filename:
        return ""
    return f"{read.filename}, line {read.first_line}"


def _is_read(read: StoredCode | Unreadable) -> TypeGuard[StoredCode]:
    return not hasattr(read, "detail")


def _what(read: StoredCode | Unreadable, reached: Reach, names: str) -> str:
    """Return what the code touches, as a clause."""
    if not _is_read(read):
        return f"it cannot be read: {reached.evidence[0]}"
    if reached.rank == "numeric":
        return f"it names only what computes: {names}" if names else "it names nothing at all"
    if reached.rank == "system":
        return f"it names what reaches out of a computation: {names}"
    return f"it names what kerasscan does not know: {names}" if names else "what it does is unclear"
