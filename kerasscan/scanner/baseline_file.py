"""An earlier report of kerasscan as a `Baseline`: JSON (``kerasscan-report/1``) or SARIF."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from kerasscan.model.finding import Report, SuppressionKind
from kerasscan.report.json_report import SCHEMA
from kerasscan.report.whereabouts import whereabouts
from kerasscan.scanner.baseline import Baseline, Compared, Known, compare

_LARGEST = 256 * 1024 * 1024
"""Bytes; a report of 100,000 findings has a tenth of that."""

_T = TypeVar("_T")

_FINGERPRINT = re.compile(r"[0-9a-f]{16}:[1-9][0-9]*")


class BadBaseline(ValueError):
    """A file that is no report of kerasscan: ``file: where: what``."""


class Earlier(NamedTuple):
    """A baseline, and how it spells paths."""

    baseline: Baseline
    is_sarif: bool


def read_baseline(file: Path) -> Earlier:
    """Return what an earlier report has.

    Findings that the project's own entries suppressed then are left out: they are suppressed as
    long as the entries are there.

    Args:
        file: The report, in either format; its content decides.

    Raises:
        BadBaseline: It cannot be read, or is no such report.
    """
    try:
        document = _json(file)
        is_sarif = isinstance(document, dict) and "runs" in document
        found = list(_sarif(document) if is_sarif else _report(document))
    except _Wrong as wrong:
        raise BadBaseline(f"{file}: {wrong}") from None
    files: dict[str, list[Known]] = {}
    for path, known in found:
        files.setdefault(path, []).append(known)
    frozen = {path: tuple(known) for path, known in files.items()}
    return Earlier(Baseline(frozen, str(file)), is_sarif)


def compare_with(report: Report, earlier: Earlier, root: Path | None = None) -> Compared:
    """Suppress the findings that an earlier report has.

    Args:
        report: What a scan found.
        earlier: From `read_baseline`.
        root: Top level of the git work tree, from which SARIF names files.
    """
    paths = [file.path for file in report.files]
    if earlier.is_sarif:
        return compare(
            report, earlier.baseline, [unquote(each.uri) for each in whereabouts(paths, root)]
        )
    return compare(report, earlier.baseline, [_spelt(path) for path in paths])


class _Wrong(ValueError):
    """Something is not as in a report: ``where: what``."""


def _json(file: Path) -> Any:
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= _LARGEST else b""
    except OSError as error:
        raise _Wrong(f"cannot be read: {error.strerror}") from None
    if size > _LARGEST:
        raise _Wrong(f"is larger than {_LARGEST // 1024 // 1024} MiB")
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise _Wrong(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (RecursionError, ValueError) as error:  # ValueError: no UTF-8, or an endless number
        raise _Wrong(f"is no JSON: {error}") from None


def _report(document: Any) -> Iterator[tuple[str, Known]]:
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise _Wrong(f"$.schema: is not '{SCHEMA}', nor is it SARIF: no report of kerasscan")
    for at, file in _each(document, "$", "files"):
        path = _spelt(_part(file, at, "path", str))
        for where, finding in _each(file, at, "findings"):
            if _is_ignored(finding.get("suppression")):
                continue
            yield path, _known(finding, where, "rule", finding.get("fingerprint"))


def _sarif(document: Any) -> Iterator[tuple[str, Known]]:
    for at, run in _each(document, "$", "runs"):
        driver = _part(_part(run, at, "tool", dict), f"{at}.tool", "driver", dict)
        if driver.get("name") != "kerasscan":
            raise _Wrong(f"{at}.tool.driver.name: is not kerasscan")
        for where, result in _each(run, at, "results"):
            suppressions = result.get("suppressions")
            told = suppressions[0] if isinstance(suppressions, list) and suppressions else None
            if isinstance(told, dict) and _is_ignored(told.get("properties")):
                continue
            prints = _part(result, where, "partialFingerprints", dict)
            known = _known(result, where, "ruleId", prints.get("primaryLocationLineHash"))
            yield unquote(_uri(result, where)), known


def _uri(result: dict[str, Any], where: str) -> str:
    locations = [location for _, location in _each(result, where, "locations")]
    if not locations:
        raise _Wrong(f"{where}.locations: is empty")
    at = f"{where}.locations[0]"
    physical = _part(locations[0], at, "physicalLocation", dict)
    at = f"{at}.physicalLocation"
    return _part(
        _part(physical, at, "artifactLocation", dict), f"{at}.artifactLocation", "uri", str
    )


def _known(value: dict[str, Any], where: str, key: str, fingerprint: Any) -> Known:
    rule = _part(value, where, key, str)
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        raise _Wrong(f"{where}: has no fingerprint of kerasscan")
    return Known(rule, fingerprint)


def _is_ignored(suppression: Any) -> bool:
    return isinstance(suppression, dict) and suppression.get("kind") == SuppressionKind.IGNORED


def _part(value: Any, where: str, key: str, kind: type[_T]) -> _T:
    """Return a member of an object.

    Raises:
        _Wrong: There is none of that type.
    """
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise _Wrong(f"{where}.{key}: is not what a report of kerasscan has there")
    return found


def _each(value: Any, where: str, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, item in enumerate(_part(value, where, key, list)):
        at = f"{where}.{key}[{index}]"
        if not isinstance(item, dict):
            raise _Wrong(f"{at}: is not an object")
        yield at, item


def _spelt(path: str) -> str:
    """Return a path in the one spelling that two scans of a folder share."""
    return os.path.normpath(path).replace(os.sep, "/")
