"""All names by which a release can find something of its own: the widest net.

A name is here when the release defines, exports or aliases a class or function of a kind that
saved models mention. It says nothing about how that release resolves the name.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from kerasscan.catalog.harvest.definitions import (
    Assignment,
    ClassDefinition,
    FunctionDefinition,
    Import,
)
from kerasscan.catalog.harvest.exports import Exports, collect_exports
from kerasscan.catalog.harvest.kinds import Kinds, snake_case
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.syntax import last_name, string_literals
from kerasscan.catalog.harvest.tables import Table, lookup_tables, package_root

Names = dict[str, dict[str, list[str]]]
"""Group (class, function, registered) -> kind -> sorted names."""

_FUNCTION_HOMES = {
    "activations": "activation",
    "losses": "loss",
    "objectives": "loss",
    "metrics": "metric",
    "initializations": "initializer",
    "initializers": "initializer",
    "regularizers": "regularizer",
    "constraints": "constraint",
    "optimizers": "optimizer",
    "ops": "operation",
    "layers": "layer",
    "quantizers": "quantizer",
}
_PARAMETERS = {
    # How functions begin that a saved model may name without their being exported.
    "activation": r"x\b.*",
    "loss": r"(y_true|target), *(y_pred|output)\b.*",
    "metric": r"(y_true|target), *(y_pred|output)\b.*",
    "initializer": r"(shape|seed)\b.*",
    "regularizer": r"(l|l1|l2|factor|k)?\b.*",
    "constraint": r"(p|w|x)?\b.*",
}
_NEVER_AN_OBJECT = re.compile(
    r"(get|register|((de)?serialize|populate|is|get|clone|from|enable|disable|compute|validate)"
    r"(_\w+)?)$"
)
_LOOKUP_TABLES = {"ALL_OBJECTS", "ALL_OBJECTS_DICT", "ALL_CLASSES", "all_classes"}
_SNAKE_CASED = {
    # Kinds whose tables also hold snake_case of the class name: in Keras 3, and before it.
    True: {"initializer", "regularizer", "constraint", "metric", "quantizer"},
    False: {"initializer"},
}
_OUTSIDE_KERAS = (
    # Configs of tf.keras name classes of these modules too.
    "tensorflow.python.ops.init_ops",
    "tensorflow.python.feature_column.feature_column_v2",
    "tensorflow.python.training.experimental.loss_scale",
)


class Census:
    """Counts the names of one release."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kinds = Kinds(library)
        self._exports = collect_exports(library)
        self._is_keras_3 = "keras.src.ops" in library.modules
        self._found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def take(self) -> Names:
        """Names of the release by group and kind."""
        for definition in self._library.classes():
            self._count_class(definition)
        for function in self._library.functions():
            self._count_function(function)
        keras_modules = [module for module in self._library.modules if is_keras(module)]
        for module in keras_modules:
            self._count_aliases(module)
        for module in keras_modules:
            self._count_table_keys(module)
        for table in lookup_tables(self._library, self._kinds).values():
            self._count_table(table)
        self._count_layer_functions()
        return {
            group: {kind: sorted(names) for kind, names in sorted(kinds.items()) if names}
            for group, kinds in sorted(self._found.items())
        }

    def _count_class(self, definition: ClassDefinition) -> None:
        public = self._public_paths(definition)
        if not is_keras(definition.module) and not public:
            return  # `__internal__` paths do not count as public
        kind = self._kinds.kind(definition)
        if kind is None:
            return
        self._add_class(definition, kind, definition.name)
        for path in public:
            self._add_class(definition, kind, path.rpartition(".")[2])
        if public:
            self._add_strings(definition, kind)
        self._found["registered"]["any"].update(_registered_names(definition))

    def _add_class(self, definition: ClassDefinition, kind: str, name: str) -> None:
        if is_application(definition.module):
            self._found["class"]["application_private"].add(name)
            return
        if re.match("_[a-z]", name):
            return
        self._found["class"][kind].add(name)
        if name[:1].islower():
            self._found["function"][kind].add(name)

    def _add_strings(self, definition: ClassDefinition, kind: str) -> None:
        """Lower-case strings that the tables of TensorFlow 2 and Keras 3 make of class names."""
        if is_application(definition.module):
            return
        if kind == "optimizer":
            self._found["function"][kind].add(definition.name.lower())
            self._found["class"][kind].add(definition.name.lower())
        elif kind in _SNAKE_CASED[self._is_keras_3]:
            self._found["function"][kind].add(snake_case(definition.name))

    def _public_paths(self, definition: ClassDefinition | FunctionDefinition) -> list[str]:
        exports = self._exports.get(definition.path, Exports())
        paths = exports.paths + exports.v1_paths
        return [p for p in paths if p.startswith("keras.") and ".__internal__." not in p]

    def _count_function(self, function: FunctionDefinition) -> None:
        for path in self._public_paths(function):
            self._add_function(function_kind(path), path.rpartition(".")[2])
        kind = function_kind(function.path)
        if kind in _PARAMETERS and not function.name.startswith("_"):
            parameters = ast.unparse(function.node.args)
            if re.match(_PARAMETERS[kind], parameters):
                self._add_function(kind, function.name)

    def _add_function(self, kind: str | None, name: str) -> None:
        if kind == "operation" or (kind is not None and not _NEVER_AN_OBJECT.match(name)):
            self._found["function"][kind].add(name)

    def _count_aliases(self, module: str) -> None:
        for name, binding in self._library.modules[module].bindings.items():
            renamed = isinstance(binding, Import) and name != binding.attribute
            if not renamed and not isinstance(binding, Assignment):
                continue
            target = self._library.lookup(module, name)
            if isinstance(target, ClassDefinition):
                kind = self._kinds.kind(target)
                if kind is not None and is_keras(target.module):
                    self._add_class(target, kind, name)
            elif isinstance(target, FunctionDefinition) and not name.startswith("_"):
                kind = function_kind(f"{module}.{name}")
                if kind is not None and function_kind(target.path) == kind:
                    self._add_function(kind, name)

    def _count_table_keys(self, module: str) -> None:
        kind = function_kind(f"{module}.deserialize")
        if kind is None or kind == "operation":
            return
        classes = set().union(*self._found["class"].values())
        for key in _table_keys(self._library.modules[module].tree):
            if key[:1].islower() or kind in ("activation", "loss", "metric"):
                self._add_function(kind, key)
            elif key not in classes and key != "Input":
                self._found["class"][kind].add(key)

    def _count_table(self, table: Table) -> None:
        """Short names of classes, counted as what the class is.

        A lower-case name counts as a string only: "f1_score" in Keras 3 is a built-in metric, a
        class of that name is somebody's own. Optimizers are looked up in lower case always.
        """
        for name, targets in table.items():
            for target in targets:
                kind = self._kinds.kind(target) if isinstance(target, ClassDefinition) else None
                if isinstance(target, ClassDefinition) and kind and is_keras(target.module):
                    if kind == "optimizer" or not name[0].islower():
                        self._add_class(target, kind, name)
                    if name[0].islower():
                        self._found["function"][kind].add(name)

    def _count_layer_functions(self) -> None:
        """`add`, `Input`, ...: shown by `keras.layers` where there are no export decorators."""
        module = f"{package_root(self._library)}.layers"
        for name, target in self._library.names_in(module, public_only=True).items():
            if isinstance(target, FunctionDefinition):
                home = target.module.rpartition(".")[2]
                if home == "merge" or name in ("Input", "merge"):
                    self._add_function("layer", name)
                elif target.module.endswith("legacy.layers") and name[0].isupper():
                    self._found["class"]["layer"].add(name)  # AtrousConvolution2D of Keras 2


def is_keras(module: str) -> bool:
    """Whether a module is of Keras, or one of the few others that its configs name.

    `legacy_tf_layers` is not: it holds the `tf.layers` of TensorFlow 1, which share a base class
    with Keras's layers and are in none of its tables.
    """
    parts = module.split(".")
    if "legacy_tf_layers" in parts:
        return False
    return (
        parts[0] in ("keras", "tf_keras")
        or parts[:3] == ["tensorflow", "python", "keras"]
        or module.startswith(_OUTSIDE_KERAS)
    )


def is_application(module: str) -> bool:
    """Whether a module belongs to keras.applications."""
    return "applications" in module.split(".")


def function_kind(path: str) -> str | None:
    """Kind of a function by the package it lives in or is exported from."""
    parts = path.split(".")[:-1]
    if is_application(path) or "backend" in parts:
        return None
    return next((_FUNCTION_HOMES[part] for part in parts if part in _FUNCTION_HOMES), None)


def _table_keys(tree: ast.Module) -> Iterator[str]:
    """Keys written as text into a module's table of deserializable objects."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Subscript(value=table, slice=key)]):
                if last_name(table) in _LOOKUP_TABLES:
                    yield from string_literals(key)
            case (
                ast.Assign(targets=[table], value=ast.Dict(keys=keys))
                | ast.Call(
                    func=ast.Attribute(value=table, attr="update"), args=[ast.Dict(keys=keys)]
                )
            ):
                if last_name(table) in _LOOKUP_TABLES:
                    for literal in keys:
                        yield from string_literals(literal) if literal else ()


def _registered_names(definition: ClassDefinition) -> Iterator[str]:
    """`package>name` of `@register_keras_serializable(package, name)`; package is "Custom"."""
    for decorator in definition.node.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        if last_name(decorator.func) == "register_keras_serializable":
            given = dict(zip(("package", "name"), decorator.args, strict=False))
            given |= {keyword.arg: keyword.value for keyword in decorator.keywords if keyword.arg}
            text = {key: string_literals(value) for key, value in given.items()}
            package = text.get("package") or ["Custom"]
            name = text.get("name") or [definition.name]
            yield f"{package[0]}>{name[0]}"
