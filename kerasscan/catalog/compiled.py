"""Facts that people write as TOML below ``rules``, and that a scan reads as JSON.

Parsing TOML costs more than a small scan, so a compiled file holds the same entries. In a source
checkout a digest tells whether the two agree; when they do not, the TOML is read, so that whoever
edits it sees the edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

Entries: TypeAlias = Sequence[Mapping[str, Any]]

_PACKAGE: Final = Path(__file__).parents[1]


def rules_file(name: str) -> Path:
    """Return a file of facts as it is written: in the wheel, or in a source checkout."""
    shipped = _PACKAGE / "rules"
    return (shipped if shipped.is_dir() else _PACKAGE.parent / "rules") / name


def written_entries(written: Path, key: str) -> Entries:
    """Return the entries of a TOML file.

    Args:
        written: The file.
        key: Name of its array of tables.

    Raises:
        tomllib.TOMLDecodeError: It is no TOML.
        KeyError: It has no such array.
    """
    import tomllib

    entries: Entries = tomllib.loads(written.read_text(encoding="utf-8"))[key]
    return entries


def compiled_entries(compiled: Path, written: Path, key: str) -> Entries | None:
    """Return the entries of a compiled file, or None when it is absent or the TOML differs."""
    import json

    if not compiled.is_file():
        return None
    content: dict[str, Any] = json.loads(compiled.read_bytes())
    is_shipped = written.is_relative_to(_PACKAGE)
    if not is_shipped and content["digest"] != digest(written):
        return None
    entries: Entries = content[key]
    return entries


def compiled_text(written: Path, key: str) -> str:
    """Return the text of the compiled file: the entries as they are, one a line.

    Raises:
        tomllib.TOMLDecodeError: The file is no TOML.
        KeyError: It has no such array.
    """
    import json

    lines = ",\n".join(
        json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        for entry in written_entries(written, key)
    )
    return f'{{"digest": "{digest(written)}", "{key}": [\n{lines}\n]}}\n'


def digest(written: Path) -> str:
    """Return a digest of the TOML's text, whatever its line ends."""
    import hashlib

    return hashlib.sha256(written.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
