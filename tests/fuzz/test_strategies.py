"""Inputs that hypothesis makes from nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import strategies
from tests.fuzz.cases import attempt

EXAMPLES = 400
BY_TARGET: dict[str, st.SearchStrategy[bytes]] = {
    "json": strategies.json_texts,
    "commands": strategies.json_texts,
    "scan": strategies.model_texts,
    "saved_model": strategies.messages,
    "keras_metadata": strategies.messages,
    "bytecode": strategies.codes,
    "npz": strategies.arrays,
    "zip": strategies.archives,
    "yaml": strategies.yaml_texts,
}


def _check(target: str) -> Callable[[], None]:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,  # the watchdog has its own
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(BY_TARGET[target])
    def check(data: bytes) -> None:
        failure = attempt(target, data)
        assert failure is None, str(failure)

    run: Any = check
    made: Callable[[], None] = run
    return made


@pytest.mark.parametrize("target", BY_TARGET)
def test_nothing_that_is_made_up_gets_past_or_breaks(target: str) -> None:
    _check(target)()
