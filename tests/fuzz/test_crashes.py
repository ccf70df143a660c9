"""Inputs that fuzzing found, each with what went wrong; they stay as small as they are."""

from __future__ import annotations

import pytest

from tests.fuzz.cases import attempt

FOUND = {
    "an-integer-on-a-card-that-python-refuses-to-convert": ("card", b"a = " + b"9" * 5_000),
}
"""By what was wrong: target and input."""


@pytest.mark.parametrize("name", FOUND)
def test_what_broke_once_does_not_break_again(name: str) -> None:
    target, data = FOUND[name]
    failure = attempt(target, data)
    assert failure is None, str(failure)
