"""Imports point down: the floors of the house."""

from __future__ import annotations

from pathlib import Path

import pytest

from .floors import FLOORS, faults, modules
from .ground import PACKAGE, README


def test_no_room_imports_upward() -> None:
    assert faults(PACKAGE) == []


def test_every_folder_of_the_package_is_a_room() -> None:
    rooms = {module.room for module in modules(PACKAGE)} - {""}
    assert rooms <= {room for floor in FLOORS for room in floor}


def test_the_readme_shows_the_floors_top_down() -> None:
    text = README.read_text(encoding="utf-8")
    house = text.split("<!-- house -->")[1].split("<!-- end house -->")[0]
    drawn = [line.split("  ")[0].strip() for line in house.splitlines() if line[:1].isalpha()]
    there = {module.room for module in modules(PACKAGE)}
    expected = [[room for room in floor if room in there] for floor in reversed(FLOORS)]
    assert [line.split(" | ") for line in drawn] == [rooms for rooms in expected if rooms]


def _tree(folder: Path, name: str, text: str) -> Path:
    """Write a package of one module, named ``room/module``, and return its folder."""
    package = folder / "kerasscan"
    path = package / f"{name}.py"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return package


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cli/app", "from kerasscan.scanner.scanning import scan\nprint(1)\n"),
        ("scanner/scan", "import kerasscan\nv = kerasscan.__version__\n"),
        ("scanner/scan", "from kerasscan import __version__\n"),
        ("reader/read", "def f():\n    import h5py\n    from .limits import Limits\n"),
        ("reader/deep/inner", "from ..limits import Limits\nfrom kerasscan.model import saved\n"),
        ("catalog/harvest/fold", "from kerasscan.catalog.harvest import source\n"),
        ("catalog/harvest/__main__", "import sys\nsys.stdout.write('x')\n"),
        ("__init__", "from kerasscan.cli import main\n"),
        ("model/graph", "import networkx\nimport collections.abc\n"),
    ],
)
def test_what_the_house_allows(tmp_path: Path, name: str, text: str) -> None:
    assert faults(_tree(tmp_path, name, text)) == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "model/a",
            "from kerasscan.reader.reading import read",
            "1: imports upward: model -> reader",
        ),
        ("reader/a", "def f():\n  import kerasscan.cli.app", "2: imports upward: reader -> cli"),
        ("checks/a", "from kerasscan import scanner", "1: imports upward: checks -> scanner"),
        ("checks/a", "from .. import report", "1: imports upward: checks -> report"),
        ("checks/a", "from ..report import text", "1: imports upward: checks -> report"),
        ("scanner/a", "import kerasscan.repair", "neighbour on its floor: scanner -> repair"),
        ("reader/a", "import kerasscan.catalog.tree", "neighbour on its floor: reader -> catalog"),
        ("report/a", "from kerasscan.rulebook import page", "floor: report -> rulebook"),
        ("rulebook/a", "from kerasscan.report import text", "floor: rulebook -> report"),
        (
            "checks/a",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import kerasscan.cli",
            "3: imports upward: checks -> cli",
        ),
        ("checks/a", "from kerasscan import scan", "imports kerasscan.scan from the package's"),
        ("report/a", "import kerasscan\nkerasscan.scan([])", "2: uses kerasscan.scan"),
        ("cli/a", "from kerasscan.catalog import harvest", "for maintainers"),
        ("cli/a", "import kerasscan.catalog.harvest.source", "for maintainers"),
        ("catalog/a", "from .harvest import source", "for maintainers"),
        ("reader/a", "import pickle", "imports pickle, which nothing"),
        ("__main__", "import tensorflow as tf", "imports tensorflow, which nothing"),
        ("cli/a", "def f():\n  from keras.models import load_model", "2: imports keras, which"),
        ("checks/a", "import h5py", "imports h5py, which only reader may"),
        ("model/a", "import yaml", "imports yaml: the model room"),
        ("report/a", "print('x')", "1: prints, which only cli may"),
        ("report/a", "import typer", "imports typer, which only cli may"),
        ("report/a", "import sys\nsys.stdout.write('x')", "2: uses sys.stdout"),
        ("report/a", "import sys\nprint_to = sys.stderr", "2: uses sys.stderr"),
        ("report/a", "from sys import stdout", "1: imports sys.stdout"),
        ("report/a", "import importlib\nimportlib.import_module('x')", "2: imports by name"),
        ("report/a", "__import__('pickle')", "1: imports by name"),
        ("cellar/a", "", "the room 'cellar' is on no floor"),
    ],
)
def test_what_the_house_refuses(tmp_path: Path, name: str, text: str, expected: str) -> None:
    (fault,) = faults(_tree(tmp_path, name, text))
    assert expected in fault
