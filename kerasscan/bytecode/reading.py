"""Bytes of a marshalled code object to `StoredCode`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from kerasscan.bytecode.head import head_span
from kerasscan.bytecode.instructions import Course, follow, known_versions
from kerasscan.bytecode.layouts import RawCode, Value
from kerasscan.bytecode.unmarshal import Malformed, unmarshal
from kerasscan.model.bytecode import PythonVersion, StoredCode, Unreadable

_CACHED: Final = 64
"""Codes that are remembered: every check and release asks for the same few."""

_MOST_CONSTANTS: Final = 500_000
"""Constants that are looked at in all; references may show the same to many codes."""

_MOST_BYTECODE: Final = 1 << 17
"""Bytes of instructions that are followed in all; whole programs have less."""


@dataclass(frozen=True)
class _Contents:
    """What stands among the constants of a code, in order and each once."""

    strings: tuple[str, ...]
    codes: tuple[RawCode, ...]


@dataclass
class _Survey:
    """Looks through the constants of a code and of all nested ones, each once.

    Attributes:
        contents: By `id` of the code; outer codes before inner ones.
        codes: The codes themselves, in the same order.
    """

    contents: dict[int, _Contents] = field(default_factory=dict)
    codes: list[RawCode] = field(default_factory=list)
    _left: int = _MOST_CONSTANTS
    _decoded: dict[int, str] = field(default_factory=dict)

    def walk(self, outer: RawCode) -> None:
        """Look through everything.

        Raises:
            Malformed: There is too much.
        """
        stack = [outer]
        while stack:
            code = stack.pop()
            if id(code) not in self.contents:
                found = self._contents(code)
                self.contents[id(code)] = found
                self.codes.append(code)
                stack.extend(reversed(found.codes))

    def _contents(self, code: RawCode) -> _Contents:
        strings: dict[str, None] = {}
        codes: dict[int, RawCode] = {}
        for value in self._flat(code.constants):
            if isinstance(value, str):
                strings[value] = None
            elif isinstance(value, bytes):
                if id(value) not in self._decoded:
                    self._decoded[id(value)] = value.decode("latin-1")
                strings[self._decoded[id(value)]] = None
            elif isinstance(value, RawCode):
                codes[id(value)] = value
        return _Contents(tuple(strings), tuple(codes.values()))

    def _flat(self, values: tuple[Value, ...]) -> Iterator[Value]:
        """Yield what is in nested tuples; one that stands in several places once."""
        seen: set[int] = set()
        stack: list[Value] = [values]
        while stack:
            value = stack.pop()
            self._left -= 1
            if self._left < 0:
                raise Malformed(f"its codes share more than {_MOST_CONSTANTS:,} constants")
            if not isinstance(value, tuple):
                yield value
            elif id(value) not in seen:
                seen.add(id(value))
                stack.extend(reversed(value))


@lru_cache(maxsize=_CACHED)
def read_code(data: bytes | Unreadable) -> StoredCode | Unreadable:
    """Read a marshalled code object.

    Bytes after the object are counted and otherwise ignored, as `marshal` does.

    Args:
        data: What `decode` returned; an `Unreadable` is returned as it is.
    """
    if isinstance(data, Unreadable):
        return data
    if not data:
        return Unreadable("it is empty")
    survey = _Survey()
    try:
        raw, end = unmarshal(data)
        survey.walk(raw)
    except Malformed as problem:
        return Unreadable(str(problem), len(data))
    span = _span(raw, data)
    return _stored(raw, survey, span, len(data) - end)


def writers(data: bytes | Unreadable) -> tuple[PythonVersion, PythonVersion] | None:
    """Return the first and last Python version that write code objects like this one.

    Where the whole cannot be read, its first bytes tell: a damaged code has been written too.

    Args:
        data: What `decode` returned.
    """
    if isinstance(data, Unreadable):
        return None
    code = read_code(data)
    return code.python if isinstance(code, StoredCode) else head_span(data)


def _span(raw: RawCode, data: bytes) -> tuple[PythonVersion, PythonVersion]:
    """Return the versions of the layout, narrowed down by the first instruction."""
    layout = raw.layout.first, raw.layout.last
    told = head_span(data)
    if told is not None and layout[0] <= told[0] and told[1] <= layout[1]:
        return told
    return layout


def _courses(codes: list[RawCode], span: tuple[PythonVersion, PythonVersion]) -> dict[int, Course]:
    """Follow all codes in the version in which most of them fit, by `id` of the code."""
    best = {id(code): Course(fits=False) for code in codes}
    if sum(len(code.bytecode) for code in codes) > _MOST_BYTECODE:
        return best
    most = 0
    for version in known_versions(*span):
        courses = {id(code): follow(code, version) for code in codes}
        fitting = sum(course.fits for course in courses.values())
        if fitting > most:
            best, most = courses, fitting
        if most == len(codes):
            break
    return best


def _stored(
    outer: RawCode,
    survey: _Survey,
    span: tuple[PythonVersion, PythonVersion],
    trailing: int,
) -> StoredCode:
    """Return the noun of a code; those of nested ones are made first, each once."""
    courses = _courses(survey.codes, span)
    made: dict[int, StoredCode] = {}
    stack = [outer]
    while stack:
        raw = stack[-1]
        contents = survey.contents[id(raw)]
        waiting = [each for each in contents.codes if id(each) not in made]
        if waiting and id(raw) not in made:
            stack.extend(waiting)
            continue
        stack.pop()
        if id(raw) not in made:
            made[id(raw)] = StoredCode(
                name=raw.name,
                qualname=raw.qualname,
                filename=raw.filename,
                first_line=raw.first_line,
                arguments=raw.local_names[: raw.arguments],
                local_names=raw.local_names,
                names=raw.names,
                free_names=raw.free_names,
                cell_names=raw.cell_names,
                strings=contents.strings,
                imports=_imports(raw, courses[id(raw)]),
                actions=tuple(courses[id(raw)].actions),
                is_followed=courses[id(raw)].fits,
                flags=raw.flags,
                size=raw.size,
                python=span,
                trailing=trailing if raw is outer else 0,
                codes=tuple(made[id(each)] for each in contents.codes),
            )
    return made[id(outer)]


def _imports(raw: RawCode, course: Course) -> tuple[str, ...]:
    """Return the imported modules; names of the library's where instructions do not tell."""
    if course.fits:
        return tuple(course.imports)
    library = sys.stdlib_module_names
    return tuple(name for name in raw.names if name.partition(".")[0] in library)
