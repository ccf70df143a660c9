"""What stands in for a class that a release does not have, or when it came and went.

`overlays/replacements.json` is written by hand: for a class that Keras 3 dropped, what does the
same, and the source of that.
"""

from __future__ import annotations

from functools import cache
from typing import Final, cast

from kerasscan.catalog.builtin import kinds_of_class, releases_of_class
from kerasscan.catalog.fold import in_order
from kerasscan.catalog.shipped import KnownRelease

_PRODUCTS: Final = {
    "keras2": "keras",
    "tf.keras": "tensorflow",
    "tf-keras": "tf-keras",
    "keras3": "keras",
}


def instead_of(name: str, release: KnownRelease) -> str:
    """Return what to do about a class that a release does not have, as a clause.

    Args:
        name: A class that some release of Keras ships.
        release: One that does not find it.

    Returns:
        A replacement, or the first or last release of the line that has the class; ``""`` where
        neither is known, or where the release has the class and something else keeps it from
        finding it.
    """
    known = replacements().get(name)
    if known is not None and release.line == "keras3":
        return f"use {known['by']}"
    for kind in kinds_of_class(name):
        for line, first, last in releases_of_class(name, kind):
            if line != release.line or line not in _PRODUCTS:
                continue
            if release.version in (first, last):
                return ""
            place = in_order([first, release.version, last]).index(release.version)
            if place == 1:
                return ""
            if place == 0:
                return f"it came with {_named(line, first)}"
            return f"{_named(line, last)} was the last to have it"
    return ""


def _named(line: str, version: str) -> str:
    product = _PRODUCTS[line]
    if product == "tensorflow":
        version = ".".join(version.split(".")[:2])
    return f"{product} {version}"


@cache
def replacements() -> dict[str, dict[str, str]]:
    """All replacements by class name, each with ``by`` and ``source``."""
    import json
    from pathlib import Path

    path = Path(__file__).parent / "overlays" / "replacements.json"
    return cast("dict[str, dict[str, str]]", json.loads(path.read_text("utf-8")))
