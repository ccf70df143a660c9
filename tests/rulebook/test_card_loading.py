"""Loading packs and built-in cards."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from kerasscan.checks.check import Check
from kerasscan.model.finding import Confidence, Example, Rule, Severity
from kerasscan.rulebook.bad_cards import BadCards
from kerasscan.rulebook.load import load_builtin, load_packs

from .toys import CARD, CHECKS, put_card


def _pack(folder: Path, beside: tuple[Rule, ...] = ()) -> list[Rule]:
    return load_packs([folder], checks=CHECKS, beside=beside)


def _faults(folder: Path, beside: tuple[Rule, ...] = ()) -> list[str]:
    with pytest.raises(BadCards) as bad:
        _pack(folder, beside)
    return [f"{fault.json_path}: {fault.message}" for fault in bad.value.faults]


def _builtin_faults(folder: Path) -> list[str]:
    with pytest.raises(BadCards) as bad:
        load_builtin(folder, checks=CHECKS)
    return [f"{fault.json_path}: {fault.message}" for fault in bad.value.faults]


def test_a_card_becomes_a_rule(tmp_path: Path) -> None:
    path = put_card(tmp_path / "acme")
    assert _pack(tmp_path / "acme") == [
        Rule(
            id="AC101",
            name="toy-lambda",
            family="acme",
            summary="A layer is a Lambda",
            severity=Severity.ERROR,
            confidence=Confidence.CERTAIN,
            check="toy-class",
            options={"classes": ["Lambda"]},
            message="Layer '{layer}' is a {class}.",
            why="A Lambda holds code, and code does not belong into a model.",
            remedy="Replace the layer '{layer}'\nby a registered one.\n\n"
            'Before: `{"class": "Lambda"}`',
            references=("https://example.org/lambda",),
            examples=(
                Example(
                    title="a Lambda between two others",
                    flagged=True,
                    file="model.json",
                    text='{"layers": [{"class": "Dense", "name": "a"}, '
                    '{"class": "Lambda", "name": "b"}]}',
                    layers=("b",),
                ),
                Example(
                    title="no Lambda",
                    flagged=False,
                    file="model.json",
                    text='{"layers": [{"class": "Dense", "name": "a"}]}',
                ),
            ),
            source=str(path),
        )
    ]


def test_cards_of_several_folders_come_sorted_by_id(tmp_path: Path) -> None:
    put_card(tmp_path / "one" / "Own Rules", ("AC101", "AC300"), name="ac300-toy-lambda.toml")
    other = [("AC101", "BD100"), ('"toy-lambda"', '"other"')]
    put_card(tmp_path / "two", *other, name="bd100-other.toml")
    put_card(
        tmp_path / "one", ("AC101", "AC200"), ('"toy-lambda"', '"third"'), name="ac200-third.toml"
    )
    rules = load_packs([tmp_path / "two", tmp_path / "one"], checks=CHECKS, beside=())
    assert [(rule.id, rule.family) for rule in rules] == [
        ("AC200", "one"),
        ("AC300", "own-rules"),
        ("BD100", "two"),
    ]


def test_a_pack_that_is_given_twice_is_loaded_once(tmp_path: Path) -> None:
    put_card(tmp_path / "acme")
    again = tmp_path / "acme" / ".." / "acme"
    assert len(load_packs([tmp_path / "acme", again], checks=CHECKS, beside=())) == 1


def test_hidden_files_and_folders_are_no_cards(tmp_path: Path) -> None:
    put_card(tmp_path / "acme")
    put_card(tmp_path / "acme" / ".venv")
    put_card(tmp_path / "acme", name=".ac101-toy-lambda.toml")
    assert len(_pack(tmp_path / "acme")) == 1


def test_a_builtin_card_is_loaded_from_the_folder_of_its_family(tmp_path: Path) -> None:
    put_card(tmp_path / "security", ("AC101", "KS101"), name="ks101-toy-lambda.toml")
    (rule,) = load_builtin(tmp_path, checks=CHECKS)
    assert (rule.id, rule.family) == ("KS101", "security")


def test_the_default_file_names_are_those_of_the_schema(tmp_path: Path) -> None:
    put_card(
        tmp_path,
        (
            "[[examples.clean]]",
            '[[examples.clean]]\ntitle = "zip"\nmembers = {"a" = "b"}\n'
            '[[examples.clean]]\ntitle = "sample"\nsample = "../x/y.h5"\n'
            '[[examples.clean]]\ntitle = "named"\nhex = "00 ff"\nfile = "z.h5"\n[[examples.clean]]',
        ),
    )
    (rule,) = _pack(tmp_path)
    assert [example.file for example in rule.examples] == [
        "model.json",
        "model.keras",
        "y.h5",
        "z.h5",
        "model.json",
    ]


def test_a_card_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = put_card(tmp_path, ('severity = "error"', "severity ="))
    with pytest.raises(BadCards) as bad:
        _pack(tmp_path)
    assert str(bad.value) == f"{path}: $: is no TOML: Invalid value (at line 5, column 11)"


def test_mistakes_travel_between_processes(tmp_path: Path) -> None:
    put_card(tmp_path, ('severity = "error"', "severity ="))
    with pytest.raises(BadCards) as bad:
        _pack(tmp_path)
    assert pickle.loads(pickle.dumps(bad.value)).faults == bad.value.faults  # noqa: S301 - our own


def test_a_card_that_is_no_text_is_told(tmp_path: Path) -> None:
    put_card(tmp_path).write_bytes(b'id = "\xff"')
    assert _faults(tmp_path) == ["$: is no UTF-8 text: invalid start byte at byte 6"]


def test_a_card_that_is_nested_too_deeply_is_told(tmp_path: Path) -> None:
    put_card(tmp_path).write_text("a = " + "[" * 100_000, encoding="utf-8")
    assert _faults(tmp_path) == ["$: is nested too deeply"]


def test_all_mistakes_of_all_cards_are_told_at_once(tmp_path: Path) -> None:
    put_card(
        tmp_path / "one",
        ('severity = "error"', 'severity = "fatal"'),
        ("check =", 'sumary = "?"\ncheck ='),
        ("{layer}' is", "{lyer}' is"),
        ('["Lambda"]', '["Lambda", 3]'),
    )
    put_card(tmp_path / "two", ("toy-class", "toy-clas"), name="wrong.toml")
    with pytest.raises(BadCards) as bad:
        load_packs([tmp_path / "one", tmp_path / "two"], checks=CHECKS, beside=())
    one, two = tmp_path / "one" / "ac101-toy-lambda.toml", tmp_path / "two" / "wrong.toml"
    assert str(bad.value).splitlines() == [
        f"{one}: $: 'sumary' is unknown here; did you mean 'summary'?",
        f"{one}: $.message: the check 'toy-class' gives no fact 'lyer'; did you mean 'layer'?",
        f"{one}: $.options.classes[1]: 3 is not of type 'string'",
        f"{one}: $.severity: 'fatal' is not one of ['note', 'warning', 'error']",
        f"{two}: $: the file must be named ac101-toy-lambda.toml",
        f"{two}: $.check: there is no check 'toy-clas'; did you mean 'toy-class'?",
        f"{two}: $.id: 'AC101' is the id of {one} already",
        f"{two}: $.name: 'toy-lambda' is the name of {one} already",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'id = "AC101"',
            'id = "ac101"',
            "$.id: 'ac101' does not match '^[A-Z]{2,8}[0-9]{3,4}$' (Identifies the rule",
        ),
        ('id = "AC101"', "id = 101", "$.id: 101 is not of type 'string'"),
        ('summary = "A layer is a Lambda"\n', "", "$: 'summary' is a required property"),
        ("is a Lambda", "is a Lambda.", "$.summary: 'A layer is a Lambda.' does not match"),
        ("is a Lambda", "is " + "x" * 200, "$.summary: is 211 characters long; at most 200 fit"),
        ("{class}.", "{class}", "$.message: \"Layer '{layer}' is a {class}\" does not match"),
        ("https://", "http://", "$.references[0]: 'http://example.org/lambda' does not match"),
        (
            'text = \'{"layers": [{"class": "Dense", "name": "a"}]}\'',
            "hex = '0'",
            "$.examples.clean[0].hex",
        ),
        ('"no Lambda"', '"no"\nlayers = ["a"]', "$.examples.clean[0]: 'layers' is unknown here"),
        (
            '"no Lambda"',
            '"no"\nhex = "00"',
            "$.examples.clean[0]: needs exactly one of text, hex, members, sample",
        ),
        (
            'text = \'{"layers": [{"class": "Dense", "name": "a"}]}\'',
            "",
            "$.examples.clean[0]: needs exactly one of text",
        ),
        ('"no Lambda"', '"no"\nfile = "../x"', "$.examples.clean[0].file: '../x' does not match"),
        (
            "check =",
            "security_severity = 0\ncheck =",
            "$.security_severity: 0 is less than the minimum of 0.1",
        ),
        ("check =", 'tags = ["CWE 502"]\ncheck =', "$.tags[0]: 'CWE 502' does not match"),
        (
            "classes =",
            "where = {pattern = '(('}\nclasses =",
            "$.options.where.pattern: '((' is not a 'regex'",
        ),
        (
            "classes =",
            "where = {const = 2020-01-01}\nclasses =",
            "$.options.where.const: a TOML date is no JSON value",
        ),
        (
            "classes =",
            "where = {maximum = inf}\nclasses =",
            "$.options.where.maximum: inf is no JSON value",
        ),
        ('["Lambda"]', '["Lambda"]\nnames = []', "$.options: 'names' is unknown here"),
        ("a {class}.", "a {class:>9}.", "$.message: '{class:>9}' is no placeholder"),
        ("a {class}.", "a {class.", "$.message: '{class.' is no placeholder"),
        ("a {class}.", "a class}.", "$.message: '}' is no placeholder"),
        (
            "a {class}.",
            "a {config.}.",
            "$.message: the check 'toy-class' gives no fact 'config.'; it gives class, layer",
        ),
        ("'{layer}'\n", "'{place}'\n", "$.remedy: the check 'toy-class' gives no fact 'place'"),
        (
            "registered one.\n",
            "registered one:\n",
            "$.remedy: the first paragraph must end with a period",
        ),
        ("\nReplace", "\n- Replace", "$.remedy: the first paragraph is plain sentences"),
        ("\nReplace", "\n[Replace](https://x)", "$.remedy: the first paragraph is plain sentences"),
        (
            "registered one.",
            "registered one" + " x" * 200 + ".",
            "$.remedy: the first paragraph is 448 characters long; at most 400 fit",
        ),
        ('id = "AC101"', 'id = "KS101"', "$.id: the prefix KS belongs to the built-in rules"),
    ],
    ids=lambda text: text[:40],
)
def test_a_mistake_is_told_where_it_is(tmp_path: Path, old: str, new: str, fault: str) -> None:
    put_card(tmp_path, (old, new))
    faults = _faults(tmp_path)
    assert any(line.startswith(fault) for line in faults), faults


def test_a_fact_from_the_object_found_may_be_named(tmp_path: Path) -> None:
    put_card(tmp_path, ("a {class}.", "a {config.rate}, {{{class}}}."))
    assert len(_pack(tmp_path)) == 1


def test_a_check_without_open_facts_has_only_its_own(tmp_path: Path) -> None:
    put_card(
        tmp_path,
        ("toy-class", "toy-zip"),
        ('[options]\nclasses = ["Lambda"]', ""),
        ("Layer '{layer}' is a {class}.", "The {extension} file has {config.rate}."),
        ("'{layer}'", ""),
    )
    assert _faults(tmp_path) == [
        "$.message: the check 'toy-zip' gives no fact 'config.rate'; it gives extension"
    ]


def test_a_pack_may_not_take_the_name_of_a_rule_that_is_there(tmp_path: Path) -> None:
    put_card(tmp_path / "theirs", ("AC101", "XY101"), name="xy101-toy-lambda.toml")
    put_card(tmp_path / "ours")
    beside = tuple(_pack(tmp_path / "theirs"))
    assert _faults(tmp_path / "ours", beside) == [
        "$.name: 'toy-lambda' is the name of the rule XY101 toy-lambda already"
    ]


def test_a_folder_without_cards_is_a_mistake(tmp_path: Path) -> None:
    assert _faults(tmp_path) == ["$: holds no cards (*.toml)"]
    assert _faults(tmp_path / "nowhere") == ["$: is no folder"]
    file = tmp_path / "x.txt"
    file.touch()
    assert _faults(file) == ["$: is no folder"]


def test_a_card_too_far_down_is_not_overlooked(tmp_path: Path) -> None:
    put_card(tmp_path / "a" / "b")
    assert _faults(tmp_path) == ["$: a card lies in the pack or in a folder of the pack"]


@pytest.mark.parametrize(
    ("family", "change", "name", "fault"),
    [
        ("securty", ("x", "x"), "ac101-toy-lambda.toml", "$: 'securty' is no family; did you mean"),
        ("graph", ("AC1", "KS1"), "ks101-toy-lambda.toml", "$.id: ids of the family graph begin"),
        (".", ("AC1", "KS1"), "ks101-toy-lambda.toml", "$: a built-in card lies in the folder of"),
        ("graph", ("references", "#"), "ac101-toy-lambda.toml", "$.references: a built-in card"),
    ],
)
def test_builtin_cards_have_stricter_laws(
    tmp_path: Path, family: str, change: tuple[str, str], name: str, fault: str
) -> None:
    put_card(tmp_path / family, change, name=name)
    faults = _builtin_faults(tmp_path)
    assert any(line.startswith(fault) for line in faults), faults


def test_a_pack_needs_no_references(tmp_path: Path) -> None:
    put_card(tmp_path, ("references = ", "# "))
    assert _pack(tmp_path)[0].references == ()


def test_a_card_may_be_wrong_in_every_value_and_is_still_judged(tmp_path: Path) -> None:
    keys = [line.split(" =")[0] for line in CARD.splitlines() if " = " in line][:8]
    path = put_card(tmp_path)
    path.write_text("\n".join(f"{key} = []" for key in keys) + "\nremedy = 1\noptions = 2\n")
    paths = {line.split(":")[0] for line in _faults(tmp_path)}
    assert paths == {"$", "$.options", "$.remedy", *(f"$.{key}" for key in keys)}


def test_loading_does_not_run_a_pack_s_code(tmp_path: Path) -> None:
    put_card(tmp_path / "acme", ("toy-class", "own-check"))
    (tmp_path / "acme" / "own_check.py").write_text("raise SystemExit")
    assert _faults(tmp_path / "acme")[0].startswith("$.check: there is no check 'own-check'")


def test_options_may_be_left_out_when_the_check_has_none(tmp_path: Path) -> None:
    check = Check("toy-class", "x", CHECKS["toy-class"].run, CHECKS["toy-class"].facts)
    put_card(tmp_path, ('[options]\nclasses = ["Lambda"]', ""))
    (rule,) = load_packs([tmp_path], checks={"toy-class": check}, beside=())
    assert rule.options == {}
