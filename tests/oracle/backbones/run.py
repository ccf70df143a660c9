"""Have releases write what ``keras.applications`` is made of, and keep it.

``python -m tests.oracle.backbones.run save --work DIR [RELEASE...]`` has releases write below DIR;
``signatures --work DIR`` writes ``kerasscan/contract/signatures.json`` from that;
``pack --work DIR`` writes ``tests/recordings/backbones``.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasscan.contract.backbone_families import SIGNATURES
from kerasscan.contract.backbone_labels import Mark, marks, sources, stems
from kerasscan.model.graph import LayerGraph
from kerasscan.reader import read
from tests.oracle.backbones.packing import INDEX, pack
from tests.oracle.environments import build

RELEASES = ("tensorflow==2.10", "tensorflow==2.15", "keras==3.15.1")
PREPROCESSING_ONLY = (
    "tensorflow==2.1",
    "tensorflow==2.4",
    "tensorflow==2.8",
    "tensorflow==2.13",
    "tf-keras==2.18.0",
    "keras==3.0.0",
    "keras==3.8.0",
)
OLDER = ("tensorflow==2.1", "tensorflow==2.4")
"""MobileNet was padded by a layer of its own there."""
SAVE = Path(__file__).with_name("save.py")

_NUMBERED = re.compile(r"[a-z]+(_[a-z]+)*2d(_\d+)?|(dense|add|multiply|concatenate|mixed)_?\d*")
"""Names that Keras makes of the class: every model has them."""
_NAMES = 6


def save(work: Path, releases: tuple[str, ...], environments: Path | None) -> None:
    """Have releases write variants, ways and what ``preprocess_input`` gives."""
    wanted = [(release, what) for release in releases for what in ("variants", "ways")]
    wanted += [(release, "variants") for release in OLDER]
    wanted += [(release, "preprocessing") for release in PREPROCESSING_ONLY]
    for release, what in wanted:
        environment = build(release, environments)
        folder = work / what / release
        folder.mkdir(parents=True, exist_ok=True)
        words = [str(environment.python), str(SAVE), release, str(folder), what]
        subprocess.run(words, check=True, env=environment.process_variables(), cwd=folder)


def models(work: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every written architecture that shows a whole variant, with its truth."""
    for index in sorted(work.glob(f"*/*/{INDEX}")):
        for line in index.read_text(encoding="utf-8").splitlines():
            truth = json.loads(line)
            if truth.get("way", "no-top") == "no-top":
                yield index.parent / truth["file"], truth


def known_marks(graph: LayerGraph) -> Iterator[tuple[str, Mark]]:
    """Yield name and mark of the layers whose labels are kept."""
    stem = next(stems(graph))
    found = marks(graph, stem)
    fed = {name for layer in graph.layers for name in sources(layer) if layer.name in found}
    leading = {
        name
        for layer in graph.layers
        if layer.name in found and found[layer.name].kind != "passed"
        for name in _nearest(graph, found, layer.name)
    }
    for layer in graph.layers:
        mark = found.get(layer.name)
        if mark is None or mark.kind in {"passed", "other"}:
            continue
        if mark.kind != "norm" or layer.name not in fed or layer.name not in leading:
            yield layer.name, mark


def _nearest(graph: LayerGraph, found: dict[str, Mark], name: str) -> Iterator[str]:
    """Yield what a layer takes, through layers that are passed."""
    for before in sources(graph.by_name[name]):
        yield before
        if before in found and found[before].kind == "passed":
            yield from _nearest(graph, found, before)


def signatures(work: Path) -> str:
    """Return the text of ``signatures.json``."""
    holders: dict[bytes, set[tuple[str, str]]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for path, truth in models(work):
        graph = read(path).graphs[0]
        distinct: list[str] = []
        for name, mark in known_marks(graph):
            holders[mark.label].add((truth["family"], truth["variant"]))
            if not _NUMBERED.fullmatch(name):
                distinct.append(name)
        names[truth["family"]].update(distinct[:_NAMES])
    groups: dict[tuple[tuple[str, str], ...], list[bytes]] = defaultdict(list)
    for label, found in holders.items():
        groups[tuple(sorted(found))].append(label)
    entries = [
        json.dumps(
            {
                "families": sorted({family for family, _ in found}),
                "variants": [variant for _, variant in found],
                "labels": base64.b64encode(b"".join(sorted(labels))).decode("ascii"),
            },
            separators=(",", ":"),
        )
        for found, labels in sorted(groups.items())
    ]
    named = json.dumps({family: sorted(each) for family, each in sorted(names.items())})
    grouped = ",\n".join(entries)
    return f'{{"names": {named},\n"group": [\n{grouped}\n]}}\n'


def main(arguments: list[str] | None = None) -> int:
    """Do one of the three."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.oracle.backbones.run", description=__doc__
    )
    parser.add_argument("what", choices=("save", "signatures", "pack"))
    parser.add_argument("releases", nargs="*", help="to save with; all otherwise")
    parser.add_argument("--work", type=Path, required=True, help="where releases write")
    parser.add_argument("--dir", type=Path, default=None, help="where environments are built")
    options = parser.parse_args(arguments)
    if options.what == "save":
        save(options.work, tuple(options.releases) or RELEASES, options.dir)
    elif options.what == "signatures":
        SIGNATURES.write_text(signatures(options.work), encoding="utf-8", newline="\n")
    else:
        print(pack(options.work))
    return 0


if __name__ == "__main__":
    sys.exit(main())
