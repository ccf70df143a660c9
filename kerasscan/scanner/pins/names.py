"""Requirement lines: which of them are about what loads models, and other spellings of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")

_ABOUT = frozenset({"keras", "tf-keras", "tensorflow"})
_TENSORFLOWS = frozenset(
    {"tensorflow-cpu", "tensorflow-gpu", "tensorflow-intel", "tensorflow-macos"}
)


def is_about_keras(requirement: str) -> bool:
    """Whether a requirement names keras, tf-keras or a build of tensorflow."""
    match = _NAME.match(requirement)
    if match is None:
        return False
    name = re.sub(r"[-_.]+", "-", match.group(1)).lower()
    return name in _ABOUT or name in _TENSORFLOWS


def about_keras(requirements: Iterable[object]) -> list[str]:
    """Return the requirements that are about what loads models; others, and no text, are left."""
    return [each.strip() for each in requirements if isinstance(each, str) and is_about_keras(each)]


def from_poetry(name: str, version: str) -> str:
    """Return a constraint of poetry as a requirement: ``^3.6`` is ``>=3.6,<4``."""
    parts = [
        _poetry_part(part.strip()) for part in version.replace("||", "|").split("|")[-1].split(",")
    ]
    return f"{name}{','.join(part for part in parts if part)}"


def _poetry_part(part: str) -> str:
    if part in ("", "*"):
        return ""
    if part[0] == "^":
        return _below(part[1:], _significant(part[1:]))
    if part[0] == "~" and not part.startswith("~="):
        return _below(part[1:], min(1, part.count(".")))
    if part[0].isdigit():
        return f"=={part}"
    return part


def _significant(version: str) -> int:
    """Return the place of the first number that is not zero: it may not change under a caret."""
    numbers = version.strip().split(".")
    return next((at for at, number in enumerate(numbers) if number != "0"), len(numbers) - 1)


def _below(version: str, place: int) -> str:
    """Return a requirement that keeps the number at a place, and all before it."""
    numbers = version.strip().split(".")
    kept = numbers[: place + 1]
    if not all(number.isdigit() for number in kept):
        return f">={version.strip()}"
    return f">={version.strip()},<{'.'.join([*kept[:-1], str(int(kept[-1]) + 1)])}"
