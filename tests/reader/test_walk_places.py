"""The walk: layer paths, JSON pointers and depths, in handmade models and in every sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.model.objects import Form, Role
from kerasscan.reader.reading import read
from tests.samples.manifest import Sample, load_samples

from .handmade import called, custom, functional, layer, node, only, read_json, resolve, sequential

HIDDEN = custom("Hidden")
ALL = load_samples()


def wrapped(name: str, inner: dict[str, Any]) -> dict[str, Any]:
    return layer("TimeDistributed", name, layer=inner)


def test_the_root_model_has_no_name_in_a_path(tmp_path: Path) -> None:
    saved = read_json(tmp_path, sequential("model", layer("Dense", "dense")))
    assert saved.root is not None
    assert (saved.root.address.layer, saved.root.address.pointer) == ("", "")
    assert only(saved, "Dense").address.layer == "dense"


def test_a_path_leads_through_models_and_wrappers(tmp_path: Path) -> None:
    inner = sequential("inner", layer("Dense", "dense", kernel_initializer=HIDDEN))
    outer = functional("outer", [called(wrapped("td", inner), node(("in", 0, 0)))], [], [])
    found = only(read_json(tmp_path, sequential("model", outer)), "Hidden")
    assert found.address.layer == "outer/td/inner/dense"
    assert found.address.pointer == (
        "/config/layers/0/config/layers/0/config/layer/config/layers/0/config/kernel_initializer"
    )
    assert found.depth == 5


def test_both_directions_of_a_bidirectional_layer_have_a_path(tmp_path: Path) -> None:
    both = layer(
        "Bidirectional", "b", layer=layer("LSTM", "fwd"), backward_layer=layer("GRU", "bwd")
    )
    saved = read_json(tmp_path, sequential("model", both))
    assert only(saved, "LSTM").address.layer == "b/fwd"
    assert only(saved, "GRU").address.layer == "b/bwd"


def test_stacked_cells_have_a_path_each(tmp_path: Path) -> None:
    cells = layer("StackedRNNCells", "stack", cells=[layer("GRUCell", "a"), layer("GRUCell", "b")])
    saved = read_json(tmp_path, sequential("model", layer("RNN", "rnn", cell=cells)))
    found = [
        (each.role, each.address.layer) for each in saved.objects if each.class_name == "GRUCell"
    ]
    assert found == [(Role.CELL, "rnn/stack/a"), (Role.CELL, "rnn/stack/b")]


def test_a_layer_without_a_name_goes_by_its_class(tmp_path: Path) -> None:
    saved = read_json(tmp_path, sequential("model", {"class_name": "Dense", "config": {}}))
    assert only(saved, "Dense").address.layer == "Dense"


def test_what_belongs_to_the_model_has_no_layer(tmp_path: Path) -> None:
    saved = read_json(tmp_path, {**sequential("model"), "compile_config": {"loss": HIDDEN}})
    assert only(saved, "Hidden").address.layer == ""


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.path)
def test_every_pointer_leads_to_its_object(sample: Sample) -> None:
    saved = read(sample.file)
    for found in saved.objects:
        document = saved.documents[found.document]
        assert found.address.member == document.member
        assert found.address.pointer.startswith(document.pointer)
        inside = found.address.pointer.removeprefix(document.pointer)
        values = resolve(document.value, inside)
        if found.form is Form.NAME:
            assert found.class_name in values
        else:
            old = found.raw.get("config")
            assert any(value is found.raw or value is old for value in values), found.address


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.path)
def test_every_class_name_of_a_sample_is_found(sample: Sample) -> None:
    """Counted here by a walk that knows nothing but dictionaries and lists."""
    saved = read(sample.file)
    walked = {found.document for found in saved.objects}
    written = sum(_count(saved.documents[index].value) for index in walked)
    assert sum(found.form is not Form.NAME for found in saved.objects) == written


def _count(value: Any) -> int:
    total = 0
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            total += isinstance(item.get("class_name"), str)
            stack += item.values()
            stack += [lost for _, lost in getattr(item, "shadowed", ())]
        elif isinstance(item, list):
            stack += item
    return total


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.path)
def test_layers_of_graphs_are_objects_with_the_same_path(sample: Sample) -> None:
    saved = read(sample.file)
    known = {id(found) for found in saved.objects}
    for graph in saved.graphs:
        for each in graph.layers:
            assert id(each.saved) in known
            assert each.path == each.saved.address.layer
            below = each.path.removeprefix(graph.path).removeprefix("/")
            assert below == (each.saved.name or each.class_name)
