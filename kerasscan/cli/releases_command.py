"""``kerasscan releases``."""

from __future__ import annotations

import typer

from kerasscan.catalog.history import histories, known_names
from kerasscan.catalog.shipped import known_releases
from kerasscan.cli.exits import refuse
from kerasscan.report.releases import history_json, history_text, releases_json, releases_text
from kerasscan.rulebook.bad_cards import suggestion


def run_releases(name: str | None, argument: str | None, output_format: str) -> None:
    """Print the releases in the catalog, or the history of a class or function."""
    is_json = output_format == "json"
    if name is None:
        if argument is not None:
            refuse("--argument needs --class")
        render = releases_json if is_json else releases_text
        typer.echo(render(known_releases()), nl=False)
        return
    found = histories(name)
    if not found:
        refuse(f"no release ships a class or function '{name}'{suggestion(name, known_names())}")
    text = history_json(name, found, argument) if is_json else history_text(found, argument)
    typer.echo(text, nl=False)
