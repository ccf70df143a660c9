"""The catalog of releases, and the history of a class, as text or JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kerasscan.catalog.history import History, Span
from kerasscan.catalog.lines import LINES, Line
from kerasscan.catalog.shipped import KnownRelease
from kerasscan.report.json_text import written

SCHEMA = "kerasscan-releases/1"

_LINE_NAMES: Mapping[Line, str] = {
    "keras1": "Keras 1",
    "keras2": "Keras 2 by itself",
    "tf.keras": "TensorFlow",
    "tf-keras": "tf-keras",
    "keras3": "Keras 3",
}


def releases_text(releases: Sequence[KnownRelease]) -> str:
    """Return the releases of every product line, oldest first."""
    lines = []
    for line in LINES:
        versions = [known.version for known in releases if known.line == line]
        lines.append(f"{_LINE_NAMES[line]}: {', '.join(versions)}")
    return "\n".join([*lines, f"{len(releases)} releases in {len(LINES)} product lines"]) + "\n"


def releases_json(releases: Sequence[KnownRelease]) -> str:
    """Return the releases as JSON, each with the archive it was read from."""
    rows = [
        {
            "release": known.requirement,
            "line": known.line,
            "date": known.date,
            "file": known.file,
            "sha256": known.sha256,
        }
        for known in releases
    ]
    return written({"schema": SCHEMA, "releases": rows})


def history_text(found: Sequence[History], argument: str | None) -> str:
    """Return the history of a class by product line, of one argument or of all that changed."""
    lines = []
    for history in found:
        lines.append(f"{_LINE_NAMES[history.line]}  {_path(history)} ({history.kind})")
        lines.append(f"  shipped  {_words(history.spans)}")
        if argument is not None:
            lines += _argument(history, argument)
        else:
            lines += _changes(history)
    return "\n".join(lines) + "\n"


def _path(history: History) -> str:
    if not history.path.startswith("~"):
        return history.path
    return f"{history.path.removeprefix('~.')}, not public"


def _words(spans: Sequence[Span]) -> str:
    return ", ".join(first if first == last else f"{first} to {last}" for first, last in spans)


def _argument(history: History, argument: str) -> list[str]:
    accepted, kept = history.arguments.get(argument), history.written.get(argument)
    return [
        f"  accepts '{argument}'  {_words(accepted) if accepted else 'never'}",
        f"  writes '{argument}'  {_words(kept) if kept else 'never, or not always'}",
    ]


def _changes(history: History) -> list[str]:
    """Return the arguments that came or went while the class was there."""
    return [
        f"  argument '{name}'  {_words(spans)}"
        for name, spans in sorted(history.arguments.items())
        if spans != history.spans
    ]


def history_json(name: str, found: Sequence[History], argument: str | None) -> str:
    """Return the history of a class as JSON; every span is the first and the last release."""
    rows: list[dict[str, Any]] = [
        {
            "line": history.line,
            "path": history.path,
            "kind": history.kind,
            "spans": _listed(history.spans),
            "arguments": _named(history.arguments, argument),
            "written": _named(history.written, argument),
        }
        for history in found
    ]
    return written({"schema": SCHEMA, "class": name, "history": rows})


def _listed(spans: Sequence[Span]) -> list[list[str]]:
    return [list(span) for span in spans]


def _named(spans: Mapping[str, Sequence[Span]], argument: str | None) -> dict[str, list[list[str]]]:
    return {
        name: _listed(found)
        for name, found in sorted(spans.items())
        if argument is None or name == argument
    }
