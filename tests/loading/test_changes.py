"""What a load drops or reads otherwise, told by small files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kerasscan.catalog.releases import releases
from kerasscan.loading.keras3.changes import judge_decay, judge_reset
from kerasscan.loading.meanings import writer
from kerasscan.loading.prediction import predict, predict_all
from kerasscan.model.address import Address
from kerasscan.model.outcome import Change, ChangeKind, Outcome, Reason, ReasonKind, Stage
from kerasscan.model.release import VersionSpan
from kerasscan.model.saved import Provenance, Saved
from tests.loading.made_by_hand import (
    ACTIVATION,
    PLAIN,
    Value,
    archive,
    hdf5,
    layer,
    load,
    replay,
    sequential,
)
from tests.loading.test_keras3 import made
from tests.loading.test_keras3 import sequential as new_sequential

KERAS_2 = Provenance("2.10.0", VersionSpan((2, 4), (3,)))
KERAS_3 = Provenance("3.8.0", VersionSpan((3,)))
OLDER, NEWEST = "keras==3.8.0", "keras==3.15.1"


def kinds(outcome: Outcome) -> list[str]:
    return [each.what.value for each in outcome.met_changes]


def inputs(**config: Any) -> Value:
    return layer("InputLayer", "a", batch_input_shape=[None, 4, 3], **config)


def cube(*layers: Value, **config: Any) -> Saved:
    """Return an HDF5 file whose layers see three axes."""
    model = {"name": "model", "layers": [inputs(**config), *layers]}
    return hdf5({"class_name": "Sequential", "config": model})


def test_a_plain_model_loads_as_it_was() -> None:
    saved = replace(hdf5(PLAIN), provenance=KERAS_2)
    assert {outcome.changes for outcome in predict_all(saved, releases())} == {()}


class TestAxis:
    """`Softmax` over another axis than the last, in HDF5."""

    def test_a_number_is_dropped_up_to_3_8(self) -> None:
        saved = cube(layer("Softmax", "soft", axis=1))
        (change,) = load(OLDER, saved).met_changes
        assert (change.what, change.subject) == (ChangeKind.AXIS_DROPPED, "Softmax")
        assert change.message == "axis=1 is dropped, and the default -1 is used"
        assert change.address.pointer == "/config/layers/1/config/axis"
        assert kinds(load("keras==3.9.0", saved)) == []
        assert kinds(load("tensorflow==2.15", saved)) == []

    def test_a_long_list_is_dropped_by_all(self) -> None:
        saved = cube(layer("Softmax", "soft", axis=[1, 2]))
        assert kinds(load(NEWEST, saved)) == ["axis-dropped"]

    @pytest.mark.parametrize("axis", [-1, 2, [1]])
    def test_the_same_axis_in_other_words_is_no_change(self, axis: Any) -> None:
        assert kinds(load(OLDER, cube(layer("Softmax", "soft", axis=axis)))) == []

    def test_archives_keep_it(self) -> None:
        model = new_sequential(made("Softmax", "soft", axis=1))
        assert kinds(load(OLDER, archive(model))) == []


class TestHardSigmoid:
    """The one name that stands for two functions."""

    GATE = layer("Activation", "gate", activation="hard_sigmoid")

    def test_keras_3_takes_it_for_another_function(self) -> None:
        saved = replace(cube(self.GATE), provenance=KERAS_2)
        (change,) = load(NEWEST, saved).met_changes
        assert (change.what, change.argument) == (ChangeKind.ACTIVATION_CHANGED, "activation")
        assert "x / 6 + 0.5" in change.message.partition(" and is ")[2]
        assert kinds(load("tensorflow==2.15", saved)) == []

    def test_keras_2_does_so_with_files_of_keras_3(self) -> None:
        saved = replace(cube(self.GATE), provenance=KERAS_3)
        assert kinds(load("tensorflow==2.15", saved)) == ["activation-changed"]
        assert kinds(load(NEWEST, saved)) == []

    def test_who_wrote_the_file_must_be_certain(self) -> None:
        assert kinds(load(NEWEST, cube(self.GATE))) == []
        assert writer(Provenance("2.10.0", VersionSpan((3,)))) is None
        assert writer(Provenance(None, VersionSpan((2, 13), None))) is None
        assert writer(Provenance(None, VersionSpan(None, (2, 4)))) == 2
        assert writer(Provenance(None, VersionSpan((3, 6)))) == 3

    def test_releases_that_take_a_layer_over_keep_its_changes(self) -> None:
        saved = replace(cube(self.GATE, layer("Softmax", "s", axis=1)), provenance=KERAS_2)
        together = predict_all(saved, releases())
        assert together == tuple(predict(saved, each) for each in releases())
        assert sum(len(outcome.met_changes) for outcome in together) > 40


class TestInputs:
    """What becomes of the first layer."""

    def test_a_model_without_input_layer_gains_an_axis(self) -> None:
        first = layer("Activation", "act", activation="relu", batch_input_shape=[None, 4])
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [first]}}
        (change,) = load(NEWEST, hdf5(model)).met_changes
        assert change.what is ChangeKind.INPUT_SHAPE_MISREAD
        assert change.message.endswith("the model expects (None, None, 4)")
        assert kinds(load("tensorflow==2.15", hdf5(model))) == []

    def test_ragged_is_ignored_before_3_9(self) -> None:
        saved = cube(ACTIVATION, ragged=True)
        assert kinds(load(OLDER, saved)) == ["argument-dropped"]
        assert kinds(load("keras==3.9.0", saved)) == []
        assert kinds(load(OLDER, cube(ACTIVATION, ragged=False))) == []


class TestStates:
    """What layers have adapted to, in HDF5."""

    def test_statistics_are_not_used_before_3_6(self) -> None:
        shown = replay("keras==3.5.0"), replay("keras==3.6.0")
        assert [each.has("hdf5-state-finalised") for each in shown] == [False, True]
        saved = cube(layer("Normalization", "norm", axis=[-1]))
        assert [each.what.value for each in load("keras==3.5.0", saved).changes] == [
            "weights-ignored"
        ]
        assert load("keras==3.6.0", saved).changes == ()

    def test_inside_of_a_model_they_are_never_used(self) -> None:
        inner = sequential(layer("Normalization", "norm", axis=[-1]), name="inner")
        assert [each.what.value for each in load(NEWEST, hdf5(sequential(inner))).changes] == [
            "weights-ignored"
        ]

    def test_given_statistics_are_arguments(self) -> None:
        given = layer("Normalization", "norm", axis=[-1], mean=[0.0] * 3, variance=[1.0] * 3)
        assert load("keras==3.5.0", cube(given)).changes == ()

    def test_a_vocabulary_is_not_in_the_file(self) -> None:
        saved = cube(layer("IntegerLookup", "look", vocabulary=None))
        assert kinds(load(NEWEST, saved)) == ["vocabulary-lost"]
        assert kinds(load(NEWEST, cube(layer("IntegerLookup", "look", vocabulary=[1, 2])))) == []


class TestOptimizers:
    """What training goes on with."""

    def reset(self, written: str, **config: Any) -> list[str]:
        here = replay(NEWEST)
        judge_reset(here, written, "SGD", {"name": "SGD", **config}, Address())
        return [each.message for each in here.outcome().changes]

    def test_an_optimizer_made_by_its_name_loses_its_arguments(self) -> None:
        assert self.reset("Custom>SGD", learning_rate=0.25, momentum=0.9, jit_compile=True) == [
            "a new SGD is made by the optimizer's name, with learning_rate=0.01, momentum=0.0 in "
            "place of learning_rate=0.25, momentum=0.9"
        ]

    def test_default_arguments_are_no_loss(self) -> None:
        assert self.reset("Custom>SGD", learning_rate=0.009999999776482582, weight_decay=None) == []

    def test_another_class_is_a_loss_of_its_own(self) -> None:
        assert self.reset("Custom>SlowSGD") == ["a new SGD is made by the optimizer's name"]

    def test_a_whole_load_notes_it_when_it_compiles(self) -> None:
        config = {"name": "SGD", "learning_rate": 0.25}
        training = {
            "optimizer_config": {"class_name": "Custom>SGD", "config": config},
            "loss": "mean_squared_error",
            "loss_weights": None,
        }
        assert kinds(load(NEWEST, hdf5(PLAIN, training))) == ["optimizer-reset"]

    def test_an_integer_beyond_all_floats_is_no_trouble(self) -> None:
        assert len(self.reset("Custom>SGD", learning_rate=10**400)) == 1

    @pytest.mark.parametrize(("decay", "count"), [(0.01, 1), (0.0, 0), (None, 0)])
    def test_decay_is_ignored(self, decay: Any, count: int) -> None:
        training = {
            "optimizer_config": {"class_name": "SGD", "config": {"name": "SGD", "decay": decay}},
            "loss_weights": None,
        }
        found = load(NEWEST, hdf5(PLAIN, training)).met_changes
        assert [each.argument for each in found] == ["decay"] * count

    def test_what_is_no_optimizer_has_no_decay(self) -> None:
        from kerasscan.loading.things import Thing

        here = replay(NEWEST)
        judge_decay(here, Thing("schedule", "X", {"decay": 1.0}), Address())
        judge_decay(here, Thing("optimizer", "Nadam", {"decay": 0.004}), Address())
        assert here.outcome().changes == ()


class TestMet:
    """Which changes a user meets."""

    AXIS = Change(ChangeKind.AXIS_DROPPED, "Softmax", "axis", Address(), "m")
    RESET = Change(ChangeKind.OPTIMIZER_RESET, "SGD", "decay", Address(), "m")

    def met(self, kind: ReasonKind, stage: Stage, *, honours: bool = True) -> tuple[Change, ...]:
        reason = Reason(kind, stage, "X", "", Address(), "ValueError", "no")
        return Outcome("x", (reason,), (), honours, (self.AXIS, self.RESET)).met_changes

    def test_a_load_that_nothing_gets_through_changes_nothing(self) -> None:
        assert self.met(ReasonKind.CLASS_UNKNOWN, Stage.RESOLVE) == ()
        assert self.met(ReasonKind.CLASS_UNKNOWN, Stage.COMPILE, honours=False) == ()

    def test_without_compiling_there_is_no_optimizer(self) -> None:
        assert self.met(ReasonKind.ARGUMENT_REFUSED, Stage.COMPILE) == (self.AXIS,)

    def test_custom_objects_get_a_load_through(self) -> None:
        assert self.met(ReasonKind.CUSTOM_OBJECT, Stage.COMPILE) == (self.AXIS, self.RESET)

    def test_verdicts_do_not_depend_on_changes(self) -> None:
        assert Outcome("x", changes=(self.AXIS,)).loads is True
