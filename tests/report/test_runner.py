"""What a CI runner would take for a command, and what it may."""

from __future__ import annotations

import pytest

from kerasscan.report.runner import command, inert


@pytest.mark.parametrize("text", ["", "a::b", "a: b\nc :: d", "## [x]", "http://x\n  y::z"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("a\n  ::stop-commands::x", "a\n  \\x3a:stop-commands::x"),
        ("a ##[add-mask]b", r"a \x23#[add-mask]b"),
    ],
)
def test_commands_are_spelt_out(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_a_command_escapes_what_the_runner_unescapes() -> None:
    assert command("error", "a:b,%\n::c", title="x:y,%\r", file="") == (
        "::error title=x%3Ay%2C%25%0D::a:b,%25%0A::c"
    )
