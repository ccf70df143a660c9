"""What a replay asks of a release: every question with its answer.

A replay depends on the file and on these answers alone. Another release of the same line that would
answer all of them alike would do the same with the file, so a hundred releases need few replays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

from kerasscan.catalog.behaviours import has_behaviour
from kerasscan.catalog.contents import contents_of
from kerasscan.catalog.releases import Release
from kerasscan.catalog.replacements import instead_of
from kerasscan.catalog.shipped import Shipped

_Question: TypeAlias = tuple[str, Any, Any]
Asking: TypeAlias = tuple[_Question, Any]
"""A question and its answer."""


class Asked:
    """A release that remembers what it was asked.

    Attributes:
        release: The release.
    """

    def __init__(self, release: Release) -> None:
        self.release: Final = release
        self._answers: dict[_Question, Any] = {}
        self._trail: list[_Question] = []

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

    def instead_of(self, name: str) -> str:
        """See `catalog.replacements.instead_of`."""
        return str(self._ask(("instead_of", name, None)))

    def default(self, kind: str, name: str, argument: str) -> str | None:
        """Return the source text of an argument's default, of what is in the table of a kind."""
        found: str | None = self._ask(("default", (kind, name), argument))
        return found

    def versions(self) -> dict[tuple[int, ...], bool]:
        """Return all versions that it was compared with, and whether it is as new."""
        return {first: it for (method, first, _), it in self._answers.items() if method == "since"}

    def answers_alike(self, release: Release, keys: frozenset[str]) -> bool:
        """Whether a release of the same line gives the same answer to all that was asked.

        Args:
            release: The other release.
            keys: All keys in the file: other arguments of a class make no difference to it.
        """
        return release.line == self.release.line and all(
            _agrees(question, _answer(release, question), answer, keys)
            for question, answer in self._answers.items()
        )

    def mark(self) -> int:
        """Return a place in the sequence of questions, for `since_mark`."""
        return len(self._trail)

    def since_mark(self, mark: int) -> tuple[Asking, ...]:
        """Return what was asked since a place, with the answers."""
        questions = dict.fromkeys(self._trail[mark:])
        return tuple((question, self._answers[question]) for question in questions)

    def confirms(
        self,
        asked: Iterable[Asking],
        keys: frozenset[str],
        agreed: dict[tuple[str, int, int], bool],
    ) -> bool:
        """Ask again what another release of the line was asked; whether the answers agree.

        Args:
            asked: The questions, and what the other release answered.
            keys: As in `answers_alike`.
            agreed: Which answers, by ``id``, were compared before; all answers are kept alive.
        """
        for question, answer in asked:
            one = self._ask(question)
            if one is answer:
                continue
            pair = (question[0], id(one), id(answer))
            if pair not in agreed:
                agreed[pair] = _agrees(question, one, answer, keys)
            if not agreed[pair]:
                return False
        return True

    def _ask(self, question: _Question) -> Any:
        self._trail.append(question)
        if question not in self._answers:
            self._answers[question] = _answer(self.release, question)
        return self._answers[question]


def _answer(release: Release, question: _Question) -> Any:
    method, first, second = question
    if method == "has":
        return has_behaviour(release.known, first)
    if method == "since":
        return version_of(release) >= first
    if method == "instead_of":
        return instead_of(first, release.known)
    contents = contents_of(release.known)
    if method == "in_table":
        return contents.in_table(first, second)
    if method == "default":
        return next((each.default(second) for each in contents.in_table(*first)), None)
    if method == "by_name":
        return tuple(contents.by_name(first))
    return getattr(contents, method)(first)


def _agrees(question: _Question, one: Any, other: Any, keys: frozenset[str]) -> bool:
    if question[0] == "by_name":
        return bool(one == other)  # such answers are chosen from by module and path
    return _alike(one, other, keys)


def _alike(one: Any, other: Any, keys: frozenset[str]) -> bool:
    """Whether two answers are the same for a replay: of an object only its calls count."""
    if one is other:
        return True
    if isinstance(one, Shipped) and isinstance(other, Shipped):
        return one.call == other.call and not (one.taken ^ other.taken) & keys
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(
            _alike(*pair, keys) for pair in zip(one, other, strict=True)
        )
    return bool(one == other)


def version_of(release: Release) -> tuple[int, ...]:
    """Return the numbers of the catalog's release: ``(3, 15, 1)``, ``(2, 10, 0)``."""
    return tuple(int(part) for part in release.known.version.split("."))
