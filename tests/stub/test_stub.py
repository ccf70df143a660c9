"""The Python module that makes a file loadable: it compiles, and holds what is needed.

That real releases load files with it is recorded in ``tests/recordings/stubs.json``.
"""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kerasscan.catalog.releases import requested
from kerasscan.custom.needs import needs
from kerasscan.model.saved import Saved
from kerasscan.reader.reading import read
from kerasscan.source import read_source
from kerasscan.stub.module import Style, Wanted, stub
from tests.reader.handmade import layer, read_json, sequential
from tests.samples.manifest import SAMPLES, load_samples

NEEDING = [
    each.file
    for each in load_samples()
    if each.family == "registration" and each.layers is not None and each.source is None
]


def wanted(
    style: Style = Style.REGISTER, path: str = "m.keras", release: str = "keras==3.15.1"
) -> Wanted:
    return Wanted(style, path, requested(release)[0])


def written(saved: Saved, style: Style = Style.REGISTER, release: str = "keras==3.15.1") -> str:
    text = stub(saved, wanted(style, release=release))
    assert text is not None
    ast.parse(text)
    return text


def own(class_name: str = "Own", /, **config: Any) -> dict[str, Any]:
    made = layer(class_name, "x", **config)
    return {**made, "module": None, "registered_name": class_name}


def test_a_file_of_keras_own_classes_needs_no_stub() -> None:
    saved = read(SAMPLES / "clean" / "keras-3.15.1-functional.keras")
    assert stub(saved, wanted()) is None


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize("path", NEEDING, ids=lambda path: path.name)
def test_a_stub_defines_or_leaves_out_what_the_file_needs(path: Path, style: Style) -> None:
    saved = read(path)
    text = written(saved, style)
    tree = ast.parse(text)
    defined = {each.name for each in tree.body if isinstance(each, (ast.ClassDef, ast.FunctionDef))}
    for need in needs(saved):
        assert need.name in defined or need.is_training or "import" in text
        assert need.name in text
    assert "load" in defined


@pytest.mark.parametrize("style", list(Style))
def test_stubs_are_formatted_and_free_of_lint(tmp_path: Path, style: Style) -> None:
    for number, path in enumerate(NEEDING):
        (tmp_path / f"s{number}.py").write_text(written(read(path), style), encoding="utf-8")
    for words in (["format", "--check"], ["check"]):
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            [sys.executable, "-m", "ruff", *words, "--isolated", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_defaults_are_what_the_file_holds_first(tmp_path: Path) -> None:
    made = sequential("m", own(rate=0.5, mode="up", shape=[1, 2], inner={"class_name": "Zeros"}))
    text = written(read_json(tmp_path, made))
    assert '__init__(self, rate=0.5, mode="up", shape=(1, 2), inner=None, **kwargs)' in text
    assert "self.inner = inner  # as saved: see keras.saving.deserialize_keras_object" in text


def test_a_registered_name_gives_the_decorator(tmp_path: Path) -> None:
    made = {**own(), "registered_name": "pack>Own"}
    text = written(read_json(tmp_path, sequential("m", made)))
    assert '@keras.saving.register_keras_serializable(package="pack")\nclass Own(' in text
    assert "custom_objects" not in text


def test_two_classes_of_one_bare_name_get_two_names(tmp_path: Path) -> None:
    one = {**own(), "registered_name": "a>Own"}
    two = {**own(), "registered_name": "b>Own"}
    text = written(read_json(tmp_path, sequential("m", one, two)))
    assert 'package="b", name="Own")\nclass Own_2(' in text


def test_bare_names_are_entered_among_the_custom_objects(tmp_path: Path) -> None:
    saved = read_json(tmp_path, sequential("m", own()))
    assert "get_custom_objects().update(CUSTOM_OBJECTS)" in written(saved)
    passing = written(saved, Style.CUSTOM_OBJECTS)
    assert "custom_objects=CUSTOM_OBJECTS)" in passing
    assert "get_custom_objects" not in passing


def test_a_package_is_imported_and_its_class_is_not_written(tmp_path: Path) -> None:
    made = {**own(), "registered_name": "Addons>Own"}
    text = written(read_json(tmp_path, sequential("m", made)))
    assert "import tensorflow_addons" in text
    assert "class Own" not in text


def test_what_the_project_defines_is_imported(tmp_path: Path) -> None:
    (tmp_path / "parts.py").write_text("import keras\nclass Own(keras.layers.Layer): pass\n")
    saved, source = read_json(tmp_path, sequential("m", own())), read_source([tmp_path])
    text = stub(saved, wanted(), source)
    assert text is not None
    assert "from parts import Own" in text
    assert "class Own" not in text
    assert 'CUSTOM_OBJECTS = {"Own": Own}' in text


def test_within_tensorflow_the_old_spellings_are_used(tmp_path: Path) -> None:
    made = {**own(), "registered_name": "pack>Own"}
    text = written(read_json(tmp_path, sequential("m", made)), release="tensorflow==2.15")
    assert "from tensorflow import keras" in text
    assert "@keras.utils.register_keras_serializable" in text


def test_a_layer_named_after_one_of_keras_with_its_arguments_descends_from_it(
    tmp_path: Path,
) -> None:
    made = own("SlowDropout", rate=0.5, seed=None, noise_shape=None, gain=2.0)
    text = written(read_json(tmp_path, sequential("m", made)))
    assert "class SlowDropout(keras.layers.Dropout):" in text
    assert "def __init__(self, gain=2.0, **kwargs):" in text


def test_a_layer_that_only_shares_the_end_of_the_name_does_not(tmp_path: Path) -> None:
    text = written(read_json(tmp_path, sequential("m", own("SlowDropout", speed=1))))
    assert "class SlowDropout(keras.layers.Layer):" in text


def test_an_architecture_is_built_from_its_text(tmp_path: Path) -> None:
    text = written(read_json(tmp_path, sequential("m", own())), Style.CUSTOM_OBJECTS)
    assert "model_from_json(file.read(), custom_objects=CUSTOM_OBJECTS)" in text


HOSTILE = [
    'x(): import os; os.system("true")\nclass Own',
    '"""\nprint(1)\n"""',
    "class",
    "__init__",
    "a>b>c",
    "\\",
    "'\"",
    "\u202e\n\r\x00",
    "\ud800",
    "9",
    "",
    "x" * 500,
    "keras",
    "load",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_of_a_file_gets_into_the_code(tmp_path: Path, name: str) -> None:
    made = own(name, **{name: name, "b": 1}) if name else own("Own", **{"": 1})
    made["config"]["name"] = name
    saved = read_json(tmp_path, {**sequential("m", made), "registered_name": f"p>{name}"})
    for style in Style:
        text = stub(saved, wanted(style, f"models/{name}.keras"))
        if text is None:
            continue
        tree = ast.parse(text.encode())
        kinds = {type(each) for each in tree.body}
        assert kinds <= {
            ast.Import,
            ast.ImportFrom,
            ast.ClassDef,
            ast.FunctionDef,
            ast.Assign,
            ast.Expr,
        }
        calls = {ast.unparse(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
        assert {call for call in calls if "system" in call or call == "print"} == set()


def test_random_configurations_give_python(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - a seed, not a secret
    pieces = ["a", "b c", "é", "if", '"', "\\", "\n", "{", "}", "x>y", "#", "0"]
    for _ in range(200):
        words = ["".join(chance.choices(pieces, k=chance.randint(1, 4))) for _ in range(6)]
        values: list[Any] = [1, 2.5, None, True, "\\'\"", [1, "a"], {"class_name": "Q"}, 10**90]
        config = {word: chance.choice(values) for word in words}
        made = {**own(words[0]), "config": config, "registered_name": f"{words[1]}>{words[0]}"}
        saved = read_json(tmp_path, sequential("m", made))
        for style in Style:
            text = stub(saved, wanted(style, words[2]))
            assert text is None or ast.parse(text)
