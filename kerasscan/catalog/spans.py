"""Many releases in few words: ``keras 3.6.0-3.8.0, all of tf-keras``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Final

from kerasscan.catalog.releases import releases

FAMILIES: Final = ("keras 2", "tensorflow", "tf-keras", "keras 3")
"""What people tell releases apart by, oldest first."""


def family_of(release: str) -> str:
    """Return the family of a release such as ``keras==3.15.1``."""
    product, _, version = release.partition("==")
    return f"keras {version.partition('.')[0]}" if product == "keras" else product


@cache
def known_of(family: str) -> tuple[str, ...]:
    """Return the known releases of a family, oldest first."""
    known = (release.requirement for release in releases())
    return tuple(release for release in known if family_of(release) == family)


def is_whole(chosen: Collection[str], family: str) -> bool:
    """Whether every known release of a family is among the chosen ones."""
    return all(release in chosen for release in known_of(family))


def versions_in_words(chosen: Collection[str], family: str) -> str:
    """Return the chosen releases of one family: ``2.3-2.10, 2.15``; nothing for none of them."""
    runs = _runs(chosen, family)
    return ", ".join(first if first == last else f"{first}-{last}" for first, last in runs)


def in_words(chosen: Collection[str], *, denied: bool = False) -> str:
    """Return releases of any family: ``tensorflow 2.3-2.15, all of keras 3``.

    Args:
        chosen: Releases such as ``keras==3.15.1``.
        denied: Whether the words follow a "not": ``any keras 3``.
    """
    if all(is_whole(chosen, family) for family in FAMILIES):
        return "any known release" if denied else "every known release"
    return ", ".join(_by_family(chosen, "any" if denied else "all of"))


def _by_family(chosen: Collection[str], whole: str) -> Iterator[str]:
    for family in FAMILIES:
        words = versions_in_words(chosen, family)
        if words and is_whole(chosen, family):
            yield f"{whole} {family}"
        elif words:
            yield f"{family.partition(' ')[0]} {words}"


def _runs(chosen: Collection[str], family: str) -> list[tuple[str, str]]:
    """Return first and last version of each run of releases that follow one another."""
    found: list[tuple[str, str]] = []
    is_open = False
    for release in known_of(family):
        version, was_open = release.partition("==")[2], is_open
        is_open = release in chosen
        if is_open and was_open:
            found[-1] = (found[-1][0], version)
        elif is_open:
            found.append((version, version))
    return found
