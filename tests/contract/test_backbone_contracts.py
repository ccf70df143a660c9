"""What packed models of known families are said to expect, against what was built and recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasscan.contract.backbone_families import families
from kerasscan.contract.contract import contract_of
from kerasscan.contract.preparing import for_backbone
from kerasscan.contract.values import Value
from kerasscan.model.backbone import Family
from kerasscan.model.contract import InputContract
from kerasscan.reader import read
from tests.oracle.backbones.packing import FOLDER, PREPROCESSING, unpacked

EVERY = 5
RIGHT = 0.98
RAW = (0.0, 255.0)
RESCALED = {
    "rescaled-127": (-1.0, 1.0),
    "without-preprocessing-rescaled": (-1.0, 1.0),
    "rescaled-255": (0.0, 1.0),
    "flat-rescaled": (0.0, 1.0),
    "renamed-flat": (0.0, 1.0),
}
"""What the Rescaling before a family makes of an image of 0 to 255: tests/oracle/backbones."""

DROPPED = ("ConvNeXt", "RegNet")
"""In TensorFlow they begin at the input that a given ``input_tensor`` comes from, so that what lies
between is not in the model."""


@dataclass(frozen=True)
class Told:
    """A packed architecture: its truth, and what its input is said to expect."""

    truth: dict[str, Any]
    found: InputContract

    @property
    def expected(self) -> tuple[float, float] | None:
        """What it expects, as it was built; None: its own Rescaling contradicts the family."""
        way, includes = self.truth["way"], self.truth["includes"]
        wanted = (
            RAW
            if includes
            else next(
                (each.low, each.high)
                for each in families()
                if each.name == self.truth["family"]
                and not each.includes
                and (not each.variants or self.truth["variant"] in each.variants)
            )
        )
        is_old = self.truth["release"].startswith("tensorflow")
        is_dropped = self.truth["family"] in DROPPED and is_old and "flat" in way
        if self.truth["before"] == ["Rescaling"] and not is_dropped:
            return RAW if RESCALED[way] == wanted else None
        return RAW if self.truth["before"] == ["preprocess_input"] else wanted

    @property
    def is_right(self) -> bool:
        told = self.found.expects
        if told is None or self.expected is None:
            return told is None and self.expected is None and bool(self.found.outside)
        return (told.low, told.high) == pytest.approx(self.expected, abs=1e-3)

    def __str__(self) -> str:
        return f"{self.truth['release']} {self.truth['file']}: {self.found.expects}"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, ...]:
    """Return every fifth packed architecture with its contract."""
    path = tmp_path_factory.mktemp("backbones") / "model.json"
    found = []
    for index, (truth, content) in enumerate(unpacked()):
        if index % EVERY == 0:
            path.write_bytes(content)
            (each,) = contract_of(read(path)).inputs
            found.append(Told(truth, each))
    return tuple(found)


def executed(snippet: str, image: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    names: dict[str, Any] = {"x": image}
    exec(snippet, {}, names)  # noqa: S102 - our own line
    return np.asarray(names["x"])


def test_contracts_are_right_in_every_way(told: tuple[Told, ...]) -> None:
    wrong = [str(each) for each in told if not each.is_right]
    assert len(told) > 100
    assert len(wrong) <= (1 - RIGHT) * len(told), "\n".join(wrong)
    assert {each.truth["way"] for each in told} >= RESCALED.keys()


def test_their_snippets_bring_an_image_into_the_stated_range(told: tuple[Told, ...]) -> None:
    corners = np.zeros((2, 4, 4, 3), "uint8")
    corners[1] = 255
    for each in told:
        if each.found.expects is None:
            assert not each.found.snippet
            continue
        made = executed(each.found.snippet, corners)
        ends = (each.found.expects.low, each.found.expects.high)
        assert (made.min(), made.max()) == pytest.approx(ends, abs=1e-3), str(each)


@pytest.mark.parametrize(
    "family",
    [each for each in families() if each.function_module],
    ids=lambda each: f"{each.name}-{each.includes}",
)
def test_a_snippet_does_what_preprocess_input_was_recorded_to_do(family: Family) -> None:
    recorded = json.loads((FOLDER / PREPROCESSING).read_text(encoding="utf-8"))
    pixels = np.array(recorded["given"]).reshape(2, 2, 3)
    prepared = for_backbone(Value("x"), family, family.name)
    assert prepared is not None
    module = family.function_module.rpartition(".")[2]
    results = [result for _, each, result in recorded["rows"] if each == module]
    assert results
    for result in results:
        assert executed(prepared.snippet, pixels).reshape(4, 3) == pytest.approx(
            np.array(result), abs=1e-3
        )


def test_an_export_of_teachable_machine_is_recognised(tmp_path: Path) -> None:
    """A Sequential of two: the family with a pooling behind, and what was trained."""
    content = next(
        content
        for truth, content in unpacked()
        if truth["file"] == "MobileNetV2-alpha-0.35.json" and truth["release"] == "tensorflow==2.10"
    )
    pooling = {"class_name": "GlobalAveragePooling2D", "config": {"name": "pool"}}
    head = {"class_name": "Dense", "config": {"name": "scores", "units": 2}}
    first = {"name": "first", "layers": [json.loads(content), pooling]}
    parts = [
        {"class_name": "Sequential", "config": first},
        {"class_name": "Sequential", "config": {"name": "second", "layers": [head]}},
    ]
    export = {"class_name": "Sequential", "config": {"name": "export", "layers": parts}}
    path = tmp_path / "model.json"
    path.write_text(json.dumps(export), encoding="utf-8")
    (found,) = contract_of(read(path)).inputs
    assert (found.backbone, str(found.expects)) == ("MobileNetV2", "-1 to 1")


def test_the_order_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    for truth, content in unpacked():
        if truth["way"] == "flat-prepared" and truth["release"] == "tensorflow==2.15":
            document = json.loads(content)
            path.write_bytes(content)
            (usual,) = contract_of(read(path)).inputs
            document["config"]["layers"].reverse()
            path.write_text(json.dumps(document), encoding="utf-8")
            (found,) = contract_of(read(path)).inputs
            assert replace(found, recognised="") == replace(usual, recognised=""), truth["file"]
