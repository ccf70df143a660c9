"""A release as a web of names: what every module binds, and where a name leads.

Follows absolute, relative and star imports, assignments and attribute chains through the
parsed modules of a release. Where a name is bound in both branches of an `if` or a `try`, the
main branch counts, except that `tf2.enabled()` is true exactly in TensorFlow 2.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kerasscan.catalog.harvest.source import Source

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, eq=False)
class ClassDefinition:
    """A class statement at module level (or nested in another class)."""

    module: str
    name: str
    node: ast.ClassDef

    @property
    def path(self) -> str:
        return f"{self.module}.{self.name}"

    @cached_property
    def members(self) -> dict[str, ast.stmt]:
        """Methods and assignments of the class body, by name."""
        return dict(_members(self.node.body))


@dataclass(frozen=True, eq=False)
class FunctionDefinition:
    """A function statement at module level."""

    module: str
    name: str
    node: FunctionNode

    @property
    def path(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True)
class ModuleReference:
    """A name that leads to a module of the release."""

    name: str


@dataclass(frozen=True)
class Import:
    """`from module import attribute as name`, or `import module` (attribute None)."""

    module: str
    attribute: str | None


@dataclass(frozen=True, eq=False)
class Assignment:
    """`name = expression` at module level."""

    module: str
    value: ast.expr


Binding = ClassDefinition | FunctionDefinition | Import | Assignment
Target = ClassDefinition | FunctionDefinition | ModuleReference | Assignment


@dataclass
class Module:
    """One parsed file: what it binds at module level, in the order of the text."""

    name: str
    tree: ast.Module
    is_package: bool
    bindings: dict[str, Binding] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)

    def bind(self, name: str, binding: Binding) -> None:
        self.bindings.pop(name, None)
        self.bindings[name] = binding


class Library:
    """All modules of one release and the resolution of names between them."""

    def __init__(self, source: Source, *, tf2: bool = True) -> None:
        self.source = source
        self.tf2 = tf2
        self.modules: dict[str, Module] = {}
        for name, text in source.modules.items():
            tree = _parse(text)
            if tree is not None:
                self.modules[name] = self._read(name, tree)
        self._cache: dict[tuple[str, str], Target | None] = {}
        self._open: set[tuple[str, str]] = set()

    def classes(self) -> Iterator[ClassDefinition]:
        """Every class bound at module level where it is defined."""
        for module in self.modules.values():
            for binding in module.bindings.values():
                if isinstance(binding, ClassDefinition):
                    yield binding

    def functions(self) -> Iterator[FunctionDefinition]:
        """Every function bound at module level where it is defined."""
        for module in self.modules.values():
            for binding in module.bindings.values():
                if isinstance(binding, FunctionDefinition):
                    yield binding

    def names_in(self, module: str, *, public_only: bool = False) -> dict[str, Target]:
        """What `vars(module)` would hold, as far as it leads to something of the release."""
        found: dict[str, Target] = {}
        for name in self._visible(module, set()):
            if public_only and name.startswith("_"):
                continue
            target = self.lookup(module, name)
            if target is not None:
                found[name] = target
        return found

    def lookup(self, module: str, name: str) -> Target | None:
        """What `name` means inside `module`; None if it leads out of the release."""
        key = (module, name)
        if key in self._cache:
            return self._cache[key]
        if key in self._open:
            return None
        self._open.add(key)
        target = self._find(module, name)
        self._open.discard(key)
        self._cache[key] = target
        return target

    def resolve(self, module: str, expression: ast.expr) -> Target | None:
        """What a name or attribute chain used in `module` leads to."""
        if isinstance(expression, ast.Name):
            return self.lookup(module, expression.id)
        if isinstance(expression, ast.Attribute):
            owner = self.resolve(module, expression.value)
            if isinstance(owner, ModuleReference):
                return self.lookup(owner.name, expression.attr)
        return None

    def resolve_path(self, dotted: str) -> Target | None:
        """What a dotted path such as `keras.src.layers.Dense` leads to."""
        if dotted in self.modules:
            return ModuleReference(dotted)
        module, _, name = dotted.rpartition(".")
        return self.lookup(module, name) if module in self.modules else None

    def _find(self, module_name: str, name: str) -> Target | None:
        module = self.modules.get(module_name)
        if module is None:
            return None
        binding = module.bindings.get(name)
        if binding is None:
            return self._find_by_star_or_submodule(module, name)
        if isinstance(binding, Import):
            return self._follow_import(binding)
        if isinstance(binding, Assignment):
            return self._follow_assignment(binding)
        return binding

    def _find_by_star_or_submodule(self, module: Module, name: str) -> Target | None:
        for star in reversed(module.stars):
            if not name.startswith("_"):
                target = self.lookup(star, name)
                if target is not None:
                    return target
        dotted = f"{module.name}.{name}"
        return ModuleReference(dotted) if dotted in self.modules else None

    def _follow_import(self, binding: Import) -> Target | None:
        if binding.attribute is None:
            known = binding.module in self.modules
            return ModuleReference(binding.module) if known else None
        target = self.lookup(binding.module, binding.attribute)
        if target is None:
            dotted = f"{binding.module}.{binding.attribute}"
            return ModuleReference(dotted) if dotted in self.modules else None
        return target

    def _follow_assignment(self, binding: Assignment) -> Target | None:
        value = binding.value
        if isinstance(value, ast.Call):
            dotted = _lazy_module(value)
            if dotted is not None:
                return ModuleReference(dotted) if dotted in self.modules else None
            if isinstance(value.func, ast.Call) and len(value.args) == 1:
                value = value.args[0]  # keras_export("...")(Something)
        if isinstance(value, ast.Name | ast.Attribute):
            return self.resolve(binding.module, value)
        return binding

    def _visible(self, module_name: str, seen: set[str]) -> Iterator[str]:
        module = self.modules.get(module_name)
        if module is None or module_name in seen:
            return
        seen.add(module_name)
        yield from module.bindings
        for star in module.stars:
            yield from (n for n in self._visible(star, seen) if not n.startswith("_"))

    def _read(self, name: str, tree: ast.Module) -> Module:
        module = Module(name, tree, name in self.source.packages)
        self._read_block(module, tree.body)
        return module

    def _read_block(self, module: Module, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self._read_statement(module, statement)

    def _read_statement(self, module: Module, statement: ast.stmt) -> None:
        match statement:
            case ast.ClassDef(name=name):
                module.bind(name, ClassDefinition(module.name, name, statement))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                module.bind(name, FunctionDefinition(module.name, name, statement))
            case ast.Import(names=aliases):
                for alias in aliases:
                    top = alias.name if alias.asname else alias.name.partition(".")[0]
                    module.bind(alias.asname or top, Import(top, None))
            case ast.ImportFrom():
                self._read_import_from(module, statement)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        module.bind(target.id, Assignment(module.name, value))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                module.bind(name, Assignment(module.name, value))
            case ast.If() | ast.Try() | ast.With():
                self._read_branches(module, statement)

    def _read_branches(self, module: Module, statement: ast.If | ast.Try | ast.With) -> None:
        """Read the branch that counts last, so that its bindings stay."""
        match statement:
            case ast.With(body=body):
                self._read_block(module, body)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                for handler in handlers:
                    self._read_block(module, handler.body)
                self._read_block(module, [*body, *orelse, *final])
            case ast.If(test=test, body=body, orelse=orelse):
                swap = "tf2.enabled" in ast.unparse(test) and not self.tf2
                self._read_block(module, body if swap else orelse)
                self._read_block(module, orelse if swap else body)

    def _read_import_from(self, module: Module, statement: ast.ImportFrom) -> None:
        origin = _origin_module(module, statement)
        for alias in statement.names:
            if alias.name == "*":
                module.stars.append(origin)
            else:
                module.bind(alias.asname or alias.name, Import(origin, alias.name))


def string_literals(node: ast.expr) -> list[str]:
    """The string, or the strings of the list or tuple, that an expression spells out."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return [text for element in elements for text in string_literals(element)]
    return []


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`, `c` of `c`, else the empty string."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _parse(text: str) -> ast.Module | None:
    """Parse a module; a file that is not Python 3 (a template) is left out."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return None


def _members(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if not _is_setter(statement):
                    yield name, statement
            case ast.ClassDef(name=name):
                yield name, statement
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name, statement
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                yield name, statement
            case ast.If(body=inner):
                yield from _members(inner)


def _is_setter(node: FunctionNode) -> bool:
    return any(last_name(d) in ("setter", "deleter") for d in node.decorator_list)


def _lazy_module(call: ast.Call) -> str | None:
    """The module named by `LazyLoader("name", globals(), "package.module")`."""
    if last_name(call.func) == "LazyLoader" and len(call.args) == 3:
        return next(iter(string_literals(call.args[2])), None)
    return None


def _origin_module(module: Module, statement: ast.ImportFrom) -> str:
    """Absolute name of the module that a `from ... import` names."""
    if statement.level == 0:
        return statement.module or ""
    parts = module.name.split(".")
    drop = statement.level - (1 if module.is_package else 0)
    base = parts[: len(parts) - drop] if drop else parts
    return ".".join([*base, statement.module] if statement.module else base)
