"""From the names of single releases to the one file `names.json`.

A name carries, for every product line, the first and the last release in which it was seen:
`"Dense": ["keras1 1.0.0 1.2.2", ...]`. The lines are those of `lines.py`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import cast

from packaging.version import Version

from kerasscan.catalog.harvest.census import Names
from kerasscan.catalog.lines import LINES, Line, product_line

Spans = Mapping[str, Mapping[str, Mapping[str, Iterable[str]]]]
"""The content of `names.json`."""


def merge_names(censuses: Iterable[tuple[str, str, Names]], known: Spans | None = None) -> str:
    """Text of `names.json` out of (distribution, version, names) of every release.

    Args:
        censuses: The releases.
        known: What `names.json` holds already; it is added to.
    """
    seen: dict[tuple[str, str, str], dict[str, set[Version]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for distribution, version, names in censuses:
        line = product_line(distribution, version)
        for group, kinds in names.items():
            for kind, members in kinds.items():
                for name in members:
                    seen[group, kind, name][line].add(Version(version))
    for group, by_kind in (known or {}).items():
        for kind, by_name in by_kind.items():
            for name, spans in by_name.items():
                for span in spans:
                    name_of_line, *ends = span.split()
                    line = cast("Line", name_of_line)
                    seen[group, kind, name][line].update(map(Version, ends))
    merged: dict[str, dict[str, dict[str, list[str]]]] = {}
    for (group, kind, name), found in sorted(seen.items()):
        merged.setdefault(group, {}).setdefault(kind, {})[name] = [
            f"{line} {min(found[line])} {max(found[line])}" for line in LINES if line in found
        ]
    return _write(merged)


def _write(merged: dict[str, dict[str, dict[str, list[str]]]]) -> str:
    """JSON with one name a line, for a readable diff."""
    groups = []
    for group, kinds in merged.items():
        blocks = []
        for kind, names in kinds.items():
            lines = ",\n".join(f"{json.dumps(n)}:{json.dumps(s)}" for n, s in names.items())
            blocks.append(f"{json.dumps(kind)}:{{\n{lines}\n}}")
        groups.append(f"{json.dumps(group)}:{{\n" + ",\n".join(blocks) + "\n}")
    return "{\n" + ",\n".join(groups) + "\n}\n"
