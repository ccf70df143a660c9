"""``kerasscan stub``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from kerasscan.catalog.releases import BadRequirement, Release
from kerasscan.cli.exits import CLEAN, INCOMPLETE, refuse
from kerasscan.custom.needs import needs
from kerasscan.loading.given import Given
from kerasscan.loading.prediction import predict
from kerasscan.model.saved import Saved
from kerasscan.model.source import Source
from kerasscan.model.visible import visible
from kerasscan.reader.reading import SAVEDMODEL_FILES, read
from kerasscan.report.source_words import source_problems
from kerasscan.scanner.discover import NoSuchPath
from kerasscan.scanner.project import Project
from kerasscan.scanner.target import asked_target, project_target, releases_of
from kerasscan.stub.module import Style, Wanted, stub


@dataclass(frozen=True)
class Request:
    """What the command line asks for; see the options of ``kerasscan stub``."""

    path: str
    style: str
    output: str | None
    targets: tuple[str, ...]
    source: tuple[str, ...]


def run_stub(request: Request) -> None:
    """Write the module; exit with 3 when not all of the model could be read."""
    place = Path(request.path)
    if not place.exists():
        refuse(f"{request.path}: no such file or folder")
    if place.name in SAVEDMODEL_FILES:
        place = place.parent
    try:
        source = _source(request)
        release = _release(request)
    except (NoSuchPath, BadRequirement) as error:
        refuse(str(error))
    saved = read(place)
    _tell_problems(saved)
    wanted = Wanted(Style(request.style), str(place), release)
    text = stub(saved, wanted, source)
    if text is None:
        _say(f"{request.path} needs nothing beside Keras: nothing was written")
    elif request.output is None:
        typer.echo(text, nl=False)
    else:
        _write(Path(request.output), text)
    if text is not None:
        _tell_what_remains(saved, release)
    raise typer.Exit(CLEAN if saved.is_complete else INCOMPLETE)


def _source(request: Request) -> Source | None:
    if not request.source:
        return None
    source = Project(request.source).source
    for problem in source_problems(source):
        _say(f"warning: {problem}")
    return source


def _release(request: Request) -> Release:
    """Return the newest release that is asked for, pinned by the project, or known.

    Raises:
        BadRequirement: A target that is no requirement, or allows no release that is known.
    """
    place = Path(request.path)
    target = asked_target(request.targets) if request.targets else project_target(place)
    return releases_of(target)[-1]


def _tell_what_remains(saved: Saved, release: Release) -> None:
    """Say what stops the load though every custom object is there."""
    given = Given(registered=frozenset(need.key for need in needs(saved)))
    outcome = predict(saved, release, given)
    if outcome.loads is False and outcome.first is not None:
        message = " ".join(outcome.first.message.split()).rstrip(".")
        _say(f"warning: {release.requirement} does not load it even so: {message}")
        _say("the command kerasscan compat tells which releases do")


def _tell_problems(saved: Saved) -> None:
    if not saved.artifact.container.is_model:
        refuse(f"{saved.artifact.path}: is no model ({saved.artifact.container.value})")
    for problem in saved.problems:
        if problem.incomplete:
            _say(f"warning: {problem.address}: {problem.detail}")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        refuse(f"{file}: cannot be written: {error.strerror}")


def _say(words: str) -> None:
    typer.echo(f"kerasscan: {visible(words)}", err=True)
