"""The tables in which a release looks short names up (`module_objects` of its deserializers).

Three ways of building one are read: `globals()` of the defining module, a dictionary filled by
module-level statements (Keras 3's `ALL_OBJECTS_DICT`), and one filled inside a function
(`LOCAL.ALL_OBJECTS`, `all_classes` of tf.keras).
"""

import ast
from collections.abc import Callable, Iterable

from kerasscan.catalog.harvest.definitions import (
    ClassDefinition,
    FunctionDefinition,
    ModuleReference,
)
from kerasscan.catalog.harvest.kinds import Kinds, snake_case
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.syntax import FunctionNode, last_name, string_literals

Found = ClassDefinition | FunctionDefinition
Table = dict[str, list[Found]]

HOMES = {
    "activation": ("activations",),
    "initializer": ("initializers", "initializations"),
    "loss": ("losses", "objectives"),
    "metric": ("metrics",),
    "optimizer": ("optimizers",),
    "constraint": ("constraints",),
    "regularizer": ("regularizers",),
    "dtype_policy": (
        "dtype_policies",
        "mixed_precision.policy",
        "mixed_precision.experimental.policy",
    ),
    "quantizer": ("quantizers",),
    "schedule": (
        "optimizers.schedules.learning_rate_schedule",
        "optimizer_v2.learning_rate_schedule",
    ),
    "layer": ("layers.serialization", "layers"),
}
"""Modules, below the root of the package, that hold the table of a kind."""

_TABLE_NAMES = {
    "ALL_OBJECTS",
    "ALL_OBJECTS_DICT",
    "activation_functions",
    "active_fns",
    "all_classes",
    "module_objects",
}
_READ_FUNCTIONS = {"deserialize", "populate_deserializable_objects"}
_KERAS_1 = "keras.initializations"
_MODELS = ("InputLayer", "Functional", "Model", "Sequential")


def package_root(library: Library) -> str:
    """The package that holds the implementation, such as `keras.src`."""
    for root in ("keras.src", "tf_keras.src", "tensorflow.python.keras._impl.keras"):
        if f"{root}.layers" in library.modules:
            return root
    return "tensorflow.python.keras" if "tensorflow.python.keras" in library.modules else "keras"


def lookup_tables(library: Library, kinds: Kinds) -> dict[str, Table]:
    """All tables of a release, by kind."""
    root = package_root(library)
    found: dict[str, Table] = {}
    for kind, homes in HOMES.items():
        home = next((f"{root}.{h}" for h in homes if f"{root}.{h}" in library.modules), None)
        if home is not None:
            found[kind] = _TableReader(library, kinds, home).read()
        if home is not None and _KERAS_1 in library.modules:
            # `get_from_module(name, globals(), ...)` in every `get` of Keras 1
            found[kind] = _objects(library, home)
    if f"{root}.legacy.saving.saving_utils" in library.modules:
        found["layer"] = _keras_3_layers(library, root)
    return {kind: table for kind, table in found.items() if table}


def _keras_3_layers(library: Library, root: str) -> Table:
    """`layers.__dict__` and four names more (keras/src/legacy/saving/saving_utils.py)."""
    table = _objects(library, f"{root}.layers")
    for name in _MODELS:
        for module in (f"{root}.layers", f"{root}.models"):
            target = library.lookup(module, name)
            if isinstance(target, ClassDefinition):
                table[name] = [target]
    return table


def _objects(library: Library, module: str) -> Table:
    """Classes and functions in `vars(module)`."""
    return {
        name: [target]
        for name, target in library.names_in(module).items()
        if isinstance(target, ClassDefinition | FunctionDefinition)
    }


class _TableReader:
    """Runs the few kinds of statements that fill a table, without running anything."""

    def __init__(self, library: Library, kinds: Kinds, module: str) -> None:
        self._library = library
        self._kinds = kinds
        self._module = module
        self._scope = module
        self._tables: dict[str, Table] = {}

    def read(self) -> Table:
        tree = self._library.modules[self._module].tree
        self._block(tree.body)
        uses_globals = False
        for function in tree.body:
            if isinstance(function, ast.FunctionDef) and function.name in _READ_FUNCTIONS:
                self._scope = self._library.function_scope(self._module, function)
                self._block(function.body)
                uses_globals = uses_globals or _passes_globals(function)
        table: Table = {}
        for name, entries in self._tables.items():
            if name in _TABLE_NAMES and not (name == "ALL_OBJECTS" and self._is_set(entries)):
                table |= entries
        if uses_globals:
            table |= _objects(self._library, self._module)
        return table

    @staticmethod
    def _is_set(entries: Table) -> bool:
        """Whether `ALL_OBJECTS` is the set that Keras 3 makes its dictionary from."""
        return all(name.startswith("#") for name in entries)

    def _block(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                self._branch(ast.unparse(test), body, orelse)
            case ast.For(iter=iterable, body=body):
                self._loop(iterable, body)
            case ast.Assign(targets=[ast.Subscript(value=table, slice=key)], value=value):
                for text in string_literals(key):
                    self._set(last_name(table), text, self._targets(value))
            case ast.Assign(value=ast.Call(func=ast.Attribute(value=owner, attr="get_globals"))):
                self._add_globals_of(owner)
            case ast.Assign(targets=[table], value=value):
                self._fill(last_name(table), value)
            case ast.Expr(value=ast.Call() as call):
                self._call(call)

    def _call(self, call: ast.Call) -> None:
        match call:
            case ast.Call(func=ast.Attribute(value=table, attr="update"), args=[value]):
                self._fill(last_name(table), value)
            case ast.Call(func=function, args=[table, *rest]):
                if last_name(function) == "populate_dict_with_module_objects":
                    self._populate(last_name(table), [*rest, *(k.value for k in call.keywords)])

    def _branch(self, test: str, body: list[ast.stmt], orelse: list[ast.stmt]) -> None:
        if test.endswith("tf2.enabled()") and " " not in test and orelse:
            self._block(body if self._library.tf2 else orelse)
        else:
            self._block([*body, *orelse])

    def _set(self, table: str, key: str, targets: list[Found]) -> None:
        if targets:
            self._tables.setdefault(table, {})[key] = targets

    def _fill(self, table: str, value: ast.expr) -> None:
        """`table = value` or `table.update(value)`."""
        match value:
            case ast.Dict(keys=keys, values=values):
                entries = self._tables.setdefault(table, {})
                for key, item in zip(keys, values, strict=True):
                    for text in string_literals(key) if key else ():
                        known = entries.setdefault(text, [])
                        known += [t for t in self._targets(item) if t not in known]
            case ast.Set(elts=elements):
                for element in elements:
                    for target in self._targets(element):
                        self._set(table, f"#{target.path}", [target])
            case ast.DictComp(key=key, generators=[ast.comprehension(iter=iterable)]):
                name = _key_function(key)
                for targets in list(self._tables.get(last_name(iterable), {}).values()):
                    self._set(table, name(targets[0].name), targets)

    def _add_globals_of(self, owner: ast.expr) -> None:
        """Add to activations, as keras 2.6 to 2.9 do, the activation layers."""
        target = self._library.resolve(self._scope, owner)
        if isinstance(target, ModuleReference):
            for name, targets in _objects(self._library, target.name).items():
                self._set("activation_functions", name, targets)

    def _loop(self, iterable: ast.expr, body: list[ast.stmt]) -> None:
        """`for key, value in objects.items(): table[key] = value`."""
        match iterable:
            case ast.Call(func=ast.Attribute(value=source, attr="items")):
                entries = self._tables.get(last_name(source), {})
            case _:
                return
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Subscript(value=table, slice=key)]):
                    snake = isinstance(key, ast.Call)
                    for name, targets in list(entries.items()):
                        self._set(last_name(table), snake_case(name) if snake else name, targets)

    def _populate(self, table: str, arguments: list[ast.expr]) -> None:
        """`populate_dict_with_module_objects(table, modules, obj_filter)`."""
        only_classes = "issubclass" in ast.unparse(arguments[-1])
        kind = "initializer" if "initializers" in self._module else "layer"
        for module in self._modules(arguments[0]):
            for name, targets in _objects(self._library, module).items():
                if not only_classes or self._is_kind(targets[0], kind):
                    self._set(table, name, targets)

    def _is_kind(self, target: Found, kind: str) -> bool:
        if not isinstance(target, ClassDefinition):
            return False
        root = "Initializer" if kind == "initializer" else "Layer"
        return any(ancestor.name == root for ancestor in self._kinds.mro(target))

    def _modules(self, node: ast.expr) -> list[str]:
        """Modules of a tuple or list, written out or named."""
        if isinstance(node, ast.Name):
            node = self._assigned(node.id) or node
        if not isinstance(node, ast.List | ast.Tuple):
            return []
        found: list[str] = []
        for element in node.elts:
            target = self._library.resolve(self._scope, element)
            if isinstance(target, ModuleReference):
                found.append(target.name)
            elif last_name(element) == "current_module":
                found.append(self._module)
        return found

    def _assigned(self, name: str) -> ast.expr | None:
        """The expression that the module last binds a name to."""
        value = None
        for statement in self._library.modules[self._module].tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=target)]) if target == name:
                    value = statement.value
        return value

    def _targets(self, node: ast.expr) -> list[Found]:
        match node:
            case ast.Subscript(value=table, slice=key):
                entries = self._tables.get(last_name(table), {})
                return [t for text in string_literals(key) for t in entries.get(text, [])]
        target = self._library.resolve(self._scope, node)
        return [target] if isinstance(target, ClassDefinition | FunctionDefinition) else []


def _key_function(key: ast.expr) -> Callable[[str], str]:
    """How a comprehension spells its keys: the name, in snake case or in lower case."""
    text = ast.unparse(key)
    if "snake_case" in text:
        return snake_case
    return str.lower if ".lower()" in text else str


def _passes_globals(function: FunctionNode) -> bool:
    return any(
        isinstance(node, ast.Call) and last_name(node.func) == "globals"
        for node in ast.walk(function)
    )
