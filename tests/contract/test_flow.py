"""Values on their way from the input through preprocessing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.contract.flow import Flow, flow
from kerasscan.contract.statistics import statistics_of
from kerasscan.contract.values import Kind, Value
from kerasscan.model.contract import Span
from tests.reader.handmade import called, functional, layer, node, read_json, sequential

IMAGE = layer("InputLayer", "x", batch_shape=[None, 8, 8, 3], dtype="float32")
CONV = layer("Conv2D", "conv", filters=2, kernel_size=[3, 3])


def followed(folder: Path, *layers: Any, first: Any = IMAGE) -> Flow:
    saved = read_json(folder, sequential("m", first, *layers, CONV))
    return flow(saved, statistics_of(saved))


def reaching(folder: Path, *layers: Any, first: Any = IMAGE) -> Value:
    (meeting,) = followed(folder, *layers, first=first).meetings
    assert meeting.layer.name == "conv"
    return meeting.value


def rescaling(scale: Any, offset: Any = 0.0) -> Any:
    return layer("Rescaling", "r", scale=scale, offset=offset)


@pytest.mark.parametrize(
    ("layers", "span"),
    [
        ([], Span(0.0, 255.0)),
        ([rescaling(1 / 255)], Span(0.0, 1.0)),
        ([rescaling(1 / 127.5, -1.0)], Span(-1.0, 1.0)),
        ([rescaling(1 / 255), layer("Rescaling", "s", scale=2.0, offset=-1.0)], Span(-1.0, 1.0)),
        ([rescaling([1.0, 2.0, 1.0])], Span(0.0, 510.0)),
        ([layer("Resizing", "z", height=4, width=4), rescaling(1 / 255)], Span(0.0, 1.0)),
        ([layer("Normalization", "n", mean=[127.5], variance=[127.5**2])], Span(-1.0, 1.0)),
        ([layer("RandomFlip", "f"), layer("Dropout", "d", rate=0.5)], Span(0.0, 255.0)),
        ([layer("Activation", "a", activation="linear")], Span(0.0, 255.0)),
    ],
)
def test_an_image_of_0_to_255_becomes(tmp_path: Path, layers: list[Any], span: Span) -> None:
    found = reaching(tmp_path, *layers).image_of(0.0, 255.0)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((span.low, span.high))


def test_the_steps_are_told_in_their_order(tmp_path: Path) -> None:
    layers = [layer("Resizing", "z", height=4, width=5), rescaling(1 / 127.5, -1.0)]
    says = [step.says for step in reaching(tmp_path, *layers).steps]
    assert says == ["resizes to 4 x 5", "x / 127.5 - 1"]


def test_a_layer_that_is_not_known_ends_the_preprocessing(tmp_path: Path) -> None:
    (meeting,) = followed(tmp_path, layer("Own", "own"), rescaling(1 / 255)).meetings
    assert meeting.layer.name == "own"


@pytest.mark.parametrize("scale", ["big", None, True, [], [[1]] * 65, float("nan")])
def test_a_scale_that_is_no_number_ends_it_too(tmp_path: Path, scale: Any) -> None:
    (meeting,) = followed(tmp_path, rescaling(scale)).meetings
    assert meeting.layer.name == "r"


def test_numbers_for_another_count_of_channels_are_not_understood(tmp_path: Path) -> None:
    layers = [rescaling([1.0, 2.0]), layer("Rescaling", "s", scale=[1.0, 2.0, 3.0], offset=0.0)]
    assert not reaching(tmp_path, *layers).is_affine


def test_a_lookup_gives_indexes(tmp_path: Path) -> None:
    words = layer("InputLayer", "x", batch_shape=[None, 1], dtype="string")
    lookup = layer("StringLookup", "l", vocabulary=["a", "b"])
    value = reaching(tmp_path, lookup, first=words)
    assert (value.kind, value.is_affine) == (Kind.INDEX, False)
    assert value.bounds is not None
    assert value.bounds.low == 0.0


def test_a_nested_model_is_followed(tmp_path: Path) -> None:
    inner = functional(
        "inner",
        [
            called(layer("InputLayer", "i", batch_shape=[None, 8, 8, 3])),
            called(CONV, node(("i", 0, 0))),
        ],
        [["i", 0, 0]],
        [["conv", 0, 0]],
    )
    inner["config"]["name"] = "inner"
    outer = functional(
        "m",
        [
            called(IMAGE),
            called(rescaling(1 / 255), node(("x", 0, 0))),
            called(inner, node(("r", 0, 0))),
        ],
        [["x", 0, 0]],
        [["inner", 0, 0]],
    )
    saved = read_json(tmp_path, outer)
    (meeting,) = flow(saved, {}).meetings
    assert (meeting.layer.path, meeting.model) == ("inner/conv", "inner")
    assert meeting.value.image_of(0.0, 255.0) == Span(0.0, 1.0)


TF = {"trainable": True, "dtype": "float32"}


@pytest.mark.parametrize(
    ("function", "call", "span"),
    [
        ("math.truediv", ["x", 0, 0, {"y": 127.5, "name": None}], (0.0, 2.0)),
        ("math.subtract", ["x", 0, 0, {"y": 1.0, "name": None}], (-1.0, 254.0)),
        ("math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0]}], (-254.0, 1.0)),
        ("nn.bias_add", ["x", 0, 0, {"bias": [-100.0, -110.0, -120.0]}], (-120.0, 155.0)),
        ("math.multiply", ["x", 0, 0, {"y": 2}], (0.0, 510.0)),
    ],
)
def test_operations_of_tensorflow_are_arithmetic(
    tmp_path: Path, function: str, call: list[Any], span: tuple[float, float]
) -> None:
    op = {"class_name": "TFOpLambda", "config": {"name": "op", "function": function, **TF}}
    model = functional(
        "m",
        [called(IMAGE), called(op, call), called(CONV, node(("op", 0, 0)))],
        [["x", 0, 0]],
        [["conv", 0, 0]],
    )
    (meeting,) = flow(read_json(tmp_path, model), {}).meetings
    found = meeting.value.image_of(0.0, 255.0)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(span)


def test_a_graph_that_never_ends_is_followed_as_far_as_it_goes(tmp_path: Path) -> None:
    loop = [
        called(IMAGE),
        called(rescaling(1.0), node(("s", 0, 0))),
        called(layer("Rescaling", "s", scale=1.0), node(("r", 0, 0))),
    ]
    saved = read_json(tmp_path, functional("m", loop, [["x", 0, 0]], [["s", 0, 0]]))
    assert flow(saved, {}).meetings == []


def test_ways_that_come_together_again_do_not_multiply(tmp_path: Path) -> None:
    layers, before = [called(IMAGE)], "x"
    for stage in range(40):  # 2 ** 40 ways
        for way in ("a", "b"):
            made = layer("Rescaling", f"{way}{stage}", scale=1.0, offset=0.1 * (way == "b"))
            layers.append(called(made, node((before, 0, 0))))
        ends = node((f"a{stage}", 0, 0), (f"b{stage}", 0, 0))
        layers.append(called(layer("Add", f"s{stage}"), ends))
        before = f"s{stage}"
    model = functional("m", layers, [["x", 0, 0]], [[before, 0, 0]])
    found = flow(read_json(tmp_path, model), {})
    assert max(len(values) for values in found.reached.values()) <= 64


def test_a_chain_of_steps_is_followed_so_far(tmp_path: Path) -> None:
    chain = [layer("Rescaling", f"r{index}", scale=1.0, offset=0.1) for index in range(500)]
    (meeting,) = followed(tmp_path, *chain).meetings
    assert meeting.layer.name == "r64"
    assert len(meeting.value.steps) == 64
