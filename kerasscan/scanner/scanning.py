"""Paths to a `Report`."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from kerasscan.model.finding import Confidence, FileReport, Report, Rule
from kerasscan.model.target import Target
from kerasscan.model.version import __version__
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.rulebook.builtin import builtin_rules
from kerasscan.rulebook.known_checks import checks_for
from kerasscan.rulebook.selection import at_least, with_severity
from kerasscan.rulebook.selection import select as select_rules
from kerasscan.scanner.discover import Search, discover
from kerasscan.scanner.judge_here import judge_here
from kerasscan.scanner.work import Work, judge_for

if TYPE_CHECKING:
    from kerasscan.scanner.project import Project

Progress: TypeAlias = Callable[[int, int], None]
"""Called after every file with how many are done and how many there are."""

FILES_PER_JOB = 16
"""Below this many files a process more costs more than it saves, or than it protects."""

_AS_ON_THE_CARDS: Mapping[str, str] = MappingProxyType({})


def scan(
    paths: Iterable[str | os.PathLike[str]],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    severity: Mapping[str, str] = _AS_ON_THE_CARDS,
    min_confidence: str = Confidence.HEURISTIC,
    rules: Iterable[str | os.PathLike[str]] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    reports: Iterable[str | os.PathLike[str]] = (),
    limits: Limits = DEFAULT_LIMITS,
    jobs: int = 1,
    hashes: bool = True,
    parts: bool = False,
    progress: Progress | None = None,
    target: Target | Sequence[str] = (),
    python: tuple[int, int] | None = None,
    source: Iterable[str | os.PathLike[str]] = (),
    source_on_demand: bool = False,
    limit_memory: bool = False,
) -> Report:
    """Scan model files without Keras.

    Args:
        paths: Files and folders; folders are searched for model files.
        select: Rules to ask, by id, id prefix, name, family or ``ALL``; empty means all.
        ignore: Rules to leave out, likewise.
        extend_select: Rules to add to ``select``, likewise.
        severity: Other severities for rules: a selector to ``note``, ``warning``, ``error`` or
            ``off``; the more specific selector wins.
        min_confidence: Ask only rules that are at least so sure: ``certain``, ``likely`` or
            ``heuristic``.
        rules: Folders with packs of cards, beside the built-in cards.
        include: Globs of names that are model files, instead of the default names.
        exclude: Globs of names or relative paths that are left out.
        reports: Earlier or coming reports of kerasscan, which are no models where a folder that
            is searched holds them.
        limits: Budgets of the reader.
        jobs: Processes; 0 chooses by the number of files: a few are judged in this process,
            many in others, which may die without harm. With other than one, a script must
            call this below ``if __name__ == "__main__":``, as for all of multiprocessing.
        hashes: Whether to compute each file's sha256, which reads all of it.
        parts: Whether to keep the text of the configurations that findings are about.
        progress: Called after every file.
        target: Requirements such as ``keras>=3.6,<3.9``: the releases that the models are meant
            to load with. Empty: those that the project of the first path pins, or else the
            newest Keras 3.
        python: Python of the program that loads them, such as ``(3, 11)``: stored bytecode is
            bound to one.
        source: Folders of the project's Python files, which define and register custom objects.
            They are read, never run.
        source_on_demand: Whether they are read only when a model needs custom objects.
        limit_memory: Whether ``limits.memory_bytes`` is kept in this process too, by a limit on
            all of it while a file is judged. Processes that judge files always keep it.

    Returns:
        The report, sorted by path.

    Raises:
        NoSuchPath: A path, or a folder of Python files, does not exist.
        BadCards: A card of a pack is wrong; all errors of all cards at once.
        UnknownSelector: A selector that no rule answers to.
        BadRequirement: A target that is no requirement, or allows no release that is known.
        ValueError: A severity or a confidence that is none.
    """
    starts = [Path(path) for path in paths]
    chosen = choose_rules(rules, select, ignore, extend_select, severity)
    chosen = at_least(chosen, Confidence(min_confidence))
    own = tuple(os.path.abspath(report) for report in reports)  # noqa: PTH100 - as given
    files = discover(starts, Search(tuple(include), tuple(exclude), own))
    aim = _aim(chosen, target, starts)
    aim = replace(aim, python=python) if aim and python else aim
    project = _project(chosen, source, on_demand=source_on_demand)
    work = Work(tuple(chosen), limits, hashes, aim, project, parts)
    judgements = []
    with closing(_judge(files, work, jobs, limit_memory=limit_memory)) as judged:
        for done, report in enumerate(judged, start=1):
            judgements.append(report)
            if progress is not None:
                progress(done, len(files))
    is_asked = any(report.asked_source for report in judgements)
    read = project.source if project and is_asked else None
    return Report(tuple(judgements), tuple(chosen), __version__, aim, read)


def _project(
    rules: Sequence[Rule], source: Iterable[str | os.PathLike[str]], *, on_demand: bool
) -> Project | None:
    """Return the project's Python files, or None where there are none or no rule asks."""
    roots = tuple(source)
    if not roots:
        return None
    from kerasscan.scanner.project import Project, asks_for_source

    project = Project(roots, on_demand=on_demand)
    asked = checks_for(rule.check for rule in rules).values()
    return project if asks_for_source(asked) else None


def _aim(
    rules: Sequence[Rule], target: Target | Sequence[str], starts: Sequence[Path]
) -> Target | None:
    """Return the target, or None where neither a rule nor the caller asks for one."""
    if isinstance(target, Target):
        return target
    if not target and not any(
        check.needs_outcomes for check in checks_for(rule.check for rule in rules).values()
    ):
        return None
    from kerasscan.scanner.target import asked_target, project_target

    return asked_target(target) if target else project_target(starts[0] if starts else Path())


def choose_rules(
    packs: Iterable[str | os.PathLike[str]] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    severity: Mapping[str, str] = _AS_ON_THE_CARDS,
) -> list[Rule]:
    """Return the built-in rules and those of packs that are selected, sorted by id.

    Args:
        packs: Folders of cards.
        select: See `scan`, as for the others.
        ignore: Rules to leave out.
        extend_select: Rules to add.
        severity: Other severities.

    Raises:
        BadCards: A card of a pack is wrong.
        UnknownSelector: A selector that no rule answers to.
    """
    known = list(builtin_rules())
    folders = [Path(pack) for pack in packs]
    if folders:
        from kerasscan.rulebook.load import load_packs  # validates: needs jsonschema

        known = sorted([*known, *load_packs(folders)], key=lambda rule: rule.id)
    chosen = select_rules(known, select=select, ignore=ignore, extend_select=extend_select)
    if not severity:
        return chosen
    changed = {rule.id: rule for rule in with_severity(known, severity)}  # selectors mean all rules
    return [changed[rule.id] for rule in chosen if rule.id in changed]


def _judge(
    files: Sequence[Path], work: Work, jobs: int, *, limit_memory: bool
) -> Generator[FileReport, None, None]:
    """Judge files in this process, or in processes of their own where there are many."""
    is_many = len(files) >= FILES_PER_JOB
    if jobs <= 0 and is_many:
        jobs = min(os.cpu_count() or 1, len(files) // FILES_PER_JOB)
    elif jobs <= 1 or len(files) <= 1:
        judge = judge_for(work)
        for file in files:
            yield judge_here(file, work, judge, limit_memory=limit_memory)
        return
    from kerasscan.scanner.workers import judge_in_processes

    if work.project is not None:
        _ = work.project.source  # read once, for all processes
    yield from judge_in_processes(files, work, min(jobs, len(files)))
