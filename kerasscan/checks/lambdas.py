"""Python bytecode in a model file."""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Iterator
from typing import Any

from kerasscan.checks.check import Check, Options
from kerasscan.model.address import Address
from kerasscan.model.finding import Case, Observation
from kerasscan.model.json_value import get_dict
from kerasscan.model.objects import Form, SavedObject

_SLOTS = ("function", "output_shape", "mask", "mode")
"""Arguments that hold functions: of ``Lambda`` (all releases), ``mode`` of ``Merge`` (Keras 1)."""

_LAMBDAS = ("Lambda", "LambdaMerge", "Merge")

_HEAD = 16
"""Characters of base64 that hold the head of a marshalled code object."""

_SHORTEST = 40
"""Characters: no code object is shorter, encoded."""


def _lambda_bytecode(case: Case, options: Options) -> Iterator[Observation]:
    for saved in case.saved.objects:
        if saved.form is not Form.OBJECT:
            continue
        if saved.class_name == "__lambda__":
            code = get_dict(saved.raw, "config").get("code", saved.raw.get("config"))
            slot = saved.address.pointer.rpartition("/")[2]
            yield _seen(saved, saved.address, slot, code, "a __lambda__ object")
            continue
        for slot, value in saved.config.items():
            yield from _in_argument(saved, slot, _untupled(value))


def _in_argument(saved: SavedObject, slot: str, value: Any) -> Iterator[Observation]:
    address = saved.address.down("config", slot)
    encoding = _encoding(saved, slot, value)
    if encoding:
        code = value[0] if isinstance(value, list) and value else value
        yield _seen(saved, address, slot, code, encoding)
        return
    for code in _marshalled(value):
        yield _seen(saved, address, slot, code, "marshalled code in base64")


def _untupled(value: Any) -> Any:
    """Return the items of a tuple as SavedModels write it (``json_utils.py`` of tf.keras)."""
    if isinstance(value, dict) and value.get("class_name") == "__tuple__":
        return value.get("items")
    return value


def _encoding(saved: SavedObject, slot: str, value: Any) -> str:
    """Return how bytecode is written in an argument that is made for it, or nothing.

    Keras 1 and 2 write ``[code, defaults, closure]`` and say ``<slot>_type: "lambda"``
    (keras/utils/generic_utils.py, ``func_dump``); early Keras 1 the code alone.
    """
    says_so = saved.config.get(f"{slot}_type") == "lambda"
    expected = saved.class_name.rpartition(">")[2] in _LAMBDAS and slot in _SLOTS
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


def _seen(saved: SavedObject, address: Address, slot: str, code: Any, encoding: str) -> Observation:
    text = code if isinstance(code, str) else repr(code)
    layer = saved.address.layer
    facts = {
        "where": f"Layer '{layer}'" if layer else "The model",
        "slot": slot,
        "encoding": encoding,
        "size": f"{len(text):,}",
    }
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Observation(address, facts, f"{slot}:{digest[:16]}")


LAMBDA_BYTECODE = Check(
    name="lambda-bytecode",
    summary="Python bytecode that a loader unmarshals, anywhere and in all its encodings.",
    run=_lambda_bytecode,
    facts={
        "where": "the layer, in words",
        "slot": "the argument that holds the code",
        "encoding": "how the code is written",
        "size": "length of the encoded code in characters",
    },
)
