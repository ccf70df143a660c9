"""Which rules are asked: selectors, in the way that users of ruff know them.

A selector is ``ALL``, a family (``security``), the letters of an id or the beginning of its
number (``KS``, ``KS1``), an id or a name. The more specific selector wins; at equal
specificity ``ignore`` wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kerasscan.model.finding import Confidence, Rule, Severity
from kerasscan.rulebook.families import letters_of

ALL = "ALL"

OFF = "off"
"""In place of a severity: the rule is not asked."""

_ID_PREFIX = re.compile(r"[A-Z]{2,8}[0-9]{0,4}")

_Level = tuple[int, int]
"""How specific a selector is: ALL, family, id prefix by its length, a single rule."""


class UnknownSelector(ValueError):
    """Selectors that no rule answers to.

    Attributes:
        unknown: Each such selector with the known ones that are spelled alike.
    """

    def __init__(self, unknown: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        self.unknown = tuple(unknown)
        super().__init__(self.unknown)

    def __str__(self) -> str:
        """Return one line for each selector."""
        return "\n".join(_says(word, near) for word, near in self.unknown)


def select(
    rules: Iterable[Rule],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
) -> list[Rule]:
    """Return the selected rules in the given order.

    Args:
        rules: To choose from.
        select: Selectors; none at all means ``ALL``.
        ignore: Selectors to leave out.
        extend_select: Selectors to add to ``select``.

    Raises:
        UnknownSelector: With every selector that matches no rule.
    """
    known = list(rules)
    wanted = [_answer(word, known) for word in (*(select or [ALL]), *extend_select)]
    unwanted = [_answer(word, known) for word in ignore]
    unknown = [answer.selector for answer in (*wanted, *unwanted) if answer.is_unknown]
    if unknown:
        raise UnknownSelector([(word, _near(word, known)) for word in dict.fromkeys(unknown)])
    chosen: set[str] = set()
    for level in sorted({answer.level for answer in (*wanted, *unwanted)}):
        chosen = chosen.union(*(answer.ids for answer in wanted if answer.level == level))
        chosen = chosen.difference(*(answer.ids for answer in unwanted if answer.level == level))
    return [rule for rule in known if rule.id in chosen]


def answering(selector: str, rules: Sequence[Rule]) -> frozenset[str]:
    """Return the ids of the rules that answer to a selector; none where nobody does."""
    return _answer(selector, rules).ids


def check_selectors(selectors: Iterable[str], rules: Sequence[Rule]) -> None:
    """Let selectors pass that some rule answers to.

    Raises:
        UnknownSelector: With the others.
    """
    unknown = [word for word in dict.fromkeys(selectors) if _answer(word, rules).is_unknown]
    if unknown:
        raise UnknownSelector([(word, _near(word, rules)) for word in unknown])


def with_severity(rules: Iterable[Rule], severity: Mapping[str, str]) -> list[Rule]:
    """Return the rules with other severities, without those that are `OFF`.

    Args:
        rules: To change.
        severity: Selector to severity or `OFF`. The more specific selector wins; at equal
            specificity the later one.

    Raises:
        UnknownSelector: With every selector that matches no rule.
    """
    known = list(rules)
    check_selectors(severity, known)
    answers = [(_answer(word, known), said) for word, said in severity.items()]
    said_of: dict[str, str] = {}
    for answer, said in sorted(answers, key=lambda each: each[0].level):
        said_of |= dict.fromkeys(answer.ids, said)
    return [
        replace(rule, severity=Severity(said_of[rule.id])) if rule.id in said_of else rule
        for rule in known
        if said_of.get(rule.id) != OFF
    ]


def at_least(rules: Iterable[Rule], confidence: Confidence) -> list[Rule]:
    """Return the rules that are at least so sure of what they report."""
    surest_first = list(Confidence)
    allowed = surest_first[: surest_first.index(confidence) + 1]
    return [rule for rule in rules if rule.confidence in allowed]


@dataclass(frozen=True)
class _Answer:
    """The rules that answer to a selector, and how specific it is."""

    selector: str
    level: _Level
    ids: frozenset[str]

    @property
    def is_unknown(self) -> bool:
        return not self.ids and self.selector != ALL


def _answer(word: str, rules: Sequence[Rule]) -> _Answer:
    if word == ALL:
        return _Answer(word, (0, 0), frozenset(rule.id for rule in rules))
    one = frozenset(rule.id for rule in rules if word in {rule.id, rule.name})
    if one:
        return _Answer(word, (3, 0), one)
    if _ID_PREFIX.fullmatch(word):
        letters = letters_of(word)
        ids = (rule.id for rule in rules if letters_of(rule.id) == letters)
        begun = frozenset(rule_id for rule_id in ids if rule_id.startswith(word))
        return _Answer(word, (2, len(word)), begun)
    return _Answer(word, (1, 0), frozenset(rule.id for rule in rules if rule.family == word))


def _near(word: str, rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return the known selectors that are spelled much like ``word``, nearest first."""
    from difflib import get_close_matches

    known = [ALL]
    for rule in rules:
        known += [rule.family, letters_of(rule.id), rule.name, rule.id]
    by_lower = {selector.lower(): selector for selector in known}
    near = get_close_matches(word.lower(), by_lower, n=3)
    return tuple(by_lower[found] for found in near)


def _says(word: str, near: Sequence[str]) -> str:
    quoted = " or ".join(f"'{selector}'" for selector in near)
    return f"no rule answers to '{word}'" + (f"; did you mean {quoted}?" if near else "")
