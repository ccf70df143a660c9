"""``python -m kerasscan.contract.compile``: ``rules/backbones.toml`` to ``backbones.json``.

For maintainers, after every change of an entry. A test compares the two, and the entries with
their schema.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from kerasscan.contract.backbone_families import COMPILED, backbones_file, digest


def compiled(written: Path) -> str:
    """Return the text of the compiled file: the entries as they are, one a line.

    Raises:
        tomllib.TOMLDecodeError: The file is no TOML.
    """
    entries = tomllib.loads(written.read_text(encoding="utf-8"))["backbone"]
    lines = ",\n".join(
        json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries
    )
    return f'{{"digest": "{digest(written)}", "backbone": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    COMPILED.write_text(compiled(backbones_file()), encoding="utf-8", newline="\n")
