"""Files are named from the top of the repository, never from the top of the machine."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from kerasscan.report.whereabouts import whereabouts


def uris(paths: list[str], root: Path | None) -> list[str]:
    return [place.uri for place in whereabouts(paths, root)]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with the folder `models`, in which we stand."""
    models = tmp_path / "repository" / "models"
    models.mkdir(parents=True)
    monkeypatch.chdir(models)
    return models.parent


def test_a_file_is_named_from_the_top_and_not_from_here(repository: Path) -> None:
    assert uris(["a.keras"], repository) == ["models/a.keras"]
    assert uris(["../b.h5"], repository) == ["b.h5"]
    assert uris([str(repository / "models" / "a.keras")], repository) == ["models/a.keras"]
    assert [place.is_inside for place in whereabouts(["a.keras"], repository)] == [True]


def test_without_a_top_a_file_is_named_from_here(repository: Path) -> None:
    assert uris(["a.keras", "./old/../b.keras"], None) == ["a.keras", "b.keras"]


def test_a_top_given_relatively_is_as_good(repository: Path) -> None:
    assert uris(["a.keras"], Path("..")) == ["models/a.keras"]


def test_the_top_itself_can_be_a_model(repository: Path) -> None:
    assert uris([".."], repository) == ["."]


def test_names_are_percent_encoded(repository: Path) -> None:
    assert uris(["a b#c?d%e:f[g].keras"], repository) == [
        "models/a%20b%23c%3Fd%25e%3Af%5Bg%5D.keras"
    ]
    assert uris(["käse.keras"], repository) == ["models/k%C3%A4se.keras"]


def test_bytes_that_are_no_text_keep_their_value(repository: Path) -> None:
    name = os.fsdecode(b"caf\xe9.keras")
    assert unquote_to_bytes(uris([name], repository)[0]) == b"models/caf\xe9.keras"


@pytest.mark.parametrize("name", ["\x00", "\n", "\ud800", "\udfff", "a\\b", "~", "\U0001f600"])
def test_any_name_gives_a_uri(repository: Path, name: str) -> None:
    (uri,) = uris([name], repository)
    assert uri.isascii()
    assert uri.isprintable()
    assert uri.startswith("models/")


def test_links_in_folders_are_followed(repository: Path) -> None:
    (repository / "alias").symlink_to(repository / "models")
    assert uris([str(repository / "alias" / "a.keras")], repository) == ["models/a.keras"]


def test_a_linked_folder_with_its_end_outside_is_named_as_the_repository_names_it(
    repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    (repository / "big").symlink_to(tmp_path / "disk")
    assert uris([str(repository / "big" / "a.keras")], repository) == ["big/a.keras"]


def test_a_link_to_a_model_keeps_its_name(repository: Path) -> None:
    store = repository / ".store"
    store.mkdir()
    (store / "d41d8cd9").write_bytes(b"")
    (repository / "models" / "a.keras").symlink_to(store / "d41d8cd9")
    assert uris(["a.keras"], repository) == ["models/a.keras"]


def test_links_in_a_circle_do_no_harm(repository: Path) -> None:
    (repository / "ring").symlink_to(repository / "ring")
    assert uris([str(repository / "ring" / "a.keras")], repository) == ["ring/a.keras"]


def test_a_file_outside_is_named_by_its_folder_and_its_name(
    repository: Path, tmp_path: Path
) -> None:
    outside = str(tmp_path / "exports" / "a.keras")
    (place,) = whereabouts([outside], repository)
    assert (place.uri, place.is_inside) == ("exports/a.keras", False)


def test_files_outside_are_told_apart_by_more_folders(repository: Path, tmp_path: Path) -> None:
    paths = [str(tmp_path / folder / "exports" / "a.keras") for folder in ("x", "y")]
    assert uris(paths, repository) == ["x/exports/a.keras", "y/exports/a.keras"]


def test_a_file_outside_does_not_take_the_name_of_one_inside(
    repository: Path, tmp_path: Path
) -> None:
    paths = ["a.keras", str(tmp_path / "x" / "models" / "a.keras")]
    assert uris(paths, repository) == ["models/a.keras", "x/models/a.keras"]
