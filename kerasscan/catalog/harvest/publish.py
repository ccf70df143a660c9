"""Snapshots -> `names.json`, `data/releases.json` and one file per product line and family."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.version import Version

from kerasscan.catalog.fold import Folded, fold
from kerasscan.catalog.harvest.names import merge_names
from kerasscan.catalog.lines import LINES, Line, product_line
from kerasscan.catalog.tree import Tree, digest


def publish(snapshots: Path, catalog: Path) -> None:
    """Fold every snapshot of a folder into the data of the catalog package."""
    releases = [json.loads(path.read_text("utf-8")) for path in sorted(snapshots.glob("*.json"))]
    names = merge_names((r["distribution"], r["version"], r["names"]) for r in releases)
    catalog.joinpath("names.json").write_text(names, "utf-8")
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
