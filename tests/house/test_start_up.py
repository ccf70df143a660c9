"""Start-up time is a feature: what a scan must not import."""

from __future__ import annotations

import pytest

from benchmarks.start_up import H5, HEAVY, JSON, KERAS, imported
from kerasscan.rulebook.builtin import COMPILED, builtin_directory, compiled_rules


@pytest.mark.parametrize("file", [JSON, KERAS, H5], ids=lambda path: path.name)
def test_a_clean_model_is_scanned_without_heavy_modules(file: str) -> None:
    assert compiled_rules(COMPILED, builtin_directory()), "compile the cards first"
    names = imported([str(file)])
    assert "kerasscan.scanner.scanning" in names
    assert {name.partition(".")[0] for name in names} & set(HEAVY) == set()
