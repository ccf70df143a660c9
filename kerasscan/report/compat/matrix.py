"""A line for each release family: which of its releases load a file, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kerasscan.catalog.spans import FAMILIES, family_of, is_whole, versions_in_words
from kerasscan.model.compatibility import FileOutcomes
from kerasscan.model.outcome import Outcome
from kerasscan.report.compat.ways import Way, way


@dataclass(frozen=True)
class Row:
    """What the releases of one family do with a file.

    Attributes:
        family: ``keras 2``, ``tensorflow``, ``tf-keras`` or ``keras 3``.
        releases: Those that were asked about, oldest first.
        ways: Each way that some of them load, with those that do; failures are left out.
    """

    family: str
    releases: tuple[str, ...]
    ways: tuple[tuple[Way, tuple[str, ...]], ...]

    @property
    def loads(self) -> tuple[str, ...]:
        """The releases that load the file without any argument."""
        return next((releases for how, releases in self.ways if how.is_plain), ())

    @property
    def in_words(self) -> str:
        """The row without its name: ``2.3-2.15; 1.15 with compile=False``."""
        return "; ".join(self._parts()) or "none"

    def _parts(self) -> Iterator[str]:
        for how, releases in self.ways:
            is_all = is_whole(releases, self.family)
            words = "all" if is_all else versions_in_words(releases, self.family)
            doubt = "undecided" if how.loads is None else ""
            yield " ".join(word for word in (words, doubt, how.in_words) if word)


def matrix(file: FileOutcomes) -> list[Row]:
    """Return a row for each family of which a release was asked about."""
    rows = []
    for family in FAMILIES:
        same = [each for each in file.outcomes if family_of(each.release) == family]
        if same:
            rows.append(Row(family, tuple(each.release for each in same), _ways(same)))
    return rows


def newest_of_each(releases: Sequence[str]) -> list[str]:
    """Return the newest release of each family, the newest family first."""
    newest = {family_of(release): release for release in releases}
    return [newest[family] for family in reversed(FAMILIES) if family in newest]


def _ways(outcomes: Sequence[Outcome]) -> tuple[tuple[Way, tuple[str, ...]], ...]:
    found: dict[Way, list[str]] = {}
    for outcome in outcomes:
        how = way(outcome)
        if how.loads is not False:
            found.setdefault(how, []).append(outcome.release)
    ordered = sorted(found, key=lambda how: (how.loads is None, len(how.means), how.means))
    return tuple((how, tuple(found[how])) for how in ordered)
