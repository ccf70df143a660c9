"""What a check is: a pure question about a `Case`, with described options and facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kerasscan.model.finding import Case, Observation

Options: TypeAlias = Mapping[str, Any]
"""The ``[options]`` of a card, valid against the check's ``options_schema``."""

Run: TypeAlias = Callable[[Case, Options], Iterator[Observation]]


def _no_options() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False}


def one_of(option: str, meanings: Mapping[str, str]) -> dict[str, Any]:
    """Return the schema of options with a single required one, which is a word of a few.

    Args:
        option: Its name.
        meanings: The words, each with what it stands for.
    """
    described = "; ".join(f"{word}: {says}" for word, says in meanings.items())
    choice = {"description": described, "enum": list(meanings)}
    return {
        "type": "object",
        "properties": {option: choice},
        "required": [option],
        "additionalProperties": False,
    }


@dataclass(frozen=True)
class Check:
    """A check, as cards name it.

    Attributes:
        name: Kebab case; the card's ``check``.
        summary: What it sees, in one sentence.
        run: The question. It must not change anything and knows no rule ids or severities.
        facts: Placeholders that a card's message may use, each with what it stands for.
        options_schema: JSON Schema (draft 2020-12) of the card's ``[options]``.
        open_facts: A prefix such as ``config.``: placeholders that begin with it are allowed
            too, and are filled from the object found.
        needs_outcomes: Whether it asks what the releases of the target do with the file.
        needs_source: Whether it looks at the project's own Python files.
    """

    name: str
    summary: str
    run: Run
    facts: Mapping[str, str]
    options_schema: Mapping[str, Any] = field(default_factory=_no_options)
    open_facts: str = ""
    needs_outcomes: bool = False
    needs_source: bool = False
