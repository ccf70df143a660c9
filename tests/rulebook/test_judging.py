"""From what a check saw to what a person is told."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kerasscan.model.address import Address
from kerasscan.model.finding import Confidence, Finding, Observation, Rule, Severity
from kerasscan.model.visible import visible
from kerasscan.rulebook.judge import fingerprint, judge, judge_all
from kerasscan.rulebook.member_kind import member_kind
from kerasscan.rulebook.template import MissingFact, fill, placeholders, stray_braces

RULE = Rule(
    id="AC101",
    name="toy-lambda",
    family="acme",
    summary="A layer is a Lambda",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    check="toy",
    options={},
    message="Layer '{layer}' is a {class}.",
    remedy="Replace '{layer}'\nby {{something}} else.\n\nBefore: `{code}`",
    why="Because.",
)


def _seen(layer: str, evidence: str = "Lambda", pointer: str = "/config/layers/1") -> Observation:
    facts = {"layer": layer, "class": "Lambda"}
    return Observation(Address("config.json", pointer, layer), facts, evidence)


def _digits(findings: Sequence[Finding]) -> list[str]:
    return [finding.fingerprint.split(":")[0] for finding in findings]


def test_a_rule_says_what_was_seen_and_where() -> None:
    recipe = "kerasscan/v1\0AC101\0a/b\0config\0Lambda"
    assert judge(RULE, _seen("a/b")) == Finding(
        rule="AC101",
        name="toy-lambda",
        severity=Severity.WARNING,
        confidence=Confidence.LIKELY,
        message="Layer 'a/b' is a Lambda.",
        remedy="Replace 'a/b' by {something} else.",
        layer="a/b",
        pointer="/config/layers/1",
        member="config.json",
        fingerprint=hashlib.sha256(recipe.encode()).hexdigest()[:16] + ":1",
    )


def test_nothing_seen_is_nothing_found() -> None:
    assert judge_all(RULE, []) == []


def test_equal_fingerprints_are_numbered_in_order() -> None:
    findings = judge_all(RULE, [_seen("a"), _seen("b"), _seen("a", pointer="/x"), _seen("a", "E")])
    first, other, again, evidence = _digits(findings)
    assert first == again
    assert len({first, other, evidence}) == 3
    assert [finding.fingerprint.split(":")[1] for finding in findings] == ["1", "1", "2", "1"]


def test_a_fingerprint_does_not_change_with_the_place_in_the_list_or_the_wording() -> None:
    other = replace(RULE, name="other", severity=Severity.ERROR, message="It is so.")
    before, after = judge(RULE, _seen("a")), judge(other, _seen("a", pointer="/config/layers/7"))
    assert before.fingerprint == after.fingerprint


def test_a_fingerprint_depends_on_rule_layer_member_and_evidence() -> None:
    config = Address("config.json", "/config", "a")
    prints = [
        fingerprint("AC101", config, "e"),
        fingerprint("AC102", config, "e"),
        fingerprint("AC101", config.within("b"), "e"),
        fingerprint("AC101", replace(config, pointer="/compile_config"), "e"),
        fingerprint("AC101", config, "f"),
    ]
    assert len(set(prints)) == len(prints)


def test_a_layer_name_that_is_no_unicode_has_a_fingerprint() -> None:
    assert len(fingerprint("AC101", Address("config.json", "", "\ud800"), "\udfff")) == 16


def test_as_many_findings_as_the_limit_are_all_listed() -> None:
    assert len(judge_all(RULE, [_seen(str(n)) for n in range(3)], limit=3)) == 3


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (4, "'toy-lambda' was found in 1 more place; 3 are listed."),
        (2003, "'toy-lambda' was found in 2,000 more places; 3 are listed."),
    ],
)
def test_what_is_beyond_the_limit_is_summed_up(count: int, message: str) -> None:
    findings = judge_all(RULE, (_seen(str(n)) for n in range(count)), limit=3)
    assert [finding.layer for finding in findings] == ["0", "1", "2", ""]
    assert (findings[-1].rule, findings[-1].severity) == ("AC101", Severity.WARNING)
    assert findings[-1].message == message


def test_the_sum_s_fingerprint_does_not_depend_on_the_number() -> None:
    last = [judge_all(RULE, [_seen("a")] * count, limit=1)[-1] for count in (2, 9)]
    assert last[0].message != last[1].message
    assert last[0].fingerprint == last[1].fingerprint


def test_a_missing_fact_is_a_mistake_that_says_which() -> None:
    with pytest.raises(KeyError) as missing:
        judge(RULE, Observation(Address(), {"layer": "a"}))
    assert isinstance(missing.value, MissingFact)
    assert (
        str(missing.value) == "the check gives no fact 'class' for 'Layer '{layer}' is a {class}.'"
    )


def test_facts_may_be_looked_up_when_they_are_asked_for() -> None:
    class Lazy(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return key.upper()

    assert fill("{config.rate}", Lazy()) == "CONFIG.RATE"


def test_facts_are_not_templates() -> None:
    assert fill("{a} {b}", {"a": "{b} {{", "b": "{a.__class__}"}) == "{b} {{ {a.__class__}"


def test_placeholders_reach_no_attribute_and_no_format() -> None:
    with pytest.raises(MissingFact):
        fill("{a.__class__}", {"a": "x"})
    assert fill("{a.b/c-0}", {"a.b/c-0": "x"}) == "x"
    strays = ("{a!r}", "{a:>99}", "{a[0]}", "{}", "}")
    assert stray_braces("{a!r} {a:>99} {a[0]} {} {{}} {a} }") == strays
    assert placeholders("{a} {{b}} {c.d} {a}") == ("a", "c.d")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Straße_日本語_é", "Straße_日本語_é"),
        ("C:\\models", "C:\\models"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("a\x9bb\x00", "a\\x9bb\\x00"),
        ("safe\u202egnp.exe", "safe\\u202egnp.exe"),
        ("a\u2066b\u2069\u200f", "a\\u2066b\\u2069\\u200f"),
        ("a\u200bb\ufeff\u2028", "a\\u200bb\\ufeff\\u2028"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert fill("{fact}", {"fact": text}) == shown
    assert fill("{fact}", {"fact": text}).isprintable()


@pytest.mark.parametrize(("length", "last"), [(200, "x"), (201, "…"), (10_000_000, "…")])
def test_a_long_fact_is_cut_at_200_characters(length: int, last: str) -> None:
    shown = fill("{fact}", {"fact": "x" * length})
    assert (len(shown), shown[-1]) == (200, last)


def test_escapes_do_not_make_a_fact_longer() -> None:
    assert len(fill("{fact}", {"fact": "\u202e" * 200})) == 200


@pytest.mark.parametrize(
    ("member", "pointer", "kind"),
    [
        ("config.json", "", "config"),
        ("config.json", "/config/layers/0", "config"),
        ("@attrs/model_config", "/config", "config"),
        ("", "/config/layers/0", "config"),
        ("model.json", "/modelTopology/model_config", "config"),
        ("keras_metadata.pb", "/config", "config"),
        ("architecture.yaml", "/config", "config"),
        ("config.json", "/compile_config/loss", "training"),
        ("", "/training_config", "training"),
        ("@attrs/training_config", "/loss", "training"),
        ("model.json", "/modelTopology/training_config/loss", "training"),
        ("model.weights.h5", "", "weights"),
        ("model.weights.h5/layers/dense/vars/0", "", "weights"),
        ("/model_weights/dense", "", "weights"),
        ("/model_weights/dense/@attrs/weight_names", "", "weights"),
        ("model.weights.npz", "", "weights"),
        ("variables/variables.data-00000-of-00001", "", "weights"),
        ("group1-shard1of1.bin", "", "weights"),
        ("model.json", "/weightsManifest/0", "weights"),
        ("metadata.json", "/keras_version", "metadata"),
        ("@attrs/keras_version", "", "metadata"),
        ("", "/keras_version", "metadata"),
        ("", "", "file"),
        ("assets/vocabulary.txt", "", "file"),
        ("evil.py", "", "file"),
    ],
)
def test_an_address_tells_the_part_of_the_model(member: str, pointer: str, kind: str) -> None:
    assert member_kind(Address(member, pointer)) == kind


def test_a_layer_without_a_member_is_a_tensor_s_place() -> None:
    assert member_kind(Address(layer="dense")) == "weights"
    assert member_kind(Address("", "/config/layers/0", "dense")) == "config"
