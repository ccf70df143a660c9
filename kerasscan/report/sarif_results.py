"""Findings as SARIF results (SARIF 2.1.0 section 3.27) and files as artifacts (3.24)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Literal, TypeAlias

from kerasscan.model.finding import FileReport, Finding, Suppression
from kerasscan.model.saved import Container
from kerasscan.model.visible import flowing, visible
from kerasscan.report.sarif_words import sentence
from kerasscan.report.whereabouts import Place

SOURCE_ROOT = "%SRCROOT%"

Region: TypeAlias = Literal["none", "line1"]
"""``none``: the result is about the whole file, which is what a file without lines calls for
(section 3.29.4; 3.30.1 forbids text regions in binary files). ``line1``: for consumers that
insist on a line."""

_FOLDERS = frozenset({Container.KERAS_DIR.value, Container.SAVEDMODEL.value})
_FIRST_LINE = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}


def artifact(file: FileReport, place: Place) -> dict[str, Any]:
    """Return a scanned file (section 3.24); a folder's digest is ours, so it is no hash."""
    is_folder = file.container in _FOLDERS
    found: dict[str, Any] = {
        "location": _location(place),
        "length": file.size,
        "roles": ["analysisTarget", "directory"] if is_folder else ["analysisTarget"],
    }
    if file.sha256 is not None and not is_folder:
        found["hashes"] = {"sha-256": file.sha256}
    found["properties"] = {"container": file.container, "status": file.status.value}
    return found


def physical(place: Place, index: int, region: Region = "none") -> dict[str, Any]:
    """Return where a file is (section 3.29)."""
    found: dict[str, Any] = {"artifactLocation": {**_location(place), "index": index}}
    if region == "line1":
        found["region"] = dict(_FIRST_LINE)
    return found


def result(
    finding: Finding,
    container: str,
    location: Mapping[str, Any],
    rule_index: int,
) -> dict[str, Any]:
    """Return a finding as a result.

    Args:
        finding: The finding.
        container: What its file is.
        location: The file's physical location.
        rule_index: Place of its rule in the driver's list (section 3.27.6).
    """
    where: dict[str, Any] = {"physicalLocation": location}
    if logical := _logical(finding):
        where["logicalLocations"] = [logical]
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": sentence(finding.message or finding.name)},
        "locations": [where],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint},
        "properties": _properties(finding, container),
    }


def more_of_result(
    finding: Finding, related: Mapping[str, Any] | None, taxa: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what the full profile says beside that; values that do not exist are left out.

    Args:
        finding: The finding.
        related: Where inside its file it is (section 3.27.22).
        taxa: The weaknesses of its rule (section 3.27.8).
    """
    found: dict[str, Any] = {}
    if related is not None:
        found["relatedLocations"] = [related]
    if taxa:
        found["taxa"] = taxa
    if finding.suppression is not None:
        found["suppressions"] = [_suppression(finding.suppression)]
    return found


def _suppression(suppression: Suppression) -> dict[str, Any]:
    """Return a suppression (section 3.35); of an absolute path only the name."""
    source = PurePath(suppression.source)
    found: dict[str, Any] = {"kind": "external", "status": "accepted"}
    if suppression.reason:
        found["justification"] = flowing(suppression.reason)
    found["properties"] = {
        "kind": suppression.kind.value,
        "source": source.name if source.is_absolute() else suppression.source,
    }
    return found


def _location(place: Place) -> dict[str, Any]:
    if place.is_inside:
        return {"uri": place.uri, "uriBaseId": SOURCE_ROOT}
    return {"uri": place.uri}


def _logical(finding: Finding) -> dict[str, str] | None:
    """Return the layer, or the JSON value, that a finding is about (section 3.33).

    A layer path counts as one top-level name: layer names may hold slashes, and a nested
    logical location would have to name its parents (section 3.33.8).
    """
    name = visible(finding.layer or finding.pointer)
    if not name:
        return None
    found = {"name": name, "fullyQualifiedName": name}
    if finding.pointer:
        found["decoratedName"] = visible(finding.pointer)
    found["kind"] = "object" if finding.layer else "value"
    return found


def _properties(finding: Finding, container: str) -> dict[str, str]:
    """Return what SARIF has no member for, as it is in the file; empty values left out."""
    values = {
        "container": container,
        "member": finding.member,
        "jsonPointer": finding.pointer,
        "layer": finding.layer,
        "effect": finding.effect,
        "remedy": finding.remedy,
    }
    return {key: value for key, value in values.items() if value}
