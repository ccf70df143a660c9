"""The code cells of a notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kerasscan.source.parsing import Unparsed

_CELL_MAGIC = re.compile(r"\A\s*%%[ \t]*(\w*)[^\n]*")

_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun"})
"""Magics of IPython whose cell is Python that runs in the notebook."""

_OTHER_LANGUAGES = frozenset(
    {"bash", "cmd", "html", "javascript", "js", "latex", "markdown", "perl"}
    | {"r", "ruby", "script", "sh", "sql", "svg"}
)


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Attributes:
        number: From 1; code cells alone are counted.
        text: As Python reads it: without the line of a cell magic.
        is_surely_python: Whether it is a fault if it is not; an unknown magic may hold anything.
    """

    number: int
    text: str
    is_surely_python: bool


def code_cells(data: bytes) -> Iterator[Cell]:
    """Yield the code cells of a notebook, those in other languages left out.

    Both the format 4 (``cells``) and the older 3 (``worksheets``) are known.

    Raises:
        Unparsed: It is no notebook.
    """
    try:
        notebook = json.loads(data)
    except json.JSONDecodeError as error:
        raise Unparsed(f"is no JSON: {error.msg}", error.lineno) from None
    except UnicodeDecodeError:
        raise Unparsed("is no text", None) from None
    except (RecursionError, MemoryError, ValueError):  # ValueError: a number of 5,000 digits
        raise Unparsed("is no JSON that can be read", None) from None
    number = 0
    for cell in _cells(notebook):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        number += 1
        text = _text(cell.get("source", cell.get("input")))
        made = _python(number, text)
        if made is not None:
            yield made


def _cells(notebook: object) -> list[object]:
    if isinstance(notebook, dict):
        cells = notebook.get("cells")
        if isinstance(cells, list):
            return cells
        sheets = notebook.get("worksheets")
        if isinstance(sheets, list):
            inner = [
                sheet["cells"] for sheet in sheets if isinstance(sheet, dict) and "cells" in sheet
            ]
            return [cell for cells in inner if isinstance(cells, list) for cell in cells]
    raise Unparsed("is no notebook: it has no cells", None)


def _text(source: object) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return ""


def _python(number: int, text: str) -> Cell | None:
    magic = _CELL_MAGIC.match(text)
    if magic is None:
        return Cell(number, text, is_surely_python=True)
    name = magic[1].lower()
    if name in _OTHER_LANGUAGES:
        return None
    lines_before = "\n" * magic[0].count("\n")
    return Cell(number, lines_before + text[magic.end() :], name in _PYTHON_MAGICS)
