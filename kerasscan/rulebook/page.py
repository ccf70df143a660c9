"""Rules as Markdown: one rule's page, and the table of all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from kerasscan.model.finding import Example, Rule
from kerasscan.rulebook.card import after_first_paragraph, first_paragraph
from kerasscan.rulebook.families import family_order

_LANGUAGES = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def markdown(rule: Rule, *, examples: bool = True) -> str:
    """Return a rule's page.

    Args:
        rule: The rule.
        examples: Whether its examples are a part of the page.
    """
    parts = [
        f"# {rule.id} {rule.name}",
        f"{rule.summary}.",
        _facts(rule),
        "## Why it matters",
        rule.why,
        "## What to do",
        _plain(first_paragraph(rule.remedy)),
        after_first_paragraph(rule.remedy),
        *_options(rule),
    ]
    if examples:
        for example in rule.examples:
            parts += example_parts(example)
    if rule.references:
        parts += ["## References", "\n".join(f"- <{url}>" for url in rule.references)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(rules: Iterable[Rule]) -> str:
    """Return the table of rules, one for each family, sorted by id."""
    by_family: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.id):
        by_family.setdefault(rule.family, []).append(rule)
    parts = []
    for family in sorted(by_family, key=family_order):
        rows = [
            f"| {rule.id} | {rule.name} | {rule.severity} | {_cell(rule.summary)} |"
            for rule in by_family[family]
        ]
        head = ["| Id | Name | Severity | What it finds |", "| --- | --- | --- | --- |"]
        parts.append("\n".join([f"### {family}", "", *head, *rows]))
    return "\n\n".join(parts) + "\n"


def _facts(rule: Rule) -> str:
    lines = [
        f"- Severity: {rule.severity}",
        f"- Confidence: {rule.confidence}",
        f"- Family: {rule.family}",
        f"- Check: `{rule.check}`",
    ]
    if rule.security_severity is not None:
        lines.append(f"- Security severity: {rule.security_severity:.1f}")
    if rule.tags:
        lines.append(f"- Tags: {', '.join(f'`{tag}`' for tag in rule.tags)}")
    lines.append(f"- Says: {_code(_plain(rule.message))}")
    return "\n".join(lines)


def _options(rule: Rule) -> Iterator[str]:
    if rule.options:
        yield "## Options"
        yield _fenced(json.dumps(rule.options, indent=2, ensure_ascii=False), "json")


def example_parts(example: Example) -> Iterator[str]:
    """Yield the paragraphs and blocks that show an example, its heading first."""
    yield f"## {'Flagged' if example.flagged else 'Clean'}: {example.title}"
    if example.sample is not None:
        yield f"The sample `{example.sample}`."
    elif example.members is not None:
        for name, text in example.members.items():
            yield f"`{name}` in `{example.file}`:"
            yield _fenced(text, _language(name))
    elif example.hex is not None:
        yield f"`{example.file}`, in hexadecimal:"
        yield _fenced(example.hex, "text")
    elif example.text:
        yield f"`{example.file}`:"
        yield _fenced(example.text, _language(example.file))
    else:
        yield f"`{example.file}`, an empty file."
    for name, text in (example.source or {}).items():
        yield f"`{name}` in the project:"
        yield _fenced(text, "python")
    if example.target:
        python = f" and Python {example.python}" if example.python else ""
        yield f"Judged for `{example.target}`{python}."
    if example.layers:
        layers = ", ".join(f"`{layer}`" if layer else "the model" for layer in example.layers)
        yield f"Found in: {layers}."


def _language(file: str) -> str:
    dot = file.rfind(".")
    return _LANGUAGES.get(file[dot:].lower(), "text") if dot >= 0 else "text"


def _fenced(text: str, language: str) -> str:
    fence = "`" * max(3, _longest_ticks(text) + 1)
    return f"{fence}{language}\n{text.strip()}\n{fence}"


def _code(text: str) -> str:
    ticks = "`" * (_longest_ticks(text) + 1)
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _longest_ticks(text: str) -> int:
    return max((len(ticks) for ticks in re.findall("`+", text)), default=0)


def _plain(template: str) -> str:
    """Return a template with single braces, as people read it."""
    return template.replace("{{", "{").replace("}}", "}")


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
