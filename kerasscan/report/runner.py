"""Text that goes through a CI runner, which takes some lines for commands.

GitHub's runner obeys what a step prints: a line that begins with ``::`` after white space, and
``##[`` anywhere in a line (``ActionCommand.cs`` of actions/runner, ``TryParseV2`` and
``TryParse``). A model whose layer is called ``::stop-commands::x`` could switch off what comes
after it, so no report holds such a line but the one that is made of commands.
"""

from __future__ import annotations

import re

_START = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def inert(text: str) -> str:
    r"""Return text without commands: the first character of each is spelt out, ``\x3a:``."""
    if "::" in text:
        text = _START.sub(r"\1\\x3a", text)
    return text.replace("##[", r"\x23#[")


def command(name: str, message: str, **properties: str) -> str:
    """Return a line that GitHub's runner obeys; properties without a value are left out.

    What is escaped, and how, is what ``ActionCommand.cs`` unescapes.
    """
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
