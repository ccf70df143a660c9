"""Checks of installed packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kerasscan.rulebook.bad_cards import BadCards
from kerasscan.rulebook.known_checks import checks_for, installed_checks
from kerasscan.rulebook.load import load_packs

from .toys import CHECKS, put_card

MODULE = """
from kerasscan.checks.check import Check
def run(case, options):
    yield from ()
own = Check("own-check", "Sees nothing.", run, {"layer": "x", "class": "y"}, {"type": "object"})
taken = Check("toy-zip", "Is taken.", run, {})
camel = Check("OwnCheck", "Is in camel case.", run, {})
broken = Check("own-broken", "Has no schema.", run, {}, {"type": "objct"})
dull = Check("own-dull", "Cannot run.", None, ["layer"])
several = [own, Check("second-check", "Sees nothing.", run, {})]
number = [own, 3]
"""


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    installed_checks.cache_clear()
    yield
    installed_checks.cache_clear()


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch, *values: str) -> None:
    """Put a package with entry points on the import path."""
    (folder / "toy_package.py").write_text(MODULE, encoding="utf-8")
    info = folder / "toy_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: toy-package\nVersion: 1.0\n")
    entries = "\n".join(f"e{number} = {value}" for number, value in enumerate(values))
    (info / "entry_points.txt").write_text(f"[kerasscan.checks]\n{entries}\n")
    monkeypatch.syspath_prepend(folder)


def _names(*names: str) -> list[str]:
    return sorted(checks_for(names, CHECKS))


def test_a_package_s_check_is_known_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, "toy_package:own")
    assert _names("own-check", "toy-class") == ["own-check", "toy-class"]


def test_a_package_may_offer_several_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, "toy_package:several")
    assert _names("own-check", "second-check") == ["own-check", "second-check"]


def test_a_name_that_nobody_knows_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, "toy_package:own")
    assert _names("toy-zip", "third-check") == ["toy-zip"]


def test_packages_are_not_asked_for_builtin_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, "no_such_module:CHECKS")
    assert _names("toy-class", "toy-zip") == ["toy-class", "toy-zip"]


def test_a_card_may_name_a_package_s_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, monkeypatch, "toy_package:own")
    put_card(tmp_path / "acme", ("toy-class", "own-check"))
    (rule,) = load_packs([tmp_path / "acme"], checks=CHECKS, beside=())
    assert rule.check == "own-check"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("no_such_module:CHECKS", "cannot be loaded: No module named 'no_such_module'"),
        ("toy_package:missing", "cannot be loaded: module 'toy_package' has no attribute"),
        ("toy_package:run", "gives a function, not a Check or a list of them"),
        ("toy_package:number", "gives a int, not a Check or a list of them"),
        ("toy_package:taken", "a check named 'toy-zip' is there already"),
        ("toy_package:camel", "check name 'OwnCheck' is not in kebab case"),
        ("toy_package:broken", "check 'own-broken': options_schema is no JSON Schema: $.type"),
        ("toy_package:dull", "check 'own-dull': run cannot be called"),
        ("toy_package:dull", "check 'own-dull': facts is not a mapping"),
    ],
)
def test_what_is_no_check_is_told_with_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, message: str
) -> None:
    _install(tmp_path, monkeypatch, value)
    put_card(tmp_path / "acme", ("toy-class", "own-check"))
    with pytest.raises(BadCards) as bad:
        load_packs([tmp_path / "acme"], checks=CHECKS, beside=())
    start = f"entry point kerasscan.checks: e0 = {value}: $: {message}"
    assert any(str(fault).startswith(start) for fault in bad.value.faults), str(bad.value)


def test_two_packages_cannot_offer_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, "toy_package:own", "toy_package:several")
    with pytest.raises(BadCards, match=r"e1 = .*'own-check' is there already"):
        _names("own-check")
