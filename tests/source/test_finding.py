"""Which files are read, and what is said of those that are not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kerasscan.source import SourceLimits, project_folder, read_source
from tests.source.written import classes, functions, write

_LAYER = "import keras\nclass Scale(keras.layers.Layer): pass\n"


def test_python_files_and_notebooks_are_found_in_order(tmp_path: Path) -> None:
    write(tmp_path, {"b.py": _LAYER, "a/c.py": _LAYER, "a.txt": _LAYER, "a.py": "x = 1\n"})
    source = read_source([tmp_path])
    assert source.files == 3
    assert [d.spot.file for d in source.definitions] == ["a/c.py", "b.py"]
    assert source.roots == (tmp_path.as_posix(),)


@pytest.mark.parametrize(
    "folder", [".hidden", "__pycache__", "site-packages", "node_modules", "build", "dist", "env"]
)
def test_what_was_installed_or_built_is_left_out(tmp_path: Path, folder: str) -> None:
    write(tmp_path, {f"{folder}/a.py": _LAYER, "env/pyvenv.cfg": ""})
    assert read_source([tmp_path]).files == 0


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"there/a.py": _LAYER, "here/b.py": _LAYER})
    (tmp_path / "here" / "link").symlink_to(tmp_path / "there", target_is_directory=True)
    assert read_source([tmp_path / "here"]).files == 1


def test_a_file_can_be_a_root_and_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, {"pkg/__init__.py": "", "pkg/a.py": _LAYER})
    alone = read_source([tmp_path / "pkg" / "a.py"])
    assert [(d.spot.file, d.module) for d in alone.definitions] == [("a.py", "pkg.a")]
    both = read_source([tmp_path / "pkg" / "a.py", tmp_path])
    assert both.files == 2


def test_a_folder_that_is_no_identifier_gives_no_module(tmp_path: Path) -> None:
    write(tmp_path, {"my-code/a.py": _LAYER, "my-code/pkg/__init__.py": _LAYER})
    source = read_source([tmp_path])
    assert [d.module for d in source.definitions] == ["", "pkg"]


@pytest.mark.parametrize("mark", ["pyproject.toml", "setup.py", "setup.cfg", ".git"])
def test_the_project_is_the_nearest_folder_with_a_mark(tmp_path: Path, mark: str) -> None:
    write(tmp_path, {f"p/{mark}": "", "p/models/deep/m.keras": ""})
    assert project_folder(tmp_path / "p/models/deep/m.keras") == tmp_path / "p"
    assert project_folder(tmp_path / "p/models") == tmp_path / "p"
    assert project_folder(tmp_path / "p") == tmp_path / "p"


def test_a_path_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    source = read_source([tmp_path / "none"])
    assert [p.message for p in source.problems] == ["is not there"]


def test_too_many_files_are_a_limit(tmp_path: Path) -> None:
    write(tmp_path, {f"{n}.py": _LAYER for n in range(4)})
    source = read_source([tmp_path], SourceLimits(files=2))
    assert source.files == 2
    assert [p.is_limit for p in source.problems] == [True]


def test_a_large_file_is_a_limit_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": _LAYER + "#" * 100, "b.py": _LAYER})
    source = read_source([tmp_path], SourceLimits(file_bytes=100))
    assert [d.spot.file for d in source.definitions] == ["b.py"]
    assert [(p.file, p.is_limit) for p in source.problems] == [("a.py", True)]


def test_many_bytes_are_a_limit(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": _LAYER, "b.py": _LAYER, "c.py": _LAYER})
    source = read_source([tmp_path], SourceLimits(total_bytes=2 * len(_LAYER)))
    assert source.files == 2
    assert [(p.file, p.is_limit) for p in source.problems] == [("c.py", True)]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"import keras\ndef f(:\n", 2),
        (b"import keras\nx = '\x00'\n", None),
        (b"# -*- coding: nonsense -*-\nimport keras\n", None),
        (b"import keras\nx = '\xff\xfe'\n", None),
        (b"import keras\nx = " + b"(" * 5_000 + b")" * 5_000, None),
        (b"import keras\nx = " + b"-" * 100_000 + b"1\n", None),
    ],
)
def test_text_that_is_no_python_is_a_problem(tmp_path: Path, data: bytes, line: int | None) -> None:
    write(tmp_path, {"b.py": _LAYER})
    (tmp_path / "a.py").write_bytes(data)
    source = read_source([tmp_path])
    assert [p.file for p in source.problems] == ["a.py"]
    assert line is None or source.problems[0].line == line
    assert set(classes(source)) == {"Scale"}


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + _LAYER.encode(),
        b"# -*- coding: latin-1 -*-\n# \xe9\n" + _LAYER.encode(),
        _LAYER.replace("\n", "\r\n").encode(),
        b"import keras\nx = '\\d'\nclass Scale(keras.Layer): pass\n",
        b"import keras\nif 0: pass\n" + b"elif 0: pass\n" * 500 + _LAYER.encode(),
        b"import keras\nx = 1" + b" + 1" * 900 + b"\n" + _LAYER.encode(),
        b"import keras\nx = a" + b".b" * 900 + b"\n" + _LAYER.encode(),
    ],
)
def test_odd_text_that_is_python_is_read(
    tmp_path: Path, data: bytes, recwarn: pytest.WarningsRecorder
) -> None:
    (tmp_path / "a.py").write_bytes(data)
    source = read_source([tmp_path])
    assert source.problems == ()
    assert set(classes(source)) == {"Scale"}
    assert not list(recwarn)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": _LAYER, "b.py": _LAYER})
    (tmp_path / "a.py").chmod(0)
    assert [p.file for p in read_source([tmp_path]).problems] == ["a.py"]


def _notebook(folder: Path, *cells: str) -> Path:
    made = [{"cell_type": "code", "source": cell} for cell in cells]
    return write(folder, {"n.ipynb": json.dumps({"cells": made, "x": "keras"})})


def test_cells_share_their_names(tmp_path: Path) -> None:
    source = read_source(
        [
            _notebook(
                tmp_path, "import keras", "%%time\nclass A(keras.Layer): pass", "f = lambda x: x"
            )
        ]
    )
    assert classes(source)["A"].keras_base == "Layer"
    assert [(d.spot.cell, d.spot.line) for d in source.definitions] == [(2, 2), (3, 1)]
    assert functions(source) == ["f"]


def test_cells_in_other_languages_are_left_out(tmp_path: Path) -> None:
    source = read_source([_notebook(tmp_path, "%%bash\nls |", "%%html\n<p>", "%%odd\n(", "x = 1")])
    assert source.problems == ()


def test_a_cell_that_is_no_python_is_a_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    source = read_source([_notebook(tmp_path, "import keras", "def f(:", _LAYER)])
    assert [(p.file, p.line) for p in source.problems] == [("n.ipynb", 1)]
    assert "cell 2" in source.problems[0].message
    assert set(classes(source)) == {"Scale"}


@pytest.mark.parametrize("text", ["keras", "[]", '{"x": "keras"}', '{"cells": 3, "x": "keras"}'])
def test_a_notebook_that_is_none_is_a_problem(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"n.ipynb": f"{text} " if "keras" in text else '["keras"]'})
    assert [p.file for p in read_source([tmp_path]).problems] == ["n.ipynb"]


def test_old_notebooks_have_worksheets(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": ["import keras\n", "class A(keras.Model): pass"]}
    write(tmp_path, {"n.ipynb": json.dumps({"worksheets": [{"cells": [cell]}]})})
    assert set(classes(read_source([tmp_path]))) == {"A"}
