"""Contracts for programs: ``kerasscan-contract/1``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from kerasscan.model.contract import Contract, InputContract
from kerasscan.model.source import Source
from kerasscan.model.version import __version__
from kerasscan.report.contract.project import project_json
from kerasscan.report.json_text import written

SCHEMA = "kerasscan-contract/1"


def contract_json(contracts: Sequence[Contract], source: Source | None = None) -> str:
    """Return contracts as JSON, as ``contract.schema.json`` describes it.

    Args:
        contracts: Those of some models.
        source: The project's Python files; None: nobody asks.
    """
    return written(
        {
            "schema": SCHEMA,
            "version": __version__,
            "files": [_file(contract) for contract in contracts],
            "project": None if source is None else project_json(source),
        }
    )


def contract_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `contract_json` writes."""
    import json
    from importlib.resources import files

    place = files("kerasscan.report.contract").joinpath("contract.schema.json")
    schema: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return schema


def _file(contract: Contract) -> dict[str, Any]:
    return {
        "path": contract.path,
        "inputs": [input_json(found) for found in contract.inputs],
        "companions": [asdict(each) for each in contract.companions],
    }


def input_json(found: InputContract) -> dict[str, Any]:
    """Return what is known of one input as JSON."""
    return {
        "name": found.name,
        "shape": None if found.shape is None else list(found.shape),
        "dtype": found.dtype,
        "meaning": found.meaning.value,
        "evidence": list(found.evidence),
        "data_format": found.data_format,
        "channels": found.channels,
        "expects": None if found.expects is None else asdict(found.expects),
        "because": found.because,
        "inside": [asdict(step) for step in found.inside],
        "outside": list(found.outside),
        "snippet": found.snippet,
        "backbone": found.backbone,
        "recognised": found.recognised,
    }
