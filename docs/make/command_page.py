"""The page of commands: what each prints for ``--help``, and what exit codes mean."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from docs.make.places import ROOT, fenced


def page() -> str:
    """Return the page."""
    parts = [
        "# Commands",
        "What `--help` prints, for each command. `python -m kerasscan` is the same as `kerasscan`.",
    ]
    for words in _commands():
        name = " ".join(("kerasscan", *words))
        parts += [f"## {name} {{#{'-'.join(words) or 'kerasscan'}}}", fenced(_help(words), "text")]
    parts += ["## Exit codes {#exit-codes}", "Those of `kerasscan scan`:", _exit_codes()]
    return "\n\n".join(parts) + "\n"


def _commands() -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, in the order of the help text."""
    from typer.main import get_command

    from kerasscan.cli.app import app

    waiting: list[tuple[tuple[str, ...], Any]] = [((), get_command(app))]
    while waiting:
        words, command = waiting.pop(0)
        yield words
        inner: dict[str, Any] = getattr(command, "commands", {})
        waiting[:0] = [((*words, name), below) for name, below in inner.items()]


def _help(words: tuple[str, ...]) -> str:
    """Return a command's help text, 80 columns wide.

    Raises:
        subprocess.CalledProcessError: When the command knows no ``--help``.
    """
    inherited = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [sys.executable, "-m", "kerasscan", *words, "--help"],
        cwd=ROOT,
        env={**inherited, "NO_COLOR": "1", "COLUMNS": "80", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def _exit_codes() -> str:
    """Return the README's table, which a test compares with the command line."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, begin, rest = readme.partition("<!-- exit codes -->\n")
    inside, end, _ = rest.partition("<!-- end exit codes -->")
    if not (begin and end):
        raise ValueError("README.md has no table of exit codes")
    return inside.strip()
