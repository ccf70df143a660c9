"""What the rules say of the samples, against what real releases did with them.

``tests/recordings/samples.json`` holds, for every sample and many releases, whether
``load_model`` with default arguments loaded it (made by ``tests/oracle/record.py``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import kerasscan
from tests.samples.manifest import Sample, load_samples

RECORDINGS = Path(__file__).parents[1] / "recordings" / "samples.json"


@dataclass(frozen=True)
class Reality:
    """What the recorded releases did with one sample."""

    loaded: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    loaded_without_compile: set[str] = field(default_factory=set)

    def loaded_in(self, line: str) -> set[str]:
        """Return the releases of a product line, such as ``keras==3``, that loaded it."""
        return {release for release in self.loaded if release.startswith(line)}


@cache
def realities() -> dict[str, Reality]:
    """Return the recordings by sample."""
    found: dict[str, Reality] = {}
    records: list[dict[str, Any]] = json.loads(RECORDINGS.read_text(encoding="utf-8"))
    for record in records:
        reality = found.setdefault(record["sample"], Reality())
        side = reality.loaded if record["result"] == "loaded" else reality.failed
        side.add(record["release"])
        if record.get("with_compile_false") == "loaded":
            reality.loaded_without_compile.add(record["release"])
    return found


@cache
def rules_found() -> dict[str, frozenset[str]]:
    """Return the ids of the rules that flag each sample."""
    samples = {sample.path: str(sample.file) for sample in load_samples()}
    report = kerasscan.scan(samples.values(), jobs=1, hashes=False)
    found = {file.path: frozenset(each.rule for each in file.findings) for file in report.files}
    return {path: found[file] for path, file in samples.items()}


def flagged(*rules: str) -> list[str]:
    """Return the recorded samples that one of the rules flags."""
    wanted = set(rules)
    return sorted(
        path for path, found in rules_found().items() if found & wanted and path in realities()
    )


def violations(rules: tuple[str, ...], holds: Callable[[Reality], bool]) -> list[str]:
    """Return the samples flagged by the rules for which the claim does not hold."""
    paths = flagged(*rules)
    assert paths, f"no recorded sample shows {rules}"
    return [path for path in paths if not holds(realities()[path])]


NEVER_LOADS = (
    *(f"KF10{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9)),
    "KF202",
    "KF302",
    "KF308",
    "KG101",
    "KG102",
    "KG103",
)
"""Rules that say: no release loads this with default arguments."""

NEEDS_CODE = ("KR101", "KR103", "KR104", "KR107", "KR110")
"""Rules that say: no release loads this without custom objects."""

IMPORTS_ANYTHING = "keras==3.8.0"
"""Up to this release Keras 3 imports any module that a file names (CVE-2025-1550)."""


@pytest.mark.parametrize("rule", NEVER_LOADS)
def test_no_release_loads_what_such_a_rule_flags(rule: str) -> None:
    assert violations((rule,), lambda reality: not reality.loaded) == []


@pytest.mark.parametrize("rule", NEEDS_CODE)
def test_no_release_loads_custom_objects_unless_it_imports_their_module(rule: str) -> None:
    assert violations((rule,), lambda reality: reality.loaded <= {IMPORTS_ANYTHING}) == []


@pytest.mark.parametrize("rule", ["KC101", "KC102", "KF201", "KR102", "KS104", "KS150"])
def test_the_newest_keras_does_not_load_what_such_a_rule_flags(rule: str) -> None:
    assert violations((rule,), lambda reality: "keras==3.15.1" not in reality.loaded) == []


@pytest.mark.parametrize("rule", ["KC101", "KC102"])
def test_tensorflow_loads_its_own_operations_and_keras_3_does_not(rule: str) -> None:
    def holds(reality: Reality) -> bool:
        return bool(reality.loaded_in("tensorflow==")) and not reality.loaded_in("keras==3")

    assert violations((rule,), holds) == []


@pytest.mark.parametrize("rule", ["KR105", "KR106"])
def test_a_custom_part_of_compiling_is_passed_by_without_compiling(rule: str) -> None:
    """Samples that need code for a layer besides are left out."""

    def holds(reality: Reality) -> bool:
        return not reality.loaded and bool(reality.loaded_without_compile)

    layers = {path for path, found in rules_found().items() if found & {"KR101", "KR110"}}
    assert set(violations((rule,), holds)) <= layers


def test_a_custom_layer_that_is_called_like_one_of_keras_is_loaded_as_that() -> None:
    paths = flagged("KR116")
    assert paths == ["registration/keras-3.15.1-shadowing.h5"]
    assert "keras==3.15.1" in realities()[paths[0]].loaded


def _saver(sample: Sample) -> str:
    """Return the saver as recordings name it: ``tensorflow==2.10.1`` is ``tensorflow==2.10``."""
    product, _, version = sample.made_by.partition("==")
    short = ".".join(version.split(".")[:2]) if product == "tensorflow" else version
    return f"{product}=={short}"


def test_a_clean_sample_loads_in_the_release_that_saved_it() -> None:
    checked = 0
    for sample in load_samples():
        reality = realities().get(sample.path)
        weights_only = "KF202" in rules_found()[sample.path]
        if sample.family == "clean" and reality and not weights_only:
            saver = _saver(sample)
            assert saver not in reality.failed, sample.path
            checked += saver in reality.loaded
    assert checked >= 20


def test_the_recordings_are_of_these_files() -> None:
    records = json.loads(RECORDINGS.read_text(encoding="utf-8"))
    recorded = {(record["sample"], record["sha256"]) for record in records}
    kept = {(sample.path, sample.sha256) for sample in load_samples()}
    assert recorded <= kept
