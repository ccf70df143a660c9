"""The README as data: its marked parts, and its code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .ground import README

_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a ``console`` block, and what the block says it prints."""

    words: str
    output: str


def text() -> str:
    """Return the README."""
    return README.read_text(encoding="utf-8")


def part(name: str) -> str:
    """Return what stands between ``<!-- name -->`` and ``<!-- end name -->``."""
    found = _part_of(name).search(text())
    assert found, f"README.md has no part '{name}'"
    return found["inside"]


def put_part(name: str, inside: str) -> None:
    """Write a marked part anew."""
    pattern = _part_of(name)
    changed = pattern.sub(lambda found: found["begin"] + inside + found["end"], text())
    README.write_text(changed, encoding="utf-8", newline="\n")


def blocks(language: str, within: str | None = None) -> list[str]:
    """Return the code blocks of a language, in the whole README or in a marked part."""
    source = text() if within is None else part(within)
    return [found["text"] for found in _BLOCK.finditer(source) if found["language"] == language]


def commands(console: str) -> Iterator[Command]:
    """Yield the commands of a ``console`` block."""
    for piece in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        words, _, output = piece.partition("\n")
        yield Command(words, output.rstrip("\n"))


def put_console(before: str, after: str) -> None:
    """Write a ``console`` block anew."""
    changed = text().replace(f"```console\n{before}```", f"```console\n{after}```")
    README.write_text(changed, encoding="utf-8", newline="\n")


def _part_of(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<begin><!-- {name} -->\n)(?P<inside>.*?)(?P<end><!-- end {name} -->)", re.DOTALL
    )
