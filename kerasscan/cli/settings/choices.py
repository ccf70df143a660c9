"""What is in force: the defaults, over them the project's file, over that the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

DEFAULT = "default"
COMMAND_LINE = "command line"

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Choices:
    """One value for each key of ``settings.schema.json``, which describes them.

    Paths are ready to be used: from the working directory, or absolute.
    """

    target: tuple[str, ...] = ()
    python: str | None = None
    source: tuple[str, ...] | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    severity: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    fail_on: str = "warning"
    min_confidence: str = "heuristic"
    lfs_pointers: str = "error"
    rules: tuple[str, ...] = ()
    baseline: str | None = None
    ignore_file: str | None = None
    output: tuple[str, ...] = ()
    output_format: str = "text"
    jobs: int = 0
    timeout: float = 60
    max_memory: int = 2048
    limits: Mapping[str, int] = field(default_factory=lambda: _NOTHING)


Given: TypeAlias = Mapping[str, Any]
"""Values by the name of their field in `Choices`; only those that somebody gave."""

KEYS = tuple(each.name for each in fields(Choices))


@dataclass(frozen=True)
class InForce:
    """Values, and where they come from.

    Attributes:
        choices: The values.
        origins: By field: ``default``, ``file:line`` or ``command line``.
        file: The project's file; None where there is none.
        places: ``file:line`` of everything in the file, by field and, in tables and lists, by
            key or item too.
    """

    choices: Choices
    origins: Mapping[str, str]
    file: Path | None = None
    places: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def place(self, *path: str) -> str | None:
        """Return ``file:line`` of a value that the file gave, None of any other."""
        if self.origins.get(path[0]) in {DEFAULT, COMMAND_LINE}:
            return None
        return self.places.get(path) or self.places.get(path[:1])


def combine(
    command_line: Given,
    in_file: Given,
    places: Mapping[tuple[str, ...], str],
    file: Path | None = None,
) -> InForce:
    """Return what is in force.

    ``--select`` puts the file's ``select``, ``ignore`` and ``extend-select`` aside, so that it
    means the same everywhere. Packs of the command line join those of the file.

    Args:
        command_line: What the command line gives.
        in_file: What the file gives.
        places: Where in the file it does.
        file: The file.
    """
    kept = dict(in_file)
    if "select" in command_line:
        for key in ("select", "ignore", "extend_select"):
            kept.pop(key, None)
    origins = dict.fromkeys(KEYS, DEFAULT)
    origins |= {key: places.get((key,), DEFAULT) for key in kept}
    given = dict(command_line)
    if "rules" in given and "rules" in kept:
        given["rules"] = (*kept["rules"], *given["rules"])
    origins |= dict.fromkeys(given, COMMAND_LINE)
    return InForce(replace(Choices(), **{**kept, **given}), origins, file, places)
