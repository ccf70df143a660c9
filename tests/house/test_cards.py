"""What can be found in a file has a card, and every card is shown at work."""

from __future__ import annotations

import itertools
import re
from collections import Counter

from kerasscan.checks.failures import stands_for
from kerasscan.model.address import Address
from kerasscan.model.bytecode import Rank
from kerasscan.model.hazard import HazardKind
from kerasscan.model.outcome import ChangeKind, Reason, ReasonKind, Stage
from kerasscan.model.saved import Artifact, Container, ProblemKind, Saved
from kerasscan.rulebook.builtin import COMPILED, builtin_directory
from kerasscan.rulebook.compile import compiled
from kerasscan.rulebook.load import load_builtin

from .ground import SAMPLES

RULES = load_builtin(builtin_directory())


def _named(check: str, option: str) -> Counter[str]:
    """Count how often the cards of a check name a thing."""
    cards = [rule for rule in RULES if rule.check == check]
    return Counter(each for rule in cards for each in rule.options.get(option, ()))


def test_every_kind_of_problem_has_one_card() -> None:
    kinds = {kind.value for kind in ProblemKind}
    hazards = {kind: count for kind, count in _named("hazard", "kinds").items() if kind in kinds}
    assert _named("problem", "kinds") + Counter(hazards) == Counter(kinds)


def test_every_kind_of_hazard_has_one_card_or_one_for_each_reach() -> None:
    named = _named("hazard", "kinds")
    reaches = len(Rank)
    wanted = {kind.value: reaches if kind is HazardKind.BYTECODE else 1 for kind in HazardKind}
    assert named == Counter(wanted)
    assert _named("hazard", "reach") == Counter(rank.value for rank in Rank)


def test_everything_that_is_no_model_has_one_card() -> None:
    named = _named("container", "containers")
    assert {kind: named[kind] for kind in Container if not kind.is_model and named[kind] != 1} == {}


BY_OTHERS = {ReasonKind.CUSTOM_OBJECT, ReasonKind.PART_MISSING}
"""What the families registration and file report without asking a release."""


def test_everything_that_stops_a_load_has_a_card() -> None:
    named = _named("load-failure", "kinds")
    assert set(named) == {kind.value for kind in set(ReasonKind) - BY_OTHERS}


def test_no_reason_has_two_cards() -> None:
    saved = Saved(Artifact("m.keras", Container.KERAS_ZIP, 1, (), ".keras"))
    cards = [rule for rule in RULES if rule.check == "load-failure"]
    for kind, stage in itertools.product(ReasonKind, Stage):
        reason = Reason(kind, stage, "X", "", Address(), "", "")
        assert sum(stands_for(card.options, reason, saved) for card in cards) <= 1, (kind, stage)


def test_everything_that_a_load_changes_has_one_card() -> None:
    assert _named("load-change", "kinds") == Counter(kind.value for kind in ChangeKind)


def test_the_compiled_cards_are_current() -> None:
    """Mend with: python -m kerasscan.rulebook.compile."""
    assert COMPILED.read_text(encoding="utf-8") == compiled(builtin_directory())


def test_every_rule_is_seen_at_work() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SAMPLES.rglob("*.expected.txt")]
    seen = {rule for text in texts for rule in re.findall(r"\[([A-Z]+\d+)\]", text)}
    seen |= {rule.id for rule in RULES if any(example.flagged for example in rule.examples)}
    assert sorted({rule.id for rule in RULES} - seen) == []
