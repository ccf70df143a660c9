"""What a class computes otherwise than in the release that saved a file, told by small files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kerasscan.loading.meanings import saved_with, savers
from kerasscan.model.outcome import ChangeKind
from kerasscan.model.release import VersionSpan
from kerasscan.model.saved import Provenance, Saved
from tests.loading.made_by_hand import (
    PLAIN,
    Value,
    hdf5,
    layer,
    load,
)
from tests.loading.test_changes import cube, kinds

NEWEST = "keras==3.15.1"


def functional(*layers: Value, output: str) -> Value:
    """Return a functional model of Keras 2: each layer with the names of those it is called on."""
    return {
        "class_name": "Functional",
        "config": {
            "name": "model",
            "layers": list(layers),
            "input_layers": [["a", 0, 0]],
            "output_layers": [[output, 0, 0]],
        },
    }


def called(class_name: str, name: str, *before: str, **config: Any) -> Value:
    made = layer(class_name, name, **config)
    made["name"] = name
    made["inbound_nodes"] = [[[each, 0, 0, {}] for each in before]] if before else []
    return made


def saved_by(version: str, saved: Saved, **more: Any) -> Saved:
    number = tuple(int(part) for part in version.split("-")[0].split("."))
    span = VersionSpan(None, (3,)) if number < (3,) else VersionSpan((3,))
    return replace(saved, provenance=Provenance(version, span, **more))


class TestSavers:
    """Which releases may have saved a file, and what they do."""

    @pytest.mark.parametrize(
        ("claimed", "first", "last"),
        [
            ("2.2.4", "2.2.4", "2.2.4"),
            ("2.2.4-tf", "1.13.2", "2.2.3"),
            ("2.4.0", "2.3.4", "2.4.4"),
            ("2.13.0", "2.13.1", "2.13.1"),
            ("2.18.0", "2.18.0", "2.18.0"),
            ("3.8.0", "3.8.0", "3.8.0"),
            ("3.9.99", "3.9.2", "3.10.0"),
        ],
    )
    def test_a_version_is_that_of_one_release_or_of_neighbours(
        self, claimed: str, first: str, last: str
    ) -> None:
        those = savers(saved_by(claimed, hdf5(PLAIN)).provenance)
        assert (those[0].version, those[-1].version) == (first, last)

    def test_what_the_file_contradicts_is_not_believed(self) -> None:
        assert savers(Provenance("2.10.0", VersionSpan((3,)))) == ()
        assert savers(Provenance(None, VersionSpan((2,), (3,)))) == ()
        assert saved_with(Provenance(), "half-pixel-resize") is None

    def test_releases_that_disagree_give_no_answer(self) -> None:
        older = Provenance("2.2.4-tf", VersionSpan(None, (3,)))
        assert saved_with(older, "half-pixel-resize") is None
        assert (
            saved_with(Provenance("2.2.4", VersionSpan(None, (3,))), "half-pixel-resize") is False
        )
        assert saved_with(Provenance(None, VersionSpan((3, 5))), "list-masks-dropped") is False


class TestComputations:
    """Classes that do something else in another release."""

    LARGER = layer("UpSampling2D", "up", size=[2, 2], interpolation="bilinear")
    CROP = layer("RandomCrop", "crop", height=2, width=2)

    def picture(self, each: Value, side: int = 4) -> Saved:
        first = layer("InputLayer", "a", batch_input_shape=[None, side, side, 3])
        return hdf5({"class_name": "Sequential", "config": {"name": "m", "layers": [first, each]}})

    def test_pixels_are_counted_from_another_place(self) -> None:
        saved = saved_by("2.2.4", self.picture(self.LARGER))
        (change,) = load("tensorflow==2.15", saved).met_changes
        assert (change.what, change.argument) == (ChangeKind.COMPUTED_OTHERWISE, "interpolation")
        assert kinds(load(NEWEST, saved)) == ["computed-otherwise"]
        assert kinds(load("keras==2.3.1", saved)) == []
        assert kinds(load(NEWEST, saved_by("2.10.0", self.picture(self.LARGER)))) == []

    @pytest.mark.parametrize(
        ("release", "differs"),
        [("tensorflow==2.15", False), ("keras==3.5.0", False), ("keras==3.6.0", True)],
    )
    def test_a_crop_has_four_ways(self, release: str, differs: bool) -> None:
        saved = saved_by("2.10.0", self.picture(self.CROP))
        assert bool(kinds(load(release, saved))) is differs

    def test_a_picture_of_the_wanted_size_stays(self) -> None:
        assert kinds(load(NEWEST, saved_by("2.10.0", self.picture(self.CROP, side=2)))) == []

    @pytest.mark.parametrize(("last", "expected"), [(1, ["computed-otherwise"]), (3, [])])
    def test_a_last_axis_of_one_is_kept(self, last: int, expected: list[str]) -> None:
        bins = layer("Discretization", "bins", bin_boundaries=[0.0], output_mode="one_hot")
        first = layer("InputLayer", "a", batch_shape=[None, last])
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [first, bins]}}
        assert kinds(load("keras==3.3.3", saved_by("3.8.0", hdf5(model)))) == expected
        assert kinds(load("keras==3.9.0", saved_by("3.8.0", hdf5(model)))) == []

    def test_a_salt_that_nobody_gave_changes_the_hash(self) -> None:
        given = [
            layer("Hashing", "hash", num_bins=3, salt=[salt] * 2) for salt in (956888297470, 5)
        ]
        first = layer("InputLayer", "a", batch_input_shape=[None, 4], dtype="int32")
        for each, expected in zip(given, (["computed-otherwise"], []), strict=True):
            model = {"class_name": "Sequential", "config": {"name": "m", "layers": [first, each]}}
            assert kinds(load("tensorflow==2.4", hdf5(model))) == expected

    def test_a_default_counts_where_the_file_says_nothing(self) -> None:
        first = layer("InputLayer", "a", batch_input_shape=[None, 4, 3])
        plain, told = (
            {
                "class_name": "Sequential",
                "config": {"name": "m", "layers": [first, layer("LSTM", "l", units=2, **more)]},
                "keras_version": "2.2.4",
                "backend": "tensorflow",
            }
            for more in ({}, {"recurrent_activation": "sigmoid"})
        )
        (change,) = load("tensorflow==2.15", saved_by("2.2.4", hdf5(plain))).changes
        assert (change.what, change.argument) == (
            ChangeKind.DEFAULT_CHANGED,
            "recurrent_activation",
        )
        assert "'hard_sigmoid'" in change.message and "'sigmoid' now" in change.message
        assert load("tensorflow==2.15", saved_by("2.2.4", hdf5(told))).changes == ()
        assert load("keras==2.2.4", saved_by("2.2.4", hdf5(plain))).changes == ()

    def test_kernels_of_theano_stay_as_they_are(self) -> None:
        conv = layer("Conv2D", "c", filters=1, kernel_size=[3, 3])
        point = layer("Conv2D", "c", filters=1, kernel_size=[1, 1])
        saved = saved_by("2.2.4", self.picture(conv), backend="theano")
        changed = [each.what.value for each in load("tensorflow==2.15", saved).changes]
        assert changed == ["kernel-not-converted"]
        assert load("tensorflow==2.3", saved).changes == ()
        assert load("tensorflow==2.15", saved_by("2.2.4", self.picture(conv))).changes == ()
        flat = saved_by("2.2.4", self.picture(point), backend="theano")
        assert load("tensorflow==2.15", flat).changes == ()


class TestMasks:
    """What becomes of masks where tensors are merged."""

    INPUT = called("InputLayer", "a", batch_input_shape=[None, 4, 3])
    MASK = called("Masking", "m", "a")

    def merged(self, *before: str, use: str = "GlobalAveragePooling1D") -> Saved:
        layers = [
            self.INPUT,
            self.MASK,
            called("Activation", "act", "m", activation="tanh"),
            called("Masking", "other", "a", mask_value=1.0),
            called("Add", "sum", *before),
            called(use, "use", "sum", activation="relu"),
        ]
        if use == "GlobalAveragePooling1D":
            del layers[-1]["config"]["activation"]
        return saved_by("2.10.0", hdf5(functional(*layers, output="use")))

    def test_a_list_gets_no_masks_up_to_3_3(self) -> None:
        (change,) = load("keras==3.3.3", self.merged("m", "act")).met_changes
        assert (change.what, change.subject) == (ChangeKind.MASK_CHANGED, "Add")
        assert change.address.layer == "sum"

    def test_one_and_the_same_mask_is_no_change_from_3_4_on(self) -> None:
        assert kinds(load("keras==3.4.0", self.merged("m", "act"))) == []
        assert kinds(load("tensorflow==2.15", self.merged("m", "act"))) == []

    @pytest.mark.parametrize("other", ["a", "other"])
    def test_other_masks_are_merged_in_another_way(self, other: str) -> None:
        assert kinds(load(NEWEST, self.merged("m", other))) == ["mask-changed"]

    def test_a_mask_that_nobody_uses_is_no_change(self) -> None:
        assert kinds(load("keras==3.3.3", self.merged("m", "act", use="Activation"))) == []


class TestShapes:
    """What the file notes of shapes, and what the release gives."""

    def model(self, side: int) -> Saved:
        def tensor(name: str, shape: list[Any]) -> Value:
            inner = {"shape": shape, "dtype": "float32", "keras_history": [name, 0, 0]}
            return {"class_name": "__keras_tensor__", "config": inner}

        layers = [
            called("InputLayer", "a", batch_shape=[None, 4, 4, 2]),
            called("Conv2DTranspose", "up", filters=2, kernel_size=[3, 3], strides=[2, 2]),
            called("Activation", "act", activation="relu"),
        ]
        layers[1]["inbound_nodes"] = [{"args": [tensor("a", [None, 4, 4, 2])], "kwargs": {}}]
        layers[2]["inbound_nodes"] = [{"args": [tensor("up", [None, side, side, 2])], "kwargs": {}}]
        return hdf5(functional(*layers, output="act"))

    def test_a_padding_that_was_not_written_shows_behind_the_layer(self) -> None:
        (change,) = load(NEWEST, self.model(10)).changes
        assert (change.what, change.argument) == (ChangeKind.SHAPE_CHANGED, "output_padding")
        assert "(None, 9, 9, 2) now" in change.message
        assert load(NEWEST, self.model(9)).changes == ()


class TestCalls:
    """What loads and cannot be called."""

    def test_a_model_without_layers(self) -> None:
        saved = cube()
        assert kinds(load(NEWEST, saved)) == ["call-fails"]
        assert kinds(load("tensorflow==1.15", saved)) == ["call-fails"]
        assert kinds(load("tensorflow==2.15", saved)) == []

    @pytest.mark.parametrize(("release", "expected"), [(NEWEST, True), ("tensorflow==2.15", False)])
    def test_a_layer_that_computes_nothing(self, release: str, expected: bool) -> None:
        assert bool(kinds(load(release, cube(layer("Layer", "l"))))) is expected
