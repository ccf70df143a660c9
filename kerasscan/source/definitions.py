"""From the classes and functions of modules to `Definition`."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.model.source import Definition, DefinitionKind
from kerasscan.source.configurations import Configurations
from kerasscan.source.constants import Constants
from kerasscan.source.constructors import Constructors
from kerasscan.source.lineage import Ancestor, Lineage
from kerasscan.source.names import Names
from kerasscan.source.scopes import ClassRecord, FunctionRecord, Module


class Definitions:
    """Says what the classes and functions of a project are."""

    def __init__(self, names: Names, lineage: Lineage, constants: Constants) -> None:
        self._lineage = lineage
        self._constructors = Constructors(names, lineage)
        self._configurations = Configurations(names, lineage, constants)

    def of(self, module: Module) -> Iterator[Definition]:
        """Yield the definitions of a module."""
        for record in module.classes:
            yield self._class(record)
        for function in module.functions:
            yield Definition(
                DefinitionKind.FUNCTION,
                function.name,
                function.qualname,
                module.file.module,
                function.spot,
            )

    def _class(self, record: ClassRecord) -> Definition:
        order = self._lineage.order(record)
        keras = self._lineage.keras_base(record)
        constructor = self._constructors.of(record)
        has_get_config = _has(order, "get_config")
        return Definition(
            DefinitionKind.CLASS,
            record.name,
            record.qualname,
            record.scope.module.file.module,
            record.spot,
            tuple(_name(base) for base in self._lineage.bases(record)),
            keras[0] if keras else None,
            keras[1] if keras else None,
            constructor.parameters,
            constructor.takes_any,
            has_get_config,
            self._configurations.keys(record) if has_get_config else None,
            _has(order, "from_config"),
        )


def _has(order: tuple[Ancestor, ...], method: str) -> bool:
    return any(isinstance(a, ClassRecord) and method in a.body.bindings for a in order)


def _name(ancestor: Ancestor) -> str:
    return full_name(ancestor) if isinstance(ancestor, ClassRecord) else ancestor.name


def full_name(record: ClassRecord | FunctionRecord) -> str:
    """Return the dotted name of a class or function, its module before it where it has one."""
    module = record.scope.module.file.module
    return f"{module}.{record.qualname}" if module else record.qualname
