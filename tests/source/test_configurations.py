"""Which keys ``get_config`` writes."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.source.written import classes, read

_HEAD = """\
import keras, copy, itertools
KEY = "named"
class Base(keras.layers.Layer):
    def get_config(self):
        return {**super().get_config(), "base": 1}
class Own(Base):
    def get_config(self):
"""

_UNDERSTOOD = {
    'c = super().get_config()\nc.update({"a": self.a, "b": 1})\nreturn c': "base a b",
    "config = super().get_config()\nconfig.update(a=1)\nreturn config": "base a",
    'config = super(Own, self).get_config()\nconfig["a"] = 1\nreturn config': "base a",
    'config = Base.get_config(self)\nconfig["a"] = 1\nreturn config': "base a",
    'config: dict = super().get_config()\nconfig |= {"a": 1}\nreturn config': "base a",
    'return {**super().get_config(), "a": 1}': "base a",
    "return dict(super().get_config(), a=1)": "base a",
    "return dict(**super().get_config(), a=1)": "base a",
    'config = {"a": 1}\nbase = super().get_config()\n'
    "return dict(list(base.items()) + list(config.items()))": "base a",
    'base_config = super().get_config()\nreturn base_config | {"a": 1}': "base a",
    'c = copy.deepcopy(super().get_config())\nc["a"] = 1\nreturn c.copy()': "base a",
    'return {"a": 1}': "a",
    "return super().get_config()": "base",
    "return {KEY: 1}": "named",
    'c = super().get_config()\nc.pop("base")\nc["a"] = 1\nreturn c': "a",
    'c = super().get_config()\ndel c["base"]\nreturn c': "",
    'c = super().get_config()\nif x:\n    c["a"] = 1\nelse:\n    c["b"] = 1\nreturn c': "base a b",
    'if self.a:\n    return {"a": 1}\nreturn {"b": 1}': "a b",
    'all = []\nfor n in self.all:\n    all.append(n)\nreturn {"all": all}': "all",
    'log(self)\nreturn {"a": self.a}': "a",
}

_NOT_UNDERSTOOD = [
    "config = super().get_config()\nfor k in self.all:\n    config[k] = 1\nreturn config",
    "return {k: 1 for k in self.all}",
    "return self.config",
    'c = super().get_config()\nfill(c)\nc["a"] = 1\nreturn c',
    "c = {}\nc[self.key] = 1\nreturn c",
    "return vars(self)",
    "raise NotImplementedError",
    "c = {}\nc.merge(self.x)\nreturn c",
    "return {**self.extra, 'a': 1}",
]


def _own(folder: Path, body: str) -> frozenset[str] | None:
    found = classes(read(folder, _HEAD + textwrap.indent(body, " " * 8) + "\n"))["Own"]
    assert found.has_get_config
    return found.config_keys


@pytest.mark.parametrize("body", _UNDERSTOOD)
def test_keys_are_told(tmp_path: Path, body: str) -> None:
    assert _own(tmp_path, body) == frozenset(_UNDERSTOOD[body].split())


@pytest.mark.parametrize("body", _NOT_UNDERSTOOD)
def test_keys_are_not_guessed(tmp_path: Path, body: str) -> None:
    assert _own(tmp_path, body) is None


def test_methods_of_ancestors_count(tmp_path: Path) -> None:
    text = """
        import keras, elsewhere
        class Bare(keras.layers.Layer): pass
        class Base(keras.layers.Layer):
            def get_config(self): return {"a": 1}
            @classmethod
            def from_config(cls, config): return cls(**config)
        class Own(Base): pass
        class Foreign(elsewhere.Thing):
            def get_config(self): return {**super().get_config(), "a": 1}
    """
    found = classes(read(tmp_path, text))
    told = {n: (d.has_get_config, d.has_from_config, d.config_keys) for n, d in found.items()}
    assert told == {
        "Bare": (False, False, None),
        "Base": (True, True, {"a"}),
        "Own": (True, True, {"a"}),
        "Foreign": (True, False, None),
    }
