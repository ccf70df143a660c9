"""``kerasscan scan``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn, cast

import typer

from kerasscan.cli.asked_scan import Asked, scan_as_asked
from kerasscan.cli.exits import CLEAN, exit_code, refuse
from kerasscan.cli.job_summary import write_job_summary
from kerasscan.cli.settings.choices import Given, InForce
from kerasscan.cli.settings_options import in_force
from kerasscan.cli.suppressing import read_earlier, with_baseline
from kerasscan.cli.terminal import columns, has_color, has_links
from kerasscan.model.finding import Report, Rule, Severity
from kerasscan.report import FORMATS, Manner, render


@dataclass(frozen=True)
class Wishes:
    """What the command line asks for; see the options of ``kerasscan scan``.

    Attributes:
        paths: Files and folders.
        given: Options that a project's file may set as well, by field of `Choices`.
        config: The project's file, in place of the nearest.
        isolated: Whether to look at no file of the project.
        show_settings: Whether to say what is in force, and scan nothing.
        no_source: Whether to look at no Python files.
        progress: Whether to draw a progress bar.
        show_suppressed: Whether to say what does not count.
        statistics: Whether to say how often each rule found something.
        sarif_region: See `Manner`.
        sarif_profile: See `Manner`.
    """

    paths: tuple[str, ...]
    given: Given
    config: str | None
    isolated: bool
    show_settings: bool
    no_source: bool
    progress: bool
    show_suppressed: bool
    statistics: bool
    sarif_region: str
    sarif_profile: str


_HASHED = ("json", "sarif")
"""Formats that carry each file's sha256; only for them the whole file is read."""


def run_scan(wishes: Wishes) -> None:
    """Scan, write every report that was asked for, and exit with the scan's code."""
    if "-" in wishes.paths:
        refuse("'-': a model is not read from standard input; name a file or a folder")
    if wishes.no_source and "source" in wishes.given:
        refuse("--source and --no-source: only one of them")
    force = in_force(wishes.given, wishes.paths[0], wishes.config, isolated=wishes.isolated)
    if wishes.show_settings:
        _show_settings(force)
    choices = force.choices
    outputs = [_output(text) for text in choices.output]
    report = _scan(wishes, force, [choices.output_format, *(name for name, _ in outputs)])
    if not report.files:
        typer.echo("kerasscan: warning: no model files found under the given paths", err=True)
    for name, file in outputs:
        _write(file, render(report, name, _manner(wishes, color=False)))
    if "github" in (choices.output_format, *(name for name, _ in outputs)):
        write_job_summary(report, _manner(wishes, color=False))
    manner = _manner(wishes, color=has_color())
    typer.echo(render(report, choices.output_format, manner), nl=False, color=True)
    fail_on = None if choices.fail_on == "never" else Severity(choices.fail_on)
    raise typer.Exit(exit_code(report, fail_on))


def _scan(wishes: Wishes, force: InForce, formats: list[str]) -> Report:
    file = force.choices.baseline
    earlier = read_earlier(file) if file is not None else None
    asked = Asked(
        wishes.paths,
        no_source=wishes.no_source,
        isolated=wishes.isolated,
        progress=wishes.progress,
        hashes=any(name in _HASHED for name in formats),
        parts="sarif" in formats and wishes.sarif_profile == "full",
    )
    report = scan_as_asked(asked, force)
    return with_baseline(report, earlier, _git_top(Path(wishes.paths[0]))) if earlier else report


def _show_settings(force: InForce) -> NoReturn:
    from kerasscan.cli.config_command import settings_as_text

    typer.echo(settings_as_text(force), nl=False)
    raise typer.Exit(CLEAN)


def _output(text: str) -> tuple[str, Path]:
    """Return format and file of one ``--output FORMAT=FILE``."""
    name, separator, file = text.partition("=")
    if not separator or not file or name not in FORMATS:
        known = ", ".join(FORMATS)
        refuse(f"--output {text}: expected FORMAT=FILE, with FORMAT one of {known}")
    return name, Path(file)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        refuse(f"{file}: cannot be written: {error.strerror}")


def _manner(wishes: Wishes, *, color: bool) -> Manner:
    return Manner(
        color=color,
        links=color and has_links(),
        width=columns(),
        show_suppressed=wishes.show_suppressed,
        statistics=wishes.statistics,
        root=_git_top(Path(wishes.paths[0])),
        region=cast('Literal["none", "line1"]', wishes.sarif_region),
        profile=cast('Literal["github", "full"]', wishes.sarif_profile),
        help_markdown=_page,
    )


def _page(rule: Rule) -> str:
    from kerasscan.rulebook.page import markdown  # only SARIF asks for it

    return markdown(rule)


def _git_top(start: Path) -> Path | None:
    """Return the top level of the git work tree that a path lies in, or None."""
    path = start.absolute()
    return next((each for each in (path, *path.parents) if (each / ".git").exists()), None)
