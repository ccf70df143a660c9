"""What a code object's instructions import and do, followed without running them.

``opcodes.json`` holds what each Python says of its own instructions in its module `opcode`
(``tests/bytecode/make.py`` writes it); those of 3.5 stand for 3.2 to 3.5 and are those of 3.6
with what was new left out; those of 3.14 are from Include/opcode_ids.h and
Include/internal/pycore_opcode_metadata.h.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from kerasscan.bytecode.layouts import RawCode
from kerasscan.model.bytecode import PythonVersion

_WORDS_SINCE: Final = (3, 6)
"""From here on an instruction is two bytes; before, one, or three with an argument."""

_ONE_SPACE_SINCE: Final = (3, 11)
"""From here on cells are counted with the local variables."""

_INTRINSICS: Final = {1: "print", 2: "import *"}
"""Arguments of CALL_INTRINSIC_1 (Include/internal/pycore_intrinsics.h of Python 3.12)."""


@dataclass(frozen=True)
class _Step:
    """An instruction with its whole argument, and where it and its prefixes begin and end."""

    opcode: int
    argument: int
    start: int
    end: int


@dataclass
class Course:
    """What following the instructions of one code found.

    Attributes:
        fits: Whether all are known and point inside the code's own tables.
        imports: Modules, as in `StoredCode.imports`.
        actions: As in `StoredCode.actions`.
    """

    fits: bool = True
    imports: dict[str, None] = field(default_factory=dict)
    actions: dict[str, None] = field(default_factory=dict)


def known_versions(first: PythonVersion, last: PythonVersion) -> tuple[PythonVersion, ...]:
    """Return the Python versions in a span whose instructions are known, oldest first."""
    return tuple(version for version in _tables() if first <= version <= last)


def follow(code: RawCode, version: PythonVersion) -> Course:
    """Follow the instructions of one code, nested ones left out.

    Args:
        code: The code.
        version: One of `known_versions`.
    """
    table = _tables()[version]
    course = Course()
    steps = _words(code.bytecode, table) if version >= _WORDS_SINCE else _bytes(code, table)
    before: tuple[_Step | None, _Step | None] = (None, None)
    for step in steps:
        if step is None or not _is_inside(step, code, table, version):
            course.fits = False
            return course
        if step.opcode == table["import"]:
            level = _level(before[0], code, table)
            course.imports["." * level + code.names[step.argument]] = None
        action = table["actions"].get(step.opcode)
        if step.opcode == table["intrinsics"]:
            action = _INTRINSICS.get(step.argument)
        if action:
            course.actions[action] = None
        before = before[1], step
    return course


def _level(step: _Step | None, code: RawCode, table: dict[str, Any]) -> int:
    """Return the level that was loaded two instructions before an import (``..`` is 2)."""
    if step is None:
        return 0
    value: object = None
    if step.opcode == table["small_int"]:
        value = step.argument
    elif step.opcode in table["constants"]:
        value = code.constants[step.argument]
    # Python 2 writes -1 for "here first, then absolute"
    return min(value, 16) if isinstance(value, int) and value > 0 else 0


def _is_inside(step: _Step, code: RawCode, table: dict[str, Any], version: PythonVersion) -> bool:
    """Whether an instruction is known and its argument points into the table that it means."""
    opcode, argument = step.opcode, step.argument
    if opcode not in table["known"]:
        return False
    size: int | None = None
    if opcode in table["names"]:
        argument, size = argument >> table["names"][opcode], len(code.names)
    elif opcode in table["constants"]:
        size = len(code.constants)
    elif opcode in table["locals"]:
        size = len(code.variables)
    elif opcode in table["pairs"]:
        argument, size = max(argument >> 4, argument & 15), len(code.variables)
    elif opcode in table["cells"]:
        apart = len(code.cell_names) + len(code.free_names)
        size = len(code.variables) if version >= _ONE_SPACE_SINCE else apart
    return size is None or argument < size


def _words(bytecode: bytes, table: dict[str, Any]) -> Iterator[_Step | None]:
    """Yield the instructions of two bytes each; None and no more where caches are not empty.

    The interpreter keeps notes behind some instructions; `marshal` writes zeros for them
    (`_PyCode_GetCode`). Anything else could be a jump's hidden target.
    """
    if len(bytecode) % 2:
        yield None
        return
    caches, extended = table["caches"], table["extended"]
    position = start = prefix = 0
    while position < len(bytecode):
        opcode, argument = bytecode[position], prefix << 8 | bytecode[position + 1]
        position += 2
        if opcode == extended:
            prefix = argument & 0xFFFFFF
            continue
        notes = 2 * caches.get(opcode, 0)
        if notes:
            if any(bytecode[position : position + notes]):
                yield None
                return
            position += notes
        yield _Step(opcode, argument, start, position)
        prefix, start = 0, position


def _bytes(code: RawCode, table: dict[str, Any]) -> Iterator[_Step | None]:
    """Yield the instructions of one or three bytes; None where one is cut, or a jump splits one.

    A jump into the middle of an instruction would run its argument.
    """
    bytecode = code.bytecode
    targets, starts = set(), {len(bytecode)}
    position = prefix = 0
    while position < len(bytecode):
        opcode, begin, argument = bytecode[position], position, 0
        starts.add(begin)
        position += 1
        if opcode >= table["first_argument"]:
            if position + 2 > len(bytecode):
                yield None
                return
            argument = prefix << 16 | int.from_bytes(bytecode[position : position + 2], "little")
            position += 2
        prefix = 0
        if opcode == table["extended"]:
            prefix = argument & 0xFFFF
            continue
        if opcode in table["relative_jumps"]:
            targets.add(position + argument)
        elif opcode in table["absolute_jumps"]:
            targets.add(argument)
        yield _Step(opcode, argument, begin, position)
    if not targets <= starts:
        yield None


@cache
def _tables() -> dict[PythonVersion, dict[str, Any]]:
    """Return what is known of each Python's instructions, oldest first."""
    text = Path(__file__).with_name("opcodes.json").read_text("utf-8")
    tables = {}
    for version, table in json.loads(text).items():
        major, _, minor = version.partition(".")
        for key, value in table.items():
            if isinstance(value, list):
                table[key] = frozenset(value)
            elif isinstance(value, dict):
                table[key] = {int(opcode): what for opcode, what in value.items()}
        tables[int(major), int(minor)] = table
    return tables
