"""What must hold of every file that was read, whatever is in it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from kerasscan.cli.exits import INCOMPLETE, exit_code
from kerasscan.model.finding import Report, Severity, Status
from kerasscan.model.saved import Saved
from kerasscan.reader.attribution import tensors_by_layer
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.scanner.status import status_of
from tests.fuzz.mutators.zip_archive import UNREADABLE


def is_told(saved: Saved) -> None:
    """Fail where something stayed unread and the status does not say so."""
    unread = any(problem.incomplete for problem in saved.problems)
    assert (status_of(saved) is Status.INCOMPLETE) is unread
    assert sum(map(len, tensors_by_layer(saved).values())) == len(saved.tensors)


def lambdas(value: Any) -> int:
    """Count the objects of the class that matters most, in Python's own reading."""
    count, stack = 0, [value]
    while stack:
        inside = stack.pop()
        if isinstance(inside, dict):
            count += inside.get("class_name") == "Lambda"
            stack += inside.values()
        elif isinstance(inside, list):
            stack += inside
    return count


def finds_lambdas(saved: Saved, value: Any) -> None:
    """Fail where a Lambda that Python's own reading shows is neither found nor doubted."""
    found = sum(each.class_name == "Lambda" for each in saved.objects)
    assert found >= lambdas(value) or not saved.is_complete, "a Lambda is not found"


def json_of(data: bytes) -> Any:
    """Return what Python's own reader makes of a document, None where it makes nothing."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def config_of(path: Path) -> bytes:
    """Return the config that Keras would load, read in Python's own way."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("config.json") as stream:
            return stream.read(DEFAULT_LIMITS.json_bytes)
    except (*UNREADABLE, KeyError):  # Keras would fail too
        return b""


def exit_tells(report: Report, saved: Saved) -> None:
    """Fail where something stayed unread and the exit code is that of a clean file."""
    (file,) = report.files
    assert file.status is status_of(saved)
    if not saved.is_complete:
        assert file.status is Status.INCOMPLETE
        assert exit_code(report, None) == INCOMPLETE
        assert exit_code(report, Severity.ERROR) != 0
        assert file.findings, "no finding tells of what stayed unread"
