"""What is passed to Keras by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.model.source import Spot
from tests.source.written import functions, passed, read

_HEAD = """\
import keras, tensorflow as tf, functools
from keras.models import load_model
from keras.utils import get_custom_objects, custom_object_scope, CustomObjectScope
from keras.utils.generic_utils import get_custom_objects as objects
class A: pass
class B: pass
def f(x): return x
BOTH = {"A": A, "B": B}
def both(): return {"A": A, "B": B}
"""

_A = ("A", "A")
_B = ("B", "B")


def _passed(folder: Path, text: str) -> list[tuple[str, str, str]]:
    return sorted(passed(read(folder, f"{_HEAD}{text}\n")))


@pytest.mark.parametrize(
    ("mapping", "entries"),
    [
        ('{"A": A, "B": B}', [_A, _B]),
        ("dict(A=A)", [_A]),
        ("dict(BOTH, f=f)", [_A, _B, ("f", "f")]),
        ("BOTH", [_A, _B]),
        ("both()", [_A, _B]),
        ('{**BOTH, "f": f}', [_A, _B, ("f", "f")]),
        ('BOTH | {"f": f}', [_A, _B, ("f", "f")]),
        ("BOTH.copy()", [_A, _B]),
        ("BOTH or None", [_A, _B]),
        ("BOTH if x else None", [_A, _B]),
        ("{c.__name__: c for c in [A, B]}", [_A, _B]),
        ("{A.__name__: A}", [_A]),
        ('{"x" + "y": A}', [("xy", "A")]),
        ('{"loss": f(2), "g": lambda x: x}', [("g", ""), ("loss", "")]),
        ('{"L": keras.layers.Dense}', [("L", "keras.layers.Dense")]),
        ("{name: A}", []),
        ("{}", []),
        ("None", []),
        ("given", []),
    ],
)
def test_a_mapping_is_read(tmp_path: Path, mapping: str, entries: list[tuple[str, str]]) -> None:
    text = f"load_model('m', custom_objects={mapping})"
    assert _passed(tmp_path, text) == [(*entry, "load") for entry in sorted(entries)]


@pytest.mark.parametrize(
    "call",
    [
        "load_model('m', BOTH)",
        "keras.models.load_model('m', BOTH)",
        "tf.keras.models.load_model('m', custom_objects=BOTH)",
        "keras.saving.load_model('m', custom_objects=BOTH)",
        "keras.models.model_from_json(text, BOTH)",
        "keras.models.model_from_config(c, custom_objects=BOTH)",
        "keras.models.model_from_yaml(c, custom_objects=BOTH)",
        "keras.models.clone_model(m, custom_objects=BOTH)",
        "keras.Model.from_config(c, custom_objects=BOTH)",
        "keras.layers.deserialize(c, custom_objects=BOTH)",
        "learner.load_learner('m', custom_objects=BOTH)",
        "x = [load_model(p, custom_objects=BOTH) for p in paths]",
        "def load(p, given=BOTH):\n    return load_model(p, custom_objects=given)",
        "def load(p):\n    own = dict(BOTH)\n    return load_model(p, custom_objects=own)",
        "o = {}\no['A'] = A\no.update({'B': B})\nload_model('m', custom_objects=o)",
        "o = {}\no.update(A=A, B=B)\nload_model('m', custom_objects=o)",
        "load = functools.partial(load_model, custom_objects=BOTH)",
    ],
)
def test_loads_are_found(tmp_path: Path, call: str) -> None:
    assert _passed(tmp_path, call) == [(*_A, "load"), (*_B, "load")]


@pytest.mark.parametrize(
    "call",
    [
        "with custom_object_scope(BOTH): pass",
        "with CustomObjectScope(BOTH): pass",
        "with keras.saving.custom_object_scope({'A': A, 'B': B}): pass",
        "with tf.keras.utils.CustomObjectScope({'A': A}, {'B': B}): pass",
        "with custom_object_scope(custom_objects=BOTH) as s, open('x'): pass",
        "scope = keras.utils.custom_object_scope\nwith scope(BOTH): pass",
    ],
)
def test_scopes_are_found(tmp_path: Path, call: str) -> None:
    assert _passed(tmp_path, call) == [(*_A, "scope"), (*_B, "scope")]


@pytest.mark.parametrize(
    "statement",
    [
        "get_custom_objects()['A'] = A\nkeras.saving.get_custom_objects()['B'] = B",
        "get_custom_objects().update(BOTH)",
        "objects().update({'A': A, 'B': B})",
        "tf.keras.utils.get_custom_objects().update(A=A, B=B)",
        "custom_objects = get_custom_objects()\ncustom_objects['A'] = A\ncustom_objects['B'] = B",
        "custom_objects = get_custom_objects()\ncustom_objects.update(BOTH)",
        "for c in (A, B):\n    get_custom_objects()[c.__name__] = c",
        "get_custom_objects().setdefault('A', A)\nget_custom_objects().setdefault('B', B)",
    ],
)
def test_the_global_mapping_is_found(tmp_path: Path, statement: str) -> None:
    found = [(name, kind) for name, _, kind in _passed(tmp_path, statement)]
    assert found == [("A", "registry"), ("B", "registry")]


@pytest.mark.parametrize(
    "text",
    [
        "settings = {}\nsettings['A'] = A",
        "load_model('m', compile)",
        "def load_model(a, b): pass\nload_model('m', BOTH)",
        "keras.layers.Dense(3, BOTH)",
    ],
)
def test_other_mappings_pass_nothing(tmp_path: Path, text: str) -> None:
    head = "import keras\nclass A: pass\nBOTH = {'A': A}\n"
    assert passed(read(tmp_path, f"{head}{text}\n")) == []


def test_a_passing_stands_where_its_name_stands(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        "import keras\nfrom objects import CUSTOM\n"
        "keras.models.load_model('m', custom_objects=CUSTOM)\n",
        objects="from losses import dice\n\nCUSTOM = {\n    'dice': dice,\n}\n",
        losses="def dice(a, b): return a\n",
    )
    assert [p.spot for p in source.passings] == [Spot("objects.py", 4)]
    assert functions(source) == ["dice"]
