"""One release as a tree of facts: families -> objects -> sections -> names.

An object is keyed by its canonical public path (`keras.layers.LSTM`). What is public in
TensorFlow 1 only is keyed `compat.v1.keras...`; what is not public at all by its implementation
path, in which `~` stands for the package root (`keras.src`, `tensorflow.python.keras`, ...).
"""

from collections.abc import Iterator

from kerasscan.catalog.harvest.census import function_kind, is_application, is_keras
from kerasscan.catalog.harvest.definitions import ClassDefinition, FunctionDefinition
from kerasscan.catalog.harvest.exports import Exports, collect_exports
from kerasscan.catalog.harvest.kinds import Kinds
from kerasscan.catalog.harvest.library import Library
from kerasscan.catalog.harvest.records import ClassRecords
from kerasscan.catalog.harvest.tables import Found, lookup_tables, package_root
from kerasscan.catalog.tree import Tree

FAMILIES = {
    "layer": "layers",
    "model": "layers",
    "cell": "layers",
    "operation": "operations",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
    "loss": "losses",
    "metric": "metrics",
    "optimizer": "optimizers",
    "schedule": "optimizers",
    "dtype_policy": "policies",
    "quantizer": "policies",
    "other": "others",
}
_PUBLIC_NAMESPACES = (
    # Without export decorators (keras before 2.6) a public name is one that a package shows.
    "layers",
    "models",
    "initializers",
    "initializations",
    "regularizers",
    "constraints",
    "losses",
    "objectives",
    "metrics",
    "optimizers",
    "activations",
)


class Snapshot:
    """Harvests one release."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kinds = Kinds(library)
        self.root = package_root(library)
        self._exports = _keras_exports(library) or self._shown_names()
        self._keys: dict[str, str] = {}
        self._taken: set[str] = set()

    def take(self) -> Tree:
        """All facts of the release."""
        families: Tree = {}
        records = ClassRecords(self._library, self._kinds)
        for definition, kind in self._classes():
            family = families.setdefault(FAMILIES[kind], {})
            record = self._record(definition, kind) | records.record(definition)
            family[self._key(definition)] = record
        families["functions"] = self._functions()
        families["tables"] = self._tables()
        families["api"] = self._rest()
        return families

    def _classes(self) -> Iterator[tuple[ClassDefinition, str]]:
        for definition in self._library.classes():
            public = definition.path in self._exports
            if is_application(definition.module) or not (public or is_keras(definition.module)):
                continue
            kind = self._kinds.kind(definition)
            if kind is not None:
                yield definition, kind

    def _functions(self) -> Tree:
        """Public functions, and those of the modules in which short names are looked up."""
        found: Tree = {}
        for function in self._library.functions():
            exports = self._exports.get(function.path, Exports())
            kind = next(filter(None, map(function_kind, exports.paths)), None)
            if kind is None and f"{self.root}." in function.path:
                kind = function_kind(function.path) if not exports.paths else None
                if kind in ("layer", "operation", "optimizer", "quantizer", None):
                    continue
            if kind is not None:
                found[self._key(function)] = self._record(function, kind)
        return found

    def _rest(self) -> Tree:
        """Everything else that is public: a loader finds it too, if only to stumble over it."""
        found: Tree = {}
        definitions: list[Found] = [*self._library.classes(), *self._library.functions()]
        for definition in definitions:
            exports = self._exports.get(definition.path, Exports())
            if exports.paths and definition.path not in self._keys:
                kind = "class" if isinstance(definition, ClassDefinition) else "function"
                found[self._key(definition)] = self._record(definition, kind)
        return found

    def _record(self, definition: Found, kind: str) -> Tree:
        """What the key does not tell: kind, module, other names, `__name__` if it is another."""
        exports = self._exports.get(definition.path, Exports())
        key = self._key(definition)
        record: Tree = {"kind": {kind: {}}, "module": {self._private(definition.module): {}}}
        aliases: Tree = {path: {} for path in exports.paths if path != key}
        if aliases:
            record["aliases"] = aliases
        if definition.name != key.rpartition(".")[2]:
            record["name"] = {definition.name: {}}
        return record

    def _tables(self) -> Tree:
        """Table -> name -> key of what the name leads to."""
        return {
            kind: {
                name: {self._keys[t.path]: {} for t in targets if t.path in self._keys}
                for name, targets in table.items()
                if any(t.path in self._keys for t in targets)
            }
            for kind, table in lookup_tables(self._library, self._kinds).items()
        }

    def _key(self, definition: Found) -> str:
        if definition.path not in self._keys:
            key = self._new_key(definition)
            if key in self._taken:
                key = self._private(definition.path)  # a second object exported under one path
            self._taken.add(key)
            self._keys[definition.path] = key
        return self._keys[definition.path]

    def _new_key(self, definition: Found) -> str:
        exports = self._exports.get(definition.path, Exports())
        if exports.paths:
            return exports.paths[0]
        if exports.v1_paths:
            return f"compat.v1.{exports.v1_paths[0]}"
        return self._private(definition.path)

    def _private(self, path: str) -> str:
        inside = path == self.root or path.startswith(f"{self.root}.")
        return path.replace(self.root, "~", 1) if inside else path

    def _shown_names(self) -> dict[str, Exports]:
        found: dict[str, Exports] = {}
        for namespace in _PUBLIC_NAMESPACES:
            module = f"{self.root}.{namespace}"
            for name, target in self._library.names_in(module, public_only=True).items():
                if isinstance(target, ClassDefinition | FunctionDefinition):
                    path = Exports((f"keras.{namespace}.{name}",))
                    own = name == target.name
                    known = found.get(target.path, Exports())
                    found[target.path] = path + known if own else known + path
        return found


def _keras_exports(library: Library) -> dict[str, Exports]:
    """Export decorators of Keras's own names; `tf_export` names much else."""
    found = {}
    for path, exports in collect_exports(library).items():
        kept = Exports(_of_keras(exports.paths), _of_keras(exports.v1_paths))
        if kept.paths or kept.v1_paths:
            found[path] = kept
    return found


def _of_keras(paths: tuple[str, ...]) -> tuple[str, ...]:
    tf_layers = "keras.__internal__.legacy.layers."
    return tuple(p for p in paths if p.startswith("keras.") and not p.startswith(tf_layers))
