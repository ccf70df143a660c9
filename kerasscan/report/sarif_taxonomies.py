"""Weaknesses by their numbers in MITRE's list, as a SARIF taxonomy (SARIF 2.1.0 section 3.19.3).

A rule names them in its tags, ``external/cwe/cwe-502``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kerasscan.model.finding import Rule

_NAME = "CWE"
_TAG = re.compile(r"external/cwe/cwe-0*(\d+)")
_URL = "https://cwe.mitre.org"


class Weaknesses:
    """The weaknesses that a run's rules name; each has an index in the taxonomy."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        numbers = {number for rule in rules for number in _numbers(rule)}
        self._index = {number: index for index, number in enumerate(sorted(numbers))}

    def taxonomy(self) -> dict[str, Any] | None:
        """Return the taxonomy, or None where no rule names a weakness."""
        if not self._index:
            return None
        return {
            "name": _NAME,
            "organization": "MITRE",
            "informationUri": f"{_URL}/",
            "shortDescription": {"text": "The MITRE Common Weakness Enumeration."},
            "fullDescription": {"text": "Those of its weaknesses that the rules name."},
            "isComprehensive": False,
            "taxa": [
                {
                    "id": f"CWE-{number}",
                    "helpUri": f"{_URL}/data/definitions/{number}.html",
                }
                for number in self._index
            ],
        }

    def supported(self) -> dict[str, Any]:
        """Return the reference to the taxonomy (section 3.54)."""
        return {"name": _NAME, "index": 0}

    def of(self, rule: Rule) -> list[dict[str, Any]]:
        """Return references to the weaknesses of a rule (section 3.52)."""
        return [
            {"id": f"CWE-{number}", "index": self._index[number], "toolComponent": self.supported()}
            for number in _numbers(rule)
        ]

    def relationships(self, rule: Rule) -> list[dict[str, Any]]:
        """Return the same as relationships (section 3.53): each weakness is wider than the rule."""
        return [{"target": target, "kinds": ["superset"]} for target in self.of(rule)]


def _numbers(rule: Rule) -> list[int]:
    found = (_TAG.fullmatch(tag.lower()) for tag in rule.tags)
    return list(dict.fromkeys(int(match[1]) for match in found if match))
