"""What is shown of a configuration: laid out anew, and without the values that nobody should see.

A saved configuration is mostly one long line of JSON, and may hold code, keys and paths. What is
shown of it is therefore not its own text but its value, one member a line, with long strings,
paths and encoded bytes replaced by words in angle brackets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Excerpt:
    """A few lines of a configuration.

    Attributes:
        lines: Without their common indentation; printable.
        first: Index of the first line that the finding is about.
        last: Index of the last one.
    """

    lines: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True)
class Region:
    """Where in the text of a `Part` a value is; lines and columns count code points from 1.

    Attributes:
        start_line: Its first line.
        start_column: Its first column.
        end_line: Its last line.
        end_column: The column after its last one.
        offset: Code points before it.
        length: Code points of it.
    """

    start_line: int
    start_column: int
    end_line: int
    end_column: int
    offset: int
    length: int


@dataclass(frozen=True)
class Part:
    """A JSON document inside a model file, as it is shown.

    Attributes:
        member: Where it is, as in `Address.member`.
        pointer: JSON pointer of the document in the member, where it is not the whole of it.
        text: JSON, one member a line.
        regions: By the pointers of findings, where in the text they lead. A pointer that leads
            nowhere has the region of the nearest value around it.
    """

    member: str
    pointer: str
    text: str
    regions: Mapping[str, Region]
