"""Tens of thousands of damaged and hostile inputs, the same in every run."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.fuzz.cases import Ran, run_in_bounds
from tests.fuzz.mutators import MUTATORS
from tests.fuzz.seeds import seeds
from tests.fuzz.session import TARGETS as SESSION_TARGETS
from tests.fuzz.targets import TARGETS

SEED = 20_261_125
PROCESSES = 2
AT_LEAST = 50_000
SECONDS = 240.0
"""Processor time of all cases: four minutes."""
CASES = {
    "json": 12_000,
    "hdf5": 6_500,
    "zip": 5_000,
    "npz": 3_500,
    "saved_model": 2_000,
    "keras_metadata": 2_000,
    "variables": 1_500,
    "table": 6_000,
    "bytecode": 6_000,
    "yaml": 2_500,
    "card": 1_500,
    "file": 2_500,
    "scan": 1_500,
    "folder": 400,
    "commands": 600,
}
"""Cases a target: the parsers by themselves many, whole scans some."""


@pytest.fixture(scope="module")
def ran() -> dict[str, Ran]:
    """Run all cases, in two processes with bounded memory, the longest first."""
    longest_first = sorted(CASES, key=lambda name: -CASES[name] * (20 if name == "scan" else 1))
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        runs: dict[str, Future[Ran]] = {
            name: pool.submit(run_in_bounds, name, CASES[name], SEED) for name in longest_first
        }
        return {name: run.result() for name, run in runs.items()}


@pytest.mark.parametrize("target", CASES)
def test_no_input_gets_past_or_breaks(target: str, ran: dict[str, Ran]) -> None:
    assert "\n\n".join(map(str, ran[target].failures.values())) == ""
    assert ran[target].cases == CASES[target]


def test_there_are_enough_cases_and_they_take_minutes(ran: dict[str, Ran]) -> None:
    cases = sum(each.cases for each in ran.values())
    seconds = sum(each.seconds for each in ran.values())
    print(f"{cases} cases in {seconds:.0f} s of processor time")
    print(*(f"{e.target}: {e.cases / max(e.seconds, 0.01):.0f} a second" for e in ran.values()))
    assert cases >= AT_LEAST
    assert seconds < SECONDS


def test_every_target_is_run_here_and_in_a_session() -> None:
    assert set(CASES) == set(TARGETS) == set(SESSION_TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_seeds_and_a_mutator(target: str) -> None:
    known = TARGETS[target]
    assert seeds(known.seeds)
    assert known.mutator is None or known.mutator in MUTATORS
