"""What no signature says: behaviours of a release's loader, written by hand, each with its source.

`overlays/behaviours.json` maps a behaviour's name to what it is, its source, and for each product
line the intervals of releases that have it, as in the folded data (`fold`).
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from kerasscan.catalog.fold import holds
from kerasscan.catalog.shipped import KnownRelease


def has_behaviour(release: KnownRelease, name: str) -> bool:
    """Whether a release behaves in that way; KeyError for a behaviour that nobody described."""
    return _holds(release.line, release.version, name)


@cache
def _holds(line: str, version: str, name: str) -> bool:
    spans = behaviours()[name]["releases"].get(line, [])
    return holds(spans, version)


@cache
def behaviours() -> dict[str, dict[str, Any]]:
    """All behaviours by name, each with ``says``, ``source`` and ``releases``."""
    import json
    from pathlib import Path

    path = Path(__file__).parent / "overlays" / "behaviours.json"
    return cast("dict[str, dict[str, Any]]", json.loads(path.read_text("utf-8")))
