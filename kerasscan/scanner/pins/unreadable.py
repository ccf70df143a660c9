"""A file that should pin versions and cannot be read."""

from __future__ import annotations

from typing import Any


class UnreadablePins(ValueError):
    """Why a file cannot be read, as a clause that follows its name: ``is no TOML: ...``."""


def toml_table(text: str) -> dict[str, Any]:
    """Return the values of a TOML document.

    Raises:
        UnreadablePins: It is none.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadablePins(f"is no TOML: {error}") from error
    except RecursionError as error:
        raise UnreadablePins("is nested too deeply") from error
