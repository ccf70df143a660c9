"""SARIF of all samples before the validator that knows GitHub's rules."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

import kerasscan
from kerasscan.model.finding import Report
from kerasscan.report import Manner, render
from kerasscan.rulebook.page import markdown
from tests.samples.manifest import SAMPLES

from .multitool import NoMultitool, multitool, verdicts

BY_DESIGN = {"SARIF2017"}
"""It wants a region in every result; a model file has no lines (SARIF 2.1.0 section 3.29.4)."""


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest) -> Path:
    cache = request.config.cache
    assert cache is not None
    try:
        return multitool(cache.mkdir("sarif-multitool"))
    except NoMultitool as reason:
        pytest.skip(f"SARIF is not tried with Microsoft's validator: {reason}")


@pytest.fixture(scope="module")
def report() -> Report:
    return kerasscan.scan([SAMPLES], jobs=1, parts=True)


@pytest.mark.parametrize("profile", ["github", "full"])
def test_the_validator_with_github_s_rules_finds_no_error(
    program: Path, report: Report, profile: Literal["github", "full"], tmp_path: Path
) -> None:
    manner = Manner(root=SAMPLES.parent, profile=profile, help_markdown=markdown)
    found = verdicts(program, render(report, "sarif", manner), tmp_path)
    assert found  # a validator that says nothing at all has not run
    assert [each for each in found if each[0] == "error"] == []
    assert {rule for level, rule, _ in found if level == "warning"} <= BY_DESIGN


def test_the_validator_finds_errors_where_there_are_some(program: Path, tmp_path: Path) -> None:
    wrong = render(kerasscan.scan([SAMPLES / "security"], jobs=1), "sarif")
    wrong = wrong.replace('"uri": "', '"uri": "a b/')
    assert "error" in {level for level, _, _ in verdicts(program, wrong, tmp_path)}
