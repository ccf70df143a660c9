"""What makes one card a good card, beyond what a schema can say.

Every question is asked of a card that may be wrong in any other way too, so that an author
sees all mistakes at once. The questions about several cards are in `kerasscan.rulebook.load`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kerasscan.checks.check import Check
from kerasscan.rulebook import schema
from kerasscan.rulebook.bad_cards import suggestion
from kerasscan.rulebook.card import first_paragraph
from kerasscan.rulebook.families import PREFIXES, letters_of
from kerasscan.rulebook.template import placeholders, stray_braces

REMEDY_LENGTH = 400
"""Characters of a remedy's first paragraph, which a finding prints."""

_MARKUP = re.compile(r"#{1,6} |```|~~~|[-*+] |\d+[.)] |\||>|<")
_LINK = re.compile(r"\]\(")

Fault = tuple[str, str]
"""JSON path and message."""


@dataclass(frozen=True)
class Place:
    """Where a card lies: its file's name, its family, and whether it is one of the house."""

    file_name: str
    family: str
    builtin: bool


def faults(card: Mapping[str, Any], place: Place, checks: Mapping[str, Check]) -> list[Fault]:
    """Return everything that is wrong with one card.

    Args:
        card: The values on it.
        place: Where it lies.
        checks: The checks that it may name.
    """
    found = list(schema.faults(card, schema.card_schema()))
    found += _not_json(card, "$")
    found += _wrong_name(card, place)
    found += _wrong_references(card, place)
    found += _wrong_remedy(card)
    found += _wrong_check(card, checks)
    found += _wrong_targets(card)
    return found


def _not_json(value: Any, path: str) -> Iterator[Fault]:
    """Find TOML's dates, times, infinities and NaN: a card holds JSON values only."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _not_json(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _not_json(item, f"{path}[{index}]")
    elif not isinstance(value, str | int | float):
        yield path, f"a TOML {type(value).__name__} is no JSON value; write it as a string"
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, f"{value} is no JSON value"


def _wrong_name(card: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    rule_id, name = card.get("id"), card.get("name")
    if not isinstance(rule_id, str):
        return
    if isinstance(name, str) and place.file_name != f"{rule_id.lower()}-{name}.toml":
        yield "$", f"the file must be named {rule_id.lower()}-{name}.toml"
    prefix = letters_of(rule_id)
    if not place.builtin:
        if prefix in PREFIXES.values():
            yield "$.id", f"the prefix {prefix} belongs to the built-in rules"
    elif place.family not in PREFIXES:
        yield "$", f"'{place.family}' is no family{suggestion(place.family, PREFIXES)}"
    elif prefix != PREFIXES[place.family]:
        yield "$.id", f"ids of the family {place.family} begin with {PREFIXES[place.family]}"


def _wrong_references(card: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    if place.builtin and not card.get("references"):
        yield "$.references", "a built-in card has at least one reference"


def _wrong_remedy(card: Mapping[str, Any]) -> Iterator[Fault]:
    remedy = card.get("remedy")
    if not isinstance(remedy, str) or not remedy.strip():
        return
    first = first_paragraph(remedy)
    if len(first) > REMEDY_LENGTH:
        yield (
            "$.remedy",
            f"the first paragraph is {len(first)} characters long; at most {REMEDY_LENGTH} fit",
        )
    if _LINK.search(first) or any(_MARKUP.match(line.strip()) for line in _lines(remedy)):
        yield "$.remedy", "the first paragraph is plain sentences: no list, code block or link"
    if not first.endswith("."):
        yield "$.remedy", "the first paragraph must end with a period"


def _lines(remedy: str) -> list[str]:
    """Return the lines of the first paragraph."""
    return remedy.strip().partition("\n\n")[0].splitlines()


def _wrong_check(card: Mapping[str, Any], checks: Mapping[str, Check]) -> Iterator[Fault]:
    check = None
    name = card.get("check")
    if isinstance(name, str):
        check = checks.get(name)
        if check is None:
            yield "$.check", f"there is no check '{name}'{suggestion(name, checks)}"
    if check is not None:
        options = card.get("options", {})
        if isinstance(options, dict):
            yield from schema.faults(options, check.options_schema, "$.options")
    message, remedy = card.get("message"), card.get("remedy")
    if isinstance(message, str):
        yield from _wrong_template("$.message", message, check)
    if isinstance(remedy, str):
        yield from _wrong_template("$.remedy", first_paragraph(remedy), check)


def _wrong_targets(card: Mapping[str, Any]) -> Iterator[Fault]:
    """Find examples for releases that nobody knows."""
    examples = card.get("examples")
    for kind in ("flagged", "clean"):
        listed = examples.get(kind, ()) if isinstance(examples, dict) else ()
        for index, example in enumerate(listed if isinstance(listed, list) else ()):
            target = example.get("target") if isinstance(example, dict) else None
            if not isinstance(target, str):
                continue
            from kerasscan.catalog.releases import BadRequirement, requested

            try:
                requested(target)
            except BadRequirement as error:
                yield f"$.examples.{kind}[{index}].target", str(error)


def _wrong_template(path: str, template: str, check: Check | None) -> Iterator[Fault]:
    for stray in stray_braces(template):
        yield path, f"'{stray}' is no placeholder; write {{fact}}, or {{{{ and }}}} for braces"
    if check is None:
        return
    for name in placeholders(template):
        if name not in check.facts and not _is_open(name, check.open_facts):
            near = suggestion(name, check.facts)
            offer = near or f"; it gives {', '.join(sorted(check.facts)) or 'none'}"
            yield path, f"the check '{check.name}' gives no fact '{name}'{offer}"


def _is_open(name: str, prefix: str) -> bool:
    return bool(prefix) and name.startswith(prefix) and name != prefix
