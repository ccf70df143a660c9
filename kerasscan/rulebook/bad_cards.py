"""What is wrong with cards, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class CardFault:
    """One mistake on one card.

    Attributes:
        path: The card's file, the pack's folder, or the entry point that is at fault.
        json_path: Where on the card: ``$.options.roles[0]``; ``$`` is the card as a whole.
        message: What is wrong, and where it can be told what to write instead.
    """

    path: str
    json_path: str
    message: str

    def __str__(self) -> str:
        """Return ``path: $.json.path: message``."""
        return f"{self.path}: {self.json_path}: {self.message}"


class BadCards(ValueError):
    """Cards that cannot be used.

    Attributes:
        faults: Every mistake of every card that was to be loaded, by path.
    """

    def __init__(self, faults: Iterable[CardFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Return one line for each mistake."""
        return "\n".join(map(str, self.faults))


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the known word nearest to ``word``, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
