"""What the releases of a target silently change, as a check sees it."""

from __future__ import annotations

from typing import Any

from kerasscan.checks.changing import LOAD_CHANGE
from kerasscan.model.address import Address
from kerasscan.model.finding import Case, Observation
from kerasscan.model.outcome import Change, ChangeKind, Outcome, Reason, ReasonKind, Stage
from kerasscan.model.saved import Artifact, Container, Saved

FILE = Saved(Artifact("models/a.h5", Container.H5_MODEL, 1, (), ".h5"))
DROPPED = {"kinds": ["axis-dropped"]}


def change(layer: str = "a", **changes: Any) -> Change:
    values: dict[str, Any] = {
        "what": ChangeKind.AXIS_DROPPED,
        "subject": "Softmax",
        "argument": "axis",
        "address": Address("@attrs/model_config", f"/config/layers/{layer}", layer),
        "message": "axis=1 is\ndropped.",
        "remedy": "keep it",
    }
    return Change(**{**values, **changes})


def outcome(release: str, *changes: Change, reasons: tuple[Reason, ...] = ()) -> Outcome:
    return Outcome(release, reasons, changes=changes)


def observed(*outcomes: Outcome, options: dict[str, Any] = DROPPED) -> list[Observation]:
    return list(LOAD_CHANGE.run(Case(FILE, outcomes), options))


def test_a_load_that_changes_nothing_is_not_reported() -> None:
    assert observed(outcome("keras==3.8.0")) == []
    assert observed() == []


def test_a_change_of_another_kind_is_left_to_another_card() -> None:
    found = outcome("keras==3.8.0", change())
    assert observed(found, options={"kinds": ["optimizer-reset"]}) == []


def test_a_file_that_does_not_load_is_left_to_the_cards_on_failures() -> None:
    reason = Reason(ReasonKind.CLASS_UNKNOWN, Stage.RESOLVE, "X", "", Address(), "E", "no")
    assert observed(outcome("keras==3.8.0", change(), reasons=(reason,))) == []


def test_the_facts_are_those_that_the_check_promises() -> None:
    (seen,) = observed(outcome("keras==3.8.0", change()))
    assert seen.facts.keys() == LOAD_CHANGE.facts.keys()
    assert seen.facts["message"] == "axis=1 is dropped"
    assert seen.facts["remedy"] == "Keep it"
    assert seen.facts["where"] == "Layer 'a'"


def test_the_same_change_in_several_releases_is_seen_once() -> None:
    (seen,) = observed(
        outcome("keras==3.7.0", change(message="old")),
        outcome("keras==3.8.0", change(message="new")),
        outcome("keras==3.9.0"),
    )
    assert (seen.facts["releases"], seen.facts["message"]) == ("keras 3.7.0-3.8.0", "new")


def test_every_layer_is_seen() -> None:
    seen = observed(outcome("keras==3.8.0", change("a"), change("b")))
    assert [each.address.layer for each in seen] == ["a", "b"]
