"""Architecture YAML: parsed, its tags listed, nothing constructed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.model.saved import Container, ProblemKind, Saved, YamlTag
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.reading import read
from kerasscan.reader.yaml_file import read_yaml_file
from tests.samples.manifest import SAMPLES

from .handmade import kinds, read_bytes

CLEAN = SAMPLES / "clean"
START = "class_name: Sequential\nconfig:\n"


def made(folder: Path, text: str | bytes) -> Saved:
    data = text.encode() if isinstance(text, str) else text
    return read_bytes(folder, data, "model.yaml")


@pytest.mark.parametrize("name", ["keras-2.2.4-functional", "keras-2.2.4-sequential"])
def test_yaml_reads_like_the_json_of_the_same_model(name: str) -> None:
    yaml, json = read(CLEAN / f"{name}.yaml"), read(CLEAN / f"{name}.json")
    assert yaml.artifact.container is Container.YAML
    essence = [
        sorted((found.class_name, found.role, found.address.layer) for found in each.objects)
        for each in (yaml, json)
    ]
    assert essence[0] == essence[1]  # YAML is written with sorted keys
    assert yaml.provenance.claimed_version == json.provenance.claimed_version
    assert yaml.provenance.backend == json.provenance.backend
    assert [graph.sources for graph in yaml.graphs] == [graph.sources for graph in json.graphs]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-0.5", -0.5),
        ("1e-07", 1e-07),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("relu", "relu"),
        ("'3'", "3"),
        ('"true"', "true"),
        ("[1, [x]]", [1, ["x"]]),
        ("{a: 1}", {"a": 1}),
        ("!!python/tuple [3, 3]", [3, 3]),
    ],
)
def test_scalars_are_values(tmp_path: Path, text: str, value: object) -> None:
    (document,) = made(tmp_path, f"class_name: A\nconfig: {text}\n").documents
    assert isinstance(document.value, dict)
    found = document.value["config"]
    assert (found, type(found)) == (value, type(value))


def test_explicit_tags_are_listed_with_their_lines(tmp_path: Path) -> None:
    text = START + "  size: !!python/tuple [1]\n  f: !!python/name:os.getcwd ''\n  g: !own 1\n"
    saved = made(tmp_path, text)
    assert saved.yaml_tags == (
        YamlTag("!!python/tuple", 3),
        YamlTag("!!python/name:os.getcwd", 4),
        YamlTag("!own", 5),
    )
    assert saved.is_complete


def test_tags_by_another_name_are_listed_in_full(tmp_path: Path) -> None:
    text = "%TAG !x! tag:yaml.org,2002:python/\n---\nclass_name: A\nconfig: !x!name:os.getcwd ''\n"
    assert [found.tag for found in made(tmp_path, text).yaml_tags] == ["!!python/name:os.getcwd"]


def test_a_shared_node_is_listed_once_and_read_twice(tmp_path: Path) -> None:
    saved = made(tmp_path, START + "  a: &x !own {class_name: Hidden}\n  b: *x\n")
    assert len(saved.yaml_tags) == 1
    assert [found.class_name for found in saved.objects] == ["Sequential", "Hidden", "Hidden"]


def test_repeated_keys_are_told_and_walked(tmp_path: Path) -> None:
    saved = made(tmp_path, START + "  a: {class_name: Hidden}\n  a: 1\n")
    assert kinds(saved) == [ProblemKind.DUPLICATE_KEY]
    assert saved.objects[-1].class_name == "Hidden"


def test_keys_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    saved = made(tmp_path, START + "  ? [a, b]\n  : {class_name: Hidden}\n  1: x\n  null: y\n")
    assert saved.objects[-1].class_name == "Hidden"


def alias_bomb(levels: int, width: int) -> str:
    lines = ["class_name: A", "a0: &a0 [x]"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        alias_bomb(12, 10),
        "class_name: &a [*a]",
        "class_name: &a {b: *a}",
        "class_name: A\nconfig: &a [" + "*a, " * 300_000 + "]",
    ],
    ids=["multiplied", "in itself", "in its own key", "many times in itself"],
)
def test_aliases_that_multiply_are_a_limit(tmp_path: Path, text: str) -> None:
    saved = made(tmp_path, text)
    assert saved.artifact.container is Container.YAML
    assert ProblemKind.LIMIT_EXCEEDED in kinds(saved)
    assert not saved.is_complete


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
@pytest.mark.parametrize("depth", [250, 20_000])
def test_deep_nesting_is_a_limit(tmp_path: Path, opening: str, depth: int) -> None:
    nested = opening * depth
    saved = made(tmp_path, f"class_name: A\nconfig:\n  {nested}")
    assert kinds(saved) in ([ProblemKind.LIMIT_EXCEEDED], [ProblemKind.DAMAGED_YAML])
    assert not saved.is_complete


@pytest.mark.parametrize(
    "text",
    [
        "class_name: A\n config: 1\n",
        "class_name: A\n\tconfig: 1\n",
        "class_name: [A\n",
        "class_name: *gone\n",
        "class_name: A\n---\nclass_name: B\n",
        "class_name: A\nconfig: !!str\n  - 1\n &a &b x",
        b"class_name: A\nconfig: \xff\xfe\n",
        b"class_name: A\x00\x01\n",
        "class_name: 'A\n",
        "class_name: A\nconfig: {a: 1, a",
        "class_name: A\nconfig: !<tag:bad\n",
    ],
)
def test_damage_is_told(tmp_path: Path, text: str | bytes) -> None:
    saved = made(tmp_path, text)
    (problem,) = saved.problems
    assert (problem.kind, problem.incomplete) == (ProblemKind.DAMAGED_YAML, True)
    assert problem.detail


def test_a_place_in_damaged_yaml_is_named(tmp_path: Path) -> None:
    detail = made(tmp_path, "class_name: A\nconfig: [1\n").problems[0].detail
    assert "line 3, column 1" in detail


@pytest.mark.parametrize("data", [b"", b"# only words\n"])
def test_nothing_is_no_document(data: bytes) -> None:
    contents = read_yaml_file(data, DEFAULT_LIMITS)
    assert [(each.kind, each.incomplete) for each in contents.problems] == [
        (ProblemKind.DAMAGED_YAML, True)
    ]
