"""What ``kerasscan baseline`` does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer

from kerasscan.cli.asked_scan import Asked, scan_as_asked
from kerasscan.cli.exits import refuse
from kerasscan.cli.settings.choices import Given
from kerasscan.cli.settings_options import in_force, warn
from kerasscan.model.finding import FileReport, Report
from kerasscan.model.json_value import counted
from kerasscan.model.visible import visible
from kerasscan.report import render


def run_update(
    paths: tuple[str, ...], command_line: Given, config: str | None, *, isolated: bool
) -> None:
    """Scan, and write the report that later scans are compared with."""
    force = in_force(command_line, paths[0], config, isolated=isolated)
    name = force.choices.baseline
    if name is None:
        refuse("no baseline to write: name it by --baseline, or by 'baseline' in the settings")
    report = _without_excerpts(scan_as_asked(Asked(paths, isolated=isolated), force))
    file = Path(name)
    try:
        file.write_text(render(report, "json"), encoding="utf-8", newline="\n")
    except OSError as error:
        refuse(f"{file}: cannot be written: {error.strerror}")
    if not report.is_complete:
        warn("not every file was read to its end; a scan says which, and exits with 3 as before")
    files = counted(len(report.files), "file")
    typer.echo(f"Wrote {counted(len(report.active), 'finding')} in {files} to {visible(name)}.")


def _without_excerpts(report: Report) -> Report:
    """Return a report with what a comparison needs: quotations would only change with the files."""
    return replace(report, files=tuple(map(_bare, report.files)))


def _bare(file: FileReport) -> FileReport:
    return replace(file, findings=tuple(replace(each, excerpt=None) for each in file.findings))
