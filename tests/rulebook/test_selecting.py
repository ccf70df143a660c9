"""Which rules are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kerasscan.rulebook.selection import UnknownSelector, select

from .test_judging import RULE

RULES = [
    replace(RULE, id=rule_id, name=name, family=family)
    for rule_id, name, family in [
        ("ACME001", "acme-thing", "graph"),
        ("KG101", "dead-branch", "graph"),
        ("KS101", "lambda-bytecode", "security"),
        ("KS102", "lambda-name", "security"),
        ("KS201", "outside-link", "security"),
        ("KSX100", "other-pack", "ksx"),
    ]
]


def _ids(**selectors: list[str]) -> list[str]:
    return [rule.id for rule in select(RULES, **selectors)]


ALL_IDS = [rule.id for rule in RULES]


def test_without_selectors_every_rule_is_asked() -> None:
    assert _ids() == ALL_IDS
    assert _ids(select=["ALL"]) == ALL_IDS


@pytest.mark.parametrize(
    ("selector", "ids"),
    [
        ("KS101", ["KS101"]),
        ("lambda-name", ["KS102"]),
        ("KS1", ["KS101", "KS102"]),
        ("KS", ["KS101", "KS102", "KS201"]),
        ("KSX", ["KSX100"]),
        ("graph", ["ACME001", "KG101"]),
        ("security", ["KS101", "KS102", "KS201"]),
    ],
)
def test_a_selector_is_an_id_a_beginning_a_name_or_a_family(selector: str, ids: list[str]) -> None:
    assert _ids(select=[selector]) == ids
    assert _ids(ignore=[selector]) == [rule_id for rule_id in ALL_IDS if rule_id not in ids]


@pytest.mark.parametrize(
    ("selectors", "ids"),
    [
        ({"select": ["KS"], "ignore": ["KS101"]}, ["KS102", "KS201"]),
        ({"select": ["KS101"], "ignore": ["KS"]}, ["KS101"]),
        ({"select": ["KS101"], "ignore": ["KS101"]}, []),
        ({"select": ["KS101"], "ignore": ["lambda-bytecode"]}, []),
        ({"select": ["security"], "ignore": ["KS"]}, []),
        ({"select": ["KS1"], "ignore": ["security"]}, ["KS101", "KS102"]),
        ({"select": ["ALL"], "ignore": ["ALL"]}, []),
        ({"select": ["graph"], "ignore": ["ALL"]}, ["ACME001", "KG101"]),
        ({"select": ["KS", "KS101"], "ignore": ["KS1"]}, ["KS101", "KS201"]),
    ],
)
def test_the_more_specific_selector_wins(selectors: dict[str, list[str]], ids: list[str]) -> None:
    assert _ids(**selectors) == ids


def test_extend_select_adds_to_what_is_selected() -> None:
    assert _ids(select=["graph"], extend_select=["KS2"]) == ["ACME001", "KG101", "KS201"]


def test_extend_select_alone_brings_back_what_is_ignored() -> None:
    assert _ids(ignore=["KS"], extend_select=["KS101"]) == ["ACME001", "KG101", "KS101", "KSX100"]


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("ks101", "no rule answers to 'ks101'; did you mean 'KS101' or "),
        ("securty", "no rule answers to 'securty'; did you mean 'security'?"),
        ("lambda-bytcode", "no rule answers to 'lambda-bytcode'; did you mean 'lambda-bytecode'"),
        ("K", "no rule answers to 'K'"),
        ("KS9", "no rule answers to 'KS9'; did you mean "),
        ("", "no rule answers to ''"),
    ],
)
@pytest.mark.parametrize("argument", ["select", "ignore", "extend_select"])
def test_an_unknown_selector_is_refused(argument: str, selector: str, message: str) -> None:
    with pytest.raises(UnknownSelector) as unknown:
        _ids(**{argument: [selector]})
    assert str(unknown.value).startswith(message)


def test_all_unknown_selectors_are_told_at_once() -> None:
    with pytest.raises(UnknownSelector) as unknown:
        _ids(select=["zzzzzz", "graf"], ignore=["zzzzzz"])
    assert unknown.value.unknown == (("zzzzzz", ()), ("graf", ("graph",)))
    assert str(unknown.value).splitlines() == [
        "no rule answers to 'zzzzzz'",
        "no rule answers to 'graf'; did you mean 'graph'?",
    ]


def test_all_of_no_rules_is_nothing() -> None:
    assert select([], select=["ALL"]) == []
