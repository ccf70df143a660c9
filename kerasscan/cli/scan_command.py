"""``kerasscan scan``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

import typer

from kerasscan.catalog.releases import BadRequirement
from kerasscan.cli.exits import exit_code, refuse
from kerasscan.cli.job_summary import write_job_summary
from kerasscan.cli.python_option import python_version
from kerasscan.cli.settings import Settings, find_settings
from kerasscan.cli.terminal import columns, has_color, has_links, progress_bar
from kerasscan.model.finding import Report, Rule, Severity
from kerasscan.model.target import Target
from kerasscan.reader.limits import DEFAULT_LIMITS, MIB, Limits
from kerasscan.report import FORMATS, Manner, render
from kerasscan.rulebook.bad_cards import BadCards
from kerasscan.rulebook.selection import UnknownSelector
from kerasscan.scanner.discover import NoSuchPath
from kerasscan.scanner.scanning import scan


@dataclass(frozen=True)
class Wishes:
    """What the command line asks for; see the options of ``kerasscan scan``."""

    paths: tuple[str, ...]
    output_format: str
    outputs: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    extend_select: tuple[str, ...]
    fail_on: str
    target: tuple[str, ...]
    python: str | None
    source: tuple[str, ...]
    no_source: bool
    rules: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    jobs: int
    timeout: float
    max_memory: int
    progress: bool
    sarif_region: str
    sarif_profile: str


_HASHED = ("json", "sarif")
"""Formats that carry each file's sha256; only for them the whole file is read."""


def run_scan(wishes: Wishes) -> None:
    """Scan, write every report that was asked for, and exit with the scan's code."""
    if "-" in wishes.paths:
        refuse("'-': a model is not read from standard input; name a file or a folder")
    outputs = [_output(text) for text in wishes.outputs]
    report = _scan(wishes, [wishes.output_format, *(name for name, _ in outputs)])
    if not report.files:
        typer.echo("kerasscan: warning: no model files found under the given paths", err=True)
    for name, file in outputs:
        _write(file, render(report, name, _manner(wishes, color=False)))
    if "github" in (wishes.output_format, *(name for name, _ in outputs)):
        write_job_summary(report, _manner(wishes, color=False))
    manner = _manner(wishes, color=has_color())
    typer.echo(render(report, wishes.output_format, manner), nl=False, color=True)
    fail_on = None if wishes.fail_on == "never" else Severity(wishes.fail_on)
    raise typer.Exit(exit_code(report, fail_on))


def _scan(wishes: Wishes, formats: list[str]) -> Report:
    settings = find_settings(Path(wishes.paths[0]))
    try:
        with progress_bar(wanted=wishes.progress) as progress:
            return scan(
                wishes.paths,
                select=wishes.select,
                ignore=wishes.ignore,
                extend_select=wishes.extend_select,
                rules=(*settings.rules, *wishes.rules),
                include=wishes.include,
                exclude=wishes.exclude,
                limits=_limits(wishes),
                jobs=wishes.jobs,
                hashes=any(name in _HASHED for name in formats),
                parts="sarif" in formats and wishes.sarif_profile == "full",
                progress=progress,
                python=python_version(wishes.python),
                target=wishes.target or _set_target(settings),
                source=_source(wishes, settings),
                source_on_demand=not wishes.source and settings.source is None,
                limit_memory=True,  # this process is the scan's own
            )
    except (NoSuchPath, UnknownSelector, BadRequirement) as error:
        refuse(str(error))
    except BadCards as error:
        refuse(f"wrong cards:\n{error}")


def _limits(wishes: Wishes) -> Limits:
    memory = wishes.max_memory * MIB
    return replace(DEFAULT_LIMITS, seconds=wishes.timeout, memory_bytes=memory)


def _source(wishes: Wishes, settings: Settings) -> tuple[Path, ...]:
    """Return where the project's Python files are: asked for, set, or those around the models."""
    if wishes.no_source:
        if wishes.source:
            refuse("--source and --no-source: only one of them")
        return ()
    if wishes.source:
        return tuple(Path(each) for each in wishes.source)
    if settings.source is not None:
        return settings.source
    from kerasscan.source.finding import project_folder

    return (project_folder(Path(wishes.paths[0])),)


def _set_target(settings: Settings) -> Target | tuple[str, ...]:
    """Return the target that the project sets, or nothing."""
    if not settings.target:
        return ()
    from kerasscan.scanner.target import asked_target

    try:
        return asked_target(settings.target, str(settings.file))
    except BadRequirement as error:
        refuse(f"{settings.file}: [tool.kerasscan] target: {error}")


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
