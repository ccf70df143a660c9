"""Where the sources of the pages are, and where the pages will be."""

from __future__ import annotations

import re
from pathlib import Path

from kerasscan.report.rule_page import INFORMATION_URI, SITE_URI

ROOT = Path(__file__).parents[2]

REPOSITORY = INFORMATION_URI
SITE = SITE_URI

CODE = re.compile(r"(```.*?```|``.*?``|`[^`]*`|\]\([^)]*\))", re.DOTALL)
"""Code and the addresses of links: what is left alone when Markdown is changed."""

_MARKS = re.compile(r"[\\*_\[\]<>#|&]")


def link_to(file: Path) -> str:
    """Return a link to a file or folder of the repository, under its path."""
    path = file.resolve().relative_to(ROOT).as_posix()
    return f"[`{path}`]({address_of(path)})"


def address_of(path: str) -> str:
    """Return where a file or folder of the repository is shown."""
    return f"{REPOSITORY}/{'tree' if (ROOT / path).is_dir() else 'blob'}/main/{path}"


def plain(sentence: str) -> str:
    """Return a sentence of a card or a finding as Markdown: only its code is marked up."""
    pieces = CODE.split(sentence)
    pieces[::2] = [_MARKS.sub(lambda mark: f"&#{ord(mark[0])};", piece) for piece in pieces[::2]]
    return "".join(pieces)


def fenced(text: str, language: str) -> str:
    """Return a code block whose fence is longer than any run of ticks in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.strip()}\n{fence}"


def cell(text: str) -> str:
    """Return text for a cell of a table."""
    return " ".join(text.split()).replace(r"\|", "|").replace("|", r"\|")
