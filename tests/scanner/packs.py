"""A pack with one card that tells of every unreadable file and of every limit."""

from __future__ import annotations

from pathlib import Path

_CARD = """
id = "ZZ{number}"
name = "{name}"
summary = "A test's own card"
severity = "{severity}"
confidence = "certain"
check = "{check}"
message = "{message}"
why = "A test wants to see it."
remedy = "Do nothing."
references = ["https://example.org/rules"]
[options]
{options}
[[examples.flagged]]
title = "anything"
file = "m.json"
text = '{{"class_name": "Own", "config": {{}}}}'
[[examples.clean]]
title = "nothing"
file = "m.json"
text = "{{}}"
"""


def put_card(
    folder: Path,
    *,
    number: int = 101,
    name: str = "own-class",
    severity: str = "error",
    check: str = "object-matches",
    message: str = "{class_name} in '{layer}'.",
    options: str = 'classes = ["Own"]',
) -> Path:
    """Write a card into a folder, and return the folder: a pack for ``--rules``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = _CARD.format(
        number=number,
        name=name,
        severity=severity,
        check=check,
        message=message,
        options=options,
    )
    (folder / f"zz{number}-{name}.toml").write_text(text, encoding="utf-8")
    return folder
