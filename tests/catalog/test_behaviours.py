"""Behaviours written by hand: each says what it is, where it comes from, and is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kerasscan.hazards
import kerasscan.loading
from kerasscan.catalog.behaviours import behaviours, has_behaviour
from kerasscan.catalog.shipped import known_releases

USES = "".join(
    path.read_text("utf-8")
    for room in (kerasscan.hazards, kerasscan.loading)
    for path in Path(str(room.__file__)).parent.rglob("*.py")
)


@pytest.mark.parametrize("name", sorted(behaviours()))
def test_a_behaviour_is_described_and_used(name: str) -> None:
    found = behaviours()[name]
    assert set(found) == {"says", "source", "releases"}
    assert found["says"] and found["source"]
    assert f'"{name}"' in USES or any(name.startswith(stem) for stem in ("quantization-",))


@pytest.mark.parametrize("name", sorted(behaviours()))
def test_its_intervals_are_of_known_releases(name: str) -> None:
    for line, spans in behaviours()[name]["releases"].items():
        versions = {known.version for known in known_releases() if known.line == line}
        assert versions, line
        for begin, end in spans:
            assert begin in versions
            assert end is None or end in versions


def test_every_behaviour_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r'\.has\(\s*"([a-z0-9-]+)"', USES))
    assert asked <= set(behaviours())


def test_a_fix_that_was_backported_has_two_intervals() -> None:
    by_version = {k.version: k for k in known_releases() if k.line == "keras3"}
    has = {v: has_behaviour(k, "graph-loop-guarded") for v, k in by_version.items()}
    assert (has["3.12.1"], has["3.12.2"], has["3.13.0"], has["3.14.1"]) == (
        False,
        True,
        False,
        True,
    )


def test_an_unknown_behaviour_is_a_bug() -> None:
    with pytest.raises(KeyError):
        has_behaviour(known_releases()[-1], "no-such-behaviour")
