"""Bytecode: every way it is written, and what only looks like it.

The code here is text that no Python could unmarshal.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from kerasscan.checks.hazards import HAZARD
from kerasscan.reader.reading import read
from tests.reader.handmade import layer, read_json, sequential
from tests.samples.manifest import SAMPLES, load_samples

from .asking import ask, layers

BYTECODE = ["bytecode"]
NO_CODE = base64.b64encode(b"no code at all, only words to be seen by the check").decode()
HEAD_ONLY = base64.b64encode(b"\xe3\x00\x00\x00\x00" + b"words in place of code" * 3).decode()
OBJECT = {"class_name": "__lambda__", "config": {"code": NO_CODE, "defaults": None}}


def see(folder: Path, **config: Any) -> list[tuple[str, str]]:
    saved = read_json(folder, sequential("model", layer("Lambda", "f", **config)))
    return [
        (seen.address.pointer.rpartition("/")[2], seen.facts["encoding"])
        for seen in ask(HAZARD, saved, kinds=BYTECODE)
    ]


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"function": "relu", "function_type": "function"},
        {"function": "own_function"},
        {"function": {"class_name": "function", "config": "relu", "module": "builtins"}},
        {"function": None, "output_shape": None},
        {"function": "relu", "output_shape": [None, 3], "output_shape_type": "raw"},
        {"function": "relu", "mask": None, "arguments": {"axis": 1}},
    ],
)
def test_a_lambda_that_names_its_function_holds_no_code(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    assert see(tmp_path, **config) == []


CLEAN = [sample for sample in load_samples() if sample.family in ("clean", "graph", "registration")]


@pytest.mark.parametrize("sample", CLEAN, ids=lambda sample: sample.path)
def test_a_clean_sample_holds_no_code(sample: Any) -> None:
    assert ask(HAZARD, read(sample.file), kinds=BYTECODE) == []


def test_long_texts_of_other_layers_are_no_code(tmp_path: Path) -> None:
    words = layer("Own", "own", function=[NO_CODE, None, None], text="4" * 100)
    assert ask(HAZARD, read_json(tmp_path, sequential("model", words)), kinds=BYTECODE) == []


LISTED = "a list of code, defaults and closure"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"function": [NO_CODE, None, None]}, [("function", LISTED)]),
        (
            {"function": [NO_CODE, None, None], "function_type": "lambda"},
            [("function", LISTED)],
        ),
        (
            {"function": {"class_name": "__tuple__", "items": [NO_CODE, None, None]}},
            [("function", LISTED)],
        ),
        ({"function": NO_CODE, "function_type": "lambda"}, [("function", "a string of code")]),
        ({"function": "words\nwith lines"}, [("function", "a string of code")]),
        ({"function": "f", "output_shape": [NO_CODE, None]}, [("output_shape", LISTED)]),
        (
            {"function": "f", "mask": [NO_CODE, None], "mask_type": "lambda"},
            [("mask", LISTED)],
        ),
        ({"function": OBJECT}, [("function", "a __lambda__ object")]),
        ({"function": "f", "output_shape": OBJECT}, [("output_shape", "a __lambda__ object")]),
        (
            {"function": [NO_CODE], "output_shape": OBJECT},
            [("function", LISTED), ("output_shape", "a __lambda__ object")],
        ),
    ],
)
def test_code_is_seen_in_every_argument_and_encoding(
    tmp_path: Path, config: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert sorted(see(tmp_path, **config)) == expected


@pytest.mark.parametrize("class_name", ["Lambda", "own>Lambda"])
def test_a_registered_lambda_is_a_lambda(tmp_path: Path, class_name: str) -> None:
    value = sequential("model", layer(class_name, "f", function=[NO_CODE, None, None]))
    assert layers(HAZARD, read_json(tmp_path, value), kinds=BYTECODE) == ["f"]


def test_a_layer_that_says_lambda_holds_code(tmp_path: Path) -> None:
    own = layer("Own", "own", rule=[NO_CODE, None, None], rule_type="lambda")
    (seen,) = ask(HAZARD, read_json(tmp_path, sequential("model", own)), kinds=BYTECODE)
    assert (seen.address.pointer, seen.facts["slot"]) == ("/config/layers/0/config/rule", "rule")


def test_the_head_of_marshalled_code_is_known_anywhere(tmp_path: Path) -> None:
    own = layer("Own", "own", deep={"er": [1, HEAD_ONLY]})
    (seen,) = ask(HAZARD, read_json(tmp_path, sequential("model", own)), kinds=BYTECODE)
    assert seen.facts["encoding"] == "marshalled code in base64"
    assert seen.facts["where"] == "Layer 'own'"


@pytest.mark.parametrize("class_name", ["Merge", "LambdaMerge"])
def test_layers_of_early_releases_hold_code_too(tmp_path: Path, class_name: str) -> None:
    value = sequential("model", layer(class_name, "m", function="words of\x00 code", mode="sum"))
    assert layers(HAZARD, read_json(tmp_path, value), kinds=BYTECODE) == ["m"]


def test_code_beside_the_layers_belongs_to_the_model(tmp_path: Path) -> None:
    value = {**sequential("model"), "compile_config": {"loss": OBJECT}}
    (seen,) = ask(HAZARD, read_json(tmp_path, value), kinds=BYTECODE)
    assert (seen.address.layer, seen.facts["where"]) == ("", "The model")
    assert seen.address.pointer == "/compile_config/loss"


def test_code_deep_inside_has_its_layer_path(tmp_path: Path) -> None:
    inner = sequential("inner", layer("Lambda", "f", function=OBJECT))
    deep = layer("TimeDistributed", "td", layer=sequential("outer", inner))
    saved = read_json(tmp_path, sequential("model", deep))
    assert layers(HAZARD, saved, kinds=BYTECODE) == ["td/outer/inner/f"]


def test_other_code_has_other_evidence(tmp_path: Path) -> None:
    made = [
        layer("Lambda", name, function=[NO_CODE * times])
        for name, times in (("a", 1), ("b", 2), ("c", 1))
    ]
    seen = ask(HAZARD, read_json(tmp_path, sequential("model", *made)), kinds=BYTECODE)
    assert [each.evidence == seen[0].evidence for each in seen] == [True, False, True]


@pytest.mark.parametrize("code", [None, 3, {"a": 1}, []])
def test_a_lambda_object_without_readable_code_is_seen(tmp_path: Path, code: Any) -> None:
    made = {"class_name": "__lambda__", "config": code}
    assert see(tmp_path, function=made) == [("function", "a __lambda__ object")]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("keras-1.2.2-lambda.json", None),
        ("keras-2.2.4-lambda.h5", None),
        ("keras-3.15.1-lambda.keras", None),
        ("tf-2.10-lambda-savedmodel", None),
        ("keras-3.15.1-lambda-in-compile.keras", ""),
    ],
)
def test_code_in_a_sample_is_seen(name: str, path: str | None) -> None:
    found = layers(HAZARD, read(SAMPLES / "security" / name), kinds=BYTECODE)
    assert found
    assert path is None or path in found
