"""One file: read it, ask every rule, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kerasscan.checks.check import Check
from kerasscan.model.finding import Case, FileReport, Finding, Rule, Status
from kerasscan.model.saved import Saved
from kerasscan.reader.limits import Limits
from kerasscan.reader.reading import read
from kerasscan.rulebook.judge import judge_all
from kerasscan.scanner.digest import digest


def judge_file(
    path: Path,
    rules: Sequence[Rule],
    checks: Mapping[str, Check],
    limits: Limits,
    *,
    hashes: bool,
) -> FileReport:
    """Read a file and ask every rule about it.

    Args:
        path: A model file or directory.
        rules: The rules.
        checks: The checks that they name.
        limits: Budgets of the reader, and of findings.
        hashes: Whether to compute the file's sha256, which reads all of it.
    """
    saved = read(path, limits)
    return judge_saved(saved, rules, checks, limits, digest(path) if hashes else None)


def judge_saved(
    saved: Saved,
    rules: Sequence[Rule],
    checks: Mapping[str, Check],
    limits: Limits,
    sha256: str | None,
) -> FileReport:
    """Ask every rule about a file that has been read."""
    case = Case(saved)
    findings: list[Finding] = []
    for rule in rules:
        observations = checks[rule.check].run(case, rule.options)
        findings += judge_all(rule, observations, limits.findings_per_rule)
    findings.sort(key=_order)
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
        status=_status(saved),
        findings=tuple(findings),
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


def _status(saved: Saved) -> Status:
    if not saved.is_complete:
        return Status.INCOMPLETE
    return Status.SCANNED if saved.artifact.container.is_model else Status.NOT_A_MODEL
