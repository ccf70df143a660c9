"""The rules that kerasscan brings, quickly.

Parsing the cards costs five times as much as reading them compiled, so a scan reads
``builtin.json``: the same cards, parsed once by ``python -m kerasscan.rulebook.compile``. In a
source checkout the file tells by a digest whether it still agrees with the cards; when it does
not, the cards themselves are loaded, so that whoever edits a card sees the edit.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from kerasscan.model.finding import Rule
from kerasscan.rulebook.card import make_rule
from kerasscan.rulebook.card_files import card_paths

COMPILED = Path(__file__).with_name("builtin.json")

_PACKAGE = Path(__file__).parents[1]


def builtin_directory() -> Path:
    """Return the folder of the built-in cards: in the wheel, or in a source checkout."""
    shipped = _PACKAGE / "rules"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "rules"


@cache
def builtin_rules() -> tuple[Rule, ...]:
    """Return the built-in rules, sorted by id.

    Raises:
        BadCards: In a source checkout whose cards were changed and are wrong.
    """
    directory = builtin_directory()
    rules = compiled_rules(COMPILED, directory)
    if rules is not None:
        return rules
    from kerasscan.rulebook.load import load_builtin

    return tuple(load_builtin(directory))


def compiled_rules(compiled: Path, directory: Path) -> tuple[Rule, ...] | None:
    """Return the rules of a compiled file, or None when it is absent or the cards differ."""
    if not compiled.is_file():
        return None
    content: dict[str, Any] = json.loads(compiled.read_bytes())
    is_shipped = directory.is_relative_to(_PACKAGE)
    if not is_shipped and content["digest"] != digest(directory):
        return None
    rules = (
        make_rule(card, family=name.partition("/")[0], source=str(directory / name))
        for name, card in content["cards"].items()
    )
    return tuple(sorted(rules, key=lambda rule: rule.id))


def digest(directory: Path) -> str:
    """Return a digest over the names and the texts of a folder's cards."""
    total = hashlib.sha256()
    for path in card_paths(directory):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        name = path.relative_to(directory).as_posix().encode()
        total.update(b"%d %d " % (len(name), len(text)) + name + text)
    return total.hexdigest()
