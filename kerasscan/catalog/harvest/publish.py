"""Snapshots -> `names.json`, `data/releases.json` and one file per product line and family.

What the data holds already stays: every release in it unfolds to its snapshot, so a new release is
added to it, or a release harvested again takes the place of its old snapshot.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from packaging.version import Version

from kerasscan.catalog.fold import Folded, fold, unfold
from kerasscan.catalog.harvest.names import merge_names
from kerasscan.catalog.lines import LINES, Line, product_line
from kerasscan.catalog.tree import Tree, digest


def publish(snapshots: Path, catalog: Path) -> None:
    """Fold every snapshot of a folder into the data of a catalog.

    Args:
        snapshots: Folder of snapshots as `harvest` writes them.
        catalog: Folder of `names.json` and `data`; both may be missing.
    """
    fresh = [json.loads(path.read_text("utf-8")) for path in sorted(snapshots.glob("*.json"))]
    replaced = {(release["distribution"], release["version"]) for release in fresh}
    kept = [
        release
        for release in published(catalog / "data")
        if (release["distribution"], release["version"]) not in replaced
    ]
    releases = [*kept, *fresh]
    before = catalog / "names.json"
    known = json.loads(before.read_text("utf-8")) if before.exists() else {}
    names = merge_names(((r["distribution"], r["version"], r["names"]) for r in fresh), known)
    before.write_text(names, "utf-8")
    data = catalog / "data"
    data.mkdir(exist_ok=True)
    for old in data.glob("*.json"):
        old.unlink()
    lines: dict[Line, dict[str, Tree]] = defaultdict(dict)
    for release in releases:
        product = product_line(release["distribution"], release["version"])
        lines[product][release["version"]] = release["facts"]
    for line, trees in lines.items():
        for family in sorted({name for tree in trees.values() for name in tree}):
            folded = fold({version: tree.get(family, {}) for version, tree in trees.items()})
            data.joinpath(f"{line}-{family}.json").write_text(_write(folded), "utf-8")
    data.joinpath("releases.json").write_text(_write_releases(releases), "utf-8")


def published(data: Path) -> list[dict[str, Any]]:
    """Return the releases in a catalog's data, each with the facts that it unfolds to."""
    path = data / "releases.json"
    rows = json.loads(path.read_text("utf-8")) if path.exists() else []
    versions: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        versions[row["line"]].append(row["version"])
    folded = {
        line: {
            file.stem.removeprefix(f"{line}-"): json.loads(file.read_text("utf-8"))
            for file in data.glob(f"{line}-*.json")
        }
        for line in versions
    }
    for row in rows:
        line = row["line"]
        trees = {
            family: unfold(nodes, versions[line], row["version"])
            for family, nodes in folded[line].items()
        }
        row["facts"] = {family: tree for family, tree in trees.items() if tree}
    return cast("list[dict[str, Any]]", rows)


def _write(folded: Mapping[str, Folded]) -> str:
    """JSON with one section of one object a line."""
    objects = []
    for name, node in folded.items():
        if isinstance(node, dict):
            lines = ",\n".join(f" {json.dumps(key)}:{_compact(node[key])}" for key in sorted(node))
            objects.append(f"{json.dumps(name)}:{{\n{lines}}}")
        else:
            objects.append(f"{json.dumps(name)}:{_compact(node)}")
    return "{\n" + ",\n".join(objects) + "\n}\n"


def _write_releases(releases: list[dict[str, Any]]) -> str:
    """One release a line, in the order of lines and versions."""
    rows = []
    for release in releases:
        line = product_line(release["distribution"], release["version"])
        kept = {key: release[key] for key in ("distribution", "version", "date", "root")}
        kept |= {"line": line, "file": release["file"], "sha256": release["sha256"]}
        kept["digest"] = digest(release["facts"])
        rows.append((LINES.index(line), Version(release["version"]), json.dumps(kept)))
    return "[\n" + ",\n".join(text for _, _, text in sorted(rows)) + "\n]\n"


def _compact(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
