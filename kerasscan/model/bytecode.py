"""What marshalled Python code objects in a model file hold, read without running them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

PythonVersion: TypeAlias = tuple[int, int]
"""Major and minor version."""

_GENERATOR = 0x20
_COROUTINE = 0x80
_ITERABLE_COROUTINE = 0x100
_ASYNC_GENERATOR = 0x200


@dataclass(frozen=True)
class Unreadable:
    """Bytecode that could not be read: what it does is unknown, which is never "nothing".

    Attributes:
        detail: A clause without a final period: what exactly, with numbers.
        size: Bytes of the marshalled data; characters where the text itself was too long.
    """

    detail: str
    size: int = 0


@dataclass(frozen=True)
class StoredCode:
    """One code object, as ``marshal`` wrote it.

    Names are as the code object has them. Strings are never run, imported or looked up.

    Attributes:
        name: ``co_name``: ``<lambda>``, or the function's name.
        qualname: ``co_qualname``, which is stored from Python 3.11 on; the name before.
        filename: ``co_filename``: where the source stood on the machine that saved the file.
        first_line: ``co_firstlineno``.
        arguments: Names of all arguments, ``*args`` and ``**kwargs`` last.
        local_names: ``co_varnames``: the arguments and all other local variables.
        names: ``co_names``: globals, attributes and imported modules.
        free_names: ``co_freevars``: variables of the enclosing function.
        cell_names: ``co_cellvars``: variables that nested functions use.
        strings: Text and bytes (as Latin-1) among the constants, those inside tuples and sets
            included, each once.
        imports: Names of the modules that its own instructions import, ``.`` in front of those
            relative to the package. Where the instructions could not be followed
            (`is_followed`), those of `names` that are modules of Python's library.
        actions: What its own instructions do beyond computing, in words that no name shows:
            ``exec`` (the statement of Python 2), ``import *``, ``class``, ``print`` (a statement),
            ``global`` (one is bound or deleted), ``attribute`` (likewise).
        is_followed: Whether the instructions fit, in at least one Python of `python`: each is
            known there, and points inside the code's own tables. Where not, the code was
            damaged or written by hand.
        flags: ``co_flags``.
        size: Bytes of the marshalled data, trailing ones excluded; of the whole for nested codes.
        python: First and last Python whose code objects are laid out like this one.
        trailing: Bytes after the object, which ``marshal`` ignores.
        codes: Code objects among the constants, in their order, each once.
    """

    name: str
    qualname: str
    filename: str
    first_line: int
    arguments: tuple[str, ...]
    local_names: tuple[str, ...]
    names: tuple[str, ...]
    free_names: tuple[str, ...]
    cell_names: tuple[str, ...]
    strings: tuple[str, ...]
    imports: tuple[str, ...]
    actions: tuple[str, ...]
    is_followed: bool
    flags: int
    size: int
    python: tuple[PythonVersion, PythonVersion]
    trailing: int = 0
    # Left out of comparison and text: hostile data may share one object between many parents.
    codes: tuple[StoredCode, ...] = field(default=(), compare=False, repr=False)

    @property
    def is_generator(self) -> bool:
        """Whether a call yields values."""
        return bool(self.flags & (_GENERATOR | _ASYNC_GENERATOR))

    @property
    def is_async(self) -> bool:
        """Whether a call has to be awaited."""
        return bool(self.flags & (_COROUTINE | _ITERABLE_COROUTINE | _ASYNC_GENERATOR))

    def walk(self) -> Iterator[StoredCode]:
        """Yield this code and all nested ones, outer before inner, each once."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            code = stack.pop()
            if id(code) not in seen:
                seen.add(id(code))
                yield code
                stack.extend(reversed(code.codes))

    @property
    def all_names(self) -> tuple[str, ...]:
        """``names`` of this code and all nested ones, each once."""
        return _each_once(name for code in self.walk() for name in code.names)

    @property
    def all_imports(self) -> tuple[str, ...]:
        """``imports`` of this code and all nested ones, each once."""
        return _each_once(name for code in self.walk() for name in code.imports)

    @property
    def all_actions(self) -> tuple[str, ...]:
        """``actions`` of this code and all nested ones, each once."""
        return _each_once(name for code in self.walk() for name in code.actions)

    @property
    def all_strings(self) -> tuple[str, ...]:
        """``strings`` of this code and all nested ones, each once."""
        return _each_once(text for code in self.walk() for text in code.strings)


class Rank(StrEnum):
    """How far a code reaches, by the names it uses."""

    SYSTEM = "system"
    """It names what reaches out of a computation: files, processes, imports, other code."""
    UNKNOWN = "unknown"
    """It names something that is neither; or could not be read."""
    NUMERIC = "numeric"
    """All that it names are tensors' operations and plain arithmetic.

    That is what an honest compiler's code touches, not a proof: bytecode that no compiler wrote
    can misuse the interpreter without naming anything.
    """


@dataclass(frozen=True)
class Reach:
    """How far a code reaches, and why.

    Attributes:
        rank: How far.
        evidence: What led to it, in order of appearance, each once: for SYSTEM the names, imports
            and strings that reach out; for UNKNOWN the names that are on no list, or the clause
            that tells why it could not be read; for NUMERIC all names.
    """

    rank: Rank
    evidence: tuple[str, ...] = ()


def _each_once(items: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
