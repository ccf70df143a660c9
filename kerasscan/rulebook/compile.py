"""``python -m kerasscan.rulebook.compile``: writes ``builtin.json`` from the built-in cards.

For maintainers, after every change of a card. The cards are validated first; a test compares
the file with them.
"""

from __future__ import annotations

import json
from pathlib import Path

from kerasscan.rulebook.builtin import COMPILED, builtin_directory, digest
from kerasscan.rulebook.card_files import card_paths, parse_card
from kerasscan.rulebook.load import load_builtin


def compiled(directory: Path) -> str:
    """Return the text of the compiled file: the cards' values, one card a line.

    Raises:
        BadCards: When a card is wrong.
    """
    load_builtin(directory)
    lines = [
        f"{json.dumps(path.relative_to(directory).as_posix())}: "
        + json.dumps(parse_card(path), ensure_ascii=False, separators=(",", ":"))
        for path in card_paths(directory)
    ]
    cards = ",\n".join(lines)
    return f'{{"digest": "{digest(directory)}", "cards": {{\n{cards}\n}}}}\n'


if __name__ == "__main__":
    COMPILED.write_text(compiled(builtin_directory()), encoding="utf-8", newline="\n")
