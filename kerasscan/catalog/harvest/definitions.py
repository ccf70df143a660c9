"""What the files of a release define and bind, before any name is followed."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kerasscan.catalog.harvest.syntax import FunctionNode, last_name


@dataclass(frozen=True, eq=False)
class ClassDefinition:
    """A class statement at module level (or nested in another class)."""

    module: str
    name: str
    node: ast.ClassDef

    @property
    def path(self) -> str:
        """Dotted path of the definition itself."""
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
        """Dotted path of the definition itself."""
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
    """One parsed file: what it binds at module level, in the order of the text.

    Where a name is bound in both branches of an `if` or a `try`, the main branch counts, except
    that `tf2.enabled()` is true exactly in TensorFlow 2.
    """

    name: str
    tree: ast.Module
    is_package: bool
    tf2: bool
    bindings: dict[str, Binding] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)

    def bind(self, name: str, binding: Binding) -> None:
        """Bind a name, forgetting what it was bound to before."""
        self.bindings.pop(name, None)
        self.bindings[name] = binding


def read_module(name: str, text: str, *, is_package: bool, tf2: bool) -> Module | None:
    """Parse a module; a file that is not Python 3 (a template) is left out."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    module = Module(name, tree, is_package, tf2)
    bind_block(module, tree.body)
    return module


def bind_block(module: Module, body: Iterable[ast.stmt]) -> None:
    """Bind what a block of statements binds."""
    for statement in body:
        _read_statement(module, statement)


def _read_statement(module: Module, statement: ast.stmt) -> None:
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
            _read_import_from(module, statement)
        case ast.Assign(targets=targets, value=value):
            for name in [t.id for t in targets if isinstance(t, ast.Name)]:
                module.bind(name, Assignment(module.name, value))
        case ast.If() | ast.Try() | ast.With():
            _read_branches(module, statement)


def _read_branches(module: Module, statement: ast.If | ast.Try | ast.With) -> None:
    """Read the branch that counts last, so that its bindings stay."""
    match statement:
        case ast.With(body=body):
            bind_block(module, body)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            for handler in handlers:
                bind_block(module, handler.body)
            bind_block(module, [*body, *orelse, *final])
        case ast.If(test=test, body=body, orelse=orelse):
            swap = "tf2.enabled" in ast.unparse(test) and not module.tf2
            bind_block(module, body if swap else orelse)
            bind_block(module, orelse if swap else body)


def _read_import_from(module: Module, statement: ast.ImportFrom) -> None:
    origin = _origin_module(module, statement)
    for alias in statement.names:
        if alias.name == "*":
            module.stars.append(origin)
        else:
            module.bind(alias.asname or alias.name, Import(origin, alias.name))


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


def _origin_module(module: Module, statement: ast.ImportFrom) -> str:
    """Absolute name of the module that a `from ... import` names."""
    if statement.level == 0:
        return statement.module or ""
    parts = module.name.split(".")
    drop = statement.level - (1 if module.is_package else 0)
    base = parts[: len(parts) - drop] if drop else parts
    return ".".join([*base, statement.module] if statement.module else base)
