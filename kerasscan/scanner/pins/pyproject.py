"""``pyproject.toml``: of a project (PEP 621), its dependency groups (PEP 735), poetry, pdm, uv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasscan.scanner.pins.names import about_keras, from_poetry, is_about_keras
from kerasscan.scanner.pins.unreadable import toml_table


def pyproject_pins(_file: Path, text: str) -> list[str]:
    """Return what a project says about Keras: where it needs it always, else in any group."""
    document = toml_table(text)
    project, tool = _table(document, "project"), _table(document, "tool")
    poetry = _table(tool, "poetry")
    always = about_keras(_items(project.get("dependencies")))
    always += _poetry(_table(poetry, "dependencies"))
    return always or list(_in_groups(document, project, tool, poetry))


def _in_groups(
    document: dict[str, Any],
    project: dict[str, Any],
    tool: dict[str, Any],
    poetry: dict[str, Any],
) -> Iterator[str]:
    tables = (
        _table(project, "optional-dependencies"),
        _table(document, "dependency-groups"),
        _table(_table(tool, "pdm"), "dev-dependencies"),
    )
    for table in tables:
        for group in table.values():
            yield from about_keras(_items(group))
    yield from about_keras(_items(_table(tool, "uv").get("dev-dependencies")))
    yield from _poetry(_table(poetry, "dev-dependencies"))
    for group in _table(poetry, "group").values():
        yield from _poetry(_table(group, "dependencies"))


def _poetry(table: dict[str, Any]) -> Iterator[str]:
    for name, wish in table.items():
        if not is_about_keras(name):
            continue
        for each in wish if isinstance(wish, list) else [wish]:
            version = each.get("version") if isinstance(each, dict) else each
            if isinstance(version, str):
                yield from_poetry(name, version)


def _table(parent: Any, key: str) -> dict[str, Any]:
    """Return a table; an empty one where there is none, or something else."""
    table = parent.get(key) if isinstance(parent, dict) else None
    return table if isinstance(table, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
