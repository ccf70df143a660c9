"""SARIF as GitHub wants it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kerasscan.model.finding import Report, Rule, Severity
from kerasscan.report import sarif
from kerasscan.report.sarif import render_sarif

from .reports import CUSTOM, HOUSE, LAMBDA, everyday, file_report, finding, not_a_model, report
from .sarif_schema import run_of


def page(rule: Rule) -> str:
    return f"# {rule.id}\n"


def run(found: Report, **more: Any) -> dict[str, Any]:
    return run_of(render_sarif(found, root=None, help_markdown=page, **more))


def rule_of(rule: Rule) -> dict[str, Any]:
    found = run(Report((), (rule,), "0.1.0"))["tool"]["driver"]["rules"][0]
    return dict(found)


def values(document: object) -> Iterator[object]:
    """Yield every value in a document."""
    yield document
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for item in document:
            yield from values(item)


def test_a_report_without_files_is_a_run_without_results() -> None:
    assert run(report())["results"] == []


def test_a_report_without_findings_says_that_there_are_none() -> None:
    found = run(report(file_report("a.keras")))
    assert found["results"] == []
    assert [artifact["location"]["uri"] for artifact in found["artifacts"]] == ["a.keras"]


def test_a_finding_is_a_result_on_the_real_file() -> None:
    first = run(everyday())["results"][0]
    assert first == {
        "ruleId": "KS101",
        "ruleIndex": 3,
        "level": "error",
        "message": {
            "text": "Layer 'scale' stores Python bytecode (312 bytes), which Keras runs when it "
            "loads the model."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "models/churn.keras",
                        "uriBaseId": "%SRCROOT%",
                        "index": 0,
                    }
                },
                "logicalLocations": [
                    {
                        "name": "encoder/scale",
                        "fullyQualifiedName": "encoder/scale",
                        "decoratedName": "/config/layers/3/config/layers/1/config/function",
                        "kind": "object",
                    }
                ],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": "9d5ed678fe57bcca:1"},
        "properties": {
            "container": "keras-zip",
            "member": "config.json",
            "jsonPointer": "/config/layers/3/config/layers/1/config/function",
            "layer": "encoder/scale",
            "remedy": "Replace layer 'scale' by a registered subclass of `keras.layers.Layer`, "
            "or load the file only if you trust whoever wrote it.",
        },
    }


def test_a_finding_on_the_whole_file_has_no_logical_location() -> None:
    last = run(everyday())["results"][-1]
    assert "logicalLocations" not in last["locations"][0]


def test_a_finding_on_the_model_is_located_by_its_json_pointer() -> None:
    found = run(report(file_report("a.keras", finding(LAMBDA, "Found.", pointer="/a/b"))))
    assert found["results"][0]["locations"][0]["logicalLocations"] == [
        {"name": "/a/b", "fullyQualifiedName": "/a/b", "decoratedName": "/a/b", "kind": "value"}
    ]


def test_results_refer_to_their_rules_and_artifacts() -> None:
    found = run(everyday())
    rules, artifacts = found["tool"]["driver"]["rules"], found["artifacts"]
    assert len(found["results"]) == 5
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifacts[location["index"]]["location"]["uri"] == location["uri"]


def test_a_line_is_given_only_on_request() -> None:
    assert '"region"' not in render_sarif(everyday(), root=None)
    for result in run(everyday(), region="line1")["results"]:
        assert result["locations"][0]["physicalLocation"]["region"] == {
            "startLine": 1,
            "startColumn": 1,
            "endLine": 1,
            "endColumn": 1,
        }


def test_only_the_rules_that_were_asked_are_listed() -> None:
    found = run(Report((), (CUSTOM,), "0.1.0"))
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == ["KR101"]


def test_a_security_rule_carries_a_security_severity_as_text() -> None:
    assert rule_of(LAMBDA) == {
        "id": "KS101",
        "name": "LambdaBytecode",
        "shortDescription": {"text": "A Lambda layer stores Python bytecode."},
        "fullDescription": {"text": "Keras runs the bytecode when it loads the model."},
        "help": {
            "text": "A Lambda layer stores Python bytecode.\n\n"
            "Keras runs the bytecode when it loads the model.\n\n"
            "Whoever wrote the file chose it.\n\n"
            "Replace layer '<layer>' by a registered subclass of `keras.layers.Layer`.\n\n"
            "```python\n@keras.saving.register_keras_serializable('my')\n"
            "class Scale(Layer): ...\n```\n\n"
            "https://keras.io/api/layers/core_layers/lambda/",
            "markdown": "# KS101\n",
        },
        "helpUri": "https://kerasscan.github.io/kerasscan/rules/ks101/",
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["security", "external/cwe/cwe-502"],
            "precision": "very-high",
            "security-severity": "9.3",
        },
    }


def test_another_rule_carries_a_problem_severity() -> None:
    assert rule_of(CUSTOM)["properties"] == {
        "tags": ["registration"],
        "precision": "high",
        "problem.severity": "warning",
    }
    assert rule_of(HOUSE)["properties"] == {
        "tags": ["acme"],
        "precision": "medium",
        "problem.severity": "recommendation",
    }


def test_a_pack_s_rule_links_to_its_own_reference() -> None:
    assert rule_of(HOUSE)["helpUri"] == "https://acme.example/rules/7"
    assert "helpUri" not in rule_of(replace(HOUSE, references=()))


def test_descriptions_and_tags_keep_to_github_s_limits() -> None:
    tags = tuple(f"tag-{number}" for number in range(30))
    long = rule_of(replace(CUSTOM, summary="word " * 500, why="word " * 500, tags=tags))
    for key in ("shortDescription", "fullDescription"):
        assert 1000 < len(long[key]["text"]) <= 1024
        assert long[key]["text"].endswith("word...")
    assert long["properties"]["tags"] == ["registration", *tags[:9]]


def test_unread_files_are_notifications_and_the_run_is_still_a_success() -> None:
    found = run(everyday())
    (invocation,) = found["invocations"]
    assert invocation["executionSuccessful"] is True
    first, second = invocation["toolExecutionNotifications"]
    descriptors = found["tool"]["driver"]["notifications"]
    assert first["message"]["text"] == (
        "'models/legacy/recommender-2019-11-04-final.h5' could not be read to its end."
    )
    assert second["message"]["text"] == "'models/resnet50.keras' is not a model ('lfs-pointer')."
    for notification in (first, second):
        assert notification["level"] == "warning"
        descriptor = descriptors[notification["descriptor"]["index"]]
        assert descriptor["id"] == notification["descriptor"]["id"]
        assert descriptor["help"]["text"]
        assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_a_known_digest_is_a_hash_and_an_unknown_one_is_left_out() -> None:
    first, second, *_ = run(everyday())["artifacts"]
    assert first["hashes"] == {"sha-256": "ab" * 32}
    assert "hashes" not in second


def test_a_folder_is_marked_as_one_and_its_digest_is_no_hash() -> None:
    folder = file_report("saved", container="savedmodel", sha256="ab" * 32)
    (artifact,) = run(report(folder))["artifacts"]
    assert artifact["roles"] == ["analysisTarget", "directory"]
    assert "hashes" not in artifact


def test_nothing_is_null() -> None:
    assert None not in list(values(json.loads(render_sarif(everyday(), root=None))))


def test_the_category_ends_with_a_slash_because_github_cuts_there() -> None:
    assert run(everyday())["automationDetails"] == {"id": "kerasscan/"}
    assert run(everyday(), category="nightly/models")["automationDetails"] == {
        "id": "nightly/models/"
    }


def test_a_development_version_is_not_called_a_semantic_one() -> None:
    driver = run(replace(report(), version="0.2.0.dev3"))["tool"]["driver"]
    assert driver["version"] == "0.2.0.dev3"
    assert "semanticVersion" not in driver
    assert run(report())["tool"]["driver"]["semanticVersion"] == "0.1.0"


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_sarif(everyday(), root=None) == render_sarif(everyday(), root=None)


def test_neither_the_machine_nor_the_folder_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = []
    for name in ("one", "two"):
        (tmp_path / name / "work").mkdir(parents=True)
        monkeypatch.chdir(tmp_path / name / "work")
        texts.append(render_sarif(everyday(), root=tmp_path / name))
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]
    assert '"work/models/churn.keras"' in texts[0]


def test_an_absolute_path_does_not_show(tmp_path: Path) -> None:
    paths = [str(tmp_path / "repository" / "a.keras"), str(tmp_path / "exports" / "b.keras")]
    text = render_sarif(report(*map(not_a_model, paths)), root=tmp_path / "repository")
    assert str(tmp_path) not in text
    assert "'a.keras' is not a model" in text


def test_a_file_outside_the_repository_is_not_said_to_be_in_it(tmp_path: Path) -> None:
    outside = file_report(str(tmp_path / "exports" / "a.keras"), finding(CUSTOM, "Found."))
    found = run_of(render_sarif(report(outside), root=tmp_path / "repository"))
    assert found["artifacts"][0]["location"] == {"uri": "exports/a.keras"}


def test_two_spellings_of_a_file_are_one_artifact() -> None:
    flaw = finding(CUSTOM, "Found.")
    found = run(report(file_report("./a.keras", flaw), file_report("a.keras", flaw)))
    assert len(found["artifacts"]) == 1
    assert len(found["results"]) == 2


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Layer 'a' is odd", "Layer 'a' is odd."),
        ("Shape [None, 3] of {'a': 1}.", "Shape [None, 3] of {'a': 1}."),
        ("Layer '[click](https://evil)'.", r"Layer '\[click\](https://evil)'."),
        ("Layer '{0}'.", "Layer '{{0}}'."),
        ("Layer '\x1b[2J\u202e\x00\ud800'.", r"Layer '\x1b[2J\u202e\x00\ud800'."),
        ("Two\n  lines.", "Two lines."),
        ("", "unregistered-layer."),
    ],
)
def test_messages_are_plain_sentences_without_links_or_placeholders(
    message: str, text: str
) -> None:
    found = run(report(file_report("a.keras", finding(CUSTOM, message))))
    assert found["results"][0]["message"]["text"] == text


@pytest.mark.parametrize("name", ["a b%20.keras", "käse.keras", "../../a.keras", "a\x00\n.keras"])
def test_hostile_names_stay_valid(name: str) -> None:
    hostile = finding(LAMBDA, name, layer=name, pointer=f"/{name}", member=name)
    found = run(report(file_report(name, hostile), not_a_model(f"{name}.h5")))
    for artifact in found["artifacts"]:
        uri = artifact["location"]["uri"]
        assert uri.isascii()
        assert " " not in uri
        assert not uri.startswith(("/", ".."))


def test_beyond_github_s_limit_the_least_severe_are_left_out_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    found = run(
        report(
            file_report("a", finding(LAMBDA, "A1."), finding(CUSTOM, "A2."), finding(HOUSE, "A3.")),
            file_report("b", finding(LAMBDA, "B1."), finding(CUSTOM, "B2.")),
        )
    )
    texts = [result["message"]["text"] for result in found["results"]]
    assert texts == ["A1.", "A2.", "B1."]
    (notification,) = found["invocations"][0]["toolExecutionNotifications"]
    assert notification["descriptor"]["id"] == "results-left-out"
    assert notification["message"]["text"] == (
        "The 3 most severe of 5 findings are reported here; GitHub takes no more."
    )


def test_the_real_limit_is_kept() -> None:
    flaws = [finding(CUSTOM, "Found.")] * 25_000 + [finding(LAMBDA, "Worse.")]
    run_ = json.loads(render_sarif(report(file_report("a", *flaws)), root=None))["runs"][0]
    assert len(run_["results"]) == 25_000
    assert run_["results"][-1]["level"] == Severity.ERROR
