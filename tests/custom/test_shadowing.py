"""Custom classes that bear the name of one of Keras' own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.custom.needs import needs
from kerasscan.custom.older import saver_of
from kerasscan.custom.standing import Standing, verdicts
from kerasscan.model.saved import Provenance, Saved
from kerasscan.reader.reading import read
from tests.reader.handmade import read_json
from tests.samples.manifest import SAMPLES, load_samples

SHADOWING = SAMPLES / "registration" / "keras-3.15.1-shadowing.h5"


def old(version: str, class_name: str, **config: Any) -> dict[str, Any]:
    layers = [
        {"class_name": "Dense", "config": {"name": "d", "batch_input_shape": [None, 3]}},
        {"class_name": class_name, "config": {"name": "x", **config}},
    ]
    found = {"class_name": "Sequential", "config": {"name": "m", "layers": layers}}
    return {**found, "keras_version": version, "backend": "tensorflow"}


def names(saved: Saved) -> list[str]:
    return [need.name for need in needs(saved)]


@pytest.mark.parametrize(
    ("version", "class_name"),
    [
        ("2.11.0", "GroupNormalization"),
        ("2.4.0", "MultiHeadAttention"),
        ("2.2.4-tf", "LayerNormalization"),
        ("2.2.4", "LSTM"),
        ("2.3.1", "CuDNNLSTM"),
        ("nightly", "GroupNormalization"),
    ],
)
def test_a_class_that_the_saver_had_is_keras_own(
    tmp_path: Path, version: str, class_name: str
) -> None:
    assert names(read_json(tmp_path, old(version, class_name))) == []


@pytest.mark.parametrize(
    ("version", "class_name"),
    [
        ("2.10.0", "GroupNormalization"),
        ("2.2.4", "LayerNormalization"),
        ("2.2.4", "Attention"),
        ("2.6.0", "RMSNormalization"),
    ],
)
def test_a_class_that_came_later_is_the_author_s(
    tmp_path: Path, version: str, class_name: str
) -> None:
    saved = read_json(tmp_path, old(version, class_name))
    assert [seen.standing for seen in verdicts(saved)] == [Standing.SHADOWED]


@pytest.mark.parametrize(
    "sample",
    [each for each in load_samples() if each.family in ("clean", "compatibility")],
    ids=lambda sample: sample.path,
)
def test_layers_that_keras_wrote_lack_nothing(sample: Any) -> None:
    assert names(read(sample.file)) == []


def test_a_layer_that_lacks_what_keras_always_writes_is_the_author_s() -> None:
    (seen,) = verdicts(read(SHADOWING))
    assert (seen.need.name, seen.standing) == ("GaussianNoise", Standing.SHADOWED)


@pytest.mark.parametrize(
    ("claimed", "lines"),
    [
        ("2.2.4", ("keras1", "keras2")),
        ("2.2.4-tf", ("tf.keras",)),
        ("2.4.0", ("tf.keras",)),
        ("3.1.0", ()),
        ("tfjs-layers v0.8.5", ()),
        (None, ()),
    ],
)
def test_the_stated_version_tells_the_product_line(
    claimed: str | None, lines: tuple[str, ...]
) -> None:
    assert saver_of(Provenance(claimed_version=claimed)).lines == lines
