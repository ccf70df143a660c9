"""A parsed JSON document as lines, and where in them the values are that somebody asks for.

The way to an asked value is always laid out; of everything else as much as the budget allows. No
recursion: how deep a document is, its writer decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kerasscan.model.excerpt import Region
from kerasscan.model.json_value import counted, escape_token
from kerasscan.report.excerpts.redacted import quoted, redacted, shown

MOST_LINES = 2_000
"""Lines for values that nobody asks for."""
MOST_LINES_AT_ALL = 40_000
"""Lines beyond which asked values are not laid out either."""
_MOST_ITEMS = 40
_INLINE_ITEMS = 6
_DEEPEST_INDENT = 32
_STEP = "  "


@dataclass
class Asked:
    """A node in the tree of asked pointers.

    Attributes:
        pointer: Its own, from the document's root.
        below: Asked values and those on the way to them, by token.
        is_asked: Whether it was asked for itself.
    """

    pointer: str = ""
    below: dict[str, Asked] = field(default_factory=dict)
    is_asked: bool = False


def asked_tree(pointers: Iterable[str]) -> Asked:
    """Return the tree of JSON pointers (RFC 6901), which are relative to the document."""
    root = Asked()
    for pointer in sorted(set(pointers)):
        node = root
        for token in pointer.split("/")[1:]:
            node = node.below.setdefault(token, Asked(f"{node.pointer}/{token}"))
        node.is_asked = True
    return root


@dataclass(frozen=True)
class Layout:
    """The lines of a document, and the regions of values by pointer, the root's among them."""

    lines: tuple[str, ...]
    regions: dict[str, Region]

    @property
    def text(self) -> str:
        """The lines as one text, with a final newline."""
        return "\n".join(self.lines) + "\n"

    def nearest(self, pointer: str) -> Region:
        """Return the region of a value, or of the innermost laid out value around it."""
        while pointer not in self.regions:
            pointer = pointer.rpartition("/")[0]
        return self.regions[pointer]


@dataclass
class _Open:
    """A container whose items are being laid out."""

    items: Iterator[tuple[str | None, Any, Asked | None]]
    closing: str
    asked: Asked | None
    start: tuple[int, int]
    near: bool
    is_first: bool = True


def laid_out(document: object, asked: Asked) -> Layout:
    """Return a document as lines."""
    return _Page().layout(document, asked)


class _Page:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._spans: dict[str, tuple[int, int, int, int]] = {}
        self._open: list[_Open] = []

    def layout(self, document: object, asked: Asked) -> Layout:
        """Lay a document out."""
        self._value("", document, asked, near=False)
        while self._open:
            top = self._open[-1]
            item = next(top.items, None)
            if item is None:
                self._close()
                continue
            key, value, node = item
            if not top.is_first:
                self._lines[-1] += ","
            top.is_first = False
            head = "" if key is None else f"{quoted(redacted(key))}: "
            self._value(self._indent() + head, value, node, near=top.near)
        return Layout(tuple(self._lines), self._regions())

    def _indent(self) -> str:
        return _STEP * min(len(self._open), _DEEPEST_INDENT)

    def _value(self, head: str, value: object, asked: Asked | None, *, near: bool) -> None:
        """Write a value behind its head, or open it when it is laid out over lines."""
        written = self._in_one_line(value, asked, near=near)
        start = (len(self._lines), len(head))
        if written is not None:
            self._lines.append(head + written)
            self._note(asked, start)
            return
        is_object = isinstance(value, dict)
        self._lines.append(head + ("{" if is_object else "["))
        closing = "}" if is_object else "]"
        within = asked is not None and asked.is_asked
        self._open.append(_Open(_items(value, asked), closing, asked, start, within))

    def _close(self) -> None:
        top = self._open.pop()
        self._lines.append(self._indent() + top.closing)
        self._note(top.asked, top.start)

    def _note(self, asked: Asked | None, start: tuple[int, int]) -> None:
        """Keep where the value is that ends where the lines end."""
        if asked is not None:
            self._spans[asked.pointer] = (*start, len(self._lines) - 1, len(self._lines[-1]))

    def _in_one_line(self, value: object, asked: Asked | None, *, near: bool) -> str | None:
        """Return a value that takes one line; None where it takes more."""
        if not isinstance(value, dict | list | tuple):
            return shown(value)
        if not value:
            return "{}" if isinstance(value, dict) else "[]"
        is_on_the_way = asked is not None and (asked.is_asked or bool(asked.below))
        if not isinstance(value, dict) and not (asked and asked.below) and _is_short(value):
            return f"[{', '.join(map(shown, value))}]"
        written = len(self._lines)
        if written < MOST_LINES or (written < MOST_LINES_AT_ALL and (is_on_the_way or near)):
            return None
        kind = "object" if isinstance(value, dict) else "array"
        return f'"<{kind} of {counted(len(value), "item")}>"'

    def _regions(self) -> dict[str, Region]:
        before = [0]
        for line in self._lines:
            before.append(before[-1] + len(line) + 1)
        return {
            pointer: Region(
                start_line=line + 1,
                start_column=column + 1,
                end_line=end + 1,
                end_column=end_column + 1,
                offset=before[line] + column,
                length=before[end] + end_column - before[line] - column,
            )
            for pointer, (line, column, end, end_column) in self._spans.items()
        }


def _is_short(value: list[Any] | tuple[Any, ...]) -> bool:
    """Whether an array fits in a line, as shapes do."""
    return len(value) <= _INLINE_ITEMS and not any(
        isinstance(item, dict | list | tuple) and item for item in value
    )


def _items(value: object, asked: Asked | None) -> Iterator[tuple[str | None, Any, Asked | None]]:
    """Yield a container's items: the first ones, those that are asked for, and how many are not."""
    below = asked.below if asked is not None else {}
    is_object = isinstance(value, dict)
    pairs: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else _numbered(value)
    )
    given = left_out = 0
    for key, item in pairs:
        node = below.get(escape_token(key if isinstance(key, str | int) else str(key)))
        if node is None and given >= _MOST_ITEMS:
            left_out += 1
            continue
        if left_out:
            yield _left_out(left_out, is_object=is_object)
            left_out = 0
        given += 1
        yield str(key) if is_object else None, item, node
    if left_out:
        yield _left_out(left_out, is_object=is_object)


def _numbered(value: object) -> Iterable[tuple[int, Any]]:
    return enumerate(value) if isinstance(value, list | tuple) else ()


def _left_out(number: int, *, is_object: bool) -> tuple[str | None, Any, None]:
    return "..." if is_object else None, f"<{number:,} more>", None
