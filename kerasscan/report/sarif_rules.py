"""Rules as SARIF reporting descriptors (SARIF 2.1.0 section 3.49), as GitHub shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kerasscan.model.finding import Confidence, Rule, Severity
from kerasscan.model.visible import encodable
from kerasscan.report.rule_page import page_url
from kerasscan.report.sarif_words import sentence, shortened

_LONGEST_DESCRIPTION = 1024
_MOST_TAGS = 10
_PRECISION = {
    Confidence.CERTAIN: "very-high",
    Confidence.LIKELY: "high",
    Confidence.HEURISTIC: "medium",
}
_PROBLEM_SEVERITY = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "recommendation",
}
_WORD = re.compile(r"[0-9A-Za-z]+")
_FACT = re.compile(r"\{(\w+)\}")


def descriptor(rule: Rule, help_markdown: Callable[[Rule], str] | None) -> dict[str, Any]:
    """Return the descriptor of a rule.

    Members without a value are left out: GitHub's validator refuses null.
    """
    found: dict[str, Any] = {
        "id": rule.id,
        "name": pascal_case(rule.name),
        "shortDescription": {"text": _description(rule.summary)},
        "fullDescription": {"text": _description(_paragraphs(rule.why or rule.summary)[0])},
        "help": {"text": _help_text(rule)},
    }
    if help_markdown is not None:
        found["help"]["markdown"] = encodable(help_markdown(rule))
    if uri := page_url(rule):
        found["helpUri"] = uri
    found["defaultConfiguration"] = {"level": rule.severity.value}
    found["properties"] = _properties(rule)
    return found


def pascal_case(name: str) -> str:
    """Return ``LambdaBytecode`` for ``lambda-bytecode``."""
    return "".join(word[0].upper() + word[1:] for word in _WORD.findall(name))


def _properties(rule: Rule) -> dict[str, Any]:
    """Return GitHub's own properties; a security severity makes every result an alert."""
    tags = [rule.family, *rule.tags]
    if rule.security_severity is not None:
        tags.insert(0, "security")
    found: dict[str, Any] = {
        "tags": list(dict.fromkeys(tags))[:_MOST_TAGS],
        "precision": _PRECISION[rule.confidence],
    }
    if rule.security_severity is not None:
        found["security-severity"] = f"{rule.security_severity:.1f}"
    else:
        found["problem.severity"] = _PROBLEM_SEVERITY[rule.severity]
    return found


def _description(text: str) -> str:
    return shortened(sentence(text), _LONGEST_DESCRIPTION)


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.strip().split("\n\n")]


def _help_text(rule: Rule) -> str:
    """Return why and what to do as text; the remedy's placeholders become ``<words>``."""
    first, *rest = _paragraphs(rule.remedy)
    remedy = "\n\n".join([_FACT.sub(r"<\1>", first), *rest])
    links = "\n".join(rule.references)
    parts = (sentence(rule.summary), rule.why.strip(), remedy, links)
    return encodable("\n\n".join(part for part in parts if part))
