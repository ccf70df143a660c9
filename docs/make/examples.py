"""What rules say of the examples on their cards."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import kerasscan
from kerasscan.catalog.releases import newest
from kerasscan.model.finding import Example, Finding, Rule
from kerasscan.rulebook.examples import write_example

_NEWEST = f"keras=={newest().version}"
"""What an example without a target is judged for."""


def said(rule: Rule, example: Example) -> list[Finding]:
    """Return the findings of a rule in an example, as a scan makes them.

    Raises:
        ValueError: When there are none, although the card says so.
    """
    with TemporaryDirectory(prefix="kerasscan-docs-") as folder:
        path = write_example(example, Path(rule.source), Path(folder))
        report = kerasscan.scan(
            [path],
            select=[rule.id],
            target=[example.target or _NEWEST],
            python=_python(example),
            source=_project(example, Path(folder) / "project"),
        )
    findings = list(report.findings)
    if not findings:
        raise ValueError(f"{rule.id} finds nothing in its example '{example.title}'")
    return findings


def _python(example: Example) -> tuple[int, int] | None:
    major, _, minor = (example.python or "").partition(".")
    return (int(major), int(minor)) if minor else None


def _project(example: Example, folder: Path) -> list[Path]:
    """Write an example's Python files; return their folder, or nothing where there are none."""
    for name, text in (example.source or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder] if example.source else []
