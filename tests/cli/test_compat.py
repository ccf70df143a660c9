"""``kerasscan compat``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from kerasscan.catalog.releases import Release
from kerasscan.loading import prediction
from kerasscan.loading.given import Given
from kerasscan.model.outcome import Outcome, Reason
from kerasscan.model.saved import Saved
from tests.report.outcomes import KNOWN, TIME_MAJOR
from tests.samples.manifest import SAMPLES

from .door import BAD, CLEAN, CUT, run

NEWEST = KNOWN[-1]
CUSTOM = str(SAMPLES / "registration" / "keras-3.15.1-custom-layer.keras")
OPERATORS = str(SAMPLES / "compatibility" / "tf-2.10-operators.h5")


class Oracle:
    """Stands in for the prediction: says what it is told, and notes what it was asked."""

    def __init__(self) -> None:
        self.failing: dict[str, tuple[Reason, ...]] = {}
        self.doubtful: dict[str, tuple[str, ...]] = {}
        self.given = Given()
        self.asked: list[str] = []

    def __call__(
        self, saved: Saved, releases: Sequence[Release], given: Given
    ) -> tuple[Outcome, ...]:
        self.given = given
        self.asked = [release.requirement for release in releases]
        return tuple(
            Outcome(each, self.failing.get(each, ()), self.doubtful.get(each, ()))
            for each in self.asked
        )


@pytest.fixture
def oracle(monkeypatch: pytest.MonkeyPatch) -> Oracle:
    found = Oracle()
    monkeypatch.setattr(prediction, "predict_all", found)
    return found


def test_a_file_that_its_own_release_loads_exits_with_0() -> None:
    done = run("compat", CLEAN, "--target", NEWEST)
    assert done.exit_code == 0
    assert "Loads with keras 3.15.1." in done.stdout


def test_without_a_target_every_known_release_is_asked(oracle: Oracle) -> None:
    done = run("compat", CLEAN)
    assert done.exit_code == 0
    assert oracle.asked == list(KNOWN)
    assert "  keras 3     all" in done.stdout.splitlines()


def test_without_a_target_one_release_that_loads_is_enough(oracle: Oracle) -> None:
    oracle.failing = dict.fromkeys(KNOWN[1:], (TIME_MAJOR,))
    assert run("compat", CLEAN).exit_code == 0
    oracle.failing = dict.fromkeys(KNOWN, (TIME_MAJOR,))
    assert run("compat", CLEAN).exit_code == 1


def test_with_a_target_every_release_of_it_must_load(oracle: Oracle) -> None:
    oracle.failing = {"keras==3.6.0": (TIME_MAJOR,)}
    assert run("compat", CLEAN, "--target", "keras>=3.6,<3.9").exit_code == 1
    assert oracle.asked == ["keras==3.6.0", "keras==3.7.0", "keras==3.8.0"]
    assert run("compat", CLEAN, "--target", "keras>=3.7,<3.9").exit_code == 0


def test_targets_add_up_each_release_once(oracle: Oracle) -> None:
    run("compat", CLEAN, "--target", "keras==3.8.0", "--target", "tensorflow==2.10.1", "--target",
        "keras>=3.8,<3.9")  # fmt: skip
    assert oracle.asked == ["tensorflow==2.10", "keras==3.8.0"]


def test_what_cannot_be_told_exits_with_3_and_a_failure_is_worse(oracle: Oracle) -> None:
    oracle.doubtful = {NEWEST: ("why not",)}
    done = run("compat", CLEAN, "--target", "keras>=3.15")
    assert done.exit_code == 3
    assert "undecided in keras 3.15.1: why not" in done.stdout
    assert run("compat", CLEAN).exit_code == 0
    oracle.failing = {"keras==3.15.0": (TIME_MAJOR,)}
    assert run("compat", CLEAN, "--target", "keras>=3.15").exit_code == 1


def test_a_file_that_was_not_read_to_its_end_is_never_clean(oracle: Oracle) -> None:
    done = run("compat", CUT)
    assert done.exit_code == 3
    assert "incomplete: " in done.stdout


def test_what_the_file_cannot_tell_is_handed_on(oracle: Oracle) -> None:
    run("compat", CLEAN, "--python", "3.11.4", "--backend", "jax", "--custom-objects", "A, B,")
    assert oracle.given == Given((3, 11), "jax", frozenset({"A", "B"}))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--target", "keras==99"], "allows no release that is known: 2.0.0 to "),
        (["--target", "numpy"], "known: keras, tensorflow, tf-keras"),
        (["--target", "keras>="], "is not a requirement"),
        (["--python", "three"], "expected a version such as 3.11"),
        (["--backend", "cntk"], "cntk"),
    ],
)
def test_a_wrong_option_is_a_wrong_call(arguments: list[str], said: str) -> None:
    done = run("compat", CLEAN, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize("path", ["nothing.keras", "-"])
def test_a_path_that_is_not_there_is_a_wrong_call(path: str) -> None:
    assert run("compat", path).exit_code == 2


def test_an_empty_folder_is_told_of(tmp_path: Path) -> None:
    done = run("compat", str(tmp_path))
    assert done.exit_code == 0
    assert "no model files found" in done.stderr


def test_json_names_the_file_by_its_digest_and_its_rules_by_their_ids() -> None:
    done = run("compat", CUSTOM, "--target", NEWEST, "--output-format", "json")
    document = json.loads(done.stdout)
    (file,) = document["files"]
    assert len(file["sha256"]) == 64
    (release,) = file["releases"]
    assert (release["release"], release["loads"]) == (NEWEST, False)
    assert [(each["rule"], each["class"]) for each in release["reasons"]] == [("KR101", "Scale")]


def test_custom_objects_that_are_given_stop_nothing() -> None:
    done = run("compat", CUSTOM, "--target", NEWEST, "--custom-objects", "Scale")
    assert done.exit_code == 0


def test_layers_of_tensorflow_are_explained_by_their_own_cards() -> None:
    done = run("compat", OPERATORS, "--target", NEWEST)
    assert done.exit_code == 1
    assert "  KC101 SlicingOpLambda and TFOpLambda are not found" in done.stdout.splitlines()


def test_stored_code_is_explained_by_its_card() -> None:
    done = run("compat", BAD, "--target", NEWEST)
    assert any(line.startswith("  KC220 ") for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ("clean/keras-3.15.1-functional.json", "judged for keras.models.model_from_json."),
        ("clean/keras-2.2.4-functional.yaml", "judged for keras.models.model_from_yaml."),
        ("clean/keras-3.15.1.weights.h5", "Weights without a model:"),
        ("file/tfjs-graph/model.json", "which holds no Keras model."),
    ],
)
def test_it_is_said_what_a_file_is_that_load_model_is_not_for(sample: str, said: str) -> None:
    assert said in run("compat", str(SAMPLES / sample)).stdout


def test_markdown_is_written_without_colour() -> None:
    done = run("compat", CLEAN, "--target", NEWEST, "--output-format", "markdown",
               env={"FORCE_COLOR": "1"})  # fmt: skip
    assert done.stdout.startswith("| File | keras 3 |\n")
    assert "\x1b" not in done.stdout
