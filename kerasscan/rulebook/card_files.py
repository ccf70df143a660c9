"""Cards as files: which ones lie in a folder, and what is written on one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kerasscan.rulebook.bad_cards import CardFault

DATA_FILES: Final = frozenset({"backbones.toml", "providers.toml"})
"""What lies beside the families of the built-in cards and is no card: facts that checks look up.

So at the top of a folder only; in a family a file of that name is a card like any other.
"""


def card_paths(directory: Path) -> list[Path]:
    """Return the cards in a folder and in the folders below it: no hidden ones, no data files."""
    return sorted(
        path
        for path in directory.rglob("*.toml")
        if not any(part.startswith(".") for part in path.relative_to(directory).parts)
        if not (path.parent == directory and path.name in DATA_FILES)
    )


def parse_card(path: Path) -> dict[str, Any] | CardFault:
    """Return the values on a card, or why it is no TOML."""
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        return CardFault(str(path), "$", f"is no TOML: {error}")
    except UnicodeDecodeError as error:
        return CardFault(str(path), "$", f"is no UTF-8 text: {error.reason} at byte {error.start}")
    except OSError as error:
        return CardFault(str(path), "$", f"cannot be read: {error.strerror}")
    except ValueError as error:  # an integer that CPython refuses to convert
        return CardFault(str(path), "$", f"holds a number that cannot be read: {error}")
    except RecursionError:
        return CardFault(str(path), "$", "is nested too deeply")
