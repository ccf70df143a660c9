"""The judge of the floors: which imports of the package point upward, and what may not enter.

It reads the source with ``ast``; nothing is imported. Imports inside functions and under
``TYPE_CHECKING`` count like all others.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FLOORS = (
    ("model",),
    ("reader", "catalog", "source", "bytecode"),
    ("loading", "custom", "contract"),
    ("hazards",),
    ("checks",),
    ("report", "rulebook", "stub"),
    ("scanner", "repair"),
    ("cli",),
)
"""The rooms, lowest floor first. Rooms on one floor do not know each other."""

FORBIDDEN = frozenset(
    {"keras", "tensorflow", "tf_keras", "torch", "pickle", "marshal", "dill", "joblib"}
)
"""What nothing in the house imports: it would run what a model file holds."""

HOMES = {"h5py": {"reader"}, "typer": {"cli"}, "rich": {"cli"}}
"""Packages that only some rooms may import."""

MODEL_MAY_IMPORT = frozenset({"networkx"})
"""What the lowest room may import beside the standard library."""

MAINTAINERS_ONLY = "kerasscan.catalog.harvest"
"""Imported by nothing but itself."""

_PACKAGE = "kerasscan"
_BY_NAME = frozenset({"__import__", "import_module"})
_FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
_FRONT = frozenset({"__version__", *_FLOOR_OF})
"""What rooms may take from the package itself; its other names lead to rooms by a detour."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module's place in the house."""

    name: str
    path: Path
    is_package: bool

    @property
    def room(self) -> str:
        """The first name below the package; ``""`` for the package's own modules."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and parts[1] not in {"__main__"} else ""

    @property
    def is_door(self) -> bool:
        """Whether it may print: the command line, and modules run with ``python -m``."""
        return self.room == "cli" or self.name.endswith(".__main__")


def faults(package: Path) -> list[str]:
    """Return everything in a source tree that goes against the floors, as ``place: what``.

    Args:
        package: The folder of the package ``kerasscan``.
    """
    return sorted(fault for module in modules(package) for fault in _module_faults(module, package))


def modules(package: Path) -> Iterator[Module]:
    """Yield every module of the package."""
    for path in sorted(package.rglob("*.py")):
        parts = [_PACKAGE, *path.relative_to(package).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        yield Module(".".join(parts[:-1] if is_package else parts), path, is_package)


def imports(module: Module, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything that a module imports, wherever it does so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node)
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    package = parts if module.is_package else parts[:-1]
    base = package[: len(package) - (node.level - 1)]
    return ".".join([*base, *([node.module] if node.module else [])])


def _module_faults(module: Module, package: Path) -> Iterator[str]:
    tree = ast.parse(module.path.read_text(encoding="utf-8"))
    place = module.path.relative_to(package.parent).as_posix()
    if module.room and module.room not in _FLOOR_OF:
        yield f"{place}: the room '{module.room}' is on no floor"
        return
    for line, name in imports(module, tree):
        for fault in (*_inward(module, name), *_outward(module, name)):
            yield f"{place}:{line}: {fault}"
    for line, fault in (*_prints(module, tree), *_hidden_imports(module, tree)):
        yield f"{place}:{line}: {fault}"


def _inward(module: Module, name: str) -> Iterator[str]:
    """Judge an import of the house's own modules."""
    parts = name.split(".")
    if parts[0] != _PACKAGE:
        return
    if _is_in(name, MAINTAINERS_ONLY) and not _is_in(module.name, MAINTAINERS_ONLY):
        yield f"imports {MAINTAINERS_ONLY}, which is for maintainers"
    if not module.room or len(parts) == 1:
        return
    room = parts[1]
    if room in {module.room, "__version__"}:
        return
    if room not in _FLOOR_OF:
        yield f"imports {name} from the package's front; import it from its room"
    elif _FLOOR_OF[room] > _FLOOR_OF[module.room]:
        yield f"imports upward: {module.room} -> {room}"
    elif _FLOOR_OF[room] == _FLOOR_OF[module.room]:
        yield f"imports a neighbour on its floor: {module.room} -> {room}"


def _outward(module: Module, name: str) -> Iterator[str]:
    """Judge an import of somebody else's modules."""
    if name in {"sys.stdout", "sys.stderr"} and not module.is_door:
        yield f"imports {name}, which only cli may"
    top = name.partition(".")[0]
    if top in FORBIDDEN:
        yield f"imports {top}, which nothing in the house may"
    if top in HOMES and module.room not in HOMES[top]:
        yield f"imports {top}, which only {', '.join(sorted(HOMES[top]))} may"
    known = sys.stdlib_module_names | MODEL_MAY_IMPORT | {_PACKAGE}
    if module.room == "model" and top not in known:
        yield f"imports {top}: the model room knows the standard library and networkx only"


def _prints(module: Module, tree: ast.AST) -> Iterator[tuple[int, str]]:
    if module.is_door:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "print":
            yield node.lineno, "prints, which only cli may"
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"}:
            yield node.lineno, f"uses sys.{node.attr}, which only cli may"


def _hidden_imports(module: Module, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Find the ways around an import statement; the package's front alone may go them."""
    if not module.room:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _BY_NAME:
            yield node.lineno, "imports by name, past this test"
        elif isinstance(node, ast.Attribute):
            if node.attr in _BY_NAME:
                yield node.lineno, "imports by name, past this test"
            elif ast.unparse(node.value) == _PACKAGE and node.attr not in _FRONT:
                yield node.lineno, f"uses {_PACKAGE}.{node.attr}; import it from its room"


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
