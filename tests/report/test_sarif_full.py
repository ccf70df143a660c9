"""SARIF with all that SARIF can say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sarif.loader import load_sarif_file

import kerasscan
from kerasscan.model.excerpt import Part, Region
from kerasscan.model.finding import Report
from kerasscan.report import Manner, render
from kerasscan.report.sarif import render_sarif
from tests.samples.manifest import SAMPLES

from .reports import CUSTOM, IGNORED, LAMBDA, everyday, file_report, finding, report
from .sarif_schema import run_of

PART = Part("config.json", "", '{\n  "a": 1\n}\n', {"/a": Region(2, 8, 2, 9, 9, 1)})


def full(found: Report) -> dict[str, Any]:
    return run_of(render_sarif(found, root=None, profile="full"))


def with_part(path: str, part: Part, member: str = "config.json") -> Report:
    flaw = finding(LAMBDA, "Found.", member=member, pointer=next(iter(part.regions)))
    return report(replace(file_report(path, flaw), parts=(part,)))


def test_a_report_without_findings_has_no_parts() -> None:
    run = full(report(file_report("a.keras")))
    assert len(run["artifacts"]) == 1
    assert run["results"] == []


def test_a_finding_has_a_region_in_the_text_of_its_part() -> None:
    run = full(with_part("m/a.keras", PART))
    (location,) = run["results"][0]["relatedLocations"]
    place = location["physicalLocation"]
    artifact = run["artifacts"][place["artifactLocation"]["index"]]
    assert artifact["parentIndex"] == 0
    assert artifact["location"] == {"uri": "config.json"}
    region = place["region"]
    text = artifact["contents"]["text"]
    start = region["charOffset"]
    assert text[start : start + region["charLength"]] == "1"
    assert text.split("\n")[region["startLine"] - 1][region["startColumn"] - 1] == "1"
    first = run["results"][0]["locations"][0]["physicalLocation"]
    assert first["artifactLocation"]["uri"] == "m/a.keras"


@pytest.mark.parametrize(
    ("member", "pointer", "uri"),
    [
        ("@attrs/model_config", "", "%40attrs/model_config"),
        ("", "", "a.json"),
        ("", "/training_config", "a.json/training_config"),
        ("/model_weights/x y", "", "model_weights/x%20y"),
        ("../../up", "", "..%2F..%2Fup"),
        ("a\ud800", "", "a%5Cud800"),
    ],
)
def test_a_part_has_a_name_below_its_file(member: str, pointer: str, uri: str) -> None:
    part = replace(PART, member=member, pointer=pointer)
    assert full(with_part("m/a.json", part, member))["artifacts"][1]["location"] == {"uri": uri}


def test_a_member_without_text_is_a_part_too() -> None:
    run = full(report(file_report("a.keras", finding(LAMBDA, "Found.", member="x.bin"))))
    assert run["artifacts"][1]["location"] == {"uri": "x.bin"}
    assert "contents" not in run["artifacts"][1]


def test_weaknesses_are_a_taxonomy_that_rules_and_results_refer_to() -> None:
    run = full(everyday())
    (taxonomy,) = run["taxonomies"]
    assert [taxon["id"] for taxon in taxonomy["taxa"]] == ["CWE-502"]
    (rule,) = [rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "KS101"]
    assert rule["relationships"][0]["target"]["id"] == "CWE-502"
    assert run["results"][0]["taxa"][0]["index"] == 0
    assert "taxonomies" not in full(replace(report(), rules=(CUSTOM,)))


def test_suppressed_findings_are_there_with_their_reason_and_for_github_they_are_not() -> None:
    found = report(file_report("a.keras", replace(finding(LAMBDA, "Found."), suppression=IGNORED)))
    (result,) = full(found)["results"]
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Known since May.",
            "properties": {"kind": "ignored", "source": "ignored.toml"},
        }
    ]
    assert run_of(render_sarif(found, root=None))["results"] == []


def test_github_s_profile_has_none_of_that() -> None:
    text = render_sarif(with_part("a.keras", PART), root=None)
    for word in ("contents", "relatedLocations", "taxonomies", "taxa", "suppressions"):
        assert f'"{word}"' not in text


@pytest.fixture(scope="module")
def samples() -> Report:
    return kerasscan.scan([SAMPLES], jobs=1, parts=True)


def test_all_samples_are_valid_and_every_region_is_in_its_text(samples: Report) -> None:
    run = full(samples)
    assert len(run["results"]) == len(samples.findings)
    regions = 0
    for result in run["results"]:
        for location in result.get("relatedLocations", ()):
            place = location["physicalLocation"]
            if "region" in place:
                text = run["artifacts"][place["artifactLocation"]["index"]]["contents"]["text"]
                assert place["region"]["endLine"] <= text.count("\n")
                regions += 1
    assert regions > 100


@pytest.mark.parametrize("profile", ["github", "full"])
def test_sarif_tools_reads_it(samples: Report, profile: Any, tmp_path: Path) -> None:
    path = tmp_path / "r.sarif"
    path.write_text(render(samples, "sarif", Manner(profile=profile)), encoding="utf-8")
    loaded = load_sarif_file(str(path))
    assert loaded.get_distinct_tool_names() == ["kerasscan"]
    assert loaded.get_report().get_issue_count_for_severity("error") == sum(
        each.severity == "error" for each in samples.active
    )
