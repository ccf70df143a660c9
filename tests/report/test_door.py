"""The door of the report room."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import kerasscan
from kerasscan.report import FORMATS, Manner, render

from .reports import everyday


def test_the_formats_are_those_of_the_command_line() -> None:
    assert list(FORMATS) == ["text", "json", "sarif"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_with_one_newline(name: str) -> None:
    said = render(everyday(), name)
    assert said.endswith("\n")
    assert not said.endswith("\n\n")


def test_a_manner_reaches_its_format() -> None:
    manner = Manner(
        color=True,
        region="line1",
        category="nightly",
        help_markdown=lambda rule: f"page of {rule.id}",
    )
    assert "\x1b[" in render(everyday(), "text", manner)
    run = json.loads(render(everyday(), "sarif", manner))["runs"][0]
    assert run["automationDetails"]["id"] == "nightly/"
    assert run["tool"]["driver"]["rules"][0]["help"]["markdown"] == "page of ACME7"
    assert "region" in run["results"][0]["locations"][0]["physicalLocation"]


def test_an_unknown_format_is_a_wrong_call() -> None:
    with pytest.raises(KeyError):
        render(everyday(), "xml")


def test_opening_the_door_brings_no_heavy_company() -> None:
    heavy = "{'jsonschema', 'rich', 'h5py', 'numpy', 'networkx', 'json', 'textwrap', 'urllib'}"
    code = f"import sys; import kerasscan.report; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603 # our own interpreter and code
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(kerasscan.__file__).parents[1],  # -S hides installed packages, ours among them
    )
    assert done.stdout.strip() == "[]"
