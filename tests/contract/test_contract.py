"""What the samples expect of their inputs, read by a person once, and the snippets executed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from kerasscan.contract.contract import contract_of
from kerasscan.contract.preparing import for_backbone
from kerasscan.contract.values import Value
from kerasscan.model.backbone import Family, Preparation
from kerasscan.model.contract import Companion, Meaning
from kerasscan.reader.reading import read
from kerasscan.report.contract import render_contracts
from kerasscan.report.contract.json_form import contract_schema
from kerasscan.scanner.contracts import companions, contracts
from tests.reader.handmade import layer, read_json, sequential
from tests.samples.manifest import SAMPLES, load_samples

EXPECTED = Path(__file__).with_name("contracts.expected.txt")
SHOWN = [
    sample
    for sample in load_samples()
    if sample.family in ("clean", "preprocessing") and sample.root_class is not None
]


def test_the_contracts_of_the_samples_are_those_that_were_read(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLES)
    found = [contract_of(read(Path(sample.path))) for sample in SHOWN]
    text = render_contracts(found, "text")
    if request.config.getoption("--bless"):
        EXPECTED.write_text(text, encoding="utf-8", newline="\n")
    assert EXPECTED.read_text(encoding="utf-8") == text


def test_contracts_as_json_are_what_their_schema_says() -> None:
    schema = contract_schema()
    Draft202012Validator.check_schema(schema)
    found = [contract_of(read(sample.file)) for sample in load_samples()]
    document = json.loads(render_contracts(found, "json"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []


def test_contracts_as_markdown_hold_no_markup_of_the_file(tmp_path: Path) -> None:
    made = layer("InputLayer", "`x` **b** | <i>", batch_shape=[None, 3], dtype="float32")
    saved = read_json(tmp_path, sequential("m", made, layer("Dense", "d", units=1)))
    text = render_contracts([contract_of(saved)], "markdown")
    assert "**b**" not in text.replace("**`'x' **b** | <i>`**", "")


FAMILIES = [
    (Preparation.TF, -1.0, 1.0),
    (Preparation.UNIT, 0.0, 1.0),
    (Preparation.TORCH, -2.1179, 2.64),
    (Preparation.CAFFE, -123.68, 151.061),
    (Preparation.NONE, 0.0, 255.0),
]


@pytest.mark.parametrize(("preparation", "low", "high"), FAMILIES)
def test_a_snippet_brings_an_image_into_the_stated_range(
    preparation: Preparation, low: float, high: float
) -> None:
    family = Family("F", "keras.applications.f", preparation, includes=False, low=low, high=high)
    prepared = for_backbone(Value("x"), family, "F")
    assert prepared is not None
    corners = np.zeros((2, 4, 4, 3), "uint8")
    corners[1] = 255
    names: dict[str, Any] = {"x": corners}
    exec(prepared.snippet, {}, names)  # noqa: S102 - our own line
    found = np.asarray(names["x"])
    assert found.min() == pytest.approx(prepared.expects.low, abs=1e-3)
    assert found.max() == pytest.approx(prepared.expects.high, abs=1e-3)


def meaning(folder: Path, *layers: Any) -> Meaning:
    (found,) = contract_of(read_json(folder, sequential("m", *layers))).inputs
    return found.meaning


def first(*shape: int | None, dtype: str = "float32") -> Any:
    return layer("InputLayer", "x", batch_shape=[None, *shape], dtype=dtype)


DENSE = layer("Dense", "d", units=2)
CONV = layer("Conv2D", "c", filters=2, kernel_size=[3, 3])
EMBEDDING = layer("Embedding", "e", input_dim=10, output_dim=2)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([first(8, 8, 3), CONV], Meaning.IMAGE),
        ([first(8, 8, 1), CONV], Meaning.IMAGE),
        ([first(8, 8, 12), CONV], Meaning.UNKNOWN),
        ([first(4), DENSE], Meaning.TABULAR),
        ([first(5, 4), layer("LSTM", "l", units=2)], Meaning.SEQUENCE),
        ([first(5, 8, 8, 3), layer("TimeDistributed", "t", layer=CONV)], Meaning.SEQUENCE),
        ([first(7, dtype="int32"), EMBEDDING], Meaning.TOKENS),
        ([first(1, dtype="int32"), EMBEDDING], Meaning.CATEGORIES),
        ([first(1, dtype="string"), layer("Hashing", "h", num_bins=3), EMBEDDING], Meaning.STRINGS),
        ([first(1, dtype="int64"), layer("IntegerLookup", "h"), EMBEDDING], Meaning.CATEGORIES),
        ([first(4), layer("Own", "o")], Meaning.TABULAR),
    ],
)
def test_what_an_input_is(tmp_path: Path, layers: list[Any], expected: Meaning) -> None:
    assert meaning(tmp_path, *layers) is expected


def test_an_embedding_tells_the_range_of_the_ids(tmp_path: Path) -> None:
    saved = read_json(tmp_path, sequential("m", first(7, dtype="int32"), EMBEDDING))
    (found,) = contract_of(saved).inputs
    assert str(found.expects) == "0 to 9"


def test_files_beside_the_model_are_named_and_not_opened(tmp_path: Path) -> None:
    for name in ("m.json", "scaler.pkl", "tokenizer.json", "labels.txt", "notes.txt", "vocab.txt"):
        (tmp_path / name).write_bytes(b"\x80")
    assert [each.name for each in companions(tmp_path / "m.json")] == [
        "labels.txt",
        "scaler.pkl",
        "tokenizer.json",
        "vocab.txt",
    ]


def test_a_folder_gives_the_contracts_of_its_models(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(sequential("m", first(4), DENSE)))
    (tmp_path / "b.keras").write_bytes(b"")
    (tmp_path / "scaler.joblib").write_bytes(b"")
    found = contracts([tmp_path])
    (contract,) = found.contracts
    assert contract.companions == (Companion("scaler.joblib", "a fitted scaler, pickled"),)
