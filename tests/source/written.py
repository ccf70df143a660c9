"""Projects that are written as strings."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from kerasscan.model.source import Definition, DefinitionKind, Source
from kerasscan.source import read_source

PROJECTS = Path(__file__).parent / "projects"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")
    return folder


def read(folder: Path, text: str, **others: str) -> Source:
    """Read a project of a module ``custom.py`` and others, ``__`` for a slash."""
    named = {f"{name.replace('__', '/')}.py": other for name, other in others.items()}
    return read_source([write(folder, {"custom.py": text, **named})])


def classes(source: Source) -> dict[str, Definition]:
    """Return the classes by qualified name."""
    return {d.qualname: d for d in source.definitions if d.kind is DefinitionKind.CLASS}


def functions(source: Source) -> list[str]:
    """Return the qualified names of the functions."""
    return [d.qualname for d in source.definitions if d.kind is DefinitionKind.FUNCTION]


def registered(source: Source) -> list[str]:
    """Return the registered names."""
    return [r.name for r in source.registrations]


def passed(source: Source) -> list[tuple[str, str, str]]:
    """Return name, target and kind of what is passed."""
    return [(p.name, p.target, p.kind.value) for p in source.passings]
