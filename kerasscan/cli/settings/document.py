"""A TOML file of the project: parsed, validated, with the line of everything in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kerasscan.cli.settings import toml_lines
from kerasscan.cli.settings.find import LARGEST, shown
from kerasscan.cli.settings.validate import faults

_LONGEST = 200
"""Letters of a key that are quoted."""

_MOST_DOTS = 300
"""Dots in a line: tomllib takes a time for a dotted key that grows with the square of its parts."""


class BadSettings(ValueError):
    """A file that cannot be used; one line for each mistake, ``file:line: key: message``."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


@dataclass(frozen=True)
class Document:
    """A valid file, or the part of one that is ours.

    Attributes:
        file: Where it is.
        table: Its content.
        lines: Lines of the keys of the whole file.
        top: Keys that lead from the top of the file to ``table``.
    """

    file: Path
    table: Mapping[str, Any]
    lines: Mapping[toml_lines.Path, int]
    top: toml_lines.Path = ()

    def place(self, *path: str | int) -> str:
        """Return ``file:line`` of a value."""
        return f"{shown(self.file)}:{toml_lines.line_of(self.lines, (*self.top, *path))}"


@cache
def schema(name: str) -> Mapping[str, Any]:
    """Return one of the two schemas: ``settings`` or ``ignore``."""
    text = Path(__file__).with_name(f"{name}.schema.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def parsed(text: str, file: Path) -> dict[str, Any]:
    """Return the content of a TOML document.

    Raises:
        BadSettings: It is none.
    """
    import tomllib  # only for projects that set something

    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        raise BadSettings([f"{shown(file)}: a line with more than {_MOST_DOTS} dots"])
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:  # a day that no month has, too
        raise BadSettings([f"{shown(file)}: not valid TOML: {error}"]) from None
    except RecursionError:
        raise BadSettings([f"{shown(file)}: not valid TOML: nested too deeply"]) from None


def read_text(file: Path) -> str:
    """Return the text of a file with its line ends as they are.

    Raises:
        BadSettings: It cannot be read, is no UTF-8, or is larger than any such file.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise BadSettings([f"{shown(file)}: has more than {LARGEST:,} bytes"])
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadSettings([f"{shown(file)}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise BadSettings(
            [f"{shown(file)}: not valid TOML: not UTF-8 at byte {error.start}"]
        ) from None


def read_document(file: Path, name: str, top: tuple[str, ...] = ()) -> Document | None:
    """Read and validate a file.

    Args:
        file: The file.
        name: Of the schema.
        top: Tables that lead to the part that is ours.

    Returns:
        The part that is ours; None where there is none.

    Raises:
        BadSettings: With all that is wrong.
    """
    text = read_text(file)
    content: Any = parsed(text, file)
    for key in top:
        if not isinstance(content, dict) or key not in content:
            return None
        content = content[key]
    return judged(file, text, content, name, top)


def judged(file: Path, text: str, table: Any, name: str, top: tuple[str, ...] = ()) -> Document:
    """Return the part of a parsed document that is ours, validated.

    Args:
        file: The file, for messages.
        text: All of its text.
        table: The part that is ours.
        name: Of the schema.
        top: Tables that lead to it.

    Raises:
        BadSettings: With all that is wrong.
    """
    lines = toml_lines.key_lines(text)
    wrong = sorted(
        (toml_lines.line_of(lines, (*top, *path)), _named(path) or _named(top), message)
        for path, message in faults(table, schema(name))
    )
    if wrong:
        where = shown(file)
        raise BadSettings(f"{where}:{line}: {key}{message}" for line, key, message in wrong)
    return Document(file, table, lines, top)


def _named(path: toml_lines.Path) -> str:
    """Return a path as a person writes it, ``ignore[2].reason``, with a colon."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part[:_LONGEST]}" if text else part[:_LONGEST]
    return f"{text}: " if text else ""
