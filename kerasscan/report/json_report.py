"""For programs: the whole report as JSON, in a shape with a number and a schema."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kerasscan.model.finding import FileReport, Finding, Report
from kerasscan.model.source import Source
from kerasscan.model.target import Target
from kerasscan.report.json_text import written
from kerasscan.report.tally import tally

SCHEMA = "kerasscan-report/1"
"""Changes when a program that reads the report would have to change."""


def render_json(report: Report, *, show_suppressed: bool = False) -> str:
    """Return the report as JSON, as ``report.schema.json`` describes it.

    Args:
        report: What the scan found.
        show_suppressed: Whether findings that do not count are listed too.
    """
    return written(
        {
            "schema": SCHEMA,
            "version": report.version,
            "summary": {**asdict(tally(report)), "complete": report.is_complete},
            "target": _target(report.target),
            "source": _source(report.source),
            "files": [_file(file, show_suppressed=show_suppressed) for file in report.files],
        }
    )


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `render_json` writes."""
    import json
    from importlib.resources import files

    text = files("kerasscan.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _target(target: Target | None) -> dict[str, Any] | None:
    return None if target is None else asdict(target)


def _source(source: Source | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {
        "roots": list(source.roots),
        "files": source.files,
        "problems": [asdict(problem) for problem in source.problems],
    }


def _file(file: FileReport, *, show_suppressed: bool) -> dict[str, Any]:
    findings = file.findings if show_suppressed else file.active
    return {
        "path": file.path,
        "sha256": file.sha256,
        "size": file.size,
        "container": file.container,
        "claimed_version": file.claimed_version,
        "fingerprint": file.fingerprint,
        "backend": file.backend,
        "root_class": file.root_class,
        "layer_count": file.layer_count,
        "status": file.status.value,
        "findings": [_finding(finding) for finding in findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "layer": finding.layer,
        "pointer": finding.pointer,
        "member": finding.member,
        "fingerprint": finding.fingerprint,
        "effect": finding.effect or None,
        "suppression": _suppression(finding),
        "excerpt": _excerpt(finding),
    }


def _suppression(finding: Finding) -> dict[str, Any] | None:
    if finding.suppression is None:
        return None
    return {**asdict(finding.suppression), "kind": finding.suppression.kind.value}


def _excerpt(finding: Finding) -> dict[str, Any] | None:
    return None if finding.excerpt is None else asdict(finding.excerpt)
