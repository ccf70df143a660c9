"""The replay of `load_model` agrees with what real releases did with thousands of files."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.oracle.zoo import packing, recordings
from tests.recordings.agreement import Agreement, replay_all

SECONDS = 120.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the zoo."""
    made = tmp_path_factory.mktemp("zoo")
    packing.extract(made)
    return made


@pytest.fixture(scope="module")
def agreement(folder: Path, request: pytest.FixtureRequest) -> Agreement:
    """Every recorded load replayed, and the table printed."""
    began = time.monotonic()
    found = replay_all(folder, recordings.read())
    seconds = time.monotonic() - began
    manager = request.config.pluginmanager.getplugin("capturemanager")
    with manager.global_and_fixture_disabled():
        sys.stdout.write(f"\n{found.table()}\nreplayed in {seconds:.0f} s\n")
    assert seconds < SECONDS
    return found


def test_verdicts_agree_with_reality(agreement: Agreement) -> None:
    assert agreement.overall().share >= 0.99, agreement.wrong


def test_no_loader_and_no_saver_is_neglected(agreement: Agreement) -> None:
    shares = {**agreement.by_loader(), **agreement.by_saver()}
    assert {name: tally.share for name, tally in shares.items() if tally.share < 0.97} == {}


def test_hardly_any_verdict_is_left_open(agreement: Agreement) -> None:
    assert agreement.undecided.share < 0.01


def test_the_reasons_name_what_the_real_message_names(agreement: Agreement) -> None:
    assert agreement.named.share >= 0.95


def test_what_helps_is_told_as_well(agreement: Agreement) -> None:
    assert agreement.without_compile.share >= 0.98
    assert agreement.unsafe.share >= 0.98


@pytest.fixture(scope="module", params=("jax", "numpy", "torch"))
def elsewhere(folder: Path, request: pytest.FixtureRequest) -> Agreement:
    """What was recorded under another backend than TensorFlow, on machines without it."""
    backend = str(request.param)
    return replay_all(folder, recordings.read(recordings.BACKENDS / backend), backend)


def test_verdicts_agree_with_reality_under_other_backends(elsewhere: Agreement) -> None:
    assert elsewhere.overall().all >= 2000
    assert elsewhere.decided().share >= 0.99, elsewhere.wrong
    assert elsewhere.named.share >= 0.95
    assert elsewhere.unsafe.share >= 0.98


def test_other_backends_leave_open_only_what_needs_tensorflow(elsewhere: Agreement) -> None:
    assert 0 < elsewhere.undecided.share < 0.03
    assert elsewhere.explained.share == 1.0
