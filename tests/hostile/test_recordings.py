"""The tricks, and the recordings of what real releases did with them, belong together."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.hostile.trick import ANY, KERAS_2, KERAS_3
from tests.hostile.tricks import BY_ID, TRICKS

FOLDER: Final = Path(__file__).resolve().parents[1] / "recordings" / "hostile"
FILES: Final = sorted(FOLDER.glob("*.json"))
WANTED: Final = {
    "keras==3.3.3",
    "keras==3.8.0",
    "keras==3.9.2",
    "keras==3.10.0",
    "keras==3.11.3",
    "keras==3.12.0",
    "keras==3.12.4",
    "keras==3.13.1",
    "keras==3.13.2",
    "keras==3.14.0",
    "keras==3.14.1",
    "keras==3.15.0",
    "keras==3.15.1",
    "tensorflow==2.15",
    "tf-keras==2.18.0",
}
EFFECTS: Final = (
    "code-on-load",
    "code-on-call",
    "file-read",
    "file-write",
    "network",
    "denial-of-service",
    "refused",
    "none",
)
CONTAINERS: Final = {"keras", "directory", "h5", "json", "yaml", "weights"}
ADVISORY: Final = re.compile(r"CVE-\d{4}-\d{4,6}|GHSA(-[23456789cfghjmpqrvwx]{4}){3}")
READS_DIRECTORIES: Final = re.compile(r"keras==3\.([5-9]|\d\d)\.")
YAML_IS_GONE: Final = "`model_from_yaml()` has been removed"
ENOUGH_TRICKS: Final = 400
ENOUGH_HARMLESS: Final = 10


def recorded(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def content(folder: Path) -> dict[str, bytes]:
    """Return everything in a folder: files by their bytes, links by where they lead."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = str(path.readlink()).encode()
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def test_the_releases_that_matter_are_recorded() -> None:
    assert {path.stem for path in FILES} >= WANTED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_trick_is_recorded_or_said_not_to_apply(path: Path) -> None:
    backend = path.stem.partition("+")[2]
    wanted = {trick.id for trick in TRICKS if not backend or trick.backend == backend}
    lines = recorded(path)
    assert set(lines) == wanted
    for line in lines.values():
        assert line.get("not_applicable") or line["effects"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_effects_are_known_and_the_most_severe_is_first(path: Path) -> None:
    for line in recorded(path).values():
        places = [EFFECTS.index(effect) for effect in line.get("effects", ())]
        assert places == sorted(places)
        assert line.get("effects") != ["refused"] or line["error"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_harmless_files_load_and_do_nothing(path: Path) -> None:
    for name, line in recorded(path).items():
        reads = bool(READS_DIRECTORIES.match(path.stem)) or BY_ID[name].container != "directory"
        can_read = reads and YAML_IS_GONE not in line.get("message", "")
        if BY_ID[name].harmless and "effects" in line and can_read:
            assert line["effects"] == ["none"], name
            assert "call_error" not in line, name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recording_names_no_path_of_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(tmp|root|home|usr|work|Users)/", text)


def test_tricks_are_sorted_and_named_after_their_container() -> None:
    names = [trick.id for trick in TRICKS]
    assert names == sorted(set(names))
    assert len(names) > ENOUGH_TRICKS
    assert {trick.container for trick in TRICKS} == CONTAINERS


def test_tricks_say_what_they_are() -> None:
    for trick in TRICKS:
        assert trick.says
        assert not trick.says.endswith(".")
        assert trick.made_for in (ANY, KERAS_2, KERAS_3)
        assert all(ADVISORY.fullmatch(advisory) for advisory in trick.advisories), trick.id


def test_there_are_harmless_counterparts_in_every_container() -> None:
    harmless = [trick for trick in TRICKS if trick.harmless]
    assert len(harmless) > ENOUGH_HARMLESS
    assert {trick.container for trick in harmless} == CONTAINERS


def test_every_trick_was_tried_in_some_release_whose_python_can_run_it() -> None:
    tried = {name for path in FILES for name, line in recorded(path).items() if "effects" in line}
    untried = {trick.id for trick in TRICKS} - tried
    assert all(BY_ID[name].python not in ("", "3.11") for name in untried), untried


def test_a_trick_makes_the_same_bytes_twice(tmp_path: Path) -> None:
    for trick in TRICKS:
        both = []
        for number in ("1", "2"):
            folder = tmp_path / trick.id / number
            folder.mkdir(parents=True)
            path = trick.make(folder)
            assert path.exists()
            both.append(content(folder))
        assert both[0] == both[1], trick.id
