"""Classes that a later Keras does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.catalog.releases import newest
from kerasscan.checks.leaving import LEAVING_CLASS
from kerasscan.model.address import Address
from kerasscan.model.finding import Case, Observation
from kerasscan.model.outcome import Outcome, Reason, ReasonKind, Stage
from kerasscan.reader.reading import read

MODEL = """
{"class_name": "Sequential", "config": {"name": "m", "layers": [
  {"class_name": "Dense", "config": {"name": "a", "units": 2, "batch_input_shape": [null, 3]}},
  {"class_name": "ThresholdedReLU", "config": {"name": "b", "theta": 1.0}},
  {"class_name": "Mine", "config": {"name": "c"}}]}}
"""
UNKNOWN = Reason(ReasonKind.CLASS_UNKNOWN, Stage.RESOLVE, "ThresholdedReLU", "", Address(), "", "")


def observed(tmp_path: Path, *outcomes: Outcome, excepted: str = "X") -> list[Observation]:
    file = tmp_path / "m.json"
    file.write_text(MODEL)
    return list(LEAVING_CLASS.run(Case(read(file), outcomes), {"except_classes": [excepted]}))


@pytest.mark.parametrize("release", [newest().requirement, None])
def test_the_newest_keras_has_nothing_to_lose(tmp_path: Path, release: str | None) -> None:
    outcomes = (Outcome(release),) if release else ()
    assert observed(tmp_path, *outcomes) == []


def test_a_class_that_is_gone_in_keras_3_is_seen_and_custom_ones_are_not(tmp_path: Path) -> None:
    (seen,) = observed(tmp_path, Outcome("tensorflow==2.9"), Outcome("tensorflow==2.10"))
    assert seen.address.layer == "b"
    assert seen.facts.keys() == LEAVING_CLASS.facts.keys()
    assert seen.facts["target"] == "tensorflow 2.10"
    assert seen.facts["removed"] == "keras 3.0.0"


def test_what_the_target_itself_does_not_load_is_another_check_s_business(tmp_path: Path) -> None:
    assert observed(tmp_path, Outcome("tensorflow==2.10", (UNKNOWN,))) == []
    assert observed(tmp_path, Outcome("keras==3.8.0")) == []
    assert observed(tmp_path, Outcome("tensorflow==2.10"), excepted="ThresholdedReLU") == []
