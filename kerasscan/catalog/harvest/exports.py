"""The public names that Keras gives its classes and functions.

`@keras_export("keras.layers.Dense")` (standalone Keras 3, keras 2.6+, tf-keras),
`@tf_export("keras.layers.Dense")` (tf.keras) and their call form
`keras_export(v1=["keras.initializers.Zeros"])(something)`. The first path is the canonical one.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from kerasscan.catalog.harvest.definitions import ClassDefinition, FunctionDefinition
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.syntax import last_name, string_literals

_DECORATORS = {"keras_export", "tf_export", "keras_core_export"}


@dataclass(frozen=True)
class Exports:
    """Public paths of one object: those of TensorFlow 2 and Keras, and those of TensorFlow 1."""

    paths: tuple[str, ...] = ()
    v1_paths: tuple[str, ...] = ()
    differs_in_v1: bool = False

    def in_tensorflow_1(self) -> "Exports":
        """The names in a release whose API is that of TensorFlow 1: `v1=` replaces the others."""
        return Exports(self.v1_paths) if self.differs_in_v1 else Exports(self.paths)

    def __add__(self, other: "Exports") -> "Exports":
        return Exports(
            tuple(dict.fromkeys(self.paths + other.paths)),
            tuple(dict.fromkeys(self.v1_paths + other.v1_paths)),
            self.differs_in_v1 or other.differs_in_v1,
        )


def collect_exports(library: Library) -> dict[str, Exports]:
    """Public paths by implementation path, for all classes and functions of a release."""
    found: dict[str, Exports] = {}
    definitions: list[ClassDefinition | FunctionDefinition] = [
        *library.classes(),
        *library.functions(),
    ]
    for definition in definitions:
        for decorator in definition.node.decorator_list:
            if isinstance(decorator, ast.Call) and last_name(decorator.func) in _DECORATORS:
                _add(found, definition.path, _paths(decorator))
    for path, exports in _call_exports(library):
        _add(found, path, exports)
    return found if library.tf2 else {path: e.in_tensorflow_1() for path, e in found.items()}


def _add(found: dict[str, Exports], path: str, exports: Exports) -> None:
    found[path] = found.get(path, Exports()) + exports


def _call_exports(library: Library) -> Iterator[tuple[str, Exports]]:
    for module in library.modules.values():
        for statement in module.tree.body:
            if not isinstance(statement, ast.Expr | ast.Assign):
                continue
            match statement.value:
                case ast.Call(func=ast.Call() as export, args=[subject]):
                    if last_name(export.func) not in _DECORATORS:
                        continue
                    target = library.resolve(module.name, subject)
                    if isinstance(target, ClassDefinition | FunctionDefinition):
                        yield target.path, _paths(export)


def _paths(call: ast.Call) -> Exports:
    paths = [text for argument in call.args for text in string_literals(argument)]
    v1_paths: list[str] = []
    for keyword in call.keywords:
        if keyword.arg == "v1":
            v1_paths = string_literals(keyword.value)
        elif keyword.arg in ("path", "api_name"):
            paths += string_literals(keyword.value)
    differs = any(keyword.arg == "v1" for keyword in call.keywords)
    return Exports(tuple(paths), tuple(v1_paths), differs)
