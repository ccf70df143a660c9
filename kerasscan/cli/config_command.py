"""What ``kerasscan config`` does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import typer

from kerasscan.cli.settings.choices import InForce
from kerasscan.cli.settings.document import schema
from kerasscan.cli.settings.find import shown
from kerasscan.cli.settings_options import in_force
from kerasscan.model.visible import visible


def run_show(path: str, config: str | None, output_format: str, *, isolated: bool) -> None:
    """Print what is in force for a path."""
    force = in_force({}, path, config, isolated=isolated)
    if output_format == "json":
        typer.echo(json.dumps(_as_json(force), indent=2))
    else:
        typer.echo(settings_as_text(force), nl=False)


def run_schema() -> None:
    """Print the JSON Schema of the settings."""
    typer.echo(json.dumps(schema("settings"), indent=2))


def settings_as_text(force: InForce) -> str:
    """Return what is in force: a line for each key, with where its value comes from."""
    rows = [(f"{key} = {_toml(value)}", origin) for key, value, origin in _rows(force)]
    width = max(len(line) for line, origin in rows if origin != "default" or len(line) < _WIDE)
    width = min(width, _WIDE)
    lines = [f"{visible(line):<{width}}  # {visible(origin)}\n" for line, origin in rows]
    file = visible(shown(force.file)) if force.file else "none"
    return "".join([f"# settings file: {file}\n", *lines])


_WIDE = 48
"""Columns; where a line is longer, its origin stands out of line rather than far to the right."""


def _as_json(force: InForce) -> dict[str, Any]:
    return {
        "file": shown(force.file) if force.file else None,
        "settings": [
            {"key": key, "value": value, "origin": origin} for key, value, origin in _rows(force)
        ],
    }


def _rows(force: InForce) -> list[tuple[str, Any, str]]:
    """Return key, value and origin of everything, in the schema's order."""
    found = []
    for field in fields(force.choices):
        value = getattr(force.choices, field.name)
        if isinstance(value, Mapping):
            is_limits = field.name == "limits"
            value = {_key(key) if is_limits else key: each for key, each in value.items()}
        found.append((_key(field.name), value, force.origins[field.name]))
    return found


def _key(name: str) -> str:
    return name.replace("_", "-")


def _toml(value: Any) -> str:
    """Return a value as TOML has it; what is not set has no TOML."""
    if value is None:
        return "(not set)"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
