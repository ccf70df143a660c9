"""The compiled built-in cards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kerasscan.rulebook import compile as compiler
from kerasscan.rulebook.builtin import builtin_directory, compiled_rules, digest
from kerasscan.rulebook.card import make_rule
from kerasscan.rulebook.card_files import parse_card
from kerasscan.rulebook.load import load_builtin

from .toys import CHECKS, put_card


@pytest.fixture
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two built-in cards that name the toy checks."""
    monkeypatch.setattr("kerasscan.rulebook.load.builtin_checks", lambda: CHECKS)
    folder = tmp_path / "rules"
    put_card(folder / "security", ("AC1", "KS1"), name="ks101-toy-lambda.toml")
    changes = [("AC101", "KF100"), ('"toy-lambda"', '"é"'), ('"é"', '"other"')]
    put_card(folder / "file", *changes, name="kf100-other.toml")
    return folder


def _compile(cards: Path) -> Path:
    file = cards.parent / "builtin.json"
    file.write_text(compiler.compiled(cards), encoding="utf-8")
    return file


def test_compiled_rules_are_the_cards_rules(cards: Path) -> None:
    rules = compiled_rules(_compile(cards), cards)
    assert rules == tuple(load_builtin(cards))
    assert [rule.id for rule in rules or ()] == ["KF100", "KS101"]


def test_the_compiled_file_holds_no_path_of_this_machine(cards: Path) -> None:
    assert str(cards.parent) not in _compile(cards).read_text(encoding="utf-8")


def test_an_edited_card_is_not_overlooked(cards: Path) -> None:
    file = _compile(cards)
    card = cards / "security" / "ks101-toy-lambda.toml"
    card.write_text(card.read_text().replace("A layer", "Any layer"))
    assert compiled_rules(file, cards) is None


@pytest.mark.parametrize("name", ["kf101-x.toml", "a-x.toml"])
def test_an_added_or_renamed_card_changes_the_digest(cards: Path, name: str) -> None:
    before = digest(cards)
    (cards / "file" / "kf100-other.toml").rename(cards / "file" / name)
    assert digest(cards) != before


def test_line_ends_do_not_change_the_digest(cards: Path) -> None:
    before = digest(cards)
    card = cards / "file" / "kf100-other.toml"
    card.write_bytes(card.read_bytes().replace(b"\n", b"\r\n"))
    assert digest(cards) == before


def test_without_a_compiled_file_there_are_no_compiled_rules(cards: Path) -> None:
    assert compiled_rules(cards / "none.json", cards) is None


def test_the_builtin_folder_is_there() -> None:
    assert builtin_directory().is_dir()


def test_a_rule_made_of_a_card_does_not_depend_on_how_it_was_stored(cards: Path) -> None:
    path = cards / "file" / "kf100-other.toml"
    card = parse_card(path)
    assert isinstance(card, dict)
    rules = compiled_rules(_compile(cards), cards)
    assert rules is not None
    assert make_rule(card, family="file", source=str(path)) == rules[0]


def test_a_scan_enters_the_room_without_what_only_authors_need() -> None:
    script = (
        "import sys\nfrom kerasscan.rulebook import builtin, judge, known_checks, selection\n"
        "heavy = {'jsonschema', 'tomllib', 'importlib.metadata', 'difflib', 'h5py'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
