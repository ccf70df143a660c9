"""Stubs, against what real releases did with them: ``tests/recordings/stubs.json``."""

from __future__ import annotations

import pytest

from kerasscan.catalog.releases import requested
from kerasscan.custom.needs import needs
from kerasscan.loading.given import Given
from kerasscan.loading.prediction import predict
from kerasscan.reader.reading import read
from tests.oracle.stubs import RELEASES, Recorded, recorded, stubs
from tests.samples.manifest import SAMPLES

RECORDED = recorded()


@pytest.mark.parametrize("release", RELEASES)
def test_the_recording_is_of_the_stubs_that_are_written_now(release: str) -> None:
    now = {(each.sample, each.style.value): each.sha256 for each in stubs(release)}
    then = {(x.sample, x.style): x.sha256 for x in RECORDED if x.release == release}
    assert now == then


@pytest.mark.parametrize("release", RELEASES)
def test_at_least_five_models_load_with_their_stub(release: str) -> None:
    loaded = {x.sample for x in RECORDED if x.release == release and x.result.startswith("loaded")}
    assert len(loaded) >= 5


@pytest.mark.parametrize("each", RECORDED, ids=lambda x: f"{x.release} {x.sample} {x.style}")
def test_a_model_loads_with_its_stub_wherever_nothing_else_stops_it(each: Recorded) -> None:
    saved = read(SAMPLES / each.sample)
    given = Given(python=(3, 11), registered=frozenset(need.key for need in needs(saved)))
    outcome = predict(saved, requested(each.release)[0], given)
    assert outcome.loads_without_compile is each.result.startswith("loaded")
