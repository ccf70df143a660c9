"""What is registered, and under which name."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasscan.model.source import Spot
from tests.source.written import read, registered

_REGISTER = "register_keras_serializable"


@pytest.mark.parametrize(
    ("imports", "spelling"),
    [
        ("import keras", f"keras.saving.{_REGISTER}"),
        ("import keras", f"keras.utils.{_REGISTER}"),
        ("import tensorflow as tf", f"tf.keras.saving.{_REGISTER}"),
        ("import tensorflow as tf", f"tf.keras.utils.{_REGISTER}"),
        ("import tensorflow", f"tensorflow.keras.utils.{_REGISTER}"),
        ("import tensorflow.keras.utils as ku", f"ku.{_REGISTER}"),
        ("from tensorflow.keras.utils import *", _REGISTER),
        ("import tf_keras", f"tf_keras.saving.{_REGISTER}"),
        ("import keras_core", f"keras_core.saving.{_REGISTER}"),
        (f"from keras.saving import {_REGISTER} as reg", "reg"),
        (f"from tensorflow.python.keras.utils.generic_utils import {_REGISTER}", _REGISTER),
        (f"from keras.src.saving.object_registration import {_REGISTER}", _REGISTER),
        (f"import keras\nregister = keras.saving.{_REGISTER}", "register"),
        (
            f"try:\n    from keras.saving import {_REGISTER}\n"
            f"except ImportError:\n    def {_REGISTER}(p): return lambda c: c",
            _REGISTER,
        ),
    ],
)
def test_every_spelling_registers(tmp_path: Path, imports: str, spelling: str) -> None:
    source = read(tmp_path, f"{imports}\n@{spelling}('p')\nclass Scale: pass\n")
    assert registered(source) == ["p>Scale"]
    assert source.problems == ()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ("", "Custom>Scale"),
        ("'p'", "p>Scale"),
        ("'p', 'n'", "p>n"),
        ("package='p', name='n'", "p>n"),
        ("name='n'", "Custom>n"),
        ("'p', name=None", "p>Scale"),
        ("PACKAGE", "mine>Scale"),
        ("PACKAGE + '.x'", "mine.x>Scale"),
        ("f'{PACKAGE}.x', f'{PACKAGE}_n'", "mine.x>mine_n"),
        ("naming.OTHER", "other>Scale"),
        ("OTHER", "other>Scale"),
        ("unknown", "?>Scale"),
        ("__name__", "?>Scale"),
        ("os.environ['x']", "?>Scale"),
        ("CHANGED", "?>Scale"),
        ("'p', unknown", "p>?"),
        ("*arguments", "?>?"),
        ("**arguments", "?>?"),
    ],
)
def test_the_name_is_told_or_left_open(tmp_path: Path, arguments: str, name: str) -> None:
    text = (
        "import os, keras, naming\nfrom naming import OTHER\nPACKAGE = 'mine'\n"
        "CHANGED = 'a'\nCHANGED += 'b'\n"
        f"@keras.saving.{_REGISTER}({arguments})\nclass Scale: pass\n"
    )
    assert registered(read(tmp_path, text, naming="OTHER = 'other'\n")) == [name]


@pytest.mark.parametrize(
    ("before", "decorator", "name"),
    [
        ("reg = register('p')", "@reg", "p>Scale"),
        ("reg = functools.partial(register, 'p')", "@reg()", "p>Scale"),
        ("reg = functools.partial(register, 'p')", "@reg('n')", "p>n"),
        ("reg = functools.partial(register, package='p')", "@reg(name='n')", "p>n"),
        ("def reg(cls): return register('p')(cls)", "@reg", "p>Scale"),
        ("def reg(p):\n    return register(p)", "@reg('p')", "?>Scale"),
        ("def reg(name): return register('p', name)", "@reg('n')", "p>?"),
        ("def reg(x): return register('p')(x) if x else register('q')", "@reg", "?>Scale"),
        ("reg = str", "@register('p')\n@reg", "p>Scale"),
    ],
)
def test_registrars_have_names_of_their_own(
    tmp_path: Path, before: str, decorator: str, name: str
) -> None:
    head = f"import functools\nfrom keras.saving import {_REGISTER} as register\n{before}\n"
    here = read(tmp_path, f"{head}{decorator}\nclass Scale: pass\n")
    assert registered(here) == [name]
    there = read(
        tmp_path,
        f"from tools import *\n{decorator}\nclass Scale: pass\n",
        tools=head,
    )
    assert registered(there) == [name]


def test_functions_are_registered_too(tmp_path: Path) -> None:
    text = f"import keras\n@keras.saving.{_REGISTER}('p')\ndef swish(x): return x\n"
    source = read(tmp_path, text)
    assert registered(source) == ["p>swish"]
    assert source.registrations[0].target == "swish"
    assert source.registrations[0].spot == Spot("custom.py", 2)


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("register('p')(Scale)", ["p>Scale"]),
        ("Other = register('p', 'n')(Scale)", ["p>n"]),
        ("reg = register('p')\nreg(Scale)", ["p>Scale"]),
        ("register('p')(lambda x: x)", ["p>?"]),
        ("register('p')(keras.layers.Dense)", ["p>Dense"]),
        ("for c in [Scale, Shift]:\n    register('p')(c)", ["p>Scale", "p>Shift"]),
        ("for c in everything():\n    register('p')(c)", ["p>?"]),
    ],
)
def test_a_call_registers(tmp_path: Path, statement: str, names: list[str]) -> None:
    text = (
        f"import keras\nfrom keras.saving import {_REGISTER} as register\n"
        f"class Scale: pass\nclass Shift: pass\n{statement}\n"
    )
    assert registered(read(tmp_path, text)) == names


def test_a_decorator_without_a_call_registers_nothing_and_is_told(tmp_path: Path) -> None:
    text = f"import keras\n\n@keras.saving.{_REGISTER}\nclass Scale: pass\n"
    source = read(tmp_path, text)
    assert source.registrations == ()
    assert [(p.file, p.line, p.is_limit) for p in source.problems] == [("custom.py", 3, False)]
    assert "without a call" in source.problems[0].message


def test_another_function_of_that_name_registers_nothing(tmp_path: Path) -> None:
    text = f"import keras, torch\n@torch.{_REGISTER}('p')\nclass Scale: pass\n"
    assert registered(read(tmp_path, text)) == []
