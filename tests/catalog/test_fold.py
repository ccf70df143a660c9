"""Folding snapshots to intervals loses nothing."""

from kerasscan.catalog.fold import Interval, fold, holds, in_order, unfold
from kerasscan.catalog.tree import Tree, digest

RELEASES: dict[str, Tree] = {
    "3.9.0": {"Dense": {"args": {"units": {}, "use_bias": {"True": {}}}}, "Gone": {}},
    "3.10.0": {"Dense": {"args": {"units": {}, "use_bias": {"False": {}}}}},
    "3.11.0": {"Dense": {"args": {"units": {}}}, "New": {}},
    "3.11.1": {"Dense": {"args": {"units": {}, "use_bias": {}}}, "Gone": {"args": {}}},
}


def test_every_release_comes_back_as_it_was() -> None:
    folded = fold(RELEASES)
    for version, tree in RELEASES.items():
        assert unfold(folded, list(RELEASES), version) == tree


def test_releases_are_ordered_by_version_and_not_by_text() -> None:
    assert in_order(["3.10.0", "3.9.0", "3.11.1", "3.11.0"])[:2] == ["3.9.0", "3.10.0"]


def test_a_name_as_long_lived_as_its_owner_is_true() -> None:
    assert fold({"1.0": {"a": {"b": {}}}, "1.1": {"a": {"b": {}}}}) == {"a": {"b": True}}


def test_a_name_that_went_and_came_back_has_two_intervals() -> None:
    assert fold(RELEASES)["Gone"] == {
        "@": [["3.9.0", "3.10.0"], ["3.11.1", None]],
        "args": [["3.11.1", None]],
    }
    assert fold(RELEASES)["New"] == [["3.11.0", "3.11.1"]]


def test_intervals_are_half_open() -> None:
    intervals: list[Interval] = [["3.9.0", "3.10.0"], ["3.11.1", None]]
    assert [v for v in ("3.8.0", "3.9.2", "3.10.0", "3.11.1", "4.0") if holds(intervals, v)] == [
        "3.9.2",
        "3.11.1",
        "4.0",
    ]


def test_a_digest_does_not_depend_on_the_order_of_names() -> None:
    assert digest({"a": {}, "b": {"c": {}}}) == digest({"b": {"c": {}}, "a": {}})
    assert digest({"a": {}}) != digest({"a": {"b": {}}})
