"""The cards that kerasscan brings: valid, compiled, and doing as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.model.finding import Rule
from kerasscan.rulebook.builtin import COMPILED, builtin_directory, builtin_rules
from kerasscan.rulebook.card_files import card_paths
from kerasscan.rulebook.compile import compiled
from kerasscan.rulebook.examples import run_examples
from kerasscan.rulebook.known_checks import builtin_checks
from kerasscan.rulebook.load import load_builtin

CARDS = card_paths(builtin_directory())

pytestmark = pytest.mark.skipif(not CARDS, reason="there are no built-in cards yet")


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    """Return the rules of the validated cards by the cards' paths."""
    return {rule.source: rule for rule in load_builtin(builtin_directory())}


def test_every_card_is_valid(rules: dict[str, Rule]) -> None:
    assert sorted(rules) == [str(path) for path in CARDS]


def test_the_compiled_file_agrees_with_the_cards() -> None:
    """Mend with: python -m kerasscan.rulebook.compile."""
    assert COMPILED.read_text(encoding="utf-8") == compiled(builtin_directory())


def test_a_scan_has_the_rules_of_the_cards(rules: dict[str, Rule]) -> None:
    assert list(builtin_rules()) == sorted(rules.values(), key=lambda rule: rule.id)


@pytest.mark.parametrize("card", CARDS, ids=lambda path: path.stem)
def test_a_card_s_examples_are_as_it_says(card: Path, rules: dict[str, Rule]) -> None:
    from kerasscan.reader import read

    results = run_examples([rules[str(card)]], read, builtin_checks())
    assert [str(result) for result in results if not result.passed] == []
