"""One file: read it, ask every rule, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kerasscan.checks.check import Check
from kerasscan.model.finding import Case, FileReport, Finding, Rule
from kerasscan.model.outcome import Outcome
from kerasscan.model.saved import Saved
from kerasscan.model.source import Source
from kerasscan.reader.limits import Limits
from kerasscan.reader.reading import read
from kerasscan.report.excerpts.excerpt import with_excerpts
from kerasscan.rulebook.judge import judge_all
from kerasscan.scanner.digest import digest
from kerasscan.scanner.status import status_of

if TYPE_CHECKING:
    from kerasscan.scanner.project import Project
    from kerasscan.scanner.target import Predict


def judge_file(
    path: Path,
    rules: Sequence[Rule],
    checks: Mapping[str, Check],
    limits: Limits,
    *,
    hashes: bool,
    parts: bool = False,
    predict: Predict | None = None,
    project: Project | None = None,
) -> FileReport:
    """Read a file and ask every rule about it.

    Args:
        path: A model file or directory.
        rules: The rules.
        checks: The checks that they name.
        limits: Budgets of the reader, and of findings.
        hashes: Whether to compute the file's sha256, which reads all of it.
        parts: Whether to keep the text of the documents that findings are about.
        predict: Tells what the releases of the target do; None where no rule wants to know.
        project: The Python files of the project; None where no rule wants to know.
    """
    saved = read(path, limits)
    outcomes = predict(saved) if predict else ()
    sha256 = digest(path) if hashes else None
    source = project.source_for(saved) if project else None
    report = judge_saved(saved, rules, checks, limits, sha256, outcomes, source)
    return report if parts else replace(report, parts=())


def judge_saved(
    saved: Saved,
    rules: Sequence[Rule],
    checks: Mapping[str, Check],
    limits: Limits,
    sha256: str | None,
    outcomes: tuple[Outcome, ...] = (),
    source: Source | None = None,
) -> FileReport:
    """Ask every rule about a file that has been read."""
    case = Case(saved, outcomes, source)
    findings: list[Finding] = []
    for rule in rules:
        observations = checks[rule.check].run(case, rule.options)
        findings += judge_all(rule, observations, limits.findings_per_rule)
    findings.sort(key=_order)
    shown, parts = with_excerpts(findings, saved.documents)
    return FileReport(
        path=saved.artifact.path,
        sha256=sha256,
        size=saved.artifact.size,
        container=saved.artifact.container.value,
        claimed_version=saved.provenance.claimed_version,
        fingerprint=str(saved.provenance.fingerprint),
        backend=saved.provenance.backend,
        root_class=saved.root.class_name if saved.root else None,
        layer_count=len(saved.layers),
        status=status_of(saved),
        findings=shown,
        asked_source=source is not None,
        parts=parts,
    )


def _order(finding: Finding) -> tuple[int, str, str, str, str, str]:
    return (
        -finding.severity.rank,
        finding.rule,
        finding.layer,
        finding.member,
        finding.pointer,
        finding.fingerprint,
    )
