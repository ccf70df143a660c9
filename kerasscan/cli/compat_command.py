"""``kerasscan compat``."""

from __future__ import annotations

from dataclasses import dataclass

import typer

from kerasscan.catalog.releases import BadRequirement
from kerasscan.cli.exits import CLEAN, FINDINGS, INCOMPLETE, refuse
from kerasscan.cli.python_option import python_version
from kerasscan.cli.terminal import columns, has_color
from kerasscan.loading.given import Given
from kerasscan.model.compatibility import Compatibility
from kerasscan.model.finding import Status
from kerasscan.model.visible import visible
from kerasscan.report import Manner
from kerasscan.report.compat import render_compat
from kerasscan.report.source_words import source_problems
from kerasscan.scanner.compat import compat
from kerasscan.scanner.discover import NoSuchPath


@dataclass(frozen=True)
class Question:
    """What the command line asks; see the options of ``kerasscan compat``."""

    paths: tuple[str, ...]
    targets: tuple[str, ...]
    python: str | None
    backend: str
    custom_objects: tuple[str, ...]
    source: tuple[str, ...]
    output_format: str


def run_compat(question: Question) -> None:
    """Print what releases do with files; exit with 1 when one of them does not load."""
    if "-" in question.paths:
        refuse("'-': a model is not read from standard input; name a file or a folder")
    try:
        given = _given(question)
        found = compat(
            question.paths,
            targets=question.targets,
            given=given,
            hashes=question.output_format == "json",
        )
    except (NoSuchPath, BadRequirement) as error:
        refuse(str(error))
    if not found.files:
        typer.echo("kerasscan: warning: no model files found under the given paths", err=True)
    manner = Manner(color=has_color(), width=columns())
    typer.echo(render_compat(found, question.output_format, manner), nl=False, color=True)
    raise typer.Exit(compat_exit_code(found))


def _given(question: Question) -> Given:
    """Return what is known of the loading program.

    Raises:
        NoSuchPath: A folder of Python files does not exist.
    """
    passed = frozenset(question.custom_objects)
    registered, dotted = frozenset[str](), frozenset[str]()
    if question.source:
        from kerasscan.custom.known import importable, passed_names, registered_names
        from kerasscan.scanner.project import Project

        source = Project(question.source).source
        for problem in source_problems(source):
            typer.echo(f"kerasscan: warning: {visible(problem)}", err=True)
        passed |= passed_names(source)
        registered, dotted = registered_names(source), importable(source)
    return Given(
        python=python_version(question.python),
        backend=question.backend,
        custom_objects=passed,
        registered=registered,
        importable=dotted,
    )


def compat_exit_code(found: Compatibility) -> int:
    """Return the exit code: 1 for a file that does not load, 3 for one that cannot be told."""
    verdicts = [found.verdict(file) for file in found.files]
    if False in verdicts:
        return FINDINGS
    is_complete = all(file.status is not Status.INCOMPLETE for file in found.files)
    return CLEAN if is_complete and None not in verdicts else INCOMPLETE
