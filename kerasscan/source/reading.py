"""From folders to `Source`: find, read, parse what matters, follow the names."""

from __future__ import annotations

import ast
import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kerasscan.model.source import (
    Definition,
    Passing,
    Preparation,
    Registration,
    Source,
    SourceProblem,
    Spot,
)
from kerasscan.source.constants import Constants
from kerasscan.source.definitions import Definitions
from kerasscan.source.finding import SourceFile, find_files
from kerasscan.source.limits import DEFAULT_LIMITS, SourceLimits
from kerasscan.source.lineage import Lineage
from kerasscan.source.names import Names
from kerasscan.source.passings import Passings
from kerasscan.source.preparing import Preparing
from kerasscan.source.project import Project
from kerasscan.source.registrations import REGISTER, Registrations
from kerasscan.source.scopes import Assigned, Binding, FunctionRecord, Imported, Module

_PASSES = (
    *(b"custom_objects=", b"custom_objects =", b"custom_object_scope", b"CustomObjectScope"),
    *(b"get_custom_objects", b"register_keras_serializable"),
)
"""Text of a module that registers or passes something, whatever it imports."""

_MENTIONS = re.compile(rb"keras\b|keras_|tensorflow|torch|jax|\btf\b|custom_objects")
"""Text of a module that knows Keras, or a backend that losses and activations are written in.
To parse is what takes the time, half a second for 1 MB, so it has to stand in an import too;
other modules are parsed when a name leads to them."""

_CONTINUED = re.compile(rb"(?:keras|tf)(?: as \w+)?,?\Z")
"""A line of an import in parentheses."""

_MAY_DEPEND = re.compile(rb"(?m)^[ \t]*(?:@|class[ \t]+\w+[ \t]*\(|\"[ \t]*(?:@|class[ \t]))")
"""Text of a module that can build on a class or decorator of another one."""

_WORD = re.compile(rb"[A-Za-z_]\w*")


def read_source(roots: Sequence[Path], limits: SourceLimits = DEFAULT_LIMITS) -> Source:
    """Read the Python files and notebooks of a project; nothing of it is imported or run.

    Args:
        roots: Folders, ``.py`` or ``.ipynb`` files.
        limits: What it may cost.
    """
    found = find_files(roots, limits)
    project = Project()
    project.read_files(found.files, limits)
    reading = _Reading(project)
    with _uncollected():
        reading.run()
    problems = dict.fromkeys((*found.problems, *project.problems, *reading.problems))
    return Source(
        tuple(root.as_posix() for root in roots),
        project.read,
        tuple(sorted(reading.definitions, key=lambda d: (_place(d.spot), d.qualname))),
        tuple(sorted(dict.fromkeys(reading.registrations), key=lambda r: (_place(r.spot), r.name))),
        tuple(sorted(dict.fromkeys(reading.passings), key=lambda p: (_place(p.spot), p.name))),
        tuple(sorted(problems, key=lambda p: (p.file, p.line or 0, p.message))),
        tuple(sorted(reading.preparing.calls, key=lambda c: (_place(c.spot), c.use))),
        tuple(sorted(dict.fromkeys(reading.preparing.preparations), key=_step)),
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles away from the trees.

    They have millions of nodes and no cycles; to look through them again and again took two
    thirds of the time for a project of 10 MB.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _place(spot: Spot) -> tuple[str, int, int]:
    return spot.file, spot.cell or 0, spot.line


def _step(found: Preparation) -> tuple[object, ...]:
    return _place(found.before), found.use, _place(found.spot), found.kind, found.says


class _Reading:
    """Parses module after module, and collects what they say.

    A module that mentions no Keras may build on one that does: it is parsed as soon as it has
    the name of a class with a role, or of a decorator that registers.
    """

    def __init__(self, project: Project) -> None:
        self.definitions: list[Definition] = []
        self.registrations: list[Registration] = []
        self.passings: list[Passing] = []
        self.problems: list[SourceProblem] = []
        self._project = project
        self._names = Names(project)
        known = Names(project, parses=False)
        constants = Constants(self._names)
        self._lineage = Lineage(self._names)
        self._definitions = Definitions(self._names, self._lineage, constants)
        self._registrations = Registrations(known, self._names, constants)
        self._passings = Passings(known, self._names, constants)
        texts = dict(project.texts)  # a project forgets the text of what it has parsed
        self.preparing = Preparing(project, self._names, self._lineage, texts)
        self._words: dict[SourceFile, frozenset[bytes]] = {}

    def run(self) -> None:
        project = self._project
        for file in [file for file, data in project.texts.items() if _may_reach_keras(file, data)]:
            if file in project.texts:
                project.parse(file)
        done = 0
        while done < len(project.modules):
            new = project.modules[done:]
            done += len(new)
            for module in new:
                self._collect(module)
            telling = {name.encode() for module in new for name in self._telling(module)}
            for file in list(project.texts):
                if file in project.texts and not telling.isdisjoint(self._words_of(file)):
                    project.parse(file)
        self.preparing.run()

    def _collect(self, module: Module) -> None:
        self.definitions.extend(self._definitions.of(module))
        self.passings.extend(self._passings.of(module))
        for found in self._registrations.of(module):
            if isinstance(found, Registration):
                self.registrations.append(found)
            else:
                self.problems.append(found)

    def _telling(self, module: Module) -> Iterator[str]:
        """Yield the names that other modules may build on."""
        for record in module.classes:
            if self._lineage.keras_base(record) is not None:
                yield record.name
        for name, bindings in module.scope.bindings.items():
            if any(_may_register(binding, module) for binding in bindings):
                expr = ast.Name(name, ast.Load())
                if self._registrations.is_registrar(expr, module.scope):
                    yield name

    def _words_of(self, file: SourceFile) -> frozenset[bytes]:
        known = self._words.get(file)
        if known is None:
            data = self._project.texts[file]
            words = _WORD.findall(data) if _MAY_DEPEND.search(data) else ()
            known = self._words[file] = frozenset(words)
        return known


def _may_register(binding: Binding, module: Module) -> bool:
    """Whether it is worth a look; to follow every import would parse every module."""
    match binding:
        case FunctionRecord():
            return bool(module.calls)
        case Assigned(value=value):
            return isinstance(value, ast.Name | ast.Attribute | ast.Call)
        case Imported(name=name):
            return name == REGISTER
    return False


def _may_reach_keras(file: SourceFile, data: bytes) -> bool:
    if any(word in data for word in _PASSES):
        return True
    if _MENTIONS.search(data) is None:
        return False
    return file.is_notebook or any(
        _MENTIONS.search(line) is not None if b"import" in line else _CONTINUED.match(line.strip())
        for line in data.split(b"\n")
    )
