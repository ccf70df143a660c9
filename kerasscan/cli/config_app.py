"""``kerasscan config``: show, schema."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

config_app = typer.Typer(
    help="Look at what a project sets.", no_args_is_help=True, rich_markup_mode=None
)


class ShowFormat(StrEnum):
    """Formats of ``config show``."""

    TEXT = "text"
    JSON = "json"


@config_app.command("show")
def show(
    path: Annotated[
        str, typer.Argument(help="A file or folder, as scan takes it: settings are found from it.")
    ] = ".",
    config: Annotated[
        str | None, typer.Option(metavar="FILE", help="Settings, in place of the nearest.")
    ] = None,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Look at no file: show the defaults.")
    ] = False,
    output_format: Annotated[
        ShowFormat, typer.Option("--output-format", help="Format of the output.")
    ] = ShowFormat.TEXT,
) -> None:
    """Show what is in force for a scan of a path, and where each value comes from.

    What options would change, `kerasscan scan --show-settings` shows.
    """
    from kerasscan.cli.config_command import run_show

    run_show(path, config, output_format.value, isolated=isolated)


@config_app.command("schema")
def schema() -> None:
    """Print the JSON Schema of the settings."""
    from kerasscan.cli.config_command import run_schema

    run_schema()
