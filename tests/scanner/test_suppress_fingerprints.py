"""Fingerprints: the same for the same finding, whatever training, names and words do."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasscan.model.address import Address
from kerasscan.model.finding import Observation, Report, Rule
from kerasscan.rulebook.builtin import builtin_rules
from kerasscan.rulebook.judge import judge, judge_all
from kerasscan.scanner.scanning import scan
from tests.samples.manifest import SAMPLES

FLAGGED = (
    "file/lfs-pointer.keras",
    "file/wrong-crc.keras",
    "file/truncated.keras",
    "registration/keras-3.15.1-custom-layer.keras",
    "registration/keras-3.15.1-project.keras",
    "security/keras-3.15.1-lambda.keras",
    "security/keras-3.15.1-lambda-nested.keras",
    "security/foreign-function.keras",
    "compatibility/tf-2.10-bidirectional.h5",
    "preprocessing/keras-3.15.1-not-adapted.keras",
)


def prints(report: Report) -> list[tuple[str, str]]:
    return sorted((each.rule, each.fingerprint) for each in report.findings)


@pytest.mark.parametrize("sample", FLAGGED)
def test_another_name_changes_no_fingerprint(tmp_path: Path, sample: str) -> None:
    file = SAMPLES / sample
    other = tmp_path / "elsewhere" / f"another-name{file.suffix}"
    other.parent.mkdir()
    shutil.copy(file, other)
    before = scan([file], target=["keras==3.15.1"])
    assert prints(before) == prints(scan([other], target=["keras==3.15.1"]))
    assert before.findings


def retrained(file: Path, new: Path) -> None:
    """Write a ``.keras`` file whose weights differ, as after another epoch."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(new, "w") as archive:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "model.weights.h5":
                import h5py

                weights = new.with_suffix(".weights.h5")
                weights.write_bytes(data)
                with h5py.File(weights, "r+") as stored:
                    stored.visititems(_shift)
                data = weights.read_bytes()
            elif member.filename == "metadata.json":
                data = data.replace(b"2026", b"2027")  # the day of the save
            archive.writestr(member, data)


def _shift(_: str, item: object) -> None:
    import h5py

    if isinstance(item, h5py.Dataset) and item.shape and item.dtype.kind == "f":
        item[...] = item[...] + 0.25


@pytest.mark.parametrize(
    "sample", [each for each in FLAGGED if each.startswith(("registration", "security/keras"))]
)
def test_other_weights_change_no_fingerprint(tmp_path: Path, sample: str) -> None:
    file, new = SAMPLES / sample, tmp_path / "new.keras"
    retrained(file, new)
    assert new.read_bytes() != file.read_bytes()
    before, after = (scan([each], target=["keras==3.15.1"]) for each in (file, new))
    assert prints(before) == prints(after)
    assert before.files[0].sha256 != after.files[0].sha256


RULES = st.sampled_from(builtin_rules())
WORDS = st.text(max_size=8)
ADDRESSES = st.builds(Address, layer=WORDS, pointer=WORDS.map(lambda word: f"/{word}"))


def _reworded(rule: Rule) -> Rule:
    return replace(rule, message="Other words.", remedy="Do otherwise.", why="", summary="Other")


@settings(max_examples=100, deadline=None)
@given(RULES, st.lists(ADDRESSES, max_size=4), WORDS)
def test_other_words_on_a_card_change_no_fingerprint(
    rule: Rule, addresses: list[Address], evidence: str
) -> None:
    seen = [Observation(address, evidence=evidence) for address in addresses]
    plain = replace(rule, message="Words.", remedy="Do.")
    first, second = judge_all(plain, seen), judge_all(_reworded(rule), seen)
    assert [each.fingerprint for each in first] == [each.fingerprint for each in second]
    assert len({each.fingerprint for each in first}) == len(first)


@settings(max_examples=100, deadline=None)
@given(RULES, ADDRESSES, WORDS, WORDS)
def test_other_layers_and_other_evidence_have_other_fingerprints(
    rule: Rule, address: Address, layer: str, evidence: str
) -> None:
    plain = _reworded(rule)
    here = judge(plain, Observation(address, evidence="e")).fingerprint
    elsewhere = judge(plain, Observation(replace(address, layer=layer), evidence="e"))
    otherwise = judge(plain, Observation(address, evidence=evidence))
    assert (here == elsewhere.fingerprint) == (layer == address.layer)
    assert (here == otherwise.fingerprint) == (evidence == "e")
    moved = judge(plain, Observation(replace(address, pointer="/other"), evidence="e"))
    assert here == moved.fingerprint


def test_other_code_in_a_layer_has_another_fingerprint(tmp_path: Path) -> None:
    """Or a baseline would let pass whatever takes the place of code that was looked at."""
    text = (SAMPLES / "security" / "keras-3.15.1-lambda.json").read_text(encoding="utf-8")
    (code,) = re.findall(r'"code": "([^"]+)"', text)
    found = []
    for name, other in (("a", code), ("b", code.replace("A", "B", 1))):
        (tmp_path / f"{name}.json").write_text(text.replace(code, other), encoding="utf-8")
        report = scan([tmp_path / f"{name}.json"], select=["security"])
        found.append({each.fingerprint for each in report.findings})
    first, second = found
    assert first
    assert second
    assert not first & second
