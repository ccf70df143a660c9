"""``kerasscan.toml`` and ``[tool.kerasscan]`` as values for `Choices`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kerasscan.cli.settings.choices import Given, InForce, combine
from kerasscan.cli.settings.document import BadSettings, Document, read_document
from kerasscan.cli.settings.find import PROJECT, shown

_TOP = ("tool", "kerasscan")


def read_settings(file: Path, command_line: Given) -> InForce | None:
    """Return the settings for a scan of a project, or None where the file has no table of ours.

    Args:
        file: The project's file.
        command_line: What the command line gives.

    Raises:
        BadSettings: With all that is wrong in the file.
    """
    document = read_document(file, "settings", _TOP if file.name == PROJECT else ())
    if document is None:
        return None
    given = {_field(key): _value(key, value, file) for key, value in document.table.items()}
    _check_source(document, given)
    return combine(command_line, given, _places(document), file)


def _field(key: str) -> str:
    return key.replace("-", "_")


def _value(key: str, value: Any, file: Path) -> Any:
    convert = _CONVERT.get(key)
    if convert is not None:
        return convert(value, file.parent)
    return tuple(value) if isinstance(value, list) else value


def _folders(values: list[str], folder: Path) -> tuple[str, ...]:
    return tuple(shown(folder / value) for value in values)


def _outputs(values: list[str], folder: Path) -> tuple[str, ...]:
    parts = (value.partition("=") for value in values)
    return tuple(f"{name}={shown(folder / file)}" for name, _, file in parts)


def _selectors(table: Mapping[str, list[str]], _: Path) -> Mapping[str, tuple[str, ...]]:
    return {glob: tuple(selectors) for glob, selectors in table.items()}


def _limits(table: Mapping[str, int], _: Path) -> Mapping[str, int]:
    return {_field(key): value for key, value in table.items()}


_CONVERT: Mapping[str, Callable[[Any, Path], Any]] = {
    "rules": _folders,
    "source": _folders,
    "baseline": lambda value, folder: shown(folder / value),
    "ignore-file": lambda value, folder: shown(folder / value),
    "output": _outputs,
    "per-file-ignores": _selectors,
    "limits": _limits,
}
"""Values that are not used as they stand; paths are told from the working directory, so that a
report does not hold the whole of a machine's."""


def _check_source(document: Document, given: Given) -> None:
    """Refuse folders that do not exist: a scan without them would find too much.

    Raises:
        BadSettings: With each that does not.
    """
    missing = [
        f"{document.place('source', index)}: source[{index}]: there is no {folder}"
        for index, folder in enumerate(given.get("source", ()))
        if not Path(folder).exists()
    ]
    if missing:
        raise BadSettings(missing)


def _places(document: Document) -> Mapping[tuple[str, ...], str]:
    """Return the place of each key, and of each key and text in its value."""
    found: dict[tuple[str, ...], str] = {}
    for key, value in document.table.items():
        found[_field(key),] = document.place(key)
        if isinstance(value, dict):
            for name, inner in value.items():
                found[_field(key), name] = document.place(key, name)
                for index, item in enumerate(inner if isinstance(inner, list) else ()):
                    found.setdefault((_field(key), item), document.place(key, name, index))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                found.setdefault((_field(key), item), document.place(key, index))
    return found
