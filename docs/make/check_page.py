"""The page of checks: what cards may ask, with which options, and what they are told."""

from __future__ import annotations

import json
from collections.abc import Iterator

from docs.make import rule_pages
from docs.make.places import cell, fenced
from kerasscan.checks.check import Check
from kerasscan.checks.registry import BUILTIN_CHECKS


def page() -> str:
    """Return the page."""
    parts = [
        "# Checks",
        "A card names one of these checks in `check`, gives it `[options]`, and may use its facts "
        "in `message` and in the first paragraph of `remedy`.",
    ]
    for name in sorted(BUILTIN_CHECKS):
        parts += _section(BUILTIN_CHECKS[name])
    return "\n\n".join(parts) + "\n"


def _section(check: Check) -> Iterator[str]:
    yield f"## {check.name} {{#{check.name}}}"
    yield check.summary
    if check.needs_outcomes:
        yield "It is told what `load_model` does in the releases of the target."
    if check.needs_source:
        yield "It looks at the project's Python files (`--source`)."
    if check.facts:
        rows = [f"| `{{{name}}}` | {cell(text)} |" for name, text in check.facts.items()]
        if check.open_facts:
            rows.append(f"| `{{{check.open_facts}...}}` | a value of the object that is found |")
        yield "\n".join(["| Fact | What it is |", "| --- | --- |", *rows])
    if check.options_schema.get("properties"):
        yield "Options, as a JSON Schema:"
        yield fenced(json.dumps(check.options_schema, indent=2, ensure_ascii=False), "json")
    else:
        yield "It has no options."
    links = [
        f"[{rule.id}](../{rule_pages.path(rule)})"
        for rule in rule_pages.rules()
        if rule.check == check.name
    ]
    yield f"Rules that ask it: {', '.join(links) or 'none that is built in'}."
