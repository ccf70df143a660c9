"""What a replay asks of a release: every question with its answer.

A replay depends on the file and on these answers alone. Another release of the same line that would
answer all of them alike would do the same with the file, so a hundred releases need few replays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from kerasscan.catalog.behaviours import has_behaviour
from kerasscan.catalog.contents import contents_of
from kerasscan.catalog.releases import Release
from kerasscan.catalog.shipped import Shipped

_Question: TypeAlias = tuple[str, Any, Any]


class Asked:
    """A release that remembers what it was asked.

    Attributes:
        release: The release.
    """

    def __init__(self, release: Release) -> None:
        self.release: Final = release
        self._answers: dict[_Question, Any] = {}

    def has(self, behaviour: str) -> bool:
        """Whether the release behaves in that way (`catalog/overlays/behaviours.json`)."""
        return bool(self._ask(("has", behaviour, None)))

    def since(self, *version: int) -> bool:
        """Whether it is this version of its line or a later one."""
        return bool(self._ask(("since", version, None)))

    def in_table(self, kind: str, name: str) -> tuple[Shipped, ...]:
        """See `ReleaseContents.in_table`."""
        found: tuple[Shipped, ...] = self._ask(("in_table", kind, name))
        return found

    def by_path(self, path: str) -> Shipped | None:
        """See `ReleaseContents.by_path`."""
        found: Shipped | None = self._ask(("by_path", path, None))
        return found

    def by_name(self, name: str) -> tuple[Shipped, ...]:
        """See `ReleaseContents.by_name`."""
        found: tuple[Shipped, ...] = self._ask(("by_name", name, None))
        return found

    def exported(self, paths: Sequence[str]) -> Shipped | None:
        """See `ReleaseContents.exported`."""
        found: Shipped | None = self._ask(("exported", tuple(paths), None))
        return found

    def has_module(self, module: str) -> bool:
        """See `ReleaseContents.has_module`."""
        return bool(self._ask(("has_module", module, None)))

    def versions(self) -> dict[tuple[int, ...], bool]:
        """Return all versions that it was compared with, and whether it is as new."""
        return {first: it for (method, first, _), it in self._answers.items() if method == "since"}

    def answers_alike(self, release: Release) -> bool:
        """Whether a release of the same line gives the same answer to all that was asked."""
        return release.line == self.release.line and all(
            _answer(release, question) == answer for question, answer in self._answers.items()
        )

    def _ask(self, question: _Question) -> Any:
        if question not in self._answers:
            self._answers[question] = _answer(self.release, question)
        return self._answers[question]


def _answer(release: Release, question: _Question) -> Any:
    method, first, second = question
    if method == "has":
        return has_behaviour(release.known, first)
    if method == "since":
        return version_of(release) >= first
    contents = contents_of(release.known)
    if method == "in_table":
        return contents.in_table(first, second)
    if method == "by_name":
        return tuple(contents.by_name(first))
    return getattr(contents, method)(first)


def version_of(release: Release) -> tuple[int, ...]:
    """Return the numbers of the catalog's release: ``(3, 15, 1)``, ``(2, 10, 0)``."""
    return tuple(int(part) for part in release.known.version.split("."))
