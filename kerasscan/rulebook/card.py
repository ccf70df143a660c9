"""From the values on a card to a `Rule`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from kerasscan.model.finding import Confidence, Example, Rule, Severity

_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def make_rule(card: Mapping[str, Any], *, family: str, source: str) -> Rule:
    """Return the rule that a valid card describes."""
    examples = card.get("examples", {})
    return Rule(
        id=card["id"],
        name=card["name"],
        family=family,
        summary=one_line(card["summary"]),
        severity=Severity(card["severity"]),
        confidence=Confidence(card["confidence"]),
        check=card["check"],
        options=card.get("options", {}),
        message=one_line(card["message"]),
        remedy=card["remedy"].strip(),
        why=card["why"].strip(),
        references=tuple(card.get("references", ())),
        tags=tuple(card.get("tags", ())),
        examples=(
            *(_example(values, flagged=True) for values in examples.get("flagged", ())),
            *(_example(values, flagged=False) for values in examples.get("clean", ())),
        ),
        source=source,
        security_severity=card.get("security_severity"),
    )


def first_paragraph(remedy: str) -> str:
    """Return what a finding prints of a remedy: the first paragraph, on one line."""
    return one_line(_BLANK_LINE.split(remedy.strip(), maxsplit=1)[0])


def after_first_paragraph(remedy: str) -> str:
    """Return the rest of a remedy, ``""`` where there is none."""
    parts = _BLANK_LINE.split(remedy.strip(), maxsplit=1)
    return parts[1].strip("\n") if len(parts) > 1 else ""


def one_line(text: str) -> str:
    """Return text without line breaks and without space at its ends."""
    return " ".join(text.split())


def _example(values: Mapping[str, Any], *, flagged: bool) -> Example:
    layers = values.get("layers")
    return Example(
        title=values["title"],
        flagged=flagged,
        file=_file_name(values),
        text=values.get("text"),
        hex=values.get("hex"),
        members=values.get("members"),
        sample=values.get("sample"),
        layers=None if layers is None else tuple(layers),
        target=values.get("target"),
        python=values.get("python"),
        source=values.get("source"),
    )


def _file_name(values: Mapping[str, Any]) -> str:
    if "file" in values:
        return str(values["file"])
    if "sample" in values:
        return PurePosixPath(values["sample"]).name
    return "model.keras" if "members" in values else "model.json"
