"""The modules of a project: read at once, parsed when something asks for them."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kerasscan.model.source import SourceProblem
from kerasscan.source.finding import SourceFile
from kerasscan.source.gathering import gather
from kerasscan.source.keras_names import is_framework
from kerasscan.source.limits import SourceLimits
from kerasscan.source.notebooks import code_cells
from kerasscan.source.parsing import Unparsed, parse
from kerasscan.source.scopes import Imported, Module

_CALLS = re.compile(
    rb"custom_object|CustomObject|CUSTOM_OBJECTS|load_model[ \t]*\(|keras_serializable"
)
"""Text without which a module neither passes nor registers anything by a call."""


class Project:
    """The Python files of a project.

    Attributes:
        modules: Those that were parsed, in that order; grows while names are followed.
        texts: Bytes of the files that were read and are not parsed so far.
        problems: What could not be read or parsed.
        read: Number of files that were read.
    """

    def __init__(self) -> None:
        self.modules: list[Module] = []
        self.texts: dict[SourceFile, bytes] = {}
        self.problems: list[SourceProblem] = []
        self.read = 0
        self._parsed: dict[SourceFile, Module | None] = {}
        self._by_path: dict[str, SourceFile] = {}
        self._by_name: dict[str, SourceFile] = {}
        self._by_last: dict[str, list[SourceFile]] = {}
        self._found: dict[tuple[str, str], SourceFile | None] = {}

    def read_files(self, files: Sequence[SourceFile], limits: SourceLimits) -> None:
        """Read files into memory, as far as the limits go."""
        total = 0
        for file in files:
            data = self._bytes(file, limits)
            if data is None:
                continue
            if total + len(data) > limits.total_bytes:
                message = f"is where {limits.total_bytes:,} bytes are exceeded; what follows stays"
                self._problem(file, None, f"{message} unread", is_limit=True)
                return
            total += len(data)
            self.read += 1
            self.texts[file] = data
            self._index(file)

    def _bytes(self, file: SourceFile, limits: SourceLimits) -> bytes | None:
        try:
            with file.path.open("rb") as stream:
                data = stream.read(limits.file_bytes + 1)
        except OSError as error:
            message = f"cannot be opened: {error.strerror or 'unknown reason'}"
            self._problem(file, None, message)
            return None
        if len(data) > limits.file_bytes:
            message = f"is larger than {limits.file_bytes:,} bytes"
            self._problem(file, None, message, is_limit=True)
            return None
        return data

    def _index(self, file: SourceFile) -> None:
        if file.is_notebook:
            return
        self._by_path[str(file.path)] = file
        if file.module:
            self._by_name.setdefault(file.module, file)
        last = file.path.parent.name if file.is_package else file.path.stem
        self._by_last.setdefault(last, []).append(file)

    def parse(self, file: SourceFile) -> Module | None:
        """Return a file's module; None where it cannot be parsed."""
        if file in self._parsed:
            return self._parsed[file]
        module = self._parsed[file] = self._walked(file, self.texts.pop(file))
        if module is not None:
            self.modules.append(module)
        return module

    def _walked(self, file: SourceFile, data: bytes) -> Module | None:
        module = Module(file)
        try:
            if file.is_notebook:
                self._parse_cells(module, data)
            else:
                gather(module, parse(data), with_calls=_CALLS.search(data) is not None)
        except Unparsed as fault:
            self._problem(file, fault.line, fault.message)
            return None
        return module

    def _parse_cells(self, module: Module, data: bytes) -> None:
        """Walk the cells one after the other: what one imports, the next ones know."""
        with_calls = _CALLS.search(data) is not None
        start = 0
        for cell in code_cells(data):
            try:
                tree = parse(cell.text.encode("utf-8", "surrogatepass"))
            except Unparsed as fault:
                if cell.is_surely_python:
                    message = f"cell {cell.number} {fault.message}"
                    self._problem(module.file, fault.line, message)
                continue
            module.add_cell(cell.number, start)
            ast.increment_lineno(tree, start)
            gather(module, tree, with_calls=with_calls)
            start += cell.text.count("\n") + cell.text.count("\r") + cell.text.count("\f") + 1

    def _problem(
        self, file: SourceFile, line: int | None, message: str, *, is_limit: bool = False
    ) -> None:
        self.problems.append(SourceProblem(file.shown, line, message, is_limit))

    def _find(self, name: str, importer: Module) -> SourceFile | None:
        """Return the project's file that an absolute import names."""
        key = (str(importer.file.path.parent), name)
        if key not in self._found:
            self._found[key] = next(self._candidates(name, importer), None)
        return self._found[key]

    def _candidates(self, name: str, importer: Module) -> Iterator[SourceFile]:
        """Yield what the name may be: by the source folder, beside the importer, by its end.

        The last is for folders that only ``sys.path`` knows; it has to be unambiguous.
        """
        top, _, _ = name.partition(".")
        if not name or is_framework(name):
            return
        if name in self._by_name:
            yield self._by_name[name]
        beside = self._at(importer.file.path.parent, name)
        if beside is not None:
            yield beside
        if top in sys.stdlib_module_names:
            return
        ending = os.sep + name.replace(".", os.sep)
        same = [
            file
            for file in self._by_last.get(name.rpartition(".")[2], ())
            if str(file.path.parent if file.is_package else file.path.with_suffix("")).endswith(
                ending
            )
        ]
        if len(same) == 1:
            yield same[0]

    def _at(self, folder: Path, name: str) -> SourceFile | None:
        path = str(folder) + (os.sep + name.replace(".", os.sep) if name else "")
        return self._by_path.get(f"{path}.py") or self._by_path.get(f"{path}{os.sep}__init__.py")

    def imported(
        self, imported: Imported, importer: Module, *, parses: bool = True
    ) -> Module | None:
        """Return the project's module that an import takes from; None if it is no part of it.

        Args:
            imported: The import.
            importer: The module it stands in.
            parses: Whether to parse a module that is not parsed so far; else it is None.
        """
        if not imported.level:
            return self._module(self._find(imported.module, importer), parses=parses)
        folder = importer.file.path.parent
        for _ in range(min(imported.level - 1, len(folder.parts))):
            folder = folder.parent
        return self._module(self._at(folder, imported.module), parses=parses)

    def below(self, module: Module, name: str, *, parses: bool = True) -> Module | None:
        """Return the module ``name`` of a package."""
        if not module.file.is_package:
            return None
        return self._module(self._at(module.file.path.parent, name), parses=parses)

    def submodule(
        self, imported: Imported, importer: Module, *, parses: bool = True
    ) -> Module | None:
        """Return the module that ``from package import name`` names, the package without text."""
        name = f"{imported.module}.{imported.name}" if imported.module else imported.name or ""
        return self.imported(Imported(imported.level, name), importer, parses=parses)

    def _module(self, file: SourceFile | None, *, parses: bool) -> Module | None:
        if file is None:
            return None
        return self.parse(file) if parses else self._parsed.get(file)


def absolute_name(imported: Imported, importer: Module) -> str:
    """Return the dotted name of what an import takes from, so far as it can be told."""
    if not imported.level:
        return imported.module
    parts = importer.file.module.split(".") if importer.file.module else []
    kept = len(parts) - imported.level + (1 if importer.file.is_package else 0)
    return ".".join([*parts[: max(kept, 0)], *([imported.module] if imported.module else [])])
