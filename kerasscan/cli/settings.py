"""``[tool.kerasscan]`` of the nearest ``pyproject.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasscan.cli.exits import refuse

_TABLE = b"[tool.kerasscan"


@dataclass(frozen=True)
class Settings:
    """What a project sets for itself.

    Attributes:
        rules: Folders with packs of cards.
        target: Requirements: the releases that the models are meant to load with.
        source: Folders of Python files that define custom objects; None: it sets none.
        file: The file that sets them.
    """

    rules: tuple[Path, ...] = ()
    target: tuple[str, ...] = ()
    source: tuple[Path, ...] | None = None
    file: Path | None = None


_KEYS = ("rules", "source", "target")


def find_settings(start: Path) -> Settings:
    """Return the settings of the first ``pyproject.toml`` with ``[tool.kerasscan]`` upward.

    Args:
        start: A scanned file or folder.
    """
    for folder in (start, *start.absolute().parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            data = file.read_bytes()
            if _TABLE in data:
                return _settings(file, data)
    return Settings()


def _settings(file: Path, data: bytes) -> Settings:
    import tomllib  # only for projects that set something

    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        refuse(f"{file}: not valid TOML: {error}")
    tool = document.get("tool")
    table: Any = tool.get("kerasscan", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        refuse(f"{file}: [tool.kerasscan] must be a table")
    unknown = sorted(set(table) - set(_KEYS))
    if unknown:
        known = ", ".join(_KEYS)
        refuse(f"{file}: [tool.kerasscan] has no key '{unknown[0]}'; it has: {known}")
    rules = _texts(file, table, "rules", "folders")
    target = _texts(file, table, "target", "requirements such as keras>=3.6")
    source = None
    if "source" in table:
        folders = _texts(file, table, "source", "folders")
        source = tuple(_shown(file, file.parent / item) for item in folders)
    return Settings(tuple(file.parent / item for item in rules), target, source, file)


def _shown(file: Path, folder: Path) -> Path:
    """Return a folder that exists, or refuse: a scan without it would find too much.

    Raises:
        Exit: It does not exist.
    """
    if not folder.exists():
        refuse(f"{file}: [tool.kerasscan] source: there is no {folder}")
    return folder


def _texts(file: Path, table: dict[str, Any], key: str, what: str) -> tuple[str, ...]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        refuse(f"{file}: [tool.kerasscan] {key} must be a list of {what}")
    return tuple(values)
