"""The door: arguments in, text and exit codes out; the only room that prints.

May enter: typer commands and what writes to stdout, stderr and report files. Each command
imports the rooms it needs when it runs: start-up time is a feature.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line; the console script ``kerasscan``."""
    import gc
    import io
    import sys

    from kerasscan.cli.app import app

    gc.set_threshold(100_000)  # little of what a scan makes is cyclic, all of it is looked through
    if isinstance(sys.stdout, io.TextIOWrapper):  # not every terminal knows every letter
        sys.stdout.reconfigure(errors="backslashreplace")
    app(prog_name="kerasscan")
