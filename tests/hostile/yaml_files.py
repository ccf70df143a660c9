"""Tricks in architecture YAML, which only a Keras of TensorFlow 2.5 and older reads."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import yaml

from tests.hostile import containers as c
from tests.hostile.configs import PYTHON, Json, lambda_2, plain
from tests.hostile.payloads import LAMBDA, MARKER
from tests.hostile.trick import KERAS_2, Trick

YAML = ("CVE-2021-37678",)


def tricks() -> list[Trick]:
    """Return the tricks with YAML, and a harmless file."""
    call = f"!!python/object/apply:builtins.print ['{MARKER}']"
    name = "!!python/name:builtins.print"
    return [
        Trick("plain.yaml", "a model", (), partial(_write, plain()), KERAS_2, harmless=True),
        Trick("apply.yaml", "a tag that calls print", YAML, partial(_tagged, call), KERAS_2),
        Trick("name.yaml", "a tag that names print", YAML, partial(_tagged, name), KERAS_2),
        Trick(
            "lambda-2.yaml",
            "a Lambda of Keras 2",
            (),
            partial(_write, plain(lambda_2([LAMBDA["3.8"], None, None]))),
            KERAS_2,
            "3.8",
        ),
        Trick(
            "lambda-2-new.yaml",
            "bytecode of a newer Python",
            (),
            partial(_write, plain(lambda_2())),
            KERAS_2,
            PYTHON,
        ),
    ]


def _write(config: Json, folder: Path) -> Path:
    return c.written(folder / "model.yaml", yaml.safe_dump(config).encode())


def _tagged(tag: str, folder: Path) -> Path:
    text = yaml.safe_dump(plain()) + f"tagged: {tag}\n"
    return c.written(folder / "model.yaml", text.encode())
