"""Which files below a path are model files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kerasscan.scanner.discover import NoSuchPath, Search, discover
from tests.reader.handmade import CONFIG, METADATA
from tests.samples.manifest import SAMPLES

CLEAN = SAMPLES / "clean"


def put(folder: Path, *names: str, text: str = "") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(folder: Path, **search: tuple[str, ...]) -> list[str]:
    paths = discover([folder], Search(**search))
    return [path.relative_to(folder).as_posix() for path in paths]


def test_an_empty_folder_has_none(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_models_are_found_by_name_at_any_depth_and_sorted(tmp_path: Path) -> None:
    put(tmp_path, "b.keras", "a/z.h5", "a/b/c.HDF5", "a.keras", "notes.txt", "m.pt", "keras")
    assert found(tmp_path) == ["a.keras", "a/b/c.HDF5", "a/z.h5", "b.keras"]


@pytest.mark.parametrize("name", ["m.json", "m.yaml", "m.yml", "M.JSON"])
def test_text_counts_when_it_speaks_of_a_model(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, text='{"classes": ["class", "name"]}')
    assert found(tmp_path) == []
    put(tmp_path, name, text=CONFIG)
    assert found(tmp_path) == [name]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_text_speaks_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "m.json").write_bytes(CONFIG.encode(encoding))
    assert found(tmp_path) == ["m.json"]


def test_tensorflow_js_is_found_by_its_topology(tmp_path: Path) -> None:
    put(tmp_path, "model.json", text='{"format": "graph-model", "modelTopology": {}}')
    assert found(tmp_path) == ["model.json"]


@pytest.mark.parametrize("hidden", [".git", ".cache", ".venv/lib"])
def test_hidden_folders_are_left_out(tmp_path: Path, hidden: str) -> None:
    put(tmp_path, f"{hidden}/a.keras", "seen/b.keras")
    assert found(tmp_path) == ["seen/b.keras"]


def test_a_hidden_folder_that_is_named_is_searched(tmp_path: Path) -> None:
    put(tmp_path, ".hidden/a.keras")
    assert found(tmp_path / ".hidden") == ["a.keras"]


def test_include_replaces_the_usual_names(tmp_path: Path) -> None:
    put(tmp_path, "a.keras", "b.bin", "sub/c.bin", "sub/d.weights")
    assert found(tmp_path, include=("*.bin",)) == ["b.bin", "sub/c.bin"]
    assert found(tmp_path, include=("sub/*",)) == ["sub/c.bin", "sub/d.weights"]


def test_exclude_leaves_out_files_and_folders(tmp_path: Path) -> None:
    put(tmp_path, "a.keras", "old/b.keras", "new/old/c.keras", "new/d.h5")
    assert found(tmp_path, exclude=("old",)) == ["a.keras", "new/d.h5"]
    assert found(tmp_path, exclude=("new/old",)) == ["a.keras", "new/d.h5", "old/b.keras"]
    assert found(tmp_path, exclude=("*.keras",)) == ["new/d.h5"]
    assert found(tmp_path, include=("*.keras",), exclude=("new/*",)) == ["a.keras", "old/b.keras"]


def test_a_named_file_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    put(tmp_path, "notes.txt")
    assert discover([tmp_path / "notes.txt"], Search(exclude=("*",))) == [tmp_path / "notes.txt"]


def test_each_file_is_taken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "sub/a.keras")
    monkeypatch.chdir(tmp_path)
    given = [".", "sub", "./sub/a.keras", "sub/../sub/a.keras"]
    assert [path.as_posix() for path in discover(given, Search())] == ["sub/a.keras"]


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPath, match="no such file or folder"):
        discover([tmp_path, tmp_path / "gone.keras"], Search())


def test_links_to_files_are_followed_and_those_to_folders_are_not(tmp_path: Path) -> None:
    put(tmp_path / "outside", "a.keras")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file.keras").symlink_to("../outside/a.keras")
    (folder / "gone.keras").symlink_to("../outside/gone.keras")
    (folder / "linked").symlink_to("../outside")
    (folder / "loop").symlink_to(".")
    assert found(folder) == ["file.keras", "gone.keras"]


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    os.mkfifo(tmp_path / "b.keras")
    assert found(tmp_path) == ["b.keras"]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    shutil.copytree(CLEAN / "tf-2.10-savedmodel", tmp_path / "saved")
    shutil.copytree(CLEAN / "keras-3.15.1-directory", tmp_path / "folder")
    put(tmp_path, "saved/assets/words.json", "folder/assets/inner.h5", text=CONFIG)
    put(tmp_path, "saved/extra/a.keras", "folder/b.keras")
    return tmp_path


def test_a_folder_that_is_a_model_is_taken_as_one(models: Path) -> None:
    assert found(models) == ["folder", "folder/b.keras", "saved", "saved/extra/a.keras"]
    assert found(models / "saved") == [".", "extra/a.keras"]
    assert found(models, exclude=("saved",)) == ["folder", "folder/b.keras"]


@pytest.mark.parametrize("name", ["saved_model.pb", "keras_metadata.pb"])
def test_a_part_stands_for_its_folder(
    models: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert discover([models / "saved" / name, models / "saved"], Search())[0] == models / "saved"
    monkeypatch.chdir(models / "saved")
    assert discover([name], Search()) == [Path()]


def test_a_folder_with_a_configuration_alone_is_no_model(tmp_path: Path) -> None:
    put(tmp_path, "config.json", text=CONFIG)
    assert found(tmp_path) == ["config.json"]
    put(tmp_path, "metadata.json", text=METADATA)
    assert found(tmp_path) == ["."]


def test_a_folder_of_checkpoints_is_told_only_when_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, "run/checkpoint", "run/m.index", "run/m.data-00000-of-00001")
    assert found(tmp_path) == []
    assert found(tmp_path / "run") == ["."]


def test_a_project_with_a_folder_called_checkpoint_is_no_checkpoint(tmp_path: Path) -> None:
    put(tmp_path, "checkpoint/a.keras", "search.index")
    assert found(tmp_path) == ["checkpoint/a.keras"]


def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator may list anything, so the refusal is put in the system's place."""
    put(tmp_path, "open/a.keras", "shut/b.keras")
    real = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(tmp_path) == ["open/a.keras", "shut"]


def test_a_named_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object = ".") -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(os, "listdir", refuse)
    assert discover([tmp_path], Search()) == [tmp_path]
