"""How it is said: a `Report` becomes text, JSON, SARIF and more, always as a string.

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

__all__ = ["FORMATS", "Manner", "job_summary", "render"]


@dataclass(frozen=True)
class Manner:
    """How a report is to be said; each format takes what concerns it.

    Attributes:
        color: Whether text carries ANSI colours.
        links: Whether text carries hyperlinks, which a terminal hides (OSC 8).
        width: Columns for text; None is 80.
        show_suppressed: Whether findings that do not count are said too, where the format has a
            way to say that they do not.
        statistics: Whether text ends with how often each rule found something.
        root: Top level of the git work tree, from which the formats for CI systems name files;
            None is the working directory.
        region: Whether SARIF results carry a line.
        profile: Whether SARIF is for GitHub, or has all that SARIF can say.
        category: Tells SARIF uploads of one tool apart.
        help_markdown: Returns a rule's page for SARIF.
    """

    color: bool = False
    links: bool = False
    width: int | None = None
    show_suppressed: bool = False
    statistics: bool = False
    root: Path | None = None
    region: Literal["none", "line1"] = "none"
    profile: Literal["github", "full"] = "github"
    category: str = "kerasscan/"
    help_markdown: Callable[[Rule], str] | None = None


def _text(report: Report, manner: Manner) -> str:
    from kerasscan.report.text import render_text

    return render_text(
        report,
        color=manner.color,
        width=manner.width,
        links=manner.links,
        show_suppressed=manner.show_suppressed,
        statistics=manner.statistics,
    )


def _json(report: Report, manner: Manner) -> str:
    from kerasscan.report.json_report import render_json

    return render_json(report, show_suppressed=manner.show_suppressed)


def _sarif(report: Report, manner: Manner) -> str:
    from kerasscan.report.sarif import render_sarif

    return render_sarif(
        report,
        root=manner.root,
        region=manner.region,
        category=manner.category,
        profile=manner.profile,
        help_markdown=manner.help_markdown,
    )


def _github(report: Report, manner: Manner) -> str:
    from kerasscan.report.github import render_github

    return render_github(report, root=manner.root)


def _gitlab(report: Report, manner: Manner) -> str:
    from kerasscan.report.gitlab import render_gitlab

    return render_gitlab(report, root=manner.root)


def _junit(report: Report, manner: Manner) -> str:
    from kerasscan.report.junit import render_junit

    return render_junit(report, root=manner.root, show_suppressed=manner.show_suppressed)


def _markdown(report: Report, manner: Manner) -> str:
    from kerasscan.report.markdown import render_markdown

    return render_markdown(report, root=manner.root, show_suppressed=manner.show_suppressed)


def _rdjson(report: Report, manner: Manner) -> str:
    from kerasscan.report.rdjson import render_rdjson

    return render_rdjson(report, root=manner.root)


FORMATS: dict[str, Callable[[Report, Manner], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "markdown": _markdown,
    "rdjson": _rdjson,
}
"""Every output format by its name on the command line."""


def render(report: Report, output_format: str, manner: Manner | None = None) -> str:
    """Return the report in one of `FORMATS`, ending with a newline.

    Raises:
        KeyError: There is no such format.
    """
    return FORMATS[output_format](report, manner or Manner())


def job_summary(report: Report, manner: Manner | None = None, taken: int = 0) -> str:
    """Return the report as Markdown for the summary of a GitHub Actions job, within its limit.

    Args:
        report: What the scan found.
        manner: How it is to be said.
        taken: Bytes that the summary of the same step has already.
    """
    from kerasscan.report.markdown import SUMMARY, render_markdown

    manner = manner or Manner()
    return render_markdown(
        report,
        root=manner.root,
        show_suppressed=manner.show_suppressed,
        most_bytes=SUMMARY - taken,
    )
