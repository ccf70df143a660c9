"""Sentences with ``{fact}`` placeholders: which they name, and how they are filled.

Facts come out of untrusted files. A placeholder is a name and nothing else: no attribute
access, no index, no format. What is filled in is cut and made visible, so that a layer's name
can neither flood nor forge what a terminal shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kerasscan.model.visible import visible

FACT_LENGTH = 200
"""Characters of one fact that a sentence shows."""

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>[A-Za-z_][A-Za-z0-9_./-]*)\}|\{[^{}]*\}?|\}")


class MissingFact(KeyError):
    """A template names a fact that the check did not give: a mistake in the check."""

    def __str__(self) -> str:
        """Return the sentence, without the quotes that a KeyError puts around it."""
        return str(self.args[0])


def placeholders(template: str) -> tuple[str, ...]:
    """Return the names that a template asks for, in order, each once."""
    names = [found["name"] for found in _PIECE.finditer(template) if found["name"]]
    return tuple(dict.fromkeys(names))


def stray_braces(template: str) -> tuple[str, ...]:
    """Return what stands in braces, or is a brace, and is no placeholder."""
    return tuple(
        found[0]
        for found in _PIECE.finditer(template)
        if not found["name"] and found[0] not in {"{{", "}}"}
    )


def fill(template: str, facts: Mapping[str, str]) -> str:
    """Return the sentence with every placeholder replaced by its fact, cut and made visible.

    Raises:
        MissingFact: When a placeholder has no fact.
    """

    def piece(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            return found[0][0] if found[0] in {"{{", "}}"} else found[0]
        try:
            fact = facts[name]
        except KeyError:
            raise MissingFact(f"the check gives no fact '{name}' for '{template}'") from None
        return shown(fact)

    return _PIECE.sub(piece, template)


def shown(fact: str) -> str:
    """Return a fact as a sentence shows it: visible, and at most `FACT_LENGTH` long."""
    text = visible(fact[: FACT_LENGTH + 1])
    return text if len(text) <= FACT_LENGTH else f"{text[: FACT_LENGTH - 1]}…"
