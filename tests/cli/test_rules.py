"""``kerasscan rules``: list, show, schema, test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.scanner.packs import put_card

from .door import run


def test_every_rule_is_listed_once() -> None:
    lines = run("rules", "list").stdout.splitlines()
    ids = [line.split()[0] for line in lines]
    assert "KS101" in ids
    assert ids == sorted(set(ids))


def test_a_list_may_be_json_or_markdown() -> None:
    listed = json.loads(run("rules", "list", "--output-format", "json").stdout)
    assert {"id", "name", "family", "severity", "summary", "check"} <= listed[0].keys()
    assert [each["id"] for each in listed] == [
        line.split()[0] for line in run("rules", "list").stdout.splitlines()
    ]
    markdown = run("rules", "list", "--output-format", "markdown").stdout
    assert all(each["id"] in markdown for each in listed)


def test_a_pack_is_listed_with_the_rest(tmp_path: Path) -> None:
    pack = str(put_card(tmp_path))
    assert "ZZ101  own-class" in run("rules", "list", "--rules", pack).stdout
    assert run("rules", "show", "ZZ101", "--rules", pack).exit_code == 0
    assert run("rules", "show", "ZZ101").exit_code == 2


@pytest.mark.parametrize("name", ["KS101", "ks101", "lambda-bytecode"])
def test_a_rule_is_shown_by_id_or_name(name: str) -> None:
    result = run("rules", "show", name)
    assert result.exit_code == 0
    assert result.stdout.startswith("#")
    assert "KS101" in result.stdout


def test_an_unknown_rule_is_told_with_a_suggestion() -> None:
    result = run("rules", "show", "lambda-bytecod")
    assert result.exit_code == 2
    assert "lambda-bytecode" in result.stderr


def test_the_schema_is_a_schema() -> None:
    schema = json.loads(run("rules", "schema").stdout)
    Draft202012Validator.check_schema(schema)


def test_a_pack_that_keeps_its_word_passes(tmp_path: Path) -> None:
    result = run("rules", "test", str(put_card(tmp_path)))
    assert result.exit_code == 0
    assert result.stdout.endswith("1 rule, 2 examples, 0 failed\n")


def test_a_pack_that_does_not_fails(tmp_path: Path) -> None:
    result = run("rules", "test", str(put_card(tmp_path, options='classes = ["Other"]')))
    assert result.exit_code == 1
    assert result.stdout.endswith("1 rule, 2 examples, 1 failed\n")


@pytest.mark.parametrize("command", [["rules", "test"], ["rules", "list", "--rules"]])
def test_wrong_cards_are_told_all_at_once(tmp_path: Path, command: list[str]) -> None:
    put_card(tmp_path, severity="deadly")
    put_card(tmp_path, number=102, name="other", check="no-such-check")
    result = run(*command, str(tmp_path))
    assert result.exit_code == 2
    assert "zz101-own-class.toml" in result.stderr
    assert "zz102-other.toml" in result.stderr


@pytest.mark.parametrize("command", [["rules", "test"], ["rules", "list", "--rules"]])
def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path, command: list[str]) -> None:
    result = run(*command, str(tmp_path / "gone"))
    assert result.exit_code == 2
    assert "gone" in result.stderr
