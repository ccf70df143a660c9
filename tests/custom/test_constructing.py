"""Whether a class of the project takes the configuration that a file holds for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasscan.custom.constructing import dropped_arguments, missing_arguments, refused_keys
from kerasscan.custom.standing import verdicts
from kerasscan.source import read_source
from tests.reader.handmade import layer, read_json, sequential

BASE = {"trainable": True, "dtype": "float32"}


def faults(folder: Path, text: str, base: str = "keras.layers.Layer", **config: Any) -> list[str]:
    """Return what is refused (-), missing (+) and dropped (~)."""
    made = {**layer("Own", "x", **config), "module": None, "registered_name": "Own"}
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    (folder / "own.py").write_text(f"import keras\n\nclass Own({base}):\n{lines}")
    (seen,) = verdicts(read_json(folder, sequential("m", made)), read_source([folder / "own.py"]))
    assert seen.definition is not None
    return [
        *(f"-{name}" for name in refused_keys(seen.need, seen.definition)),
        *(f"+{name}" for name in missing_arguments(seen.need, seen.definition)),
        *(f"~{name}" for name in dropped_arguments(seen.need, seen.definition)),
    ]


GETS = "\ndef get_config(self):\n    return {**super().get_config(), 'a': self.a}"


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ("pass", {}),
        ("def __init__(self, a, **kwargs):\n    super().__init__(**kwargs)" + GETS, {"a": 1}),
        ("def __init__(self, a=1, *, b=2, **others):\n    self.a = a", {"b": 1}),
        ("def __init__(self, name, trainable, dtype, a=1):\n    pass", {"a": 1, **BASE}),
        ("def __init__(self, *args, **kwargs):\n    pass", {"a": 1, **BASE}),
        (
            "def __init__(self, a):\n    pass\n@classmethod\ndef from_config(cls, config):\n"
            "    return cls(1)",
            {"b": 1, **BASE},
        ),
    ],
)
def test_a_constructor_that_takes_the_configuration(
    tmp_path: Path, text: str, config: dict[str, Any]
) -> None:
    assert faults(tmp_path, text, **config) == []


@pytest.mark.parametrize(
    ("text", "config", "expected"),
    [
        ("def __init__(self, a):\n    pass", {"a": 1}, ["-name"]),
        ("def __init__(self):\n    pass", BASE, ["-name", "-trainable", "-dtype"]),
        ("def __init__(self, a, **kwargs):\n    pass", {"b": 1}, ["+a"]),
        ("def __init__(self, *, a, **kwargs):\n    pass", {}, ["+a"]),
        ("def __init__(self, a, name=None):\n    pass", {"b": 1}, ["-b", "+a"]),
        (
            "def __init__(self, a, b, **kwargs):\n    pass" + GETS,
            {"a": 1, "b": 2},
            ["~b"],
        ),
    ],
)
def test_a_constructor_that_does_not(
    tmp_path: Path, text: str, config: dict[str, Any], expected: list[str]
) -> None:
    assert faults(tmp_path, text, **config) == expected


def test_a_class_of_keras_may_change_the_configuration_on_its_way(tmp_path: Path) -> None:
    text = "def __init__(self, a):\n    pass"
    assert faults(tmp_path, text, base="keras.layers.Bidirectional", b=1) == []


def test_a_model_of_layers_is_built_by_keras_itself(tmp_path: Path) -> None:
    text = "def __init__(self, a):\n    pass"
    assert faults(tmp_path, text, base="keras.Model", layers=[], input_layers=[]) == []
