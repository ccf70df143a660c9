"""The walk: every saved object is found, wherever it stands, and its role is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.model.objects import Form, Role
from kerasscan.model.saved import ProblemKind

from .handmade import custom, kinds, layer, only, read_json, read_text, sequential

HIDDEN = custom("Hidden", size=1)


def function(name: str) -> dict[str, Any]:
    return {"module": "m", "class_name": "function", "config": name, "registered_name": name}


def test_numbers_and_texts_are_no_objects(tmp_path: Path) -> None:
    dense = layer("Dense", "dense", units=3, weights=[0.5, True, None], about={"class": "none"})
    saved = read_json(tmp_path, sequential("model", dense))
    assert [found.class_name for found in saved.objects] == ["Sequential", "Dense"]
    assert saved.problems == ()


@pytest.mark.parametrize(
    "place",
    [
        {"kernel_initializer": HIDDEN},
        {"a": {"b": [[{"c": HIDDEN}]]}},
        {"dtype": {"class_name": "DTypePolicyMap", "config": {"policy_map": {"x": HIDDEN}}}},
        {"arguments": {"scale": HIDDEN}},
        {"class_name": HIDDEN},
        {"config": HIDDEN},
        {"~a/b~1": HIDDEN},
    ],
)
def test_an_object_under_any_key_of_a_configuration_is_found(
    tmp_path: Path, place: dict[str, Any]
) -> None:
    saved = read_json(tmp_path, sequential("model", layer("Dense", "dense", **place)))
    assert only(saved, "Hidden").address.layer.startswith("dense")


@pytest.mark.parametrize(
    "key", ["compile_config", "build_config", "unheard_of", "inbound_nodes", "module"]
)
def test_an_object_beside_a_configuration_is_found(tmp_path: Path, key: str) -> None:
    dense = {**layer("Dense", "dense"), key: [{"kwargs": {"mask": HIDDEN}}]}
    found = only(read_json(tmp_path, sequential("model", dense)), "Hidden")
    assert found.address.pointer == f"/config/layers/0/{key}/0/kwargs/mask"
    assert found.address.layer == "dense"


def test_an_object_inside_an_object_without_configuration_is_found(tmp_path: Path) -> None:
    value = sequential("model", {"class_name": "Odd", "inside": {"class_name": "Hidden"}})
    assert only(read_json(tmp_path, value), "Hidden").raw == {"class_name": "Hidden"}


@pytest.mark.parametrize("name", [None, 1, ["Dense"], {"class_name": 2}])
def test_a_class_name_that_is_no_text_is_told_and_walked_past(tmp_path: Path, name: object) -> None:
    odd = {"class_name": name, "config": HIDDEN}
    saved = read_json(tmp_path, sequential("model", odd))
    assert only(saved, "Hidden").depth == 1
    expected = 0 if name is None else 2 if isinstance(name, dict) else 1
    assert kinds(saved) == [ProblemKind.ODD_OBJECT] * expected


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("kernel_initializer", Role.INITIALIZER),
        ("W_regularizer", Role.REGULARIZER),
        ("bias_constraint", Role.CONSTRAINT),
        ("activation", Role.ACTIVATION),
        ("recurrent_activation", Role.ACTIVATION),
        ("layer", Role.LAYER),
        ("backward_layer", Role.LAYER),
        ("cell", Role.CELL),
        ("cells", Role.CELL),
        ("dtype", Role.DTYPE_POLICY),
        ("kernel_quantizer", Role.QUANTIZER),
        ("unheard_of", Role.OTHER),
    ],
)
def test_a_key_tells_the_role(tmp_path: Path, key: str, role: Role) -> None:
    value = sequential("model", layer("Dense", "dense", **{key: [HIDDEN]}))
    assert only(read_json(tmp_path, value), "Hidden").role is role


def test_a_module_tells_the_role_where_no_key_does(tmp_path: Path) -> None:
    hidden = {**HIDDEN, "module": "keras.src.optimizers.schedules.learning_rate_schedule"}
    saved = read_json(tmp_path, sequential("model", layer("Dense", "dense", any=hidden)))
    assert only(saved, "Hidden").role is Role.OPTIMIZER


def test_the_parts_of_a_compile_config_have_their_roles(tmp_path: Path) -> None:
    compiled = {
        "optimizer": {"class_name": "Own", "config": {"learning_rate": custom("Decay")}},
        "loss": {"out": function("own_loss"), "other": "mse"},
        "loss_weights": [0.5],
        "metrics": [["accuracy"], [custom("MeanMetricWrapper", fn="own_metric")]],
        "weighted_metrics": None,
    }
    saved = read_json(tmp_path, {**sequential("model"), "compile_config": compiled})
    roles = {found.class_name: (found.role, found.form) for found in saved.objects[1:]}
    assert roles == {
        "Own": (Role.OPTIMIZER, Form.OBJECT),
        "Decay": (Role.SCHEDULE, Form.OBJECT),
        "own_loss": (Role.LOSS, Form.FUNCTION),
        "mse": (Role.LOSS, Form.NAME),
        "accuracy": (Role.METRIC, Form.NAME),
        "MeanMetricWrapper": (Role.METRIC, Form.OBJECT),
        "own_metric": (Role.METRIC, Form.NAME),
    }


def test_a_plain_name_counts_only_where_a_loader_looks_it_up(tmp_path: Path) -> None:
    dense = layer("Dense", "dense", activation="relu", padding="same", dtype="float32")
    saved = read_json(tmp_path, sequential("model", dense))
    names = [found.class_name for found in saved.objects if found.form is Form.NAME]
    assert names == ["relu"]


def test_a_lambda_names_its_function(tmp_path: Path) -> None:
    named = layer("Lambda", "f", function="double", function_type="function", mask=None)
    saved = read_json(tmp_path, sequential("model", named))
    found = only(saved, "double")
    assert (found.role, found.form, found.address.layer) == (Role.FUNCTION, Form.NAME, "f")
    assert found.address.pointer == "/config/layers/0/config/function"


def test_what_a_repeated_key_hides_is_found_too(tmp_path: Path) -> None:
    text = '{"class_name": "Sequential", "config": {"layers": [{"class_name": "TimeDistributed",'
    text += '"config": {"name": "td", "layer": {"class_name": "Hidden", "config": {}},'
    text += '"layer": {"class_name": "Dense", "config": {}}, "layer": 3}}]}}'
    saved = read_text(tmp_path, text)
    assert kinds(saved) == [ProblemKind.DUPLICATE_KEY]
    assert saved.problems[0].address.pointer == "/config/layers/0/config/layer"
    hidden = only(saved, "Hidden")
    assert (hidden.role, hidden.address.layer, hidden.depth) == (Role.LAYER, "td/Hidden", 2)
    assert only(saved, "Dense").role is Role.LAYER


def test_what_a_repeated_configuration_hides_belongs_to_its_layer(tmp_path: Path) -> None:
    text = '{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense",'
    text += '"name": "d", "config": {"x": {"class_name": "Hidden"}}, "config": {}}]}}'
    hidden = only(read_text(tmp_path, text), "Hidden")
    assert (hidden.address.layer, hidden.depth) == ("d", 2)


def test_values_are_no_objects_of_their_own(tmp_path: Path) -> None:
    value = {"class_name": "__tuple__", "items": [1, HIDDEN]}
    saved = read_json(tmp_path, sequential("model", layer("Dense", "dense", shape=value)))
    assert only(saved, "__tuple__").role is Role.VALUE
    assert only(saved, "Hidden").depth == 3


def test_a_lambda_object_is_a_function_everywhere(tmp_path: Path) -> None:
    code = {"class_name": "__lambda__", "config": {"code": "", "defaults": None, "closure": None}}
    saved = read_json(tmp_path, {**sequential("model"), "compile_config": {"loss": [code]}})
    assert only(saved, "__lambda__").role is Role.FUNCTION
