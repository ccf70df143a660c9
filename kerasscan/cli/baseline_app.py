"""``kerasscan baseline``: update."""

from __future__ import annotations

from typing import Annotated

import typer

baseline_app = typer.Typer(
    help="Write down what is known, so that only what is new counts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@baseline_app.callback()
def _baseline() -> None:
    """Stand for the group, which typer leaves out when it has only one command."""


@baseline_app.command("update")
def update(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATHS...", help="Model files and folders, as for scan."),
    ],
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="File to write. Without it: the one that the settings name."
        ),
    ] = None,
    config: Annotated[
        str | None, typer.Option(metavar="FILE", help="Settings, in place of the nearest.")
    ] = None,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Look for no file of settings or ignored findings.")
    ] = False,
) -> None:
    """Scan, and write what is found to a file for `kerasscan scan --baseline`.

    What the project ignores is left out. Rules, releases and the like are those of the settings.
    """
    from kerasscan.cli.baseline_command import run_update
    from kerasscan.cli.settings_options import given

    command_line = given(context, {"baseline": baseline})
    run_update(tuple(paths), command_line, config, isolated=isolated)
