"""The door: arguments in, text and exit codes out; the only room that prints.

May enter: typer commands and what writes to stdout, stderr and report files. Each command
imports the rooms it needs when it runs: start-up time is a feature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer


def main() -> None:
    """Run the command line; the console script ``kerasscan``."""
    import gc
    import io
    import sys

    from kerasscan.cli.app import app

    gc.set_threshold(100_000)  # little of what a scan makes is cyclic, all of it is looked through
    if isinstance(sys.stdout, io.TextIOWrapper):  # not every terminal knows every letter
        sys.stdout.reconfigure(errors="backslashreplace")
    _keep(app, sys.argv[1:2])
    app(prog_name="kerasscan")


def _keep(app: Typer, words: list[str]) -> None:
    """Forget all commands but the one that is called: typer looks at every option of each."""
    called = [
        command
        for command in app.registered_commands
        if command.callback is not None and [command.name or command.callback.__name__] == words
    ]
    if called:  # else a group, a wrong word, or a call for help
        app.registered_commands, app.registered_groups = called, []
