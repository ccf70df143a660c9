"""The guides in docs/ as data: their code blocks and tables."""

from __future__ import annotations

import re
from typing import Any

import yaml

from .ground import ROOT

NAMES = ("in-github.md", "in-pre-commit.md", "in-other-ci.md")

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    """Return a guide."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(name: str) -> list[tuple[str, str]]:
    """Return language and text of each code block of a guide."""
    return [(found[1], found[2]) for found in _BLOCK.finditer(text(name))]


def table(name: str, part: str) -> list[list[str]]:
    """Return the cells of the table between ``<!-- part -->`` and ``<!-- end part -->``."""
    _, _, rest = text(name).partition(f"<!-- {part} -->\n")
    inside, end, _ = rest.partition(f"<!-- end {part} -->")
    assert end, f"{name} has no part '{part}'"
    return [[cell.strip() for cell in _cells(line)] for line in inside.splitlines()[2:]]


def _cells(line: str) -> list[str]:
    return line.strip().removeprefix("|").removesuffix("|").split("|")


def workflows() -> list[str]:
    """Return the workflows of the GitHub guide; a list of steps is put into one."""
    found = []
    for language, block in blocks("in-github.md"):
        if language == "yaml":
            shown: Any = yaml.safe_load(block)
            found.append(_around(shown) if isinstance(shown, list) else block)
    return found


def hook_settings() -> list[str]:
    """Return the configurations of the pre-commit guide."""
    return [block for language, block in blocks("in-pre-commit.md") if language == "yaml"]


def _around(steps: list[Any]) -> str:
    job = {"runs-on": "ubuntu-latest", "steps": steps}
    whole = {"name": "x", "on": "push", "permissions": {"contents": "read"}, "jobs": {"x": job}}
    return yaml.safe_dump(whole, sort_keys=False)
