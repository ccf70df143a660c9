"""What a project's Python files say of custom classes and functions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kerasscan.model.objects import Role


@dataclass(frozen=True)
class Spot:
    """A line of a Python file or of a notebook's cell.

    Attributes:
        file: Path as it is shown: below the folder that was given.
        line: From 1; in a notebook the line of the cell.
        cell: Number of the cell, from 1, code cells alone counted; None in a Python file.
    """

    file: str
    line: int
    cell: int | None = None

    def __str__(self) -> str:
        """``layers.py:12``, or ``train.ipynb, cell 3, line 12``."""
        if self.cell is None:
            return f"{self.file}:{self.line}"
        return f"{self.file}, cell {self.cell}, line {self.line}"


class DefinitionKind(StrEnum):
    """What a definition is."""

    CLASS = "class"
    FUNCTION = "function"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a constructor, without ``self``."""

    name: str
    is_required: bool


@dataclass(frozen=True)
class Definition:
    """A class or function that the project defines.

    Attributes:
        kind: Class or function.
        name: Bare name.
        qualname: With the classes and functions around it: ``Outer.inner``.
        module: Dotted name by which it can be imported from the source folder; ``""`` where it
            has none (a notebook, a folder that is no identifier).
        spot: Where its ``class`` or ``def`` stands.
        bases: Bases as dotted names, aliases of imports resolved: ``keras.layers.Layer``; as
            written where they lead nowhere, ``?`` where they are no names.
        role: What it is for, told by the class of Keras that it descends from; None: a function,
            or no class of Keras is among its ancestors.
        keras_base: Bare name of the class of Keras that it descends from: ``Layer``, ``Dense``.
        parameters: Of its constructor, those of ancestors in the project included where it passes
            keywords on; None where the constructor is not in the project, or a decorator writes
            it. Empty for functions.
        takes_any: Whether the constructor takes any further keyword (``**kwargs``).
        has_get_config: Whether it or an ancestor in the project defines ``get_config``.
        config_keys: Keys that those ``get_config`` write on some path, beside those of Keras'
            own classes; None where that cannot be told, or there is none.
        has_from_config: Whether it or an ancestor in the project defines ``from_config``.
    """

    kind: DefinitionKind
    name: str
    qualname: str
    module: str
    spot: Spot
    bases: tuple[str, ...] = ()
    role: Role | None = None
    keras_base: str | None = None
    parameters: tuple[Parameter, ...] | None = ()
    takes_any: bool = False
    has_get_config: bool = False
    config_keys: frozenset[str] | None = None
    has_from_config: bool = False


@dataclass(frozen=True)
class Registration:
    """A class or function that is registered with ``register_keras_serializable``.

    Attributes:
        name: The registered name: ``package>Name``, with ``?`` for a part that is no constant.
        target: Bare name of what is registered.
        spot: Where.
    """

    name: str
    target: str
    spot: Spot


class PassingKind(StrEnum):
    """How a custom object is passed by name."""

    LOAD = "load"
    """In ``custom_objects`` of ``load_model`` and its like."""
    SCOPE = "scope"
    """In a ``custom_object_scope``."""
    REGISTRY = "registry"
    """In the mapping that ``get_custom_objects()`` returns."""


@dataclass(frozen=True)
class Passing:
    """A name under which the project passes a custom object to Keras.

    Attributes:
        name: The name.
        target: What is passed, as written: ``layers.Scale``; ``""`` where it is no name.
        kind: How it is passed.
        spot: Where.
    """

    name: str
    target: str
    kind: PassingKind
    spot: Spot


@dataclass(frozen=True)
class SourceProblem:
    """A Python file that could not be read, or a limit.

    Attributes:
        file: Path as it is shown; the folder, for a limit.
        line: Where in it, from 1; None: nowhere in particular.
        message: A clause without a final period.
        is_limit: Whether files stay unread because of it.
    """

    file: str
    line: int | None
    message: str
    is_limit: bool = False


@dataclass(frozen=True)
class Source:
    """What was read of a project.

    Attributes:
        roots: The folders and files that were searched, as given.
        files: Number of Python files and notebooks that were read.
        definitions: Sorted by file and line.
        registrations: Likewise.
        passings: Likewise.
        problems: What could not be read.
    """

    roots: tuple[str, ...] = ()
    files: int = 0
    definitions: tuple[Definition, ...] = ()
    registrations: tuple[Registration, ...] = ()
    passings: tuple[Passing, ...] = ()
    problems: tuple[SourceProblem, ...] = ()
