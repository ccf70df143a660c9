"""Objects that a SavedModel writes twice count once."""

from __future__ import annotations

from typing import Any

import pytest

from kerasscan.model.address import Address
from kerasscan.model.objects import Form, Role, SavedObject
from kerasscan.model.saved import Document, Purpose
from kerasscan.reader.reading import read
from kerasscan.reader.repeated import Seen
from tests.samples.manifest import SAMPLES

CONFIG = {"name": "dense", "units": 3, "kernel": {"shared_object_id": 1, "scale": [1, {"a": 2}]}}


def seen() -> Seen:
    raw = {"class_name": "Dense", "config": CONFIG}
    found = SavedObject(
        Role.LAYER, Form.OBJECT, "Dense", "dense", None, None, raw, Address(layer="dense")
    )
    known = Seen()
    known.add([found])
    return known


def node(class_name: str, config: Any) -> Document:
    return Document("#root", Purpose.NODE, {"class_name": class_name, "config": config})


def test_the_same_object_with_another_number_is_the_same() -> None:
    other = {**CONFIG, "kernel": {"shared_object_id": 7, "scale": [1, {"a": 2}]}}
    assert seen().holds(node("Dense", other))
    assert seen().holds(node("Dense", {**CONFIG, "kernel": {"scale": [1, {"a": 2}]}}))


@pytest.mark.parametrize(
    "change",
    [
        {"units": 4},
        {"extra": None},
        {"kernel": {"scale": [1, {"a": 3}]}},
        {"kernel": {"scale": [1]}},
        {"kernel": [1]},
        {"name": "other"},
    ],
)
def test_another_configuration_is_another_object(change: dict[str, Any]) -> None:
    assert not seen().holds(node("Dense", {**CONFIG, **change}))


def test_another_class_or_no_object_is_another() -> None:
    assert not seen().holds(node("Own", CONFIG))
    assert not seen().holds(node("Dense", None))
    assert not seen().holds(Document("#root", Purpose.NODE, [1]))


def test_a_sample_has_every_layer_once() -> None:
    saved = read(SAMPLES / "clean" / "tf-2.10-savedmodel")
    paths = [found.address.layer for found in saved.objects if found.role is Role.LAYER]
    assert len(paths) == len(set(paths))
