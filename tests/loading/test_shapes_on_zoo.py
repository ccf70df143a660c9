"""Every file of the zoo holds what its own config says, as far as that is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from kerasscan.loading.paper import Traced
from kerasscan.loading.shapes import trace
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.reading import read
from tests.loading.shapes_of_files import (
    Compared,
    compared_h5,
    compared_keras,
    dialect_of,
    model_of,
)
from tests.oracle.zoo.packing import extract

EVERY = 5
"""One file in so many is compared; the names spread them over savers and families."""

BROKEN = {
    "keras==3.0.5/graph-lora-embedding.h5": "the config does not say lora_rank",
    "keras==3.0.5/graph-lora-enabled.h5": "the config does not say lora_rank",
    "keras==3.0.5/graph-sequential-masked-bidirectional.keras": "the copy of the layer is built",
    "keras==3.0.5/layer-Bidirectional-default.keras": "the copy of the layer is built",
    "keras==3.0.5/layer-LayerNormalization-rms.h5": "the config does not say rms_scaling",
    "keras==3.0.5/layer-LayerNormalization-rms.keras": "the config does not say rms_scaling",
    "keras==3.0.5/graph-sequential-of-functional.h5": "Dense is called on a list of one tensor",
    "keras==3.0.5/layer-Dot-default.keras": "shapes in JSON are no tuples",
    "keras==3.0.5/layer-Dot-normalized.keras": "shapes in JSON are no tuples",
    "keras==2.2.4/custom-layer.h5": "nothing tells the input shape",
}
"""Files that the release which saved them cannot load again, by name."""

BROKEN_MODELS = {
    "graph-quantized-float8.h5": "variables come in another order when built quantized",
    "graph-sequential-called.h5": "nothing tells the input shape",
    "graph-sequential-unbuilt.h5": "nothing tells the input shape",
    "layer-BatchNormalization-virtual-batch.h5": "axis is saved after it was moved",
    "layer-BatchNormalization-virtual-batch.keras": "axis is saved after it was moved",
}
"""The same, by model."""


@dataclass(frozen=True)
class Judged:
    """A file, what was traced of it, and how that compares with what it holds."""

    name: str
    traced: Traced
    layers: list[Compared]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    """A part of the zoo, each file traced as the release does that saved it."""
    folder = tmp_path_factory.mktemp("zoo")
    extract(folder)
    files = sorted(
        path for path in folder.rglob("*") if path.suffix in (".keras", ".h5") and path.is_file()
    )
    return [found for path in files[::EVERY] if (found := _judge(folder, path)) is not None]


def _judge(folder: Path, path: Path) -> Judged | None:
    saved = read(path, DEFAULT_LIMITS)
    model = model_of(saved)
    if model is None or not model.is_model:
        return None
    name = path.relative_to(folder).as_posix()
    dialect = dialect_of(path.parent.name)
    traced = trace(model, dialect)
    if path.suffix == ".h5":
        return Judged(name, traced, compared_h5(path, model, traced))
    return Judged(name, traced, compared_keras(saved, model, traced, dialect))


def _is_sound(name: str) -> bool:
    return name not in BROKEN and name.partition("/")[2] not in BROKEN_MODELS


def test_every_variable_is_stored_with_its_shape(judged: list[Judged]) -> None:
    wrong = [
        (file.name, layer.layer.class_name, layer.expected, layer.found)
        for file in judged
        if _is_sound(file.name)
        for layer in file.layers
        if not layer.agrees
    ]
    assert wrong == []


def test_no_release_refuses_what_it_saved(judged: list[Judged]) -> None:
    refused = [
        (file.name, misfit.message)
        for file in judged
        if _is_sound(file.name)
        for misfit in file.traced.misfits
    ]
    assert refused == []


def test_hardly_any_layer_is_left_untold(judged: list[Judged]) -> None:
    layers = [layer for file in judged for layer in file.layers]
    untold = Counter(layer.layer.class_name for layer in layers if layer.expected is None)
    assert len(judged) > 2_500
    assert len(layers) > 5_000
    assert untold.total() < len(layers) // 40, untold
