"""From what a check saw to what a person is told, and the fingerprint that keeps it known."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from kerasscan.model.address import Address
from kerasscan.model.finding import Finding, Observation, Rule
from kerasscan.rulebook.card import first_paragraph
from kerasscan.rulebook.member_kind import member_kind
from kerasscan.rulebook.template import fill

FINDINGS_PER_RULE = 1_000
"""Findings of one rule in one file, when the caller sets no limit."""

_RECIPE = "kerasscan/v1"

_REST = "kerasscan: more of the same"
"""Evidence of the finding that sums up the rest."""


def judge(rule: Rule, observation: Observation) -> Finding:
    """Return what a rule says of one observation, as the first with its fingerprint.

    Raises:
        MissingFact: When the check did not give a fact that the card names; a bug.
    """
    finding = _finding(
        rule,
        observation.address,
        message=fill(rule.message, observation.facts),
        remedy=fill(first_paragraph(rule.remedy), observation.facts),
        evidence=observation.evidence,
    )
    return replace(finding, effect=observation.effect) if observation.effect else finding


def judge_all(
    rule: Rule, observations: Iterable[Observation], limit: int = FINDINGS_PER_RULE
) -> list[Finding]:
    """Return what a rule says of all that its check saw in one file, in the check's order.

    Args:
        rule: The rule.
        observations: In the file's order; read to their end.
        limit: Findings to give; what is beyond is summed up in one more.

    Raises:
        MissingFact: When the check did not give a fact that the card names; a bug.
    """
    findings: list[Finding] = []
    seen: Counter[str] = Counter()
    rest = 0
    for observation in observations:
        if len(findings) >= limit:
            rest += 1
            continue
        finding = judge(rule, observation)
        digits = finding.fingerprint.partition(":")[0]
        seen[digits] += 1
        findings.append(replace(finding, fingerprint=f"{digits}:{seen[digits]}"))
    if rest:
        findings.append(_summed_up(rule, rest, limit))
    return findings


def fingerprint(rule_id: str, address: Address, evidence: str) -> str:
    """Return 16 hex digits that stay the same when the same architecture is saved again.

    Neither the file's name or digest nor severity, wording, byte offsets or list positions
    have a part in it, so that a baseline survives retraining.
    """
    parts = (_RECIPE, rule_id, address.layer, member_kind(address), evidence)
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:16]


def _finding(rule: Rule, address: Address, *, message: str, remedy: str, evidence: str) -> Finding:
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=rule.severity,
        confidence=rule.confidence,
        message=message,
        remedy=remedy,
        layer=address.layer,
        pointer=address.pointer,
        member=address.member,
        fingerprint=f"{fingerprint(rule.id, address, evidence)}:1",
    )


def _summed_up(rule: Rule, rest: int, limit: int) -> Finding:
    places = "place" if rest == 1 else "places"
    return _finding(
        rule,
        Address(),
        message=f"'{rule.name}' was found in {rest:,} more {places}; {limit:,} are listed.",
        remedy="Mend what is listed, then scan the file again.",
        evidence=_REST,
    )
