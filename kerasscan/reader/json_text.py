"""JSON as Keras' loaders read it, with everything odd about it told.

Python's ``json`` decides (every loader uses it): the last of repeated keys wins, ``NaN`` and
``Infinity`` are read, bytes may be UTF-8, UTF-16 or UTF-32 with or without a byte order mark.
"""

from __future__ import annotations

import json
from typing import Any

from kerasscan.model.address import Address
from kerasscan.model.json_value import JsonValue
from kerasscan.model.saved import DuplicateKeys, Problem, ProblemKind
from kerasscan.reader.limits import Limits

MAX_DIGITS = 4_300
"""Digits of an integer that CPython converts (``sys.int_info.default_max_str_digits``)."""


def parse_json(
    data: bytes | str, limits: Limits, address: Address
) -> tuple[JsonValue, list[Problem]]:
    """Parse one document.

    Args:
        data: The document; bytes are decoded as ``json.loads`` does.
        limits: Budgets ``json_bytes``, ``json_nodes`` and ``json_depth``.
        address: Where the document is, for problems.

    Returns:
        The value, or None where it cannot be read, and what is wrong or odd about the text.
        Objects with repeated keys are `DuplicateKeys`; whoever walks the value tells of them,
        with their place.
    """
    problems: list[Problem] = []
    excess = _excess(data, limits)
    if excess:
        problems.append(Problem(ProblemKind.LIMIT_EXCEEDED, excess, address, incomplete=True))
        return None, problems
    text, oddity = _decode(data)
    if oddity:
        kind = ProblemKind.DAMAGED_JSON if text is None else ProblemKind.ODD_JSON
        problems.append(Problem(kind, oddity, address, incomplete=text is None))
    if text is None:
        return None, problems
    value, more = _load(text, address)
    problems += more
    if depth_exceeds(value, limits.json_depth):
        detail = f"nested deeper than {limits.json_depth} levels"
        problems.append(Problem(ProblemKind.LIMIT_EXCEEDED, detail, address, incomplete=True))
        return None, problems
    return value, problems


def _excess(data: bytes | str, limits: Limits) -> str:
    if len(data) > limits.json_bytes:
        return f"{len(data):,} bytes of JSON, more than the {limits.json_bytes:,} that are read"
    marks: Any = (b",", b"[", b"{") if isinstance(data, bytes) else (",", "[", "{")
    values = sum(data.count(mark) for mark in marks) + 1  # at most as many as that
    if values > limits.json_nodes:
        return f"about {values:,} JSON values, more than the {limits.json_nodes:,} that are read"
    return ""


def _decode(data: bytes | str) -> tuple[str | None, str]:
    if isinstance(data, str):
        oddity = "begins with a byte order mark, which Python's JSON reader refuses"
        return data.removeprefix("\ufeff"), oddity if data.startswith("\ufeff") else ""
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError as error:
        return None, f"not valid {error.encoding} at byte {error.start}"
    if encoding == "utf-8":
        return text, ""
    name = "UTF-8 with a byte order mark" if encoding == "utf-8-sig" else encoding.upper()
    return text, f"written as {name}, which Keras never does"


def _load(text: str, address: Address) -> tuple[JsonValue, list[Problem]]:
    odd: set[str] = set()
    problems: list[Problem] = []

    def constant(name: str) -> float:
        odd.add(name)
        return float(name)

    def integer(digits: str) -> int | float:
        if len(digits) <= MAX_DIGITS:
            return int(digits)
        problems.append(_odd(f"holds an integer of {len(digits):,} digits", address))
        return float("inf")

    def loads(**hooks: Any) -> JsonValue:
        found: JsonValue = json.loads(
            text, object_pairs_hook=DuplicateKeys.keep, parse_constant=constant, **hooks
        )
        return found

    try:
        try:
            value = loads()
        except json.JSONDecodeError:
            raise
        except ValueError:  # an integer that CPython refuses to convert
            value = loads(parse_int=integer)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno} (character {error.pos})"
        detail = f"{error.msg} at {where}"
        return None, [Problem(ProblemKind.DAMAGED_JSON, detail, address, incomplete=True)]
    except RecursionError:
        detail = "nested too deeply to be read"
        return None, [Problem(ProblemKind.LIMIT_EXCEEDED, detail, address, incomplete=True)]
    if odd:
        detail = f"holds {', '.join(sorted(odd))}, which strict JSON readers refuse"
        problems.append(_odd(detail, address))
    return value, problems


def _odd(detail: str, address: Address) -> Problem:
    return Problem(ProblemKind.ODD_JSON, detail, address)


def depth_exceeds(value: JsonValue, limit: int) -> bool:
    """Tell whether arrays and objects nest deeper than ``limit`` levels (without recursion)."""
    level: list[Any] = [value] if isinstance(value, (dict, list)) else []
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True
