"""The summary of a GitHub Actions job: a file that a step may add to."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from kerasscan.model.finding import Report
from kerasscan.report import Manner, job_summary


def write_job_summary(report: Report, manner: Manner) -> None:
    """Add the report to the file that ``GITHUB_STEP_SUMMARY`` names, where it names one.

    That it cannot be written is said, but is no reason to hide the report itself.
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    file = Path(name)
    try:
        taken = file.stat().st_size if file.exists() else 0
        with file.open("a", encoding="utf-8", newline="\n") as summary:
            summary.write(job_summary(report, manner, taken))
    except OSError as error:
        typer.echo(f"kerasscan: warning: the job summary was not written: {error}", err=True)
