"""The settings of a command: its options, and the project's file behind them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from kerasscan.cli.exits import refuse
from kerasscan.cli.settings.choices import Given, InForce, combine
from kerasscan.cli.settings.find import is_foreign, settings_files, shown


def given(context: typer.Context, values: Mapping[str, Any]) -> Given:
    """Return the values of the options that somebody gave, and did not leave at their default."""
    return {key: value for key, value in values.items() if _is_given(context, key)}


def _is_given(context: typer.Context, key: str) -> bool:
    source = context.get_parameter_source(key)
    return source is not None and source.name != "DEFAULT"  # click's, or the one inside of typer


def in_force(command_line: Given, start: str, config: str | None, *, isolated: bool) -> InForce:
    """Return what is in force, or refuse a file that is wrong.

    Args:
        command_line: From `given`.
        start: The first scanned path: the nearest file from there upward counts.
        config: A file to take instead.
        isolated: Whether to look at no file.
    """
    if config is not None and isolated:
        refuse("--config and --isolated: only one of them")
    if config is not None:
        return _of_file(Path(config), command_line) or combine(command_line, {}, {})
    for file in () if isolated else settings_files(Path(start)):
        force = _of_file(file, command_line)
        if force is not None:
            warn_of_foreign(file)
            return force
    return combine(command_line, {}, {})


def _of_file(file: Path, command_line: Given) -> InForce | None:
    """Return what is in force with a file, None where it sets nothing, or refuse a wrong one."""
    from kerasscan.cli.settings.document import BadSettings  # only for projects that set something
    from kerasscan.cli.settings.settings_file import read_settings

    try:
        return read_settings(file, command_line)
    except BadSettings as error:
        refuse(f"wrong settings:\n{error}")


def warn_of_foreign(file: Path) -> None:
    """Say that a file was found that may have come with the models."""
    if is_foreign(file):
        warn(f"{shown(file)} is in force; --isolated leaves such files out")


def warn(message: str, word: str = "warning") -> None:
    """Say something on stderr that does not stop the scan."""
    from kerasscan.model.visible import visible

    typer.echo(f"kerasscan: {word}: {visible(message)}", err=True)
