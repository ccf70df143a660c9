"""``python -m kerasscan.custom.compile``: writes ``providers.json`` from ``rules/providers.toml``.

For maintainers, after every change of an entry. A test compares the two, and the entries with their
schema.
"""

from __future__ import annotations

from kerasscan.catalog.compiled import compiled_text
from kerasscan.custom.providers import COMPILED, KEY, providers_file

if __name__ == "__main__":
    COMPILED.write_text(compiled_text(providers_file(), KEY), encoding="utf-8", newline="\n")
