"""A release as a web of names: where a name in one of its modules leads.

Follows absolute, relative and star imports, assignments and attribute chains through the
parsed modules of a release.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from kerasscan.catalog.harvest.definitions import (
    Assignment,
    ClassDefinition,
    FunctionDefinition,
    Import,
    Module,
    ModuleReference,
    Target,
    bind_block,
    read_module,
)
from kerasscan.catalog.harvest.source import Source
from kerasscan.catalog.harvest.syntax import FunctionNode, last_name, string_literals


class Library:
    """All modules of one release and the resolution of names between them."""

    def __init__(self, source: Source, *, tf2: bool = True) -> None:
        self.source = source
        self.tf2 = tf2
        self.modules: dict[str, Module] = {}
        self._scopes: dict[str, Module] = {}
        for name, text in source.modules.items():
            module = read_module(name, text, is_package=name in source.packages, tf2=tf2)
            if module is not None:
                self.modules[name] = module
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

    def function_scope(self, module_name: str, function: FunctionNode) -> str:
        """A name to resolve in as inside a function, whose own imports come first."""
        scope = f"{module_name}:{function.name}"
        if scope not in self._scopes:
            module = self.modules[module_name]
            inner = replace(module, bindings=dict(module.bindings))
            bind_block(inner, function.body)
            self._scopes[scope] = inner
        return scope

    def _find(self, module_name: str, name: str) -> Target | None:
        module = self.modules.get(module_name) or self._scopes.get(module_name)
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


def _lazy_module(call: ast.Call) -> str | None:
    """The module named by `LazyLoader("name", globals(), "package.module")`."""
    if last_name(call.func) == "LazyLoader" and len(call.args) == 3:
        return next(iter(string_literals(call.args[2])), None)
    return None
