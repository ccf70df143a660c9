"""What is done to data before a model is trained, and before it predicts.

Told for each file that trains or predicts. Its functions are followed to those that they call and
to those that call them, also in other files of the project, a few steps far. What cannot be told
to belong to one of the two belongs to both.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from kerasscan.model.objects import Role
from kerasscan.model.source import ModelCall, Preparation, Spot, Use
from kerasscan.source.blocks import Block, blocks_of
from kerasscan.source.finding import SourceFile
from kerasscan.source.lineage import Lineage
from kerasscan.source.model_calls import CALLS_A_MODEL, ModelCalls
from kerasscan.source.names import Names, Value, dotted
from kerasscan.source.preparation_steps import Steps
from kerasscan.source.project import Project
from kerasscan.source.scopes import ClassRecord, FunctionRecord, Module

_LEVELS = 3
"""Calls of calls that are followed."""

_READERS = frozenset(
    {"open", "imread", "imdecode", "load_img", "read_csv", "read_excel", "read_file", "get_json"}
    | {"decode_image", "decode_jpeg", "decode_png", "frombuffer", "VideoCapture", "load_data"}
)
"""Last parts of the names of what reads data; who calls one has the data from there."""

Unit: TypeAlias = tuple[Use, str]
"""What a file calls models for."""


class Preparing:
    """Finds the steps before the model's calls of a project whose modules were parsed."""

    def __init__(
        self, project: Project, names: Names, lineage: Lineage, texts: Mapping[SourceFile, bytes]
    ) -> None:
        """Prepare to look.

        Args:
            project: The project.
            names: Follows names into all of it.
            lineage: The ancestors of its classes.
            texts: The bytes of its files, those of parsed ones too.
        """
        self.calls: list[ModelCall] = []
        self.preparations: list[Preparation] = []
        self._project = project
        self._names = names
        self._lineage = lineage
        self._texts = texts
        self._model_calls = ModelCalls(names, lineage)
        self._steps = Steps(names)
        self._blocks: dict[Module, list[Block]] = {}
        self._by_record: dict[FunctionRecord, Block] = {}
        self._callees: dict[Block, tuple[Block, ...]] = {}

    def run(self) -> None:
        """Look at the modules that call models, and at what they call."""
        direct: dict[Block, list[tuple[Use, ast.Call]]] = {}
        blocks: list[Block] = []
        for module in list(self._project.modules):
            if CALLS_A_MODEL.search(self._texts[module.file]):
                found = {block: self._direct(block) for block in self._of_module(module)}
                if any(found.values()):
                    blocks.extend(found)
                    direct.update((block, calls) for block, calls in found.items() if calls)
        if not direct:
            return
        self._follow([*blocks, *self._callers(direct)])
        self._drop_open(direct)
        self._note_calls(direct)
        belongs = self._belonging({block: _units(block, calls) for block, calls in direct.items()})
        self._note_steps(belongs)

    def _of_module(self, module: Module) -> list[Block]:
        known = self._blocks.get(module)
        if known is None:
            known = self._blocks[module] = blocks_of(module, self._texts[module.file])
            for block in known:
                if block.record is not None:
                    self._by_record[block.record] = block
        return known

    def _direct(self, block: Block) -> list[tuple[Use, ast.Call]]:
        """Return the model's calls of a block; to predict where one trains is to evaluate."""
        calls = list(self._model_calls.of(block))
        trains = any(use is Use.FIT for use, _ in calls)
        return [each for each in calls if each[0] is Use.FIT] if trains else calls

    def _callers(self, direct: Mapping[Block, object]) -> list[Block]:
        """Return the code of other files that may give data to functions that call models."""
        wanted: dict[str, set[str]] = {}
        for block in direct:
            holder = block.owner or block.record
            if holder is not None and (block.owner or block.parameters):
                wanted.setdefault(block.module.file.path.stem, set()).add(holder.name)
        found: list[Block] = []
        for file, text in self._texts.items():
            if any(
                _mentions(text, stem) and any(_mentions(text, name) for name in names)
                for stem, names in wanted.items()
            ):
                module = self._project.parse(file)
                if module is not None and module not in self._blocks:
                    found.extend(self._of_module(module))
        return found

    def _follow(self, blocks: list[Block]) -> None:
        """Find out which blocks call which, from some on."""
        for _ in range(_LEVELS):
            reached: dict[Block, None] = {}
            for block in blocks:
                if block not in self._callees:
                    callees = tuple(dict.fromkeys(self._called(block)))
                    self._callees[block] = callees
                    reached.update(dict.fromkeys(callees))
            blocks = list(reached)

    def _called(self, block: Block) -> Iterator[Block]:
        """Yield the functions that a block names: ``dataset.map(prepare)`` calls it too."""
        for node in block.nodes:
            if not isinstance(node, ast.Name | ast.Attribute) or not dotted(node):
                continue
            for record in self._functions(node, block):
                inner = record.body.module
                if inner.file in self._texts:
                    self._of_module(inner)
                called = self._by_record.get(record)
                if called is not None and called is not block:
                    yield called

    def _functions(self, node: ast.Name | ast.Attribute, block: Block) -> Iterator[FunctionRecord]:
        for thing in self._names.meanings(node, block.scope):
            if isinstance(thing, FunctionRecord):
                yield thing
            elif isinstance(thing, ClassRecord) and not self._is_of_model(thing):
                yield from _methods(thing)
        if not isinstance(node, ast.Attribute):
            return
        owners: list[ClassRecord | None] = []
        if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
            owners.append(block.owner)
        for thing in self._names.meanings(node.value, block.scope):
            if isinstance(thing, Value) and isinstance(thing.expr, ast.Call):
                made = self._names.meaning(thing.expr.func, thing.scope)
                owners.append(made if isinstance(made, ClassRecord) else None)
        for owner in owners:
            if owner is not None and (method := owner.method(node.attr)) is not None:
                yield method

    def _is_of_model(self, record: ClassRecord) -> bool:
        """Whether a class is a part of a model: what it does to data is saved with that."""
        base = self._lineage.keras_base(record)
        return base is not None and base[0] is not Role.OTHER

    def _drop_open(self, direct: dict[Block, list[tuple[Use, ast.Call]]]) -> None:
        """Forget functions that are given their data by nobody knows whom."""
        called = {callee for callees in self._callees.values() for callee in callees}
        for block in list(direct):
            is_given = bool(block.parameters) and not block.is_entry and block not in called
            if is_given and not any(_reads(node) for node in block.nodes):
                del direct[block]

    def _note_calls(self, direct: Mapping[Block, list[tuple[Use, ast.Call]]]) -> None:
        first: dict[Unit, tuple[int, ModelCall]] = {}
        for block, calls in direct.items():
            for use, call in calls:
                says = dotted(call.func) or _method(call)
                noted = ModelCall(use, says, block.module.spot(call))
                unit = use, block.module.file.shown
                if unit not in first or call.lineno < first[unit][0]:
                    first[unit] = call.lineno, noted
        self.calls = [call for _, call in first.values()]

    def _belonging(self, leads: dict[Block, frozenset[Unit]]) -> dict[Block, frozenset[Unit]]:
        """Return what each block is run for: what it leads to, else what its callers are for."""
        for _ in range(_LEVELS):
            above = {
                block: frozenset().union(*(leads.get(callee, frozenset()) for callee in callees))
                for block, callees in self._callees.items()
            }
            leads = {
                block: units
                for block in dict.fromkeys((*leads, *above))
                if (units := leads.get(block, frozenset()) | above.get(block, frozenset()))
            }
        belongs = dict(leads)
        for _ in range(_LEVELS):
            for block, callees in self._callees.items():
                for callee in callees:
                    if callee not in leads and block in belongs:
                        belongs[callee] = belongs.get(callee, frozenset()) | belongs[block]
        return belongs

    def _note_steps(self, belongs: Mapping[Block, frozenset[Unit]]) -> None:
        before: dict[Unit, Spot] = {(call.use, call.spot.file): call.spot for call in self.calls}
        for block, units in belongs.items():
            if block.owner is not None and self._is_of_model(block.owner):
                continue
            for kind, says, node in self._steps.of(block):
                spot = block.module.spot(node)
                self.preparations.extend(
                    Preparation(kind, says, use, spot, before[use, file])
                    for use, file in sorted(units)
                )


def _method(call: ast.Call) -> str:
    return f"(...).{call.func.attr}" if isinstance(call.func, ast.Attribute) else "(...)"


def _units(block: Block, calls: list[tuple[Use, ast.Call]]) -> frozenset[Unit]:
    return frozenset((use, block.module.file.shown) for use, _ in calls)


def _methods(record: ClassRecord) -> Iterator[FunctionRecord]:
    for bindings in record.body.bindings.values():
        yield from (binding for binding in bindings if isinstance(binding, FunctionRecord))


def _mentions(text: bytes, word: str) -> bool:
    plain = word.encode()  # to look for plain text is much faster, and nearly always enough
    return plain in text and re.search(rb"\b" + re.escape(plain) + rb"\b", text) is not None


def _reads(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)
    return name in _READERS
