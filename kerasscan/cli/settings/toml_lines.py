"""On which line of a TOML document each key and each value stands; ``tomllib`` does not tell.

The document has been parsed, so that it is known to be valid (TOML 1.0): only its outline is
followed here, with a stack and no recursion.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys, and indexes in arrays, from the top of a document."""

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'  # a string may end with two quotes before the three
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|\n|[\[\]{}=,.]"
    r"|[^\s\[\]{}=,.\#\"']+",
    re.DOTALL,
)
_DEEPEST = 32
"""Parts of a dotted key that are followed; no key of ours has so many."""

_OPENING, _CLOSING = ("[", "{"), ("]", "}")


@dataclass
class _Outline:
    """A document being followed."""

    lines: dict[Path, int] = field(default_factory=dict)
    table: Path = ()
    """The table that the last header named."""
    tables: Counter[Path] = field(default_factory=Counter)
    """How often each array of tables has been named."""

    def note(self, path: Path, line: int) -> None:
        """Keep where a path, and whatever leads to it, is first mentioned."""
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)


def key_lines(text: str) -> Mapping[Path, int]:
    """Return the line, from 1, of every key and every item of an array in a valid document."""
    outline, line, statement = _Outline(), 1, list[tuple[str, int]]()
    depth = 0
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word == "\n" and not depth:
            _statement(outline, statement)
            statement = []
        elif word != "\n" and not word.startswith("#"):
            depth += (word in _OPENING) - (word in _CLOSING)
            statement.append((word, line))
        line += word.count("\n")
    _statement(outline, statement)
    return outline.lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a path, or of the nearest thing around it that has one."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def _statement(outline: _Outline, tokens: Sequence[tuple[str, int]]) -> None:
    """Follow a header, or a key and its value."""
    if not tokens:
        return
    words = [word for word, _ in tokens]
    if words[0] == "[":
        is_array = words[1] == "["
        named = _keys([word for word in words if word not in {"[", "]"}])
        outline.table = _entered(outline, named, is_array=is_array)
        outline.note(outline.table, tokens[0][1])
        return
    end = words.index("=")
    path = (*outline.table, *_keys(words[:end]))
    outline.note(path, tokens[0][1])
    _value(outline, path, tokens[end + 1 :])


def _entered(outline: _Outline, named: Path, *, is_array: bool) -> Path:
    """Return where a header leads to: below an array of tables, to its last table."""
    path: Path = ()
    for key in named[:-1]:
        path = (*path, key)
        if path in outline.tables:
            path = (*path, outline.tables[path] - 1)
    path = (*path, named[-1])
    if not is_array:
        return path
    outline.tables[path] += 1
    return (*path, outline.tables[path] - 1)


def _value(outline: _Outline, path: Path, tokens: Sequence[tuple[str, int]]) -> None:
    """Follow a value to its end, whatever is nested in it."""
    stack: list[tuple[str, Path, int]] = []  # what is not closed: bracket, path, index
    here, key = path, list[str]()
    is_key = False
    for word, line in tokens:
        if word in _CLOSING:
            stack.pop()
            is_key = False
        elif word == ",":
            bracket, around, index = stack.pop()
            stack.append((bracket, around, index + 1))
            is_key, key = bracket == "{", []
            here = (*around, index + 1)
        elif is_key and word == "=":
            here, is_key = (*stack[-1][1], *_keys(key)), False
            outline.note(here, line)
        elif is_key:
            key.append(word)
        else:
            outline.note(here, line)
            if word in _OPENING:
                stack.append((word, here, 0))
                is_key, key = word == "{", []
                here = (*here, 0)


def _keys(words: Sequence[str]) -> Path:
    return tuple(_key(word) for word in words if word != ".")[:_DEEPEST]


def _key(word: str) -> str:
    if word[0] not in "\"'":
        return word
    key: str = tomllib.loads(f"key = {word}")["key"]
    return key
