"""A page for each published JSON Schema, and the schema itself beside it."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from docs.make.places import ROOT, cell, fenced, plain

SOURCES = {
    "report": "kerasscan/report/report.schema.json",
    "compat": "kerasscan/report/compat/compat.schema.json",
    "contract": "kerasscan/report/contract/contract.schema.json",
    "settings": "kerasscan/cli/settings/settings.schema.json",
    "ignore": "kerasscan/cli/settings/ignore.schema.json",
    "card": "kerasscan/rulebook/card.schema.json",
}
"""Those that users meet. Others describe tables inside of kerasscan."""


def files(folder: str) -> dict[str, str]:
    """Return pages and schemas by their paths.

    Args:
        folder: Where they lie below docs/.
    """
    found = {}
    for name, source in SOURCES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        found[f"{folder}/{name}.schema.json"] = text
        found[f"{folder}/{name}.md"] = _page(name, json.loads(text), text)
    return found


def page_of(source: str, folder: str) -> str | None:
    """Return the page of a schema of the repository; None for any other file."""
    names = {path: name for name, path in SOURCES.items()}
    return posixpath.join(folder, f"{names[source]}.md") if source in names else None


def _page(name: str, schema: Mapping[str, Any], text: str) -> str:
    parts = [f"# {schema['title']}", plain(schema["description"])]
    parts.append(f"The schema as a file: [{name}.schema.json]({name}.schema.json).")
    shared = schema.get("$defs", {})
    parts += _section(schema, shared)
    for part, inner in shared.items():
        parts += [f"## {part} {{#{_anchor(part)}}}", *_said(inner), *_section(inner, shared)]
    parts += ["## The whole schema {#the-whole-schema}", fenced(text, "json")]
    return "\n\n".join(parts) + "\n"


def _said(schema: Mapping[str, Any]) -> Iterator[str]:
    if "description" in schema:
        yield plain(schema["description"])
    if "properties" not in schema:
        yield f"Type: {_kind(schema)}."


def _section(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[str]:
    rows = list(_rows(schema, "", shared))
    if rows:
        yield "\n".join(["| Key | What it holds | Required | Meaning |", "|" + " --- |" * 4, *rows])


def _rows(schema: Mapping[str, Any], before: str, shared: Mapping[str, Any]) -> Iterator[str]:
    """Yield a row for every key of an object, and of the objects right inside of it.

    Args:
        schema: That of the object.
        before: How the way to the object is written.
        shared: The parts that it may refer to by name.
    """
    needed = schema.get("required", ())
    for key, value in schema.get("properties", {}).items():
        is_needed = "yes" if key in needed else "no"
        named = shared.get(_part(value), {})
        said = cell(plain(value.get("description", named.get("description", ""))))
        said += f" Default: `{json.dumps(value['default'])}`." if "default" in value else ""
        yield f"| `{before}{key}` | {_kind(value)} | {is_needed} | {said} |"
        yield from _rows(value, f"{before}{key}.", shared)
        if isinstance(items := value.get("items"), dict):
            yield from _rows(items, f"{before}{key}[].", shared)


def _kind(schema: Mapping[str, Any]) -> str:
    """Return what a value may be, in words."""
    if part := _part(schema):
        return f"[{part}](#{_anchor(part)})"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(word)}`" for word in schema["enum"])
    for word in ("anyOf", "oneOf"):
        if word in schema and "type" not in schema:
            return " or ".join(_kind(choice) for choice in schema[word])
    kinds = schema.get("type", "anything")
    inner = {"array": schema.get("items"), "object": schema.get("additionalProperties")}
    words = {"array": "array of", "object": "object with values of the type"}
    return " or ".join(
        f"{words[kind]} {_kind(held)}" if isinstance(held := inner.get(kind), dict) else kind
        for kind in ([kinds] if isinstance(kinds, str) else kinds)
    )


def _part(schema: Mapping[str, Any]) -> str:
    """Return the name of the part that a schema refers to, or nothing."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _anchor(part: str) -> str:
    return f"part-{part.lower()}"
