"""A realistic package, read as a whole; and damaged copies of it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from kerasscan.model.objects import Role
from kerasscan.model.source import Parameter, Source, Spot
from kerasscan.source import read_source
from tests.source.written import PROJECTS, classes, functions, passed, registered, write


def test_a_package_tells_what_it_defines() -> None:
    source = read_source([PROJECTS])
    found = classes(source)
    assert source.problems == ()
    assert source.files == 9
    assert set(found) == {"Scale", "GatedScale", "Noise"}
    assert {d.role for d in found.values()} == {Role.LAYER}
    assert found["Scale"].module == "my_pkg.layers.scale"
    assert found["Scale"].bases == ("tensorflow.keras.layers.Layer",)
    assert found["GatedScale"].bases == ("my_pkg.layers.scale.Scale",)
    assert found["GatedScale"].keras_base == "Layer"
    assert found["GatedScale"].parameters == (
        Parameter("gate", False),
        Parameter("factor", True),
        Parameter("clip", False),
    )
    assert found["GatedScale"].config_keys == frozenset({"factor", "clip", "gate"})
    assert {"focal", "focal.focal_loss", "dice", "load"} <= set(functions(source))


def test_a_package_tells_what_it_registers_and_passes() -> None:
    source = read_source([PROJECTS])
    assert registered(source) == ["my_pkg>Gated", "my_pkg>Scale", "nb>Noise"]
    assert passed(source) == [
        ("Scale", "Scale", "load"),
        ("focal_loss", "", "load"),
        ("dice", "losses.dice", "load"),
        ("Noise", "Noise", "load"),
    ]


def test_a_notebook_has_cells_and_lines() -> None:
    source = read_source([PROJECTS / "notebooks"])
    assert classes(source)["Noise"].spot == Spot("train.ipynb", 5, cell=3)
    assert classes(source)["Noise"].module == ""
    assert [p.spot for p in source.passings] == [Spot("train.ipynb", 1, cell=4)]


def test_a_file_that_is_no_python_leaves_the_rest_readable(tmp_path: Path) -> None:
    shutil.copytree(PROJECTS, tmp_path / "p")
    write(tmp_path / "p", {"old.py": "import keras\nprint 'loading'\n"})
    source = read_source([tmp_path / "p"])
    assert [(p.file, p.line, p.is_limit) for p in source.problems] == [("old.py", 2, False)]
    assert registered(source) == registered(read_source([PROJECTS]))


def test_an_exported_notebook_is_read_without_its_magics(tmp_path: Path) -> None:
    text = """
        # In[1]:
        get_ipython().system('pip install keras')
        %matplotlib inline
        !pip install keras
        import keras
        files = !ls
        keras.layers?
        if files:
            %cd models

        class Scale(keras.layers.Layer):
            pass
    """
    source = read_source([write(tmp_path, {"exported.py": text})])
    assert source.problems == ()
    assert classes(source)["Scale"].spot.line == 12


def test_damaged_files_never_raise(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311  # the same damage in every run
    files = [p for p in sorted(PROJECTS.rglob("*")) if p.suffix in {".py", ".ipynb"}]
    shutil.copytree(PROJECTS, tmp_path / "p")
    for _ in range(300):
        original = chance.choice(files)
        data = bytearray(original.read_bytes())
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(chance.randint(1, 8)):
                data[chance.randrange(len(data))] = chance.choice(
                    [chance.randrange(256), *b"()[]{}:,.=*@\"'\n\\"]
                )
        damaged = tmp_path / "p" / original.relative_to(PROJECTS)
        damaged.write_bytes(data)
        assert isinstance(read_source([tmp_path / "p"]), Source)
        damaged.write_bytes(original.read_bytes())
