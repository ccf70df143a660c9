"""``kerasscan ignore``."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import typer

from kerasscan.cli.exits import refuse
from kerasscan.cli.settings.document import BadSettings, read_text
from kerasscan.cli.settings.find import IGNORED, find_ignored, shown
from kerasscan.cli.settings.ignore_file import with_entry
from kerasscan.cli.settings_options import in_force
from kerasscan.model.visible import visible

_FINGERPRINT = re.compile(r"[0-9a-f]{16}:[1-9][0-9]*")


def run_ignore(fingerprint: str, reason: str, expires: str | None, file: str | None) -> None:
    """Add an entry to the file of ignored findings; what is there stays as it is."""
    if not _FINGERPRINT.fullmatch(fingerprint):
        refuse(f"'{fingerprint}' is no fingerprint: 16 hex digits and a number, 0a1b...:1")
    if not reason.strip():
        refuse("--reason: say why the finding does not count")
    day = _day(expires)
    path = Path(file) if file is not None else _file()
    try:
        before = read_text(path) if path.exists() else ""
        after = with_entry(path, before, fingerprint, reason, day)
    except BadSettings as error:
        refuse(f"nothing was written:\n{error}")
    try:
        path.write_bytes(after.encode("utf-8"))
    except OSError as error:
        refuse(f"{path}: cannot be written: {error.strerror}")
    typer.echo(f"Added {fingerprint} to {visible(shown(path))}.")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"--expires {text}: expected a day such as 2027-01-31")


def _file() -> Path:
    """Return the file that a scan of the working directory reads, or the one it would look for."""
    force = in_force({}, ".", None, isolated=False)
    if force.choices.ignore_file is not None:
        return Path(force.choices.ignore_file)
    found = find_ignored(Path())
    if found is not None:
        return found
    return force.file.parent / IGNORED if force.file else Path(IGNORED)
