"""The door of the report room."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import kerasscan
from kerasscan.cli.app import OutputFormat
from kerasscan.report import FORMATS, Manner, render

from .reports import CUSTOM, IGNORED, LAMBDA, everyday, file_report, finding, report


def test_the_formats_are_those_of_the_command_line() -> None:
    assert list(FORMATS) == [each.value for each in OutputFormat]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_with_one_newline(name: str) -> None:
    said = render(everyday(), name)
    assert said.endswith("\n")
    assert not said.endswith("\n\n")
    assert render(everyday(), name) == said


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_something_of_no_files_at_all(name: str) -> None:
    said = render(report(), name)
    assert said.endswith("\n")
    assert said.strip()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_ten_thousand_findings(name: str) -> None:
    flaws = [finding(CUSTOM, f"Found {number}.") for number in range(10_000)]
    assert render(report(file_report("a.keras", *flaws)), name).endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_suppressed_is_in_no_report_that_was_not_asked_for_it(name: str) -> None:
    secret = replace(finding(LAMBDA, "Secretly."), suppression=IGNORED)
    said = render(report(file_report("a.keras", secret, finding(CUSTOM, "Openly."))), name)
    assert "Secretly" not in said
    assert "Openly" in said


@pytest.mark.parametrize("name", ["text", "json", "junit", "markdown"])
def test_what_is_suppressed_is_shown_with_its_reason_on_request(name: str) -> None:
    secret = replace(finding(LAMBDA, "Secretly."), suppression=IGNORED)
    found = report(file_report("a.keras", secret))
    said = render(found, name, Manner(show_suppressed=True))
    assert "Known since May" in said
    assert "KS101" in said
    assert "No findings" in said or name in ("json", "junit")


@pytest.mark.parametrize("name", [each for each in FORMATS if each != "github"])
def test_no_name_is_a_command_for_a_ci_runner(name: str) -> None:
    evil = "::stop-commands::x ##[add-mask]y"
    flaw = finding(LAMBDA, evil, layer=evil, pointer=f"/{evil}", member=evil, remedy=f"a {evil}")
    said = render(report(file_report(evil, flaw)), name, Manner(width=40))
    assert "stop-commands" in said
    assert "##[" not in said
    assert not any(line.strip().startswith("::") for line in said.splitlines())


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
