"""Which release can have written a file: agreed by every sample that a real release saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.model.release import VersionSpan, version_number
from kerasscan.model.saved import Container
from kerasscan.reader.fingerprint import fingerprint
from kerasscan.reader.reading import read
from tests.samples.manifest import Sample, load_samples

from .handmade import layer, read_json, sequential

REAL = [sample for sample in load_samples() if sample.made_by != "hand"]
_TENSORFLOW = {
    "1.15": "2.2.4",
    "2.0": "2.2.4",
    "2.1": "2.2.4",
    "2.2": "2.3.0",
    "2.3": "2.4.0",
    "2.4": "2.4.0",
    "2.5": "2.5.0",
}
"""What TensorFlow calls its Keras where that is not its own number."""


def numbers(sample: Sample) -> list[str]:
    """Return the numbers of Keras that a release writes: its own, or the one it claims."""
    claimed = [sample.claimed_version] if sample.claimed_version else []
    product, _, version = sample.made_by.partition("==")
    if product in ("keras", "tf-keras"):
        return [version, *claimed]
    if product == "tensorflow":
        minor = ".".join(version.split(".")[:2])
        return [_TENSORFLOW.get(minor, f"{minor}.0"), *claimed]
    return claimed


@pytest.mark.parametrize("sample", REAL, ids=lambda sample: sample.path)
def test_the_release_that_saved_a_sample_lies_in_its_span(sample: Sample) -> None:
    span = read(sample.file).provenance.fingerprint
    for text in numbers(sample):
        number = version_number(text)
        assert number is not None
        assert number in span, f"{text} in {span}"


def test_the_manifest_names_releases_of_every_product() -> None:
    products = {sample.made_by.partition("==")[0] for sample in REAL}
    assert {"keras", "tensorflow", "tf-keras"} <= products
    assert sum(bool(numbers(sample)) for sample in REAL) > len(REAL) * 0.9


@pytest.mark.parametrize("sample", REAL, ids=lambda sample: sample.path)
def test_every_bound_has_a_clue_with_a_place(sample: Sample) -> None:
    provenance = read(sample.file).provenance
    span = provenance.fingerprint
    assert all(clue.says for clue in provenance.clues)
    if span.lower is not None:
        assert span.lower in {clue.span.lower for clue in provenance.clues}
    if span.upper is not None:
        assert span.upper in {clue.span.upper for clue in provenance.clues}


@pytest.mark.parametrize(
    ("class_name", "config", "span"),
    [
        ("Dense", {"units": 3}, ""),
        ("Dense", {"kernel_initializer": "zeros"}, ">=2"),
        ("Dense", {"W_regularizer": None}, "<2"),
        ("Convolution2D", {"nb_filter": 3}, "<2"),
        ("LSTM", {"time_major": False}, ">=2.2.4,<3"),
        ("Conv2D", {"groups": 1}, ">=2.4"),
        ("Dense", {"batch_input_shape": [None, 3]}, "<3"),
        ("InputLayer", {"batch_shape": [None, 3]}, ">=3"),
        ("InputLayer", {"batch_shape": [None, 3], "optional": False}, ">=3.13"),
        ("Dense", {"dtype": {"class_name": "DTypePolicy", "config": {}}}, ">=3.4"),
        ("BatchNormalization", {"renorm": False}, ">=3.14"),
        ("BatchNormalization", {"renorm": True}, ""),
        ("Dense", {"kernel_initializer": "zeros", "W_regularizer": None}, ">=2,<2"),
        ("Own", {"groups": 1, "time_major": 1}, ""),
    ],
)
def test_keys_narrow_the_span(
    tmp_path: Path, class_name: str, config: dict[str, Any], span: str
) -> None:
    made = {"class_name": class_name, "config": {"name": "x", **config}}
    saved = read_json(tmp_path, {"class_name": "Own", "config": {"layers": [made]}})
    assert str(saved.provenance.fingerprint) == span
    assert len(saved.provenance.clues) == len(span.split(",")) * bool(span) or "<3" in span


def test_modules_narrow_the_span(tmp_path: Path) -> None:
    saved = read_json(tmp_path, sequential("model", layer("Dense", "dense")))
    assert str(saved.provenance.fingerprint) == ">=2.11"
    inner = {**sequential("inner"), "module": "keras.src.models.sequential"}
    saved = read_json(tmp_path, sequential("model", inner))
    assert str(saved.provenance.fingerprint) == ">=3"


def test_contradicting_clues_leave_no_release(tmp_path: Path) -> None:
    config = {"batch_input_shape": [None], "batch_shape": [None], "optional": False}
    saved = read_json(tmp_path, sequential("m", {"class_name": "InputLayer", "config": config}))
    assert saved.provenance.fingerprint.is_empty
    assert len(saved.provenance.clues) == 2


def test_marks_of_the_weights_count() -> None:
    span, clues = fingerprint([], {"vars-name", "sharded", "backslash-paths"}, Container.H5_WEIGHTS)
    assert str(span) == ">=3.10"
    assert [clue.says for clue in clues] == ["weights saved in shards"]


def test_a_directory_is_written_by_keras_3_4_and_later() -> None:
    assert str(fingerprint([], (), Container.KERAS_DIR)[0]) == ">=3.4"


def test_tensorflow_js_rewrites_what_it_converts(tmp_path: Path) -> None:
    saved = read_json(tmp_path, {"modelTopology": sequential("m", layer("Dense", "d"))})
    assert saved.provenance.fingerprint == VersionSpan()
    assert saved.provenance.clues == ()
