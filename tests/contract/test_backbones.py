"""Known families are found by structure, and nothing else is called one."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kerasscan.catalog.compiled import compiled_text
from kerasscan.catalog.releases import requested
from kerasscan.contract.backbone_families import (
    COMPILED,
    KEY,
    backbones_file,
    compiled_families,
    families,
    signatures,
    written_families,
)
from kerasscan.contract.backbones import find_backbones
from kerasscan.model.backbone import Backbone, Family
from kerasscan.reader import read
from tests.oracle.backbones.packing import FOLDER, PREPROCESSING, unpacked
from tests.oracle.zoo.packing import unpacked as unpacked_zoo
from tests.samples.manifest import load_samples

SCHEMA = COMPILED.with_name("backbones.schema.json")
EVERY = 5
RIGHT = 0.98


@dataclass(frozen=True)
class Tried:
    """A packed architecture: its truth, and what was found in it."""

    truth: dict[str, Any]
    found: tuple[Backbone, ...]

    @property
    def is_right(self) -> bool:
        return (
            len(self.found) == 1
            and self.found[0].family.name == self.truth["family"]
            and self.found[0].family.includes == self.truth["includes"]
            and bool(self.found[0].model) == (self.truth["path"] == "nested")
        )

    def __str__(self) -> str:
        said = [(each.family.name, each.variant, each.model, each.first) for each in self.found]
        return f"{self.truth['release']} {self.truth['file']}: {said}"


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tried, ...]:
    """Return every fifth packed architecture, judged."""
    path = tmp_path_factory.mktemp("backbones") / "model.json"
    found = []
    for index, (truth, content) in enumerate(unpacked()):
        if index % EVERY == 0:
            path.write_bytes(content)
            found.append(Tried(truth, find_backbones(read(path))))
    return tuple(found)


def written() -> dict[str, Any]:
    return tomllib.loads(backbones_file().read_text(encoding="utf-8"))


@cache
def recorded() -> dict[tuple[str, str], list[list[float]]]:
    """Return what ``preprocess_input`` gave, by release and module."""
    content = json.loads((FOLDER / PREPROCESSING).read_text(encoding="utf-8"))
    return {(release, module): result for release, module, result in content["rows"]}


def network(*layers: dict[str, Any]) -> dict[str, Any]:
    """Return a Sequential with an image as its input."""
    first = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 224, 224, 3]}}
    named = [
        {"class_name": each["class_name"], "config": {**each["config"], "name": f"a{index}"}}
        for index, each in enumerate([first, *layers])
    ]
    config = {"name": "mine", "layers": named}
    return {"class_name": "Sequential", "config": config, "keras_version": "2.10.0"}


def stack(*blocks: tuple[int, int]) -> Iterator[dict[str, Any]]:
    """Yield blocks of 3x3 convolutions, each with a pooling behind: (filters, how many)."""
    for filters, count in blocks:
        for _ in range(count):
            config = {
                "filters": filters,
                "kernel_size": [3, 3],
                "strides": [1, 1],
                "padding": "same",
                "dilation_rate": [1, 1],
                "activation": "relu",
                "use_bias": True,
            }
            yield {"class_name": "Conv2D", "config": config}
        pool = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}
        yield {"class_name": "MaxPooling2D", "config": pool}


def found_in(model: dict[str, Any], folder: Path) -> tuple[Backbone, ...]:
    path = folder / "model.json"
    path.write_text(json.dumps(model), encoding="utf-8")
    return find_backbones(read(path))


def test_the_file_is_valid() -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    faults = [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(written())]
    assert not faults, "\n".join(faults)


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_compiled_file_says_the_same() -> None:
    assert COMPILED.read_text(encoding="utf-8") == compiled_text(backbones_file(), KEY)
    assert compiled_families(COMPILED, backbones_file()) == written_families(backbones_file())


def test_entries_are_sorted() -> None:
    keys = [(each.name, not each.includes, each.variants) for each in families()]
    assert [key[:2] for key in keys] == sorted(key[:2] for key in keys)
    assert all(list(each.variants) == sorted(each.variants) for each in families())
    assert len(set(families())) == len(families())


@pytest.mark.parametrize("family", families(), ids=lambda each: f"{each.name}-{each.includes}")
def test_releases_are_known(family: Family) -> None:
    for requirement in (*family.releases, *family.checked):
        assert requested(requirement)


def test_every_family_has_signatures_and_entries() -> None:
    signed = {family for group in signatures().groups.values() for family in group.families}
    assert signed == {each.name for each in families()} == signatures().names.keys()
    variants = {each for group in signatures().groups.values() for each in group.variants}
    assert {each for family in families() for each in family.variants} <= variants


@pytest.mark.parametrize(
    "family",
    [each for each in families() if each.function_module],
    ids=lambda each: f"{each.name}-{each.includes}",
)
def test_preprocess_input_does_what_an_entry_says(family: Family) -> None:
    module = family.function_module.rpartition(".")[2]
    results = [result for (_, each), result in recorded().items() if each == module]
    assert results
    for black, grey, white, blue in results:
        assert min(black) == pytest.approx(family.low, abs=1e-3)
        assert max(white) == pytest.approx(family.high, abs=1e-3)
        # The last has red 0 and blue 255: where channels are swapped, the first is the blue one.
        is_swapped = blue == [white[0], grey[1], black[2]]
        assert is_swapped == (family.channels == "BGR") == (family.preparation == "caffe")


def test_what_is_left_out_has_no_function() -> None:
    """``preprocess_input`` of a family with preprocessing inside does nothing."""
    for family in families():
        if not family.includes and not family.function_module:
            assert any(other.includes and other.name == family.name for other in families())
            assert family.preparation != "none"


def test_families_are_found_in_every_way(tried: tuple[Tried, ...]) -> None:
    misses = [each for each in tried if not each.is_right]
    assert len(misses) <= (1 - RIGHT) * len(tried), "\n".join(map(str, misses))
    assert {each.truth["family"] for each in tried} == {each.name for each in families()}


def test_no_family_is_taken_for_another(tried: tuple[Tried, ...]) -> None:
    wrong = [
        str(each)
        for each in tried
        if any(found.family.name != each.truth["family"] for found in each.found)
    ]
    assert not wrong


def test_a_variant_is_right_or_not_told(tried: tuple[Tried, ...]) -> None:
    for each in tried:
        is_cut = each.truth["way"].startswith("inner")
        for found in each.found:
            assert found.variant in {each.truth["variant"], *([""] if is_cut else [])}, str(each)


def test_names_count_where_they_are_keras_own(tried: tuple[Tried, ...]) -> None:
    for each in tried:
        if each.truth["way"].startswith("renamed"):
            assert not any(found.named for found in each.found)


def test_a_whole_vgg_is_found_without_its_names(tmp_path: Path) -> None:
    model = network(*stack((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)))
    (found,) = found_in(model, tmp_path)
    assert (found.family.name, found.variant, found.named) == ("VGG", "VGG16", False)
    assert (found.first, found.last, found.input) == ("a1", "a18", "a0")


@pytest.mark.parametrize(
    "blocks",
    [
        ((64, 2), (128, 2), (256, 2), (512, 2), (1024, 2)),
        ((64, 2), (128, 2), (256, 3)),
        ((64, 1), (128, 1), (256, 2), (512, 2), (512, 2)),
        ((32, 2), (64, 2), (128, 3), (256, 3), (512, 3)),
        ((64, 2), (128, 2), (256, 3), (256, 3), (256, 3)),
    ],
)
def test_a_stack_after_the_pattern_of_vgg_is_none(
    blocks: tuple[tuple[int, int], ...], tmp_path: Path
) -> None:
    assert not found_in(network(*stack(*blocks)), tmp_path)


def test_families_are_in_samples_of_preprocessing_only() -> None:
    for sample in load_samples():
        if sample.family != "preprocessing":
            assert not find_backbones(read(sample.file)), sample.path


def test_in_the_zoo_only_applications_are_found(tmp_path: Path) -> None:
    names: set[bool] = set()
    index = 0
    for name, content in unpacked_zoo():
        model = name.partition("/")[2]
        if "/" in model or not name.endswith((".h5", ".keras", ".json")):
            continue
        index += 1
        is_application = model.startswith("application-")
        if index % EVERY and not is_application:
            continue
        path = tmp_path / Path(model).name
        path.write_bytes(content)
        found = find_backbones(read(path))
        path.unlink()
        assert bool(found) == is_application, name
        assert all(f"application-{each.variant}" == Path(model).stem for each in found), name
        names.add(is_application)
    assert names == {True, False}


def test_a_made_graph_of_stems_ends_in_time(tmp_path: Path) -> None:
    """5,000 towers of one convolution that go into one network, which each of them leads to."""
    conv = next(stack((64, 1)))
    layers: list[dict[str, Any]] = [
        {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [None, 8, 8, 3]}}
    ]
    names = [f"s{index}" for index in range(5_000)]
    layers += [
        {**conv, "config": {**conv["config"], "name": each}, "inbound_nodes": [[["x", 0, 0, {}]]]}
        for each in names
    ]
    ends = [[each, 0, 0, {}] for each in names]
    layers.append({"class_name": "Add", "config": {"name": "sum"}, "inbound_nodes": [ends]})
    named = [{"inbound_nodes": [], **each, "name": each["config"]["name"]} for each in layers]
    config: dict[str, Any] = {"name": "m", "layers": named}
    config |= {"input_layers": [["x", 0, 0]], "output_layers": [["sum", 0, 0]]}
    start = perf_counter()
    assert found_in({"class_name": "Functional", "config": config}, tmp_path) == ()
    assert perf_counter() - start < 10
