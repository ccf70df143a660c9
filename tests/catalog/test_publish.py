"""Adding a release to the catalog's data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import kerasscan.catalog
from kerasscan.catalog.harvest.publish import publish, published

CATALOG = Path(kerasscan.catalog.__file__).parent
DATA = CATALOG / "data"


LINE = "keras3"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One product line of the shipped catalog: all of them take half a minute."""
    copy = tmp_path_factory.mktemp("original")
    (copy / "data").mkdir()
    shutil.copy(CATALOG / "names.json", copy)
    for path in DATA.glob(f"{LINE}-*.json"):
        shutil.copy(path, copy / "data")
    kept = [line for line in _lines() if json.loads(line)["line"] == LINE]
    (copy / "data" / "releases.json").write_text("[\n" + ",\n".join(kept) + "\n]\n", "utf-8")
    return copy


def _lines() -> list[str]:
    text = (DATA / "releases.json").read_text("utf-8")
    return [line.rstrip(",") for line in text.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def shipped(original: Path) -> list[dict[str, Any]]:
    return published(original / "data")


@pytest.fixture
def catalog(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "catalog")


def snapshots(folder: Path, release: dict[str, Any]) -> Path:
    """Return a folder with the snapshot of one release."""
    folder.mkdir()
    name = f"{release['distribution']}-{release['version']}.json"
    (folder / name).write_text(json.dumps({"names": {}} | release), "utf-8")
    return folder


def rows(catalog: Path) -> dict[str, Any]:
    """Return the rows of `releases.json` by requirement."""
    listed = json.loads((catalog / "data" / "releases.json").read_text("utf-8"))
    return {f"{row['distribution']}=={row['version']}": row for row in listed}


def test_a_release_harvested_again_changes_nothing(
    tmp_path: Path, original: Path, catalog: Path, shipped: list[dict[str, Any]]
) -> None:
    publish(snapshots(tmp_path / "out", shipped[-1]), catalog)
    for path in original.rglob("*.json"):
        copy = catalog / path.relative_to(original)
        assert copy.read_text("utf-8") == path.read_text("utf-8"), path.name


def test_a_new_release_is_added_and_the_others_stay_as_they_are(
    tmp_path: Path, catalog: Path, shipped: list[dict[str, Any]]
) -> None:
    newest = shipped[-1]
    layers = dict(newest["facts"]["layers"])
    gone = next(path for path in layers if path.endswith(".LSTM"))
    del layers[gone]
    facts = newest["facts"] | {"layers": layers}
    before = rows(catalog)
    publish(snapshots(tmp_path / "out", newest | {"version": "3.99.0", "facts": facts}), catalog)
    after = rows(catalog)
    assert set(after) - set(before) == {"keras==3.99.0"}
    assert {name: after[name]["digest"] for name in before} == {
        name: row["digest"] for name, row in before.items()
    }
    (fresh,) = [row for row in published(catalog / "data") if row["version"] == "3.99.0"]
    assert fresh["facts"] == facts
