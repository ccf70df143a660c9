"""References to tensors in every form that a release wrote."""

from __future__ import annotations

from typing import Any

import pytest

from kerasscan.model.address import Address
from kerasscan.model.graph import Endpoint
from kerasscan.reader.connections import endpoints, nodes_of

KNOWN = frozenset({"a", "b", "c"})
A, B = Endpoint("a"), Endpoint("b", 1, 2)


def tensor(name: str, call: int = 0, output: int = 0) -> dict[str, Any]:
    """Return a tensor as Keras 3 writes it."""
    config = {"shape": [None, 3], "dtype": "float32", "keras_history": [name, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([["a", 0, 0]], (A,)),
        ([["a", 0, 0], ["b", 1, 2]], (A, B)),
        ([["a", 0, 0, {}]], (A,)),
        (["a", 0, 0, {}], (A,)),
        (["b", 1, 2], (B,)),
        ({"left": ["a", 0, 0], "right": ["b", 1, 2]}, (A, B)),
        ([[["a", 0, 0]], {"x": [["b", 1, 2]]}], (A, B)),
        ([["a", 0, 0, {"mask": ["b", 1, 2]}]], (A, B)),
        ([["a", 0, 0, {"deep": {"er": [["b", 1, 2]]}}]], (A, B)),
        ({"args": [tensor("a")], "kwargs": {"mask": tensor("b", 1, 2)}}, (A, B)),
        ({"args": [[tensor("a"), tensor("b", 1, 2)]], "kwargs": {}}, (A, B)),
    ],
)
def test_a_reference_is_found_in_every_form(written: Any, expected: tuple[Endpoint, ...]) -> None:
    assert endpoints(written, KNOWN) == expected


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "a",
        [],
        ["a"],
        ["a", 0],
        ["a", 0, 0, 0],
        ["a", 0, 0, {}, 1],
        ["a", 0.0, 0],
        ["a", True, False],
        [0, "a", 0],
        ["_CONSTANT_VALUE", -1, 3],
        ["_CONSTANT_VALUE", -1, [1.5, 2.5], {}],
        {"class_name": "__keras_tensor__"},
        {"class_name": "__keras_tensor__", "config": {"keras_history": "a"}},
        {"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0]}},
    ],
)
def test_data_is_no_reference(data: Any) -> None:
    assert endpoints(data, KNOWN) == ()


def test_a_constant_beside_a_tensor_is_left_out() -> None:
    written = [["_CONSTANT_VALUE", -1, 2.0, {"y": ["a", 0, 0]}], ["b", 1, 2, {}]]
    assert endpoints(written, KNOWN) == (A, B)


def test_data_in_arguments_counts_only_when_it_names_a_layer() -> None:
    written = [["a", 0, 0, {"range": ["step", 0, 1], "other": ["b", 1, 2]}]]
    assert endpoints(written, KNOWN) == (A, B)


def test_data_in_a_node_of_keras_3_is_no_reference() -> None:
    assert endpoints({"args": [tensor("a"), ["step", 0, 1]], "kwargs": {}}, KNOWN) == (A,)


def test_a_missing_layer_is_a_reference_all_the_same() -> None:
    assert endpoints([["gone", 0, 0]], KNOWN) == (Endpoint("gone"),)
    assert endpoints({"args": [tensor("gone")], "kwargs": {}}, KNOWN) == (Endpoint("gone"),)


def test_every_call_has_its_place() -> None:
    written = [[["a", 0, 0]], {"args": [tensor("b", 1, 2)], "kwargs": {}}]
    first, second = nodes_of(written, KNOWN, Address("", "/inbound_nodes", "x"))
    assert (first.inputs, first.address.pointer) == ((A,), "/inbound_nodes/0")
    assert (second.inputs, second.address.pointer) == ((B,), "/inbound_nodes/1")


def test_a_call_on_nothing_still_counts() -> None:
    assert [node.inputs for node in nodes_of([None, [["a", 0, 0]]], KNOWN, Address())] == [(), (A,)]


@pytest.mark.parametrize("written", [None, {}, "a", 3])
def test_calls_are_a_list(written: Any) -> None:
    assert nodes_of(written, KNOWN, Address()) == ()
