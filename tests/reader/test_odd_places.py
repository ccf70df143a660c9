"""Paths that are no files: told, without waiting and without raising."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kerasscan.model.saved import Container, ProblemKind, Saved
from kerasscan.reader.reading import read

from .handmade import keras_zip, kinds


def told(saved: Saved) -> str:
    """Return what is said of a path that could not be read."""
    assert saved.artifact.container is Container.UNKNOWN
    assert kinds(saved) == [ProblemKind.UNREADABLE_FILE]
    assert not saved.is_complete
    return saved.problems[0].detail


def test_a_link_to_a_model_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.keras").write_bytes(keras_zip())
    (tmp_path / "link.keras").symlink_to("real.keras")
    assert read(tmp_path / "link.keras").root is not None


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert told(read(tmp_path / "gone.keras")) == "No such file or directory"


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link.keras").symlink_to("gone")
    assert told(read(tmp_path / "link.keras")) == "No such file or directory"


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.keras").symlink_to("loop.keras")
    assert told(read(tmp_path / "loop.keras"))


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert told(read(tmp_path / "file" / "m.keras")) == "Not a directory"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.keras")
    code = "import sys, kerasscan; print(kerasscan.read(sys.argv[1]).problems[0].detail)"
    command = [sys.executable, "-c", code, str(tmp_path / "pipe.keras")]
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        command, capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout == "it is neither a file nor a folder\n"


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's whole path may have no more than 108 characters
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("s.keras")
        assert told(read("s.keras")) == "it is neither a file nor a folder"


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device(device: str) -> None:
    assert told(read(device)) == "it is neither a file nor a folder"


def test_a_name_that_the_file_system_refuses(tmp_path: Path) -> None:
    assert told(read(tmp_path / ("a" * 300))) == "File name too long"


def test_a_folder_without_a_model_is_no_model(tmp_path: Path) -> None:
    saved = read(tmp_path)
    assert saved.artifact.container is Container.UNKNOWN
    assert saved.is_complete


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator may open anything, so the refusal is put in the system's place."""
    path = tmp_path / "m.keras"
    path.write_bytes(keras_zip())

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert told(read(path)) == "Permission denied"
