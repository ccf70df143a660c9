"""Connections: what a loader can follow, and what not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.checks.connections import (
    CYCLE,
    DANGLING_CONNECTION,
    DUPLICATE_LAYER_NAME,
    UNREACHABLE_LAYER,
)
from kerasscan.reader.reading import read
from tests.reader.handmade import called, functional, layer, node, read_json, sequential
from tests.samples.manifest import SAMPLES, load_samples

from .asking import ask, layers

ALL = (CYCLE, DANGLING_CONNECTION, DUPLICATE_LAYER_NAME, UNREACHABLE_LAYER)
INPUT = called(layer("InputLayer", "in"))


def dense(name: str, *nodes: Any) -> dict[str, Any]:
    return called(layer("Dense", name), *nodes)


def model(*made: dict[str, Any], output: Any) -> dict[str, Any]:
    return functional("model", [INPUT, *made], [["in", 0, 0]], output)


def sound(folder: Path, value: Any) -> bool:
    saved = read_json(folder, value)
    assert saved.graphs
    return not any(ask(check, saved) for check in ALL)


CLEAN = [sample for sample in load_samples() if sample.family not in ("graph", "file")]


@pytest.mark.parametrize("sample", CLEAN, ids=lambda sample: sample.path)
def test_what_a_real_release_saved_is_connected(sample: Any) -> None:
    saved = read(sample.file)
    assert [found for check in ALL for found in ask(check, saved)] == []


def test_a_chain_is_sound(tmp_path: Path) -> None:
    assert sound(tmp_path, model(dense("a", node(("in", 0, 0))), output=[["a", 0, 0]]))


def test_a_shared_layer_called_on_its_own_output_is_no_cycle(tmp_path: Path) -> None:
    shared = dense("a", node(("in", 0, 0)), node(("a", 0, 0)))
    assert sound(tmp_path, model(shared, output=[["a", 1, 0]]))


def test_layers_that_call_each_other_in_turn_are_no_cycle(tmp_path: Path) -> None:
    a = dense("a", node(("in", 0, 0)), node(("b", 0, 0)))
    b = dense("b", node(("a", 0, 0)), node(("a", 1, 0)))
    assert sound(tmp_path, model(a, b, output=[["b", 1, 0]]))


@pytest.mark.parametrize("first", [0, 1])
def test_the_calls_of_a_nested_model_begin_at_0_or_1(tmp_path: Path, first: int) -> None:
    """Keras 1 and 2 count a nested model's own construction as its call 0, Keras 3 does not."""
    nested = called(sequential("n", layer("Dense", "x")), node(("in", 0, 0)), node(("a", 0, 0)))
    a = dense("a", node(("n", first, 0)))
    assert sound(tmp_path, model(nested, a, output=[["n", first + 1, 0]]))


def test_layers_of_nested_models_may_share_names(tmp_path: Path) -> None:
    inner = called(sequential("n", layer("Dense", "in"), layer("Dense", "a")), node(("in", 0, 0)))
    a = dense("a", node(("n", 0, 0)))
    assert sound(tmp_path, model(inner, a, output=[["a", 0, 0]]))


@pytest.mark.parametrize("class_name", ["AddLoss", "AddMetric"])
def test_a_loss_in_the_graph_need_not_reach_an_output(tmp_path: Path, class_name: str) -> None:
    a = dense("a", node(("in", 0, 0)))
    loss = called(layer(class_name, "loss"), node(("a", 0, 0)))
    assert sound(tmp_path, model(a, loss, output=[["a", 0, 0]]))


def test_a_model_without_outputs_is_left_alone(tmp_path: Path) -> None:
    saved = read_json(tmp_path, model(dense("a", node(("in", 0, 0))), output=[]))
    assert ask(UNREACHABLE_LAYER, saved) == []


def test_the_second_of_two_layers_with_one_name_is_seen(tmp_path: Path) -> None:
    inner = sequential("n", *(layer("Dense", name) for name in "aba"))
    saved = read_json(tmp_path, sequential("model", inner))
    (seen,) = ask(DUPLICATE_LAYER_NAME, saved)
    assert seen.address.pointer == "/config/layers/0/config/layers/2"
    assert seen.facts == {"name": "a", "count": "2", "model": "the nested model 'n'"}


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (("gone", 0, 0), "no such layer"),
        (("in", 1, 0), "call 1 of it does not exist"),
        (("in", -1, 0), "call -1 of it does not exist"),
        (("a", 1, 0), "call 1 of it does not exist"),
    ],
)
def test_a_connection_to_nothing_is_seen(
    tmp_path: Path, end: tuple[str, int, int], reason: str
) -> None:
    a, b = dense("a", node(("in", 0, 0))), dense("b", node(("a", 0, 0), end))
    (seen,) = ask(DANGLING_CONNECTION, read_json(tmp_path, model(a, b, output=[["b", 0, 0]])))
    assert (seen.address.layer, seen.address.pointer) == ("b", "/config/layers/2/inbound_nodes/0")
    assert (seen.facts["where"], seen.facts["source"]) == ("Layer 'b'", end[0])
    assert reason in seen.facts["reason"]


def test_an_output_that_does_not_exist_is_seen(tmp_path: Path) -> None:
    saved = read_json(tmp_path, model(dense("a", node(("in", 0, 0))), output=[["gone", 0, 0]]))
    (seen,) = ask(DANGLING_CONNECTION, saved)
    assert seen.address.pointer == "/config/output_layers"
    assert seen.facts["where"] == "The model, in output_layers,"


def test_a_cycle_is_seen_once(tmp_path: Path) -> None:
    a, b = dense("a", node(("b", 0, 0))), dense("b", node(("a", 0, 0)))
    (seen,) = ask(CYCLE, read_json(tmp_path, model(a, b, output=[["b", 0, 0]])))
    assert seen.facts["cycle"] in ("'a' -> 'b' -> 'a'", "'b' -> 'a' -> 'b'")
    assert seen.evidence == "a>b"


def test_a_layer_that_takes_its_own_output_is_a_cycle(tmp_path: Path) -> None:
    saved = read_json(tmp_path, model(dense("a", node(("a", 0, 0))), output=[["a", 0, 0]]))
    assert [seen.facts["cycle"] for seen in ask(CYCLE, saved)] == ["'a' -> 'a'"]


def test_a_cycle_in_a_nested_model_is_seen(tmp_path: Path) -> None:
    inner = functional("n", [dense("a", node(("a", 0, 0)))], [], [["a", 0, 0]])
    (seen,) = ask(CYCLE, read_json(tmp_path, sequential("model", inner)))
    assert (seen.address.layer, seen.facts["model"]) == ("n/a", "the nested model 'n'")


def test_layers_that_reach_no_output_are_seen(tmp_path: Path) -> None:
    a, b, c = (dense(name, node((source, 0, 0))) for name, source in ("ai", "ba", "ca"))
    a["inbound_nodes"] = [node(("in", 0, 0))]
    saved = read_json(tmp_path, model(a, b, c, output=[["c", 0, 0]]))
    assert layers(UNREACHABLE_LAYER, saved) == ["b"]


@pytest.mark.parametrize("suffix", ["json", "keras"])
@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("cycle", CYCLE),
        ("dead-end", UNREACHABLE_LAYER),
        ("duplicate-names", DUPLICATE_LAYER_NAME),
        ("missing-layer", DANGLING_CONNECTION),
        ("missing-node", DANGLING_CONNECTION),
    ],
)
def test_a_broken_sample_is_seen(name: str, suffix: str, check: Any) -> None:
    assert ask(check, read(SAMPLES / "graph" / f"{name}.{suffix}"))


def test_many_nested_models_are_judged_in_time(tmp_path: Path) -> None:
    """Quadratic work over 2,000 models would take minutes."""
    inner = [
        called(sequential(f"n{number}", layer("Dense", "x")), node(("in", 0, 0)))
        for number in range(2_000)
    ]
    saved = read_json(tmp_path, model(*inner, output=[["n0", 0, 0]]))
    assert ask(CYCLE, saved) == []
    assert len(ask(UNREACHABLE_LAYER, saved)) == 1_999


class Counted(dict[str, tuple[str, ...]]):
    """Edges that count how often they are looked up."""

    looked_up = 0

    def get(self, *arguments: Any) -> Any:
        self.looked_up += 1
        return super().get(*arguments)


def test_branches_that_meet_again_are_followed_once(tmp_path: Path) -> None:
    """Twelve pairs of branches have 4,096 ways from end to end; forty would never be done."""
    made = [dense("a0", node(("in", 0, 0)))]
    for step in range(12):
        made += [dense(f"{side}{step}", node((f"a{step}", 0, 0))) for side in "lr"]
        made.append(dense(f"a{step + 1}", node((f"l{step}", 0, 0), (f"r{step}", 0, 0))))
    graph = read_json(tmp_path, model(*made, output=[["a12", 0, 0]])).graphs[0]
    edges = Counted(graph.sources)
    graph.__dict__["sources"] = edges
    assert len(graph.feeding(["a12"])) == len(graph.layers)
    assert edges.looked_up <= len(graph.layers)
