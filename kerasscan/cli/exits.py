"""Exit codes, and the one way to refuse a wrong call."""

from __future__ import annotations

from typing import NoReturn

import typer

from kerasscan.model.finding import Report, Severity
from kerasscan.model.visible import visible

CLEAN = 0
"""Nothing at or above ``--fail-on``."""
FINDINGS = 1
"""At least one finding at or above ``--fail-on``."""
USAGE = 2
"""A wrong call: an option, a path, a card, or a file of settings."""
INCOMPLETE = 3
"""Something could not be read or a limit was hit, and nothing worse was found."""


def exit_code(report: Report, fail_on: Severity | None) -> int:
    """Return the exit code of a scan.

    Args:
        report: Its result.
        fail_on: The weakest severity that counts; None: findings never count.
    """
    if fail_on is not None and any(
        finding.severity.rank >= fail_on.rank for finding in report.active
    ):
        return FINDINGS
    return CLEAN if report.is_complete else INCOMPLETE


def refuse(message: str) -> NoReturn:
    """Say what is wrong with the call on stderr and exit with `USAGE`."""
    shown = "\n".join(visible(line) for line in message.split("\n"))  # it quotes names of files
    typer.echo(f"kerasscan: error: {shown}", err=True)
    raise typer.Exit(USAGE)
