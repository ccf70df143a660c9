"""For programs: what every release does with every file, in a shape with a number and a schema."""

from __future__ import annotations

from typing import Any

from kerasscan.model.compatibility import Compatibility, FileOutcomes
from kerasscan.model.outcome import Change, Outcome, Reason
from kerasscan.report.json_text import written

SCHEMA = "kerasscan-compat/1"
"""Changes when a program that reads it would have to change."""


def compat_json(compatibility: Compatibility) -> str:
    """Return the answer as JSON, as ``compat.schema.json`` describes it."""
    return written(
        {
            "schema": SCHEMA,
            "version": compatibility.version,
            "target": list(compatibility.requirements),
            "files": [_file(file) for file in compatibility.files],
        }
    )


def compat_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `compat_json` writes."""
    import json
    from importlib.resources import files

    place = files("kerasscan.report.compat").joinpath("compat.schema.json")
    schema: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return schema


def _file(file: FileOutcomes) -> dict[str, Any]:
    return {
        "path": file.path,
        "sha256": file.sha256,
        "container": file.container,
        "claimed_version": file.claimed_version,
        "status": file.status.value,
        "releases": [_release(outcome, file) for outcome in file.outcomes],
    }


def _release(outcome: Outcome, file: FileOutcomes) -> dict[str, Any]:
    return {
        "release": outcome.release,
        "loads": outcome.loads,
        "loads_without_compile": outcome.loads_without_compile,
        "loads_unsafe": outcome.loads_unsafe,
        "stage": outcome.stage.value if outcome.stage else None,
        "reasons": [_reason(reason, file) for reason in outcome.reasons],
        "doubts": list(outcome.doubts),
        "changes": [_change(change, file) for change in outcome.met_changes],
    }


def _reason(reason: Reason, file: FileOutcomes) -> dict[str, Any]:
    return {
        "rule": file.rules.get(reason),
        "class": reason.subject,
        "lookup": reason.lookup or None,
        "argument": reason.argument,
        "layer": reason.address.layer,
        "pointer": reason.address.pointer,
        "message": reason.message,
        "kind": reason.kind.value,
        "stage": reason.stage.value,
        "member": reason.address.member,
        "error": reason.error,
        "remedy": reason.remedy,
        "only_when_unsafe": reason.only_when_unsafe,
    }


def _change(change: Change, file: FileOutcomes) -> dict[str, Any]:
    return {
        "rule": file.rules.get(change),
        "kind": change.what.value,
        "class": change.subject,
        "argument": change.argument,
        "layer": change.address.layer,
        "pointer": change.address.pointer,
        "message": change.message,
        "member": change.address.member,
        "remedy": change.remedy,
    }
