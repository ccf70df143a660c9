"""Sentences with ``{fact}`` placeholders: which they name, and how they are filled.

Facts come out of untrusted files. A placeholder is a name and nothing else: no attribute
access, no index, no format. What is filled in is cut and made visible, so that a layer's name
can neither flood nor forge what a terminal shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

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


def visible(text: str) -> str:
    r"""Return text with everything that a terminal would obey or hide written as an escape.

    Control characters, direction overrides, invisible and unassigned characters, lone
    surrogates and line separators become ``\n``, ``\x1b``, ``\u202e``; the rest stays.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    short = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(char)
    if short is not None:
        return short
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
