"""``kerasscan.ignore.toml``: read, and written to without touching what is there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kerasscan.cli.settings.document import BadSettings, Document, judged, parsed, read_text
from kerasscan.cli.settings.find import shown
from kerasscan.model.visible import encodable
from kerasscan.scanner.suppress import Ignore, IgnoreList

_SCHEMA = "ignore"


def read_ignored(file: Path) -> IgnoreList:
    """Return the entries of a file.

    Raises:
        BadSettings: With all that is wrong in it.
    """
    return _entries(file, read_text(file))


def with_entry(file: Path, text: str, fingerprint: str, reason: str, expires: date | None) -> str:
    """Return the text of a file with one more entry at its end, line ends as they are.

    Args:
        file: For messages.
        text: The file's content; empty where there is none yet.
        fingerprint: What the entry is about.
        reason: Why.
        expires: The last day on which it counts.

    Raises:
        BadSettings: The text is no valid file, has the fingerprint already, or cannot hold
            another table because it writes the list inline.
    """
    for entry in _entries(file, text).entries:
        if entry.fingerprint == fingerprint:
            raise BadSettings([f"{entry.place}: '{fingerprint}' is there already"])
    lines = ["[[ignore]]", f'fingerprint = "{fingerprint}"', f"reason = {_quoted(reason)}"]
    if expires is not None:
        lines.append(f"expires = {expires.isoformat()}")
    end = "\r\n" if "\r\n" in text else "\n"
    before = text
    if text:
        before += end if text.endswith(("\n", "\r")) else end * 2
    new = before + end.join(lines) + end
    _entries(file, new)
    return new


def _entries(file: Path, text: str) -> IgnoreList:
    document = judged(file, text, parsed(text, file), _SCHEMA)
    found = document.table.get("ignore", [])
    entries = tuple(_entry(document, index, each) for index, each in enumerate(found))
    return IgnoreList(entries, file.parent, shown(file))


def _entry(document: Document, index: int, table: dict[str, Any]) -> Ignore:
    expires = table.get("expires")
    return Ignore(
        reason=table["reason"],
        rule=table.get("rule", ""),
        path=table.get("path", ""),
        layer=table.get("layer", ""),
        fingerprint=table.get("fingerprint", ""),
        expires=date.fromisoformat(expires) if isinstance(expires, str) else expires,
        place=document.place("ignore", index),
    )


def _quoted(text: str) -> str:
    """Return a TOML string; it differs from a JSON string in two kinds of characters."""
    import json

    return json.dumps(encodable(text), ensure_ascii=False).replace("\x7f", "\\u007f")
