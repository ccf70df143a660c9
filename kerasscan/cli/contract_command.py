"""``kerasscan contract``."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from kerasscan.cli.exits import CLEAN, INCOMPLETE, refuse
from kerasscan.report.contract import render_contracts
from kerasscan.report.source_words import source_problems
from kerasscan.scanner.contracts import contracts
from kerasscan.scanner.discover import NoSuchPath
from kerasscan.scanner.project import Project


def run_contract(paths: Sequence[str], output_format: str, source: Sequence[str]) -> None:
    """Print what models expect; exit with 3 when one of them could not be read to its end."""
    try:
        found = contracts(paths)
        project = Project(source).source if source else None
    except NoSuchPath as error:
        refuse(str(error))
    told = [f"{path}: could not be read to its end" for path in found.incomplete]
    told += source_problems(project) if project is not None else []
    told += [f"{path}: holds no layers ({container})" for path, container in found.bare]
    if not found.contracts:
        told.append("no models found under the given paths")
    for text in told:
        typer.echo(f"kerasscan: warning: {text}", err=True)
    typer.echo(render_contracts(found.contracts, output_format, project), nl=False)
    raise typer.Exit(INCOMPLETE if found.incomplete else CLEAN)
