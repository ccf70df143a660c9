"""What a project lets pass: ``per-file-ignores``, ``kerasscan.ignore.toml``, a baseline.

The files are read before a scan, so that a mistake in them costs no time; what they say is
applied after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kerasscan.cli.exits import refuse
from kerasscan.cli.settings.choices import InForce
from kerasscan.cli.settings.find import find_ignored, shown
from kerasscan.cli.settings_options import warn, warn_of_foreign
from kerasscan.model.finding import Report, Rule
from kerasscan.model.json_value import counted
from kerasscan.rulebook.bad_cards import BadCards
from kerasscan.rulebook.selection import UnknownSelector, check_selectors

if TYPE_CHECKING:
    from kerasscan.scanner.baseline_file import Earlier
    from kerasscan.scanner.suppress import Ignore, IgnoreList

_SELECTING = ("select", "ignore", "extend_select", "severity", "per_file_ignores")


def with_places(error: UnknownSelector, force: InForce) -> str:
    """Return what is wrong with selectors, each with its line where the project's file has it."""
    lines = []
    for (word, _), line in zip(error.unknown, str(error).split("\n"), strict=True):
        found = (force.places.get((key, word)) for key in _SELECTING if force.place(key))
        place = next((each for each in found if each), None)
        lines.append(f"{place}: {line}" if place else line)
    return "\n".join(lines)


def project_ignores(
    paths: Sequence[str], force: InForce, *, isolated: bool
) -> tuple[IgnoreList, ...]:
    """Return what the settings and the file of ignored findings let pass, or refuse a mistake.

    The file is the one that is set, else the nearest one: from the first path upward, or from a
    file of settings that was named.
    """
    found = []
    if force.choices.per_file_ignores:
        found.append(_of_settings(force))
    file = _ignore_file(paths[0], force, isolated=isolated)
    if file is not None:
        found.append(_of_file(file, force))
    return tuple(found)


def with_ignored(report: Report, ignores: Sequence[IgnoreList], paths: Sequence[str]) -> Report:
    """Suppress what is let pass, and say which entries have expired or are of no use."""
    from kerasscan.scanner.suppress import ignore

    today = datetime.now(UTC).date()
    for each in ignores:
        done = ignore(report, each, today, whole=_covers(paths, each.folder))
        report = done.report
        for entry in done.expired:
            warn(f"{entry.place}: expired on {entry.expires}, and ignores nothing: {_said(entry)}")
        for entry in done.unused:
            if entry.place:
                warn(f"{entry.place}: ignores nothing that was found: {_said(entry)}")
    return report


def read_earlier(file: str) -> Earlier:
    """Return a baseline, or refuse a file that is none."""
    from kerasscan.scanner.baseline_file import BadBaseline, read_baseline

    try:
        return read_baseline(Path(file))
    except BadBaseline as error:
        refuse(f"wrong baseline:\n{error}")


def with_baseline(report: Report, earlier: Earlier, root: Path | None) -> Report:
    """Suppress what a baseline has, and say how much of it is gone."""
    from kerasscan.scanner.baseline_file import compare_with

    compared = compare_with(report, earlier, root)
    if compared.gone:
        verb = "is" if compared.gone == 1 else "are"
        number = counted(compared.gone, "finding")
        warn(f"{number} of the baseline {verb} gone: {earlier.baseline.source}", word="note")
    return compared.report


def _of_settings(force: InForce) -> IgnoreList:
    from kerasscan.scanner.suppress import Ignore, IgnoreList

    table = force.choices.per_file_ignores
    try:
        check_selectors((each for words in table.values() for each in words), _known(force))
    except UnknownSelector as error:
        refuse(with_places(error, force))
    entries = tuple(
        Ignore(reason=f"per-file-ignores: '{glob}'", rule=selector, path=glob)
        for glob, selectors in table.items()
        for selector in selectors
    )
    file = force.file or Path()
    return IgnoreList(entries, file.parent, shown(file))


def _ignore_file(start: str, force: InForce, *, isolated: bool) -> Path | None:
    if force.choices.ignore_file is not None:
        return Path(force.choices.ignore_file)
    if isolated:
        return None
    file = find_ignored(Path(start))
    if file is not None:
        warn_of_foreign(file)
        return file
    return find_ignored(force.file) if force.file else None


def _of_file(file: Path, force: InForce) -> IgnoreList:
    from kerasscan.cli.settings.document import BadSettings
    from kerasscan.cli.settings.ignore_file import read_ignored

    try:
        ignores = read_ignored(file)
    except BadSettings as error:
        refuse(f"wrong file of ignored findings:\n{error}")
    place_of = {entry.rule: entry.place for entry in reversed(ignores.entries) if entry.rule}
    try:
        check_selectors(place_of, _known(force) if place_of else ())
    except UnknownSelector as error:
        said = zip(error.unknown, str(error).split("\n"), strict=True)
        lines = [f"{place_of[word]}: {line}" for (word, _), line in said]
        refuse("wrong file of ignored findings:\n" + "\n".join(lines))
    return ignores


def _known(force: InForce) -> list[Rule]:
    """Return every rule, asked or not: what a selector may mean."""
    from kerasscan.scanner.scanning import choose_rules

    try:
        return choose_rules(force.choices.rules)
    except BadCards as error:
        refuse(f"wrong cards:\n{error}")


def _covers(paths: Sequence[str], folder: Path) -> bool:
    """Whether a scan of paths looks at all that lies in a folder."""
    whole = folder.absolute().resolve()
    return any(whole.is_relative_to(Path(path).absolute().resolve()) for path in paths)


def _said(entry: Ignore) -> str:
    """Return what an entry is about, and its reason."""
    about = [entry.rule, entry.path, entry.layer, entry.fingerprint]
    return f"{', '.join(word for word in about if word)} ({entry.reason})"
