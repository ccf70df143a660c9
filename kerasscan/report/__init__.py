"""How it is said: a `Report` becomes text, JSON or SARIF, always as a string.

May enter: functions from a report to a string that print nothing, open no model file and judge
nothing. What another room knows (a rule's page) comes in as an argument. Each format is
imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kerasscan.model.finding import Report, Rule

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FORMATS", "Manner", "render"]


@dataclass(frozen=True)
class Manner:
    """How a report is to be said; each format takes what concerns it.

    Attributes:
        color: Whether text carries ANSI colours.
        width: Columns for text; None is 80.
        root: Top level of the git work tree, from which SARIF names files; None is the
            working directory.
        region: Whether SARIF results carry a line.
        category: Tells SARIF uploads of one tool apart.
        help_markdown: Returns a rule's page for SARIF.
    """

    color: bool = False
    width: int | None = None
    root: Path | None = None
    region: Literal["none", "line1"] = "none"
    category: str = "kerasscan/"
    help_markdown: Callable[[Rule], str] | None = None


def _text(report: Report, manner: Manner) -> str:
    from kerasscan.report.text import render_text

    return render_text(report, color=manner.color, width=manner.width)


def _json(report: Report, manner: Manner) -> str:
    from kerasscan.report.json_report import render_json

    return render_json(report)


def _sarif(report: Report, manner: Manner) -> str:
    from kerasscan.report.sarif import render_sarif

    return render_sarif(
        report,
        root=manner.root,
        region=manner.region,
        category=manner.category,
        help_markdown=manner.help_markdown,
    )


FORMATS: dict[str, Callable[[Report, Manner], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
}
"""Every output format by its name on the command line."""


def render(report: Report, output_format: str, manner: Manner | None = None) -> str:
    """Return the report in one of `FORMATS`, ending with a newline.

    Raises:
        KeyError: There is no such format.
    """
    return FORMATS[output_format](report, manner or Manner())
