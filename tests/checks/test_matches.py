"""``object-matches``: saved objects that satisfy a JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.checks.matches import OBJECT_MATCHES
from kerasscan.model.saved import Saved
from tests.reader.handmade import called, functional, layer, node, read_json, sequential

from .asking import ask, layers


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """A graph of a convolution, a normalization, an activation and a branch of its own."""
    made = [
        called(layer("InputLayer", "in")),
        called(layer("Conv2D", "conv", filters=8, use_bias=True), node(("in", 0, 0))),
        called(layer("BatchNormalization", "norm"), node(("conv", 0, 0))),
        called(layer("Activation", "act", activation="relu"), node(("norm", 0, 0))),
        called(layer("Dense", "side", units=3), node(("in", 0, 0))),
    ]
    return read_json(tmp_path, functional("model", made, [["in", 0, 0]], [["act", 0, 0]]))


def wants(*required: str) -> dict[str, Any]:
    return {"properties": {"config": {"type": "object", "required": list(required)}}}


@pytest.mark.parametrize(
    "options",
    [
        {"classes": ["LSTM"]},
        {"classes": ["Conv2D"], "where": wants("units")},
        {"classes": ["Conv2D"], "roles": ["loss"]},
        {"classes": ["Dense"], "downstream": {"properties": {"class_name": {"const": "Conv2D"}}}},
        {"classes": ["InputLayer"], "upstream": {}},
        {"where": False},
    ],
)
def test_what_does_not_satisfy_the_schema_is_left_alone(
    saved: Saved, options: dict[str, Any]
) -> None:
    assert ask(OBJECT_MATCHES, saved, **options) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"classes": ["Conv2D", "Dense"]}, ["conv", "side"]),
        ({"where": wants("units")}, ["side"]),
        ({"where": {"properties": {"role": {"const": "model"}}}}, [""]),
        ({"where": {"properties": {"module": {"const": "keras.layers"}}, "required": ["module"]},
          "roles": ["layer"]}, ["in", "conv", "norm", "act", "side"]),
        ({"classes": ["Activation"], "upstream": wants("filters")}, ["act"]),
        ({"classes": ["Conv2D"], "downstream": {"properties": {"class_name":
          {"const": "Activation"}}}}, ["conv"]),
        ({"where": {"properties": {"class_name": {"const": "relu"}}}}, ["act"]),
    ],
)  # fmt: skip
def test_what_satisfies_the_schema_is_seen(
    saved: Saved, options: dict[str, Any], expected: list[str]
) -> None:
    assert layers(OBJECT_MATCHES, saved, **options) == expected


def test_a_class_is_meant_without_its_package(tmp_path: Path) -> None:
    value = sequential("model", {"class_name": "pack>Own", "config": {"name": "x"}})
    assert layers(OBJECT_MATCHES, read_json(tmp_path, value), classes=["Own"]) == ["x"]


def test_any_argument_is_a_fact(saved: Saved) -> None:
    (seen,) = ask(OBJECT_MATCHES, saved, classes=["Conv2D"])
    assert seen.facts["config.filters"] == "8"
    assert seen.facts["config.gone.deeper"] == "None"
    assert seen.facts["layer"] == "conv"
    with pytest.raises(KeyError):
        seen.facts["unheard_of"]


def test_no_schema_is_fetched(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.request

    monkeypatch.setattr(urllib.request, "urlopen", None)
    with pytest.raises(Exception, match="example"):  # jsonschema's own, unresolved
        ask(OBJECT_MATCHES, saved, where={"$ref": "https://example.org/none.json"})
