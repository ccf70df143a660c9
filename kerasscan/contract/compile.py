"""``python -m kerasscan.contract.compile``: ``rules/backbones.toml`` to ``backbones.json``.

For maintainers, after every change of an entry. A test compares the two, and the entries with
their schema.
"""

from __future__ import annotations

from kerasscan.catalog.compiled import compiled_text
from kerasscan.contract.backbone_families import COMPILED, KEY, backbones_file

if __name__ == "__main__":
    COMPILED.write_text(compiled_text(backbones_file(), KEY), encoding="utf-8", newline="\n")
