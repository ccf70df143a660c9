"""Folders of cards to rules, or to everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from kerasscan.checks.check import Check
from kerasscan.model.finding import Rule
from kerasscan.rulebook.bad_cards import BadCards, CardFault
from kerasscan.rulebook.builtin import builtin_directory, builtin_rules
from kerasscan.rulebook.card import make_rule
from kerasscan.rulebook.card_files import card_paths, parse_card
from kerasscan.rulebook.families import family_of
from kerasscan.rulebook.known_checks import builtin_checks, checks_for
from kerasscan.rulebook.law import Place, faults


@dataclass(frozen=True)
class CardFile:
    """A card that could be parsed, and where it lies."""

    path: Path
    family: str
    card: Mapping[str, Any]


def load_cards(directory: Path, *, checks: Mapping[str, Check] | None = None) -> list[Rule]:
    """Return the rules of a folder of cards, sorted by id.

    The built-in cards are held to their own laws, every other folder is a pack.

    Args:
        directory: Holds cards, or folders of cards; or one family of the built-in cards.
        checks: Stands in for the built-in checks.

    Raises:
        BadCards: With every mistake of every card.
    """
    inside = directory.resolve()
    if not inside.is_relative_to(builtin_directory().resolve()):
        return load_packs([directory], checks=checks)
    rules = load_builtin(builtin_directory(), checks=checks)
    return [rule for rule in rules if Path(rule.source).resolve().is_relative_to(inside)]


def load_builtin(directory: Path, *, checks: Mapping[str, Check] | None = None) -> list[Rule]:
    """Return the rules of a folder that is laid out, and judged, as the built-in one."""
    return _load([directory], builtin=True, beside=(), checks=checks)


def load_packs(
    directories: Iterable[Path],
    *,
    checks: Mapping[str, Check] | None = None,
    beside: Sequence[Rule] | None = None,
) -> list[Rule]:
    """Return the rules of packs, sorted by id.

    Args:
        directories: The packs' folders.
        checks: Stands in for the built-in checks.
        beside: Rules whose ids and names are taken; None: the built-in ones.

    Raises:
        BadCards: With every mistake of every card of all packs.
    """
    taken = builtin_rules() if beside is None else beside
    each = list({directory.resolve(): directory for directory in directories}.values())
    return _load(each, builtin=False, beside=taken, checks=checks)


def _load(
    directories: Sequence[Path],
    *,
    builtin: bool,
    beside: Sequence[Rule],
    checks: Mapping[str, Check] | None,
) -> list[Rule]:
    files: list[CardFile] = []
    wrong: list[CardFault] = []
    for directory in directories:
        paths = card_paths(directory)
        if not paths:
            says = "holds no cards (*.toml)" if directory.is_dir() else "is no folder"
            wrong.append(CardFault(str(directory), "$", says))
        for path in paths:
            card = parse_card(path)
            if isinstance(card, CardFault):
                wrong.append(card)
            else:
                files.append(CardFile(path, family_of(path.resolve().parent.name), card))
                wrong += _wrong_folder(path, directory, builtin=builtin)
    wrong += _wrong_cards(files, builtin=builtin, checks=checks)
    wrong += _taken_twice(files, beside)
    if wrong:
        raise BadCards(sorted(set(wrong), key=attrgetter("path", "json_path", "message")))
    rules = [make_rule(file.card, family=file.family, source=str(file.path)) for file in files]
    return sorted(rules, key=lambda rule: rule.id)


def _wrong_folder(path: Path, directory: Path, *, builtin: bool) -> Iterator[CardFault]:
    depth = len(path.relative_to(directory).parts)
    if builtin and depth != 2:
        yield CardFault(str(path), "$", "a built-in card lies in the folder of its family")
    elif depth > 2:
        yield CardFault(str(path), "$", "a card lies in the pack or in a folder of the pack")


def _wrong_cards(
    files: Sequence[CardFile], *, builtin: bool, checks: Mapping[str, Check] | None
) -> Iterator[CardFault]:
    """Judge every card on its own."""
    names = [file.card["check"] for file in files if isinstance(file.card.get("check"), str)]
    known = dict(builtin_checks() if checks is None else checks)
    try:
        known |= checks_for(names, known)
    except BadCards as bad:
        yield from bad.faults
    for file in files:
        place = Place(file.path.name, file.family, builtin)
        for json_path, message in faults(file.card, place, known):
            yield CardFault(str(file.path), json_path, message)


def _taken_twice(files: Sequence[CardFile], beside: Sequence[Rule]) -> Iterator[CardFault]:
    """Find ids and names that two cards share, or that a rule of the house has."""
    for key in ("id", "name"):
        owners = {str(getattr(rule, key)): f"the rule {rule.id} {rule.name}" for rule in beside}
        for file in files:
            value = file.card.get(key)
            if not isinstance(value, str):
                continue
            owner = owners.setdefault(value, str(file.path))
            if owner != str(file.path):
                message = f"'{value}' is the {key} of {owner} already"
                yield CardFault(str(file.path), f"$.{key}", message)
