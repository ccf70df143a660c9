"""What the releases of a target do with a file, as a check sees it."""

from __future__ import annotations

from typing import Any

from kerasscan.checks.failures import LOAD_FAILURE, stands_for
from kerasscan.model.address import Address
from kerasscan.model.finding import Case, Observation
from kerasscan.model.outcome import Outcome, Reason, ReasonKind, Stage
from kerasscan.model.saved import Artifact, Container, Saved

FILE = Saved(Artifact("models/a.keras", Container.KERAS_ZIP, 1, (), ".keras"))
REFUSED = {"kinds": ["argument-refused"]}


def reason(layer: str = "a", **changes: Any) -> Reason:
    values: dict[str, Any] = {
        "kind": ReasonKind.ARGUMENT_REFUSED,
        "stage": Stage.CONSTRUCT,
        "subject": "LSTM",
        "argument": "time_major",
        "address": Address("config.json", f"/config/layers/{layer}", layer),
        "error": "ValueError",
        "message": "No time_major\nhere.",
    }
    return Reason(**{**values, **changes})


def observed(options: dict[str, Any], *outcomes: Outcome, saved: Saved = FILE) -> list[Observation]:
    return list(LOAD_FAILURE.run(Case(saved, outcomes), options))


def test_a_file_that_loads_is_not_reported() -> None:
    assert observed(REFUSED, Outcome("keras==3.15.1")) == []
    assert observed(REFUSED) == []


def test_a_reason_of_another_kind_is_left_to_another_card() -> None:
    assert observed({"kinds": ["class-unknown"]}, Outcome("keras==3.15.1", (reason(),))) == []


def test_the_facts_are_those_that_the_check_promises() -> None:
    (seen,) = observed(REFUSED, Outcome("keras==3.15.1", (reason(),)))
    assert seen.address == Address("config.json", "/config/layers/a", "a")
    assert seen.facts.keys() == LOAD_FAILURE.facts.keys()
    assert seen.facts["message"] == "No time_major here"
    assert seen.facts["releases"] == "keras 3.15.1"
    assert seen.facts["where"] == "Layer 'a'"


def test_the_same_reason_in_several_releases_is_seen_once_in_the_newest_one_s_words() -> None:
    (seen,) = observed(
        REFUSED,
        Outcome("keras==3.6.0", (reason(message="old"),)),
        Outcome("keras==3.7.0", (reason(message="new"),)),
        Outcome("keras==3.8.0"),
    )
    assert seen.facts["releases"] == "keras 3.6.0-3.7.0"
    assert seen.facts["message"] == "new"


def test_every_layer_is_seen_and_each_once() -> None:
    layers = (reason("a"), reason("b"), reason("a", address=Address("config.json", "/x", "a")))
    seen = observed(REFUSED, Outcome("keras==3.15.1", layers))
    assert [each.address.layer for each in seen] == ["a", "b"]


def test_the_evidence_does_not_depend_on_the_target() -> None:
    (old,) = observed(REFUSED, Outcome("keras==3.6.0", (reason(message="old"),)))
    (new,) = observed(REFUSED, Outcome("keras==3.15.1", (reason(message="new", remedy="x"),)))
    assert old.evidence == new.evidence


def test_what_stands_in_the_way_of_an_unsafe_load_only_is_no_failure() -> None:
    assert observed(REFUSED, Outcome("keras==3.15.1", (reason(only_when_unsafe=True),))) == []


def test_options_choose_steps_files_and_classes() -> None:
    assert stands_for(REFUSED, reason(), FILE)
    assert stands_for({**REFUSED, "stages": ["construct"]}, reason(), FILE)
    assert not stands_for({**REFUSED, "stages": ["compile"]}, reason(), FILE)
    assert not stands_for({**REFUSED, "containers": ["h5-model"]}, reason(), FILE)
    assert not stands_for({**REFUSED, "except_classes": ["LSTM"]}, reason(), FILE)


def test_a_card_gives_way_to_a_check_that_explains_more() -> None:
    outcome = Outcome("keras==3.15.1", (reason(kind=ReasonKind.FORMAT_REFUSED),))
    options = {"kinds": ["format-refused"], "unless": ["extension"]}
    misnamed = Saved(Artifact("models/a.h5", Container.KERAS_ZIP, 1, (), ".h5"))
    assert len(observed(options, outcome)) == 1
    assert observed(options, outcome, saved=misnamed) == []
