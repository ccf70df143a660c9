"""Asking a check about a file, with options that its schema allows."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY

from kerasscan.checks.check import Check
from kerasscan.model.finding import Case, Observation
from kerasscan.model.saved import Saved


def ask(check: Check, saved: Saved, **options: Any) -> list[Observation]:
    """Return what a check sees in a file; every fact that it describes must be there."""
    Draft202012Validator(dict(check.options_schema), registry=REGISTRY).validate(options)
    seen = list(check.run(Case(saved), options))
    for observation in seen:
        assert set(observation.facts) >= set(check.facts)
        assert all(isinstance(value, str) for value in observation.facts.values())
    return seen


def layers(check: Check, saved: Saved, **options: Any) -> list[str]:
    """Return the layer paths of what a check sees."""
    return [observation.address.layer for observation in ask(check, saved, **options)]
