"""What is recorded of one class: a small tree of facts with text at every node."""

import ast
from collections.abc import Iterable, Iterator

from kerasscan.catalog.harvest.constructor import Constructors
from kerasscan.catalog.harvest.definitions import ClassDefinition
from kerasscan.catalog.harvest.emission import Emissions
from kerasscan.catalog.harvest.keywords import KeywordUses
from kerasscan.catalog.harvest.kinds import Kinds
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.renames import renamed_arguments
from kerasscan.catalog.harvest.syntax import last_name
from kerasscan.catalog.tree import Tree

_ROOTS = {
    # Classes whose from_config is the plain `cls(**config)`.
    "BaseOptimizer",
    "Constraint",
    "DTypePolicy",
    "Initializer",
    "InitializerV2",
    "KerasSaveable",
    "Layer",
    "LearningRateSchedule",
    "Loss",
    "Metric",
    "Operation",
    "Optimizer",
    "OptimizerV2",
    "Policy",
    "Quantizer",
    "Regularizer",
    "_BaseOptimizer",
}
_LONGEST_DEFAULT = 40


class ClassRecords:
    """Makes the record of any class of one release."""

    def __init__(self, library: Library, kinds: Kinds) -> None:
        self._library = library
        self._kinds = kinds
        self._constructors = Constructors(library, kinds)
        self._emissions = Emissions(library, kinds, self._constructors)

    def record(self, definition: ClassDefinition) -> Tree:
        """All facts of a class, by section; empty sections are left out."""
        sections: dict[str, Tree] = {
            "bases": {last_name(base): {} for base in definition.node.bases if last_name(base)},
            "flags": _leaves(self._flags(definition)),
            **self._arguments(definition),
            "renamed": renamed_arguments(self._library, self._kinds, definition),
            **self._emitted(definition),
            **self._from_config(definition),
        }
        return {name: section for name, section in sections.items() if section}

    def _flags(self, definition: ClassDefinition) -> Iterator[str]:
        mro = self._kinds.mro(definition)
        if any(ancestor.name == "KerasSaveable" for ancestor in mro):
            yield "saveable"
        if self._constructors.accepted(definition).swallows:
            yield "swallows"
        written = self._emissions.written(definition)
        if written is not None and written.open_ended:
            yield "emits_more"

    def _arguments(self, definition: ClassDefinition) -> dict[str, Tree]:
        """args: name -> text of the default, where it is short; required: names without one."""
        arguments = self._constructors.accepted(definition).arguments
        return {
            "args": {
                name: {default: {}} if default and len(default) <= _LONGEST_DEFAULT else {}
                for name, default in arguments.items()
            },
            "required": _leaves(name for name, default in arguments.items() if default is None),
        }

    def _emitted(self, definition: ClassDefinition) -> dict[str, Tree]:
        written = self._emissions.written(definition)
        if written is None:
            return {}
        return {"emits": _leaves(written.certain), "emits_maybe": _leaves(written.possible)}

    def _from_config(self, definition: ClassDefinition) -> dict[str, Tree]:
        """from_config: the class whose override is used; takes: keys it reads by name."""
        for owner in self._kinds.mro(definition):
            method = owner.members.get("from_config")
            if isinstance(method, ast.FunctionDef):
                if owner.name in _ROOTS:
                    return {}
                names = [argument.arg for argument in method.args.args]
                uses = KeywordUses(names[1] if len(names) > 1 else "config", {})
                uses.read(method)
                return {"from_config": {owner.name: _leaves(uses.taken)}}
        return {}


def _leaves(names: Iterable[str]) -> Tree:
    return {name: {} for name in names}
