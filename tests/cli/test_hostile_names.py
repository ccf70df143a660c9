"""Names out of a stranger's file do not reach the terminal as they are."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.reader.handmade import keras_zip, sequential
from tests.scanner.packs import put_card

from .door import run, start

NAMES = [
    "red\x1b[31m",
    "title\x1b]0;owned\x07",
    "line\nfeed\r",
    "\u202eright to left",
    "c1\x9b31m",
    "half \ud800",
    "zero\u200bwidth",
    "nul\x00",
]
FORMATS = ["text", "json", "sarif", "github", "gitlab", "junit", "markdown", "rdjson"]


def obeyed(text: str) -> list[str]:
    """Return the characters that a terminal would obey or hide."""
    return [char for char in text if char != "\n" and not char.isprintable()]


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_layer_s_name_is_spelt_out(tmp_path: Path, name: str, output_format: str) -> None:
    own = {"class_name": f"Own{name}", "module": name, "config": {"name": name}}
    (tmp_path / "m.json").write_text(json.dumps(sequential("model", own)))
    pack = put_card(tmp_path / "pack", options="where = {required = ['module']}")
    shown = run(
        "scan", str(tmp_path / "m.json"), "--rules", str(pack), "--output-format", output_format
    )
    assert shown.exit_code == 1
    assert "ZZ101" in shown.stdout
    assert obeyed(shown.stdout) == []


@pytest.mark.parametrize("output_format", ["text", "json"])
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_inspect_spells_it_out_too(tmp_path: Path, name: str, output_format: str) -> None:
    own = {"class_name": f"Own{name}", "config": {"name": name, "batch_shape": [None]}}
    model = {**sequential(f"model{name}", own), "keras_version": f"1{name}", "backend": name}
    (tmp_path / "m.json").write_text(json.dumps(model))
    shown = run("inspect", str(tmp_path / "m.json"), "--output-format", output_format)
    assert shown.exit_code == 0
    assert obeyed(shown.stdout) == []


@pytest.mark.parametrize("output_format", FORMATS)
def test_names_of_members_are_spelt_out(tmp_path: Path, output_format: str) -> None:
    members: dict[str, str | bytes] = {"a\x1b[31m\u202e.json": "{", "model.weights.h5": b"x"}
    (tmp_path / "m.keras").write_bytes(keras_zip(members))
    shown = run("scan", str(tmp_path), "--output-format", output_format)
    assert shown.exit_code == 1
    assert obeyed(shown.stdout) == []


FILES = [b"red\x1b[31m.keras", b"line\nfeed.keras", b"latin\xe4.keras"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of models whose names hurt."""
    for name in FILES:
        (tmp_path / os.fsdecode(name)).write_bytes(keras_zip())
    return tmp_path


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("name", FILES)
def test_a_file_s_name_is_spelt_out(files: Path, name: bytes, output_format: str) -> None:
    shown = run("scan", str(files / os.fsdecode(name)), "--output-format", output_format)
    assert shown.exit_code in (0, 1)
    assert obeyed(shown.stdout) == []


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_folder_of_such_files_is_scanned_to_its_end(files: Path, output_format: str) -> None:
    done = start("scan", b".", FILES[0], "--output-format", output_format, cwd=files)
    assert done.stderr == b""
    assert done.returncode in (0, 1)
    assert obeyed(done.stdout.decode()) == []


@pytest.mark.parametrize("name", [name for name in NAMES if "\x00" not in name], ids=ascii)
def test_a_refusal_spells_out_what_was_typed(name: str) -> None:
    for command in ("scan", "inspect"):
        result = run(command, name)
        assert result.exit_code == 2
        assert obeyed(result.stderr) == []
