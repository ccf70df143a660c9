"""A scan as the settings in force ask for it, with everything that the project suppresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kerasscan.catalog.releases import BadRequirement
from kerasscan.cli.exits import refuse
from kerasscan.cli.python_option import python_version
from kerasscan.cli.settings.choices import Choices, InForce
from kerasscan.cli.suppressing import project_ignores, with_ignored, with_places
from kerasscan.cli.terminal import progress_bar
from kerasscan.model.finding import Report
from kerasscan.model.target import Target
from kerasscan.reader.limits import DEFAULT_LIMITS, MIB, Limits
from kerasscan.rulebook.bad_cards import BadCards
from kerasscan.rulebook.selection import OFF, UnknownSelector
from kerasscan.scanner.discover import NoSuchPath
from kerasscan.scanner.scanning import scan

_POINTER = "KF101"
_POINTER_SEVERITY = {"error": "error", "warn": "warning", "ignore": OFF}

_ANY_MEMORY = 2**30
"""MiB: more than any machine has, and less than a limit of the system overflows at."""

_ANY_TIME = 366 * 24 * 3600
"""Seconds, likewise."""


@dataclass(frozen=True)
class Asked:
    """What a scan is to look at, beside what the settings say.

    Attributes:
        paths: Files and folders.
        no_source: Whether to look at no Python files.
        isolated: Whether to look for no file of ignored findings.
        progress: Whether to draw a progress bar.
        hashes: Whether each file's sha256 is wanted.
        parts: Whether the text of configurations is wanted.
    """

    paths: tuple[str, ...]
    no_source: bool = False
    isolated: bool = False
    progress: bool = True
    hashes: bool = False
    parts: bool = False


def scan_as_asked(asked: Asked, force: InForce) -> Report:
    """Scan, and suppress what the project ignores; no baseline is applied."""
    ignores = project_ignores(asked.paths, force, isolated=asked.isolated)
    report = _scan(asked, force)
    return with_ignored(report, ignores, asked.paths) if ignores else report


def _scan(asked: Asked, force: InForce) -> Report:
    choices = force.choices
    try:
        with progress_bar(wanted=asked.progress) as progress:
            return scan(
                asked.paths,
                select=choices.select,
                ignore=choices.ignore,
                extend_select=choices.extend_select,
                severity=severities(choices, force.origins),
                min_confidence=choices.min_confidence,
                rules=choices.rules,
                include=choices.include,
                exclude=choices.exclude,
                reports=_reports(choices),
                limits=_limits(choices),
                jobs=choices.jobs,
                hashes=asked.hashes,
                parts=asked.parts,
                progress=progress,
                python=python_version(choices.python),
                target=_target(force),
                source=_source(asked, choices),
                source_on_demand=choices.source is None,
                limit_memory=True,  # this process is the scan's own
            )
    except UnknownSelector as error:
        refuse(with_places(error, force))
    except (NoSuchPath, BadRequirement) as error:
        refuse(str(error))
    except BadCards as error:
        refuse(f"wrong cards:\n{error}")


def severities(choices: Choices, origins: Mapping[str, str]) -> Mapping[str, str]:
    """Return the severities that are asked for, that of Git LFS pointers among them."""
    if origins["lfs_pointers"] == "default":
        return choices.severity
    return {**choices.severity, _POINTER: _POINTER_SEVERITY[choices.lfs_pointers]}


def _reports(choices: Choices) -> list[str]:
    """Return the files that hold reports: a baseline, and what is going to be written."""
    written = [each.partition("=")[2] for each in choices.output]
    return [*written, *([choices.baseline] if choices.baseline else [])]


def _limits(choices: Choices) -> Limits:
    seconds = choices.timeout if choices.timeout <= _ANY_TIME else _ANY_TIME  # nan too
    memory = min(choices.max_memory, _ANY_MEMORY) * MIB
    return replace(DEFAULT_LIMITS, seconds=seconds, memory_bytes=memory, **choices.limits)


def _source(asked: Asked, choices: Choices) -> tuple[str | Path, ...]:
    """Return where the project's Python files are: asked for, set, or those around the models."""
    if asked.no_source:
        return ()
    if choices.source is not None:
        return choices.source
    from kerasscan.source.finding import project_folder

    return (project_folder(Path(asked.paths[0])),)


def _target(force: InForce) -> Target | tuple[str, ...]:
    """Return the target that is asked for; of one that the project sets, it says from where."""
    place = force.place("target")
    if place is None or not force.choices.target:
        return force.choices.target
    from kerasscan.cli.settings.find import shown
    from kerasscan.scanner.target import asked_target

    try:
        return asked_target(force.choices.target, shown(force.file) if force.file else "")
    except BadRequirement as error:
        refuse(f"{place}: target: {error}")
